"""The reading bar, and the choice of text and colours that is made in it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import ARTICLE, MEMBER

PHONE = {"viewport": {"width": 360, "height": 780}, "reduced_motion": "reduce"}
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
PAPER, NIGHT = "rgb(246, 241, 231)", "rgb(21, 27, 32)"
KEPT = "localStorage.length"
#: Scrolls by as many pixels, and resolves when the page has seen it.
SCROLL = """async (by) => {
  scrollBy({ top: by, behavior: "instant" });
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}"""
#: Scrolls until the text's last line is the lowest on the screen.
TO_THE_END_OF_THE_TEXT = f"""() => ({SCROLL})(
  document.querySelector(".text").getBoundingClientRect().bottom - innerHeight)"""


def bar(page: Page):
    return page.locator(".bar-row")


@pytest.mark.parametrize("size", [(360, 780), (1440, 900)])
def test_the_bar_goes_with_the_reading_and_comes_back(open_page, size):
    width, height = size
    viewport = {"width": width, "height": height}
    page: Page = open_page(ARTICLE, viewport=viewport, reduced_motion="reduce")
    expect(bar(page)).to_be_in_viewport()
    assert bar(page).bounding_box()["height"] == 48
    page.evaluate(SCROLL, 500)
    expect(bar(page)).not_to_be_in_viewport()
    page.evaluate(SCROLL, -100)
    expect(bar(page)).to_be_in_viewport()
    page.evaluate(SCROLL, 200)
    expect(bar(page)).not_to_be_in_viewport()


def test_the_bar_never_covers_the_gate(open_page):
    page: Page = open_page(ARTICLE, **PHONE)
    page.locator("section.gate").scroll_into_view_if_needed()
    expect(bar(page)).to_be_hidden()
    page.evaluate(SCROLL, -20)
    expect(page.locator("section.gate")).to_be_in_viewport()
    expect(bar(page)).to_be_hidden()
    page.evaluate(SCROLL, -2000)
    expect(bar(page)).to_be_visible()


def test_the_line_and_the_minutes_agree_with_the_gate(open_page):
    page: Page = open_page(ARTICLE, **PHONE)
    expect(page.locator(".bar-place")).to_have_text(re.compile(r"Del 2 av \d\s+6 min igjen"))
    page.evaluate(TO_THE_END_OF_THE_TEXT)
    [minutes] = re.findall(r"(\d+) minutt", page.locator(".extent p").inner_text())
    expect(page.locator(".bar-minutes")).to_have_text(minutes)
    drawn, said = page.evaluate(
        """() => {
          const box = (selector) => document.querySelector(selector).getBoundingClientRect();
          const width = (selector) => box(selector).width;
          const locked = width(".extent rect:last-child") / width(".extent svg");
          return [(100 * width(".progress rect")) / innerWidth, 100 * (1 - locked)];
        }"""
    )
    assert drawn == pytest.approx(said, abs=1.1)


def test_the_contents_are_in_the_bar(open_page):
    page: Page = open_page(ARTICLE, **PHONE)
    expect(page.locator(".toc")).to_be_hidden()
    page.get_by_role("button", name="Innhold").click()
    page.get_by_role("navigation", name="Innhold").get_by_role("link").first.click()
    expect(page.locator("#bar-contents")).to_be_hidden()
    expect(page.locator(page.evaluate("`[id='${location.hash.slice(1)}']`"))).to_be_in_viewport()


def test_the_choice_holds_on_every_page_and_is_kept_only_when_made(open_page):
    page: Page = open_page(ARTICLE, **PHONE, color_scheme="light")
    assert (page.evaluate(KEPT), page.evaluate(BACKGROUND)) == (0, PAPER)
    size = page.locator(".passage p").first.evaluate("p => getComputedStyle(p).fontSize")
    page.get_by_role("button", name="Tekst og utseende").click()
    for name in ("Mørkt", "Størst", "Uten seriffer"):
        page.get_by_role("radio", name=name).check()
    for path in (ARTICLE, "/", "/konto/logg-inn/"):
        page.goto(path)
        assert page.evaluate(BACKGROUND) == NIGHT, path
        [colour] = page.locator("meta[name=theme-color]").evaluate_all(
            "all => all.filter((m) => matchMedia(m.media).matches).map((m) => m.content)"
        )
        assert colour == "#151b20"
    page.goto(ARTICLE)
    first = page.locator(".passage p").first
    assert first.evaluate("p => getComputedStyle(p).fontSize") > size
    assert first.evaluate("p => getComputedStyle(p).fontFamily").startswith("Figtree")
    page.get_by_role("button", name="Tekst og utseende").click()
    expect(page.get_by_role("radio", name="Mørkt")).to_be_checked()
    for name in ("Som enheten", "Vanlig", "Med seriffer"):
        page.get_by_role("radio", name=name).check()
    assert (page.evaluate(KEPT), page.evaluate(BACKGROUND)) == (0, PAPER)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(BACKGROUND) == NIGHT


def test_a_member_saves_from_the_bar_and_stays_in_the_text(open_page):
    page: Page = open_page("/penger-i-tide/tretten-uker/", MEMBER, **PHONE)
    page.evaluate(SCROLL, 900)
    page.evaluate(SCROLL, -60)
    y = page.evaluate("scrollY")
    button = page.locator(".bar").get_by_role("button", name="Lagre")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#lesingen")).to_contain_text("Lagret – ta bort")
    assert page.evaluate("scrollY") == y
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_without_javascript_there_is_no_bar_and_the_contents_stand_above_the_text(open_page):
    page: Page = open_page(ARTICLE, **PHONE, java_script_enabled=False)
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".toc summary")).to_be_visible()


def test_the_keyboard_finds_the_bar_that_has_gone(open_page):
    page: Page = open_page(ARTICLE, **PHONE)
    page.evaluate(SCROLL, 600)
    expect(bar(page)).not_to_be_in_viewport()
    page.locator(".masthead .menu-button").focus()
    page.keyboard.press("Tab")
    expect(bar(page)).to_be_in_viewport()
    expect(page.get_by_role("button", name="Innhold")).to_be_focused()


@pytest.mark.parametrize("who", [None, MEMBER])
@pytest.mark.parametrize(
    "path",
    [
        ARTICLE,
        "/lede-salg/prognosen/",
        "/lede-salg/den-ukentlige-samtalen/",  # with a sponsor's line
        "/penger-i-tide/overskudd-er-ikke-penger/",
        "/penger-i-tide/raskere-betalt/",  # with one as well
    ],
)
def test_the_text_begins_on_the_first_screen_of_a_phone(open_page, path, who):
    page: Page = open_page(path, who, **PHONE)
    assert page.locator(".passage").first.bounding_box()["y"] < 520
