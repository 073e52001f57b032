"""JSON-LD of a letter, from public facts."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models.articles import PublishedMetadata
from articles.sharing import SharePicture
from articles.structured_data import LOCKED_CLASS, absolute, breadcrumbs, image, publisher
from newsletter.models import Letter

Json = dict[str, Any]


def for_letter(letter: Letter, known: PublishedMetadata, share: SharePicture | None) -> list[Json]:
    url = absolute(letter.get_absolute_url())
    data: Json = {
        **image(share),
        "@type": "Article",
        "@id": url,
        "mainEntityOfPage": url,
        "url": url,
        "headline": letter.title,
        "inLanguage": "nb",
        "wordCount": known.words,
        "author": publisher(),
        "publisher": publisher(),
        "isAccessibleForFree": not known.is_locked,
    }
    if letter.lead:
        data["description"] = letter.lead
    if letter.first_published_at:
        data["datePublished"] = letter.first_published_at.isoformat()
    if letter.last_published_at:
        data["dateModified"] = letter.last_published_at.isoformat()
    if known.is_locked:
        data["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": f".{LOCKED_CLASS}",
        }
    archive = (str(_("Letters from the editors")), reverse("newsletter:letters"))
    return [data, breadcrumbs(archive, (letter.title, letter.get_absolute_url()))]
