"""Days and lengths in words, in the readers' language even for an editor who uses another.

They are cached: every page shows the same few, and some pages show them many times.
"""

from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

#: Minutes. From this length on, a length is given in hours.
HOURS_FROM = 120


@lru_cache(maxsize=1024)
def day(when: date) -> str:
    """«3. mai 2026»"""
    with translation.override(settings.LANGUAGE_CODE):
        return date_format(when, "j. F Y")


@lru_cache(maxsize=1024)
def day_of(moment: date | datetime) -> date:
    """The local date, not the one in UTC."""
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


@lru_cache(maxsize=1024)
def iso(moment: date | datetime | None) -> str:
    """ISO 8601 for programs, with the local time zone. "" for None."""
    here = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return here.isoformat() if here else ""


@lru_cache(maxsize=1024)
def minutes(number: int) -> str:
    """«7 minutter», or «19 timer» for a very long text."""
    hours = round(number / 60)
    with translation.override(settings.LANGUAGE_CODE):
        if number >= HOURS_FROM:
            said = ngettext("%(hours)s hour", "%(hours)s hours", hours)
        else:
            said = ngettext("%(minutes)s minute", "%(minutes)s minutes", number)
    return said % {"hours": hours, "minutes": number}
