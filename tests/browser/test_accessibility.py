"""WCAG 2.2 AA, as far as a program can see it: axe-core on every kind of page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.pages import (
    ARTICLE,
    FOR_ALL,
    FOR_MEMBERS,
    FOR_VISITORS,
    MEMBER,
    OTHERWISE_FOR_MEMBERS,
    RULES,
)

#: A colour in transition, as after a change of the colour scheme, may lack contrast.
STILL = """
const sheet = new CSSStyleSheet();
sheet.replaceSync("* { transition: none !important }");
document.adoptedStyleSheets.push(sheet);
"""


def violations(page: Page) -> list[str]:
    """Returns violations in the light colour scheme, and those of contrast in the dark one."""
    page.evaluate(STILL)
    page.emulate_media(color_scheme="light")
    found = Axe().run(page, options=RULES).response["violations"]
    page.emulate_media(color_scheme="dark")
    found += Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    return [
        f"{page.url}: {rule['id']}: {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


def test_axe_finds_what_is_planted(open_page):
    page: Page = open_page(ARTICLE)
    page.evaluate("document.querySelector('.article').append(new Image())")
    page.evaluate("document.querySelector('.lead').style.color = '#998'")
    found = [line.split(": ")[1] for line in violations(page)]
    assert {"image-alt", "color-contrast"} <= set(found)


def test_axe_finds_what_is_planted_in_the_dark(open_page):
    page: Page = open_page(ARTICLE)
    page.evaluate("document.querySelector('.lead').style.color = 'light-dark(#000, #222)'")
    assert {line.split(": ")[1] for line in violations(page)} == {"color-contrast"}


def opened(open_page, **options) -> Page:
    """Opens a page without motion, because a colour in transition may lack contrast."""
    return open_page("/om/", reduced_motion="reduce", **options)


def test_axe_finds_nothing_for_a_visitor(open_page, complaints):
    page = opened(open_page)
    found = []
    for path in FOR_ALL + FOR_VISITORS:
        page.goto(path)
        for details in page.locator("details").all():
            details.evaluate("element => (element.open = true)")
        found += violations(page)
    complaints.clear()  # from the page that doesn't exist
    assert found == []


def test_axe_finds_nothing_for_a_member(open_page, complaints):
    page = opened(open_page, who=MEMBER)
    page.goto(ARTICLE)
    page.get_by_role("button", name="Lagre").first.click()
    found = []
    for path in OTHERWISE_FOR_MEMBERS + FOR_MEMBERS:
        page.goto(path)
        for details in page.locator("details").all():
            details.evaluate("element => (element.open = true)")
        found += violations(page)
    assert found == []


def test_axe_finds_nothing_with_the_bar_open(open_page):
    found = []
    for who in (None, MEMBER):
        page: Page = opened(open_page, who=who, viewport={"width": 360, "height": 780})
        page.goto(ARTICLE)
        for name in ("Innhold", "Tekst og utseende"):
            page.get_by_role("button", name=name).click()
            expect(page.locator(".bar-panel:popover-open")).to_be_visible()
            found += violations(page)
            page.keyboard.press("Escape")
            expect(page.locator(".bar-panel:popover-open")).to_have_count(0)
    assert found == []


def test_the_keyboard_alone_leads_from_the_gate_to_the_text(portal, open_page):
    page: Page = open_page(ARTICLE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hopp til innholdet")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "section.gate input[type=email]")
    page.keyboard.type("tastatur@example.no")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Koden")).to_be_focused()
    page.keyboard.type(portal.code_for("tastatur@example.no"))
    expect(page.get_by_label("Jeg godtar")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ARTICLE}#les-videre")
    expect(page.locator("#les-videre.passage")).to_be_in_viewport()
    assert has_visible_focus(page, tabs=3)


def test_axe_finds_nothing_on_the_way_in(portal, open_page):
    page = opened(open_page)
    address, found = "vei@example.no", []
    page.goto("/konto/logg-inn/")
    page.get_by_label("E-postadressen din").fill(address)
    page.get_by_role("button", name="Send meg en kode").click()
    expect(page.get_by_label("Koden")).to_be_visible()
    found += violations(page)
    code = portal.code_for(address)
    page.get_by_label("Koden").press_sequentially("000000" if code != "000000" else "111111")
    expect(page.get_by_text("Koden stemmer ikke")).to_be_visible()
    found += violations(page)
    page.goto(ARTICLE)
    found += violations(page)
    page.get_by_label("Koden").press_sequentially(code)
    expect(page.get_by_label("Jeg godtar")).to_be_visible()
    found += violations(page)
    page.goto("/konto/vilkar/")
    found += violations(page)
    page.get_by_label("Jeg godtar").check()
    page.get_by_role("button", name="Bli medlem").click()
    expect(page.get_by_label("Jeg godtar")).to_have_count(0)
    page.goto("/konto/passnokler/ny/")
    found += violations(page)
    page.goto("/konto/passord/velg/")
    found += violations(page)
    page.goto("/konto/to-trinn/app/")
    found += violations(page)
    page.goto("/konto/mine-data/")
    page.locator("summary", has_text="Slett kontoen").click()
    page.get_by_label("Jeg vil at alt").check()
    page.get_by_role("button", name="Ja, slett den").click()
    page.wait_for_url("**/konto/")
    found += violations(page)
    page.goto(ARTICLE)
    found += violations(page)
    assert found == []


def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by the keyboard")


def has_visible_focus(page: Page, tabs: int) -> bool:
    for _ in range(tabs):
        page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        if page.evaluate(outline) == "none":
            return False
    return True


@pytest.mark.parametrize("path", FOR_ALL[:-1])
def test_text_of_twice_the_size_is_cut_off_nowhere(open_page, path):
    page: Page = open_page(path, viewport={"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0


def test_nothing_moves_for_who_asked_for_less_motion(open_page):
    page: Page = open_page(ARTICLE, reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_a_term_is_explained_on_focus_and_closed_by_escape(open_page):
    page: Page = open_page("/lede-salg/lonn-og-provisjon/", MEMBER)
    term = page.locator(".passage a.term").first
    card = page.get_by_role("tooltip")
    expect(card).to_be_hidden()
    page.keyboard.press("Tab")
    term.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(card).to_be_visible()
    expect(card).to_contain_text("Dekningsbidrag")
    expect(term).to_have_attribute("aria-describedby", "term-card")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    term.hover()
    expect(card).to_be_visible()
    card.hover()
    expect(card).to_be_visible()
    term.click()
    page.wait_for_url("**/ordbok/dekningsbidrag/")


def test_a_term_reached_before_the_script_is_explained_when_it_comes(open_page):
    page: Page = open_page("/om/", MEMBER)
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/page-article*.js", hold)
    with page.expect_request("**/js/page-article*.js"):
        page.goto("/lede-salg/lonn-og-provisjon/", wait_until="commit")
    page.locator(".passage a.term").first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert held
    held[0].continue_()
    expect(page.get_by_role("tooltip")).to_contain_text("Dekningsbidrag")


def test_a_term_is_explained_by_the_first_tap_and_followed_by_the_second(open_page):
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    page: Page = open_page("/lede-salg/lonn-og-provisjon/", MEMBER, **phone)
    term, card = page.locator(".passage a.term").first, page.get_by_role("tooltip")
    term.tap()
    expect(card).to_contain_text("Dekningsbidrag")
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.locator("h1").tap()
    expect(card).to_be_hidden()
    term.tap()
    expect(card).to_be_visible()
    term.tap()
    page.wait_for_url("**/ordbok/dekningsbidrag/")
