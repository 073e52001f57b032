"""Days and lengths as people read them, in the readers' language whoever asks.

The same few stand on every page, and many times on some.
"""

from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

#: From here on nobody counts in minutes.
HOURS_FROM = 120


@lru_cache(maxsize=1024)
def day(when: date) -> str:
    """«3. mai 2026»"""
    with translation.override(settings.LANGUAGE_CODE):
        return date_format(when, "j. F Y")


@lru_cache(maxsize=1024)
def day_of(moment: date | datetime) -> date:
    """Here, not in UTC."""
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


@lru_cache(maxsize=1024)
def iso(moment: date | datetime | None) -> str:
    """For programs, with the time zone here; "" for none."""
    here = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return here.isoformat() if here else ""


@lru_cache(maxsize=1024)
def minutes(number: int) -> str:
    """«7 minutter», and of what takes very long «19 timer»."""
    hours = round(number / 60)
    with translation.override(settings.LANGUAGE_CODE):
        if number >= HOURS_FROM:
            said = ngettext("%(hours)s hour", "%(hours)s hours", hours)
        else:
            said = ngettext("%(minutes)s minute", "%(minutes)s minutes", number)
    return said % {"hours": hours, "minutes": number}
