"""What a new member is offered beside the terms: to follow the series they came from."""

import re
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from articles.models import Series
from newsletter.things import Thing

SLUG = re.compile(r"[-\w]+")


class Offered(NamedTuple):
    thing: Thing
    #: What stands beside the box, and is kept as the words of the consent.
    words: str


def offer_at(source: str) -> Offered | None:
    """The series of the page at `source`, an address of ours. None for a page of none."""
    path = source.removeprefix(settings.SITE_URL).partition("#")[0].partition("?")[0]
    slug = path.strip("/").partition("/")[0]
    if not SLUG.fullmatch(slug):
        return None
    series = Series.objects.for_readers().filter(slug=slug).only("pk", "title").first()
    if series is None:
        return None
    words = _("Follow “%(title)s”: the next part comes by e-mail when you are ready for it")
    return Offered(Thing("serie", series.pk), words % {"title": series.title})
