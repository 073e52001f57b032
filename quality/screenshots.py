"""Takes the screenshots of docs/editors.md: `python -m quality.screenshots [name …]`.

It serves the demo with a database of its own, logs in as its editor, and writes WebP files of at
most 60 kB to docs/screenshots/. It needs Chromium.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Error, Page, sync_playwright

from tests import separate
from tests.browser.pages import EDITOR, QUIET, log_in

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
#: Bytes.
MOST = 60_000
SIZE = {"width": 1280, "height": 800}
SERIES, ARTICLE = "Å lede salg", "Trakten viser hvor det stopper"

#: Makes three members for the lists, with made-up names.
MEMBERS = """
from accounts.models import Label, State, User
labels = Label.objects.named(["Kursdeltaker", "Bransjeråd"])
for name, address, words in [
    ("Ingrid Haugen", "ingrid@example.no", ["kursdeltaker"]),
    ("Jonas Lie Berg", "jonas@example.no", ["kursdeltaker", "bransjeråd"]),
    ("Sara Nilsen", "sara@example.no", []),
]:
    user = User.objects.create_user(address, name=name, state=State.ACTIVE, source="code")
    user.labels.set(labels[word] for word in words)
    if words[1:]:
        user.notes.create(text="Ringte om faktura til arbeidsgiveren. Ordnet 3. november.")
from django.contrib.auth.models import Group
User.objects.get(email="redaktor@example.no").groups.add(Group.objects.get(name="Member managers"))
from django.utils import timezone
from articles.models import Article
from desk.models import Link, LinkedAddress
address = LinkedAddress.of("https://www.eksempel.example/rapport", "www.eksempel.example", False)
address.dead_since, address.said = timezone.now() - timezone.timedelta(days=4), "svarer 404"
address.save()
Link.objects.create(page=Article.objects.live().first(), address=address, text="rapporten fra 2019")
"""

#: Counts of four weeks, as if the demo had readers.
FIGURES = """
from datetime import timedelta
from django.utils import timezone
from analytics.jobs import sum_recent
from analytics.models import SITE, Count
from articles.models import Article
today = timezone.localdate()
articles = list(Article.objects.live().order_by("path"))
for back in range(1, 29):
    day = today - timedelta(days=back)
    share = (0.55 if day.weekday() > 4 else 1) * (100 + 13 * (back * back % 5)) / 100
    for place, article in enumerate(articles, 1):
        opened = round(260 * share / place) + 2
        kinds = {"visitors": opened, "members": opened // 3, "gate": opened * 7 // 10}
        kinds |= {"joined": opened // 60, "finished": opened // 5, "heard": opened // 30}
        kinds |= {"engines": opened // 2, "own": opened // 3, "mails": opened // 9}
        Count.objects.add((day, what, about, n) for what, n in kinds.items() if n
                          for about in (article.pk, SITE))
sum_recent(today - timedelta(days=1))
"""


class Shot(NamedTuple):
    name: str
    prepare: Callable[[Page], None]
    #: What the picture shows of the page, or all of the window.
    of: str = ""


def start(page: Page) -> None:
    page.goto("/admin/")


def series(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Serier", exact=True).first.click()
    page.get_by_text(SERIES).first.wait_for()


def article(page: Page) -> None:
    page.goto("/admin/pages/search/?q=trakten")
    page.get_by_role("link", name=ARTICLE).first.click()
    page.locator(".Draftail-Editor").first.wait_for()


def gate(page: Page) -> None:
    article(page)
    block = page.locator("[data-streamfield-child]:has(> input[value=gate])").first
    block.evaluate("element => element.scrollIntoView({block: 'center'})")


def slash(page: Page) -> None:
    article(page)
    line = page.locator(".Draftail-Editor [contenteditable=true]").first
    line.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("/")
    page.locator("[role=option]").first.wait_for()


def preview(page: Page) -> None:
    article(page)
    page.get_by_role("button", name="Forhåndsvisning").first.click()
    page.frame_locator("iframe#w-preview-iframe").locator("h1").wait_for()


def members(page: Page) -> None:
    page.goto("/admin/users/")


def member(page: Page) -> None:
    page.goto("/admin/users/?q=jonas")
    page.get_by_role("link", name="jonas@example.no").first.click()
    page.locator("#notater").scroll_into_view_if_needed()


def dead_links(page: Page) -> None:
    page.goto("/admin/reports/lenker/")


def figures(page: Page) -> None:
    page.goto("/admin/tall/")


def authors(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Forfattere", exact=True).first.click()


SHOTS = [
    Shot("start", start),
    Shot("serier", series),
    Shot("artikkel", article),
    Shot("skrastrek", slash),
    Shot("sperre", gate),
    Shot("forhandsvisning", preview),
    Shot("forfattere", authors),
    Shot("medlemmer", members),
    Shot("medlem", member),
    Shot("dode-lenker", dead_links),
    Shot("tall", figures),
]


def as_webp(png: bytes) -> bytes:
    """As good as 60 kB allow."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (85, 75, 60, 45, 30):
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MOST:
            break
    return buffer.getvalue()


def take(url: str, wanted: list[str]) -> None:
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        context = browser.new_context(base_url=url, locale="nb-NO", viewport=SIZE)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/konto/logg-inn/")
        log_in(page, *EDITOR)
        for shot in SHOTS:
            if wanted and shot.name not in wanted:
                continue
            try:
                shot.prepare(page)
            except Error as error:
                print(f"{shot.name}: {error}")
                continue
            page.wait_for_load_state("networkidle")
            picture = page.locator(shot.of).first if shot.of else page
            file = FOLDER / f"{shot.name}.webp"
            file.write_bytes(as_webp(picture.screenshot(animations="disabled")))
            print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")
        browser.close()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "portal"
        with separate.serving(data, shell=MEMBERS + FIGURES) as url:
            take(url, sys.argv[1:])


if __name__ == "__main__":
    main()
