"""The search as people use it: by keyboard, by thumb, and without scripts."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import ARTICLE, EDITOR, FOR_ALL, MEMBER
from tests.browser.test_accessibility import violations

WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
SHIFT = """new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift = (window.shift ?? 0) + entry.value;
}).observe({ type: "layout-shift" });"""


def field(page: Page):
    return page.locator("site-search input:visible").first


def typed(page: Page, text: str) -> None:
    """Fills in the masthead's field, once its suggestions are ready."""
    field(page).focus()
    expect(field(page)).to_have_role("combobox")
    field(page).fill(text)  # key by key, it would be asked about half of it too


def options(page: Page):
    return page.get_by_role("option")


def test_the_keyboard_leads_from_any_page_to_a_suggestion(open_page):
    page: Page = open_page(ARTICLE)
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_role("combobox")
    page.keyboard.insert_text("likvid")
    expect(options(page).first).to_be_visible()
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(field(page)).to_have_attribute("aria-controls", "sok-topp-liste")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_have_count(1)
    expect(field(page)).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    expect(field(page)).to_be_focused()
    address = chosen.get_attribute("data-url")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


def test_the_list_goes_round_and_escape_closes_before_it_empties(open_page):
    page: Page = open_page("/")
    typed(page, "likvid")
    expect(options(page).first).to_be_visible()
    count = options(page).count()
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_count(0)
    expect(field(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    for _ in range(count):
        page.keyboard.press("ArrowDown")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field(page)).to_have_value("likvid")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_click_and_a_tap_choose_a_suggestion(open_page):
    page: Page = open_page("/")
    typed(page, "likvid")
    options(page).filter(has_text=re.compile("^Likviditet")).first.click()
    page.wait_for_url("**/ordbok/likviditet/")
    phone: Page = open_page("/sok/", **PHONE)
    typed(phone, "likvid")
    options(phone).filter(has_text=re.compile("^Likviditet")).first.tap()
    phone.wait_for_url("**/ordbok/likviditet/")


def test_enter_alone_searches_for_what_is_typed(open_page):
    page: Page = open_page("/")
    typed(page, "likviditet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sok/?q=likviditet")
    expect(page.get_by_role("status").filter(has_text="treff")).to_be_visible()
    expect(field(page)).to_have_value("likviditet")
    expect(page.locator(".hits mark").first).to_be_visible()


def test_quick_typing_asks_seldom(open_page):
    page: Page = open_page("/")
    asked: Counter[str] = Counter()
    page.on("request", lambda r: "/forslag/" in r.url and asked.update([r.url]))
    field(page).focus()
    expect(field(page)).to_have_role("combobox")
    page.clock.install(time=0)
    page.clock.pause_at(60)  # installed, it still goes by itself
    field(page).press_sequentially("likviditet")
    assert not asked
    page.clock.run_for(119)
    assert not asked
    with page.expect_response("**/forslag/**"):
        page.clock.run_for(2)
    assert sum(asked.values()) == 1


def test_the_keys_can_be_turned_off_on_this_device(open_page):
    page: Page = open_page("/sok/")
    page.get_by_label("Tastene").uncheck()
    for path in (ARTICLE, "/sok/"):
        page.goto(path)
        page.locator("h1").click()
        for key in ("/", "Control+k"):
            page.keyboard.press(key)
            expect(field(page)).not_to_be_focused()
    expect(page.get_by_label("Tastene")).not_to_be_checked()
    page.get_by_label("Tastene").check()
    assert page.evaluate("localStorage.length") == 0
    page.goto(ARTICLE)
    page.locator("h1").click()
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    page.keyboard.type("km/t")
    expect(field(page)).to_have_value("km/t")


def test_on_a_phone_the_magnifier_leads_to_the_page(open_page):
    for script in (True, False):
        page: Page = open_page(ARTICLE, **PHONE, java_script_enabled=script)
        expect(page.locator(".in-masthead")).to_be_hidden()
        page.locator(".masthead").get_by_role("link", name="Søk").click()
        page.wait_for_url("**/sok/")
        expect(field(page)).to_be_focused()
        field(page).fill("likviditet")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sok/?q=likviditet")
        expect(page.locator(".hits li").first).to_be_visible()


@pytest.mark.parametrize("who", [None, MEMBER, EDITOR])
def test_the_masthead_is_one_row_from_320_pixels_on(open_page, who):
    page: Page = open_page("/", who)
    widths = [320, 360, 390, 704, 720, 768, 960, 1024, 1440]
    for width in widths if who != EDITOR else widths[:3] + widths[5:]:  # one link more
        page.set_viewport_size({"width": width, "height": 800})
        assert is_one_row(page, width), width


def is_one_row(page: Page, width: int) -> bool:
    """Returns whether all that the masthead shows stands in one row of that width."""
    shown = page.locator(".masthead-row > *:visible, .menu > *:visible").all()
    boxes = [box for each in shown if (box := each.bounding_box())]
    middles = [box["y"] + box["height"] / 2 for box in boxes]
    ends = [box["x"] + box["width"] for box in boxes]
    return max(middles) - min(middles) < 12 and max(ends) <= width


def test_every_page_has_the_whole_masthead(open_page, complaints):
    page: Page = open_page("/", **PHONE)
    for path in FOR_ALL:
        page.goto(path)
        assert is_one_row(page, 360), path
        expect(page.get_by_role("button", name="Meny")).to_be_visible()
    complaints.clear()  # from the page that doesn't exist


def test_the_filters_are_links_that_work_without_scripts(open_page):
    page: Page = open_page("/sok/?q=kunde", java_script_enabled=False, **WIDE)
    groups = page.get_by_role("navigation", name="Avgrens")
    groups.get_by_role("link", name=re.compile("Penger i tide")).click()
    page.wait_for_url("**/sok/?q=kunde&serie=penger-i-tide")
    assert set(page.locator(".hits .label a").all_inner_texts()) == {"Penger i tide"}
    page.get_by_role("link", name="Vis alle treffene").click()
    page.wait_for_url("**/sok/?q=kunde")
    page.get_by_role("link", name="Nyeste først").click()
    page.wait_for_url("**/sok/?q=kunde&sorter=dato")


def test_on_a_phone_the_filters_are_folded_up(open_page):
    page: Page = open_page("/sok/?q=kunde", **PHONE)
    expect(page.get_by_role("navigation", name="Avgrens")).to_be_hidden()
    page.locator("summary").click()
    expect(page.get_by_role("navigation", name="Avgrens")).to_be_visible()


def test_a_hit_leads_to_the_paragraph(open_page):
    page: Page = open_page("/sok/?q=likviditet", MEMBER)
    page.locator(".hit-section a").first.click()
    page.wait_for_url("**#b-*")
    expect(page.locator(page.evaluate("`[id='${location.hash.slice(1)}']`"))).to_be_in_viewport()


def test_axe_finds_nothing_in_the_search(open_page):
    found = []
    for options_of_page in (WIDE, PHONE):
        page: Page = open_page("/sok/", reduced_motion="reduce", **options_of_page)
        for path in ("/sok/", "/sok/?q=kunde", "/sok/?q=likviditet&tema=okonomi", "/sok/?q=xqzz"):
            page.goto(path)
            for details in page.locator("details").all():
                details.evaluate("element => (element.open = true)")
            found += violations(page)
        typed(page, "a")
        field(page).fill("likvid")
        expect(options(page).first).to_be_visible()
        page.keyboard.press("ArrowDown")
        found += violations(page)
    assert found == []


def test_nothing_moves_when_suggestions_come(open_page):
    page: Page = open_page("/")
    page.evaluate("document.fonts.ready.then(() => 0)")  # they move lines as they come
    page.evaluate(SHIFT)
    typed(page, "likvid")
    expect(options(page).first).to_be_visible()
    assert page.evaluate("window.shift ?? 0") == 0


def test_an_article_asks_for_nothing_of_the_search_before_its_field_is_entered(open_page):
    page: Page = open_page("/om/")
    asked = []
    page.on("response", lambda r: "search" in r.url and asked.append(r))
    page.goto(ARTICLE, wait_until="networkidle")
    assert asked == []
    with page.expect_response("**/js/search-suggestions*.js") as fetched:
        field(page).focus()
    assert len(fetched.value.body()) < 5_000
