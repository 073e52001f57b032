"""A recording of one of the demo's articles: silence, its marks, and the player in the page.

Each sentence takes a second.
"""

import io
import json
import re
import wave
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Page, Route

SILENT = ".footnote-mark, .heading-link, .footnotes, [aria-hidden=true], svg"
SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s)|$)", re.S)
#: Hertz. Chromium plays no slower.
RATE = 8000
USUAL = {
    "sound": "/prove/lyd.wav",
    "marks": "/prove/merker.json",
    "read_by": "Lest av Kari Nord",
    "is_natural": True,
    "is_cut": False,
    "position": 0,
    "position_url": "",
    "next_url": "",
    "title": "Salgstrakten",
    "series_title": "Lede salg",
    "artwork": "",
    "report_url": "",
}


def units(text: str) -> int:
    """The length in UTF-16 code units, as a browser counts."""
    return len(text.encode("utf-16-le")) // 2


def sentences(soup: BeautifulSoup) -> list[list[Any]]:
    """The marks of the sentences: [start, address, from, to]. A table is one mark."""
    found: list[list[Any]] = []
    for element in soup.select(".article :is(h1, .lead, .passage [id^='b-']:not([id$='-term']))"):
        address = {"h1": "title"}.get(element.name, str(element.get("id", "lead")))
        if element.name not in {"h1", "h2", "h3", "p", "blockquote"}:
            found.append([len(found), address, 0, 0])
            continue
        for silent in element.select(SILENT):
            silent.decompose()
        text = element.get_text()
        for each in SENTENCE.finditer(text):
            bounds = (units(text[: each.start()]), units(text[: each.end()].rstrip()))
            found.append([len(found), address, *bounds])
    return found


def chapters(soup: BeautifulSoup, marks: list[list[Any]]) -> list[list[Any]]:
    starts = {address: start for start, address, at, _ in reversed(marks) if at == 0}
    headings = soup.select(".passage > :is(h2, h3)[id]")
    return [[starts[str(each["id"])], each.get_text()] for each in headings]


def silence(seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(bytes([128]) * round(RATE * seconds))
    return file.getvalue()


def ranged(route: Route, sound: bytes, kind: str = "audio/wav") -> None:
    """Answers as a server of files does, so that a browser can seek."""
    asked = re.match(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", ""))
    start = int(asked[1]) if asked else 0
    end = int(asked[2]) if asked and asked[2] else len(sound) - 1
    headers = {"Content-Type": kind, "Accept-Ranges": "bytes"}
    if asked:
        headers["Content-Range"] = f"bytes {start}-{end}/{len(sound)}"
    route.fulfill(status=206 if asked else 200, headers=headers, body=sound[start : end + 1])


def with_player(html: str, context: dict[str, Any]) -> str:
    """The page with these fragments, in place of any that it has."""
    html = re.sub(r"<article-player\b.*?</article-player>", "", html, flags=re.S)
    html = re.sub(r"<narration-button\b.*?</narration-button>", "", html, flags=re.S)
    with translation.override("nb"):
        player = render_to_string("narration/_player.html", context)
        button = render_to_string("narration/_bar.html", context)
    head, end, rest = html.partition('<header class="article-head">')
    html = head + end + rest.replace("</header>", f"</header>\n{player}", 1)
    head, end, rest = html.partition('<p class="bar-place')
    return head + end + rest.replace("</p>", f"</p>\n{button}", 1)


class Recording:
    """What the pages of one test are given, and what they sent."""

    def __init__(self, page: Page, **context: Any) -> None:
        self.context = {**USUAL, **context}
        self.marks: list[list[Any]] = []
        self.posts: list[tuple[str, str]] = []
        self.gate: float | None = None
        self.length = 0.0
        page.route("**/lede-salg/*/", self._page)
        page.route("**/penger-i-tide/*/", self._page)
        page.route("**/prove/lyd.wav", lambda route: ranged(route, silence(self.length)))
        page.route("**/prove/merker.json", self._marks)
        page.route("**/prove/post/*", self._post)

    def _page(self, route: Route) -> None:
        answer = route.fetch()
        html = answer.text()
        soup = BeautifulSoup(html, "html.parser")
        self.marks = sentences(soup)
        self.chapters = chapters(soup, self.marks)
        self.length = len(self.marks) + (2 if self.context["is_cut"] else 0)
        self.gate = float(len(self.marks)) if self.context["is_cut"] else None
        body = with_player(html, {"seconds": round(self.length), **self.context})
        route.fulfill(response=answer, body=body)

    def _marks(self, route: Route) -> None:
        facts = {"seconds": self.length, "sentences": self.marks, "chapters": self.chapters}
        route.fulfill(
            content_type="application/json", body=json.dumps({**facts, "gate": self.gate})
        )

    def _post(self, route: Route) -> None:
        self.posts.append((route.request.url.rsplit("/", 1)[1], route.request.post_data or ""))
        route.fulfill(status=204)


Recorded = Callable[..., Recording]
