"""A fresh portal reads its articles aloud by itself: espeak-ng and Chromium for real."""

import time
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import separate
from tests.browser.test_player import ARRIVED, MARKED, TIME, player, seek, wait_for

pytestmark = pytest.mark.xdist_group("listening")
FIRST, SECOND = "/lede-salg/fra-selger-til-leder/", "/lede-salg/salgstrakten/"
#: The copy comes from a portal whose worker has looked for what to record already.
FRESH = """
from worker.models import RecurringJob
RecurringJob.objects.filter(name="narration.narrate_what_was_there").delete()
"""


@pytest.fixture(scope="module")
def listening(chromium: Browser, tmp_path_factory) -> Iterator[str]:
    """A portal whose worker has recorded the first two articles."""
    data = tmp_path_factory.mktemp("listening")
    with separate.serving(data, shell=FRESH, NARRATION_ENGINES="espeak") as url:
        for path in (FIRST, SECOND):
            until_recorded(url + path)
        yield url


def until_recorded(address: str) -> None:
    for _ in range(600):
        with urllib.request.urlopen(address) as page:  # noqa: S310 — ours
            if b"<audio src=" in page.read():
                return
        time.sleep(0.5)
    raise AssertionError(f"{address} was never recorded")


@pytest.fixture
def page(chromium: Browser, listening: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=listening, locale="nb-NO")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def test_a_fresh_portal_is_heard_and_followed_into_the_next_part(page):
    page.goto(FIRST)
    expect(player(page)).to_contain_text("Lest av syntetisk stemme")
    page.locator("article-player .narration-play").click()
    wait_for(page, ARRIVED)
    wait_for(page, f"{TIME} > 0.3")
    wait_for(page, MARKED)
    seek(page, 0)
    sentence = "document.querySelector('article-player').sentence"
    wait_for(page, f"{sentence}?.element.tagName === 'H1'")
    wait_for(page, "CSS.highlights.has('narration')")

    seek(page, 60)
    wait_for(page, f"{TIME} > 60")
    said = page.evaluate(f"{sentence}.element.textContent.slice({sentence}.from, {sentence}.to)")
    assert said[0].isupper()
    assert said[-1] in ".!?:»"
    page.evaluate("document.querySelector('input[name=rate][value=\"2\"]').click()")
    assert page.evaluate("document.querySelector('article-player audio').playbackRate") == 2

    seek(page, 10_000)
    page.wait_for_url(f"**{SECOND}*")
    wait_for(page, f"document.querySelector('article-player audio') && {TIME} > 0.3")


def test_at_the_gate_a_visitor_hears_one_line_and_sees_it(page):
    page.goto(SECOND)
    page.locator("article-player .narration-play").click()
    wait_for(page, ARRIVED)
    wait_for(page, MARKED)
    gate = page.evaluate("document.querySelector('article-player').marks.gate")
    seek(page, gate - 0.5)
    expect(page.locator("section.gate")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('article-player').length") - gate < 10
