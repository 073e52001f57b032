"""Reads a moment as an editor writes it: «08:00», «8», «i morgen 8», «1. desember kl. 09.30»."""

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

#: When a page goes out on a day without a time.
MORNING = time(8)
TIME = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?|(\d{2})(\d{2})")
DAY = re.compile(r"(\d{1,2})\.\s*(?:(\d{1,2})\.?|([a-zæøå]{3,9})\.?)\s*(\d{4}|\d{2})?")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
AHEAD = {"i dag": 0, "idag": 0, "i morgen": 1, "imorgen": 1, "i overmorgen": 2, "overmorgen": 2}
WEEKDAYS = ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"]
MONTHS = [
    *("jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des"),
]


def moment_of(written: str, now: datetime | None = None) -> datetime:
    """The moment that `written` means. A time alone is the next time that the clock shows it.

    Raises ValueError for what isn't a moment, or is past.
    """
    now = timezone.localtime(now)
    words = re.sub(r"\b(kl|klokken|klokka|den|på)\b\.?|,", " ", written.lower()).split()
    at = time_of(words[-1]) if words else None
    day_words = " ".join(words[:-1] if at else words)
    if not day_words:
        if at is None:
            raise ValueError(written)
        today = at_local(now.date(), at)
        return today if today > now else at_local(now.date() + timedelta(days=1), at)
    found = at_local(day_of(day_words, at or MORNING, now), at or MORNING)
    if found <= now:
        raise ValueError(written)
    return found


def time_of(word: str) -> time | None:
    match = TIME.fullmatch(word)
    if not match:
        return None
    hour, minute = int(match[1] or match[3]), int(match[2] or match[4] or 0)
    with suppress(ValueError):
        return time(hour, minute)
    return None


def day_of(words: str, at: time, now: datetime) -> date:
    today = now.date()
    if words in AHEAD:
        return today + timedelta(days=AHEAD[words])
    weekday = words.removeprefix("neste ")
    if weekday in WEEKDAYS:
        days = (WEEKDAYS.index(weekday) - today.weekday()) % 7
        return today + timedelta(days=days or (0 if at_local(today, at) > now else 7))
    if match := ISO.fullmatch(words):
        return date(*map(int, match.groups()))
    match = DAY.fullmatch(words.rsplit("dag ", maxsplit=1)[-1])
    if not match:
        raise ValueError(words)
    month = int(match[2]) if match[2] else 1 + MONTHS.index(match[3][:3])
    if match[4]:
        return date(int(match[4]) % 100 + 2000, month, int(match[1]))
    found = date(today.year, month, int(match[1]))
    return found if at_local(found, at) > now else found.replace(year=today.year + 1)


def at_local(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def told(moment: datetime) -> str:
    """«mandag 1. desember kl. 08.00», with the year if it is another."""
    here = timezone.localtime(moment)
    year = "" if here.year == timezone.localdate().year else " Y"
    with translation.override(settings.LANGUAGE_CODE):
        return date_format(here, rf"l j. F{year} \k\l. H.i")


def still_to_come(value: str) -> str:
    """The time in a form's field, as `moment_of` reads it. "" for one that is past or none."""
    try:
        found = timezone.make_aware(datetime.strptime(value, "%d.%m.%Y %H:%M"))
    except ValueError:
        return ""
    return value if found > timezone.now() else ""
