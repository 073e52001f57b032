"""The front page of a portal with 200 series, and the masthead on a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import separate
from tests.browser.pages import MEMBER, RULES, log_in

pytestmark = pytest.mark.xdist_group("grown")
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1440, "height": 900}
#: Fills the portal, and lets the member be in the middle of a series.
FILLED = f"""
from bench import filling
filling.PARTS = 2
filling.fill(articles=2 * 200, members=1)
from accounts.models import User
from articles.models import Article
from reading.models import Reading
member = User.objects.get(email="{MEMBER[0]}")
Reading.of(member, Article.objects.get(slug="fra-selger-til-leder")).finish(True)
"""


@pytest.fixture(scope="module")
def grown(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo with 200 more series."""
    folder: Path = tmp_path_factory.mktemp("grown")
    with separate.serving(folder, shell=FILLED) as url:
        yield url


@pytest.fixture(params=["visitor", "member"])
def page(request: pytest.FixtureRequest, chromium: Browser, grown: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=grown, locale="nb-NO", viewport=PHONE)
    page = context.new_page()
    page.set_default_timeout(60_000)
    if request.param == "member":
        page.goto("/konto/logg-inn/")
        log_in(page, *MEMBER)
    page.goto("/")
    yield page
    context.close()


def bottom(page: Page, selector: str) -> float:
    """Returns how far below the top of the page the first such element ends."""
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["y"] + box["height"]


def test_the_first_article_is_above_the_fold(page):
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert bottom(page, "main :is(.onward-title, .lead-story h2) a") < size["height"]
        slogan = page.locator("main h1").first
        lines = slogan.evaluate("e => e.offsetHeight / parseFloat(getComputedStyle(e).lineHeight)")
        assert round(lines) == 1


def test_it_is_short_on_a_phone_however_many_series_there_are(page):
    assert bottom(page, "#nyeste") <= 4 * PHONE["height"]
    assert page.evaluate("document.documentElement.scrollHeight") <= 6000
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.goto("/serier/?side=9")
    assert page.locator(".volume").count() > 0


def test_the_masthead_is_one_row_and_its_button_opens_the_menu(page):
    shown = page.locator(".masthead-row > *:visible").all()
    boxes = [box for each in shown if (box := each.bounding_box())]
    # The name, the magnifier, «Bli medlem» or «Min lesing», and the button.
    assert len(boxes) == 4
    assert max(box["y"] for box in boxes) < min(box["y"] + box["height"] for box in boxes)
    link = page.get_by_role("link", name="Serier", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Meny").click()
    expect(link).to_be_visible()
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Meny").press("Enter")
    link.click()
    expect(page).to_have_url(re.compile("/serier/$"))
    page.set_viewport_size(DESK)
    expect(link).to_be_visible()
    expect(page.get_by_role("button", name="Meny")).to_be_hidden()
