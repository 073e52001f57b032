"""Podcast feeds by Apple's rules and the podcast namespace.

https://podcasters.apple.com/support/823-podcast-requirements,
https://github.com/Podcastindex-org/podcast-namespace
"""

import uuid
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Enclosure

from articles.views.feeds import CleanFeed

#: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/guid.md
NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
#: The formats that the two files beside an episode have.
TRANSCRIPT, CHAPTERS = "text/vtt", "application/json+chapters"


class PodcastFeed(CleanFeed):
    """RSS with what podcast apps ask for. One that `is_private` stays out of their directories."""

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
        }

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        feed = self.feed
        for name, value in (
            ("itunes:author", settings.SITE_NAME),
            ("itunes:type", "serial"),
            ("itunes:explicit", "false"),
            ("podcast:guid", feed["guid"]),
            ("podcast:locked", "yes"),
            ("podcast:medium", "podcast"),
        ):
            handler.addQuickElement(name, value)
        handler.addQuickElement("itunes:image", None, {"href": feed["artwork"]})
        handler.addQuickElement("itunes:category", None, {"text": settings.PODCAST_CATEGORY})
        if feed["is_private"]:
            handler.addQuickElement("itunes:block", "Yes")
            handler.addQuickElement("podcast:block", "yes")

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("itunes:title", item["title"])
        handler.addQuickElement("itunes:duration", str(item["seconds"]))
        handler.addQuickElement("itunes:season", "1")
        handler.addQuickElement("itunes:episode", str(item["number"]))
        handler.addQuickElement("itunes:episodeType", "full")
        handler.addQuickElement("itunes:explicit", "false")
        handler.addQuickElement("podcast:season", "1")
        handler.addQuickElement("podcast:episode", str(item["number"]))
        if item["read_by"]:
            handler.addQuickElement("podcast:person", item["read_by"], {"role": "narrator"})
        transcript = {"url": item["transcript"], "type": TRANSCRIPT, "language": "nb"}
        handler.addQuickElement("podcast:transcript", None, transcript)
        if item["chapters"]:
            chapters = {"url": item["chapters"], "type": CHAPTERS}
            handler.addQuickElement("podcast:chapters", None, chapters)


def guid_of(series: int, token: str) -> str:
    """A podcast keeps its GUID for good, also when its series gets another address."""
    return str(uuid.uuid5(NAMESPACE, f"{settings.SITE_HOST}/lyd/{series}/{token}"))


def enclosure(url: str, size: int) -> Enclosure:
    return Enclosure(url, str(size), "audio/mpeg")
