"""A member reads: to the end of a series, on two devices, on paper, without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

ARTICLE = "/lede-salg/salgstrakten/"
PLACE = re.compile(r"/konto/lesing/\d+/sted/")


@pytest.fixture
def new_member(portal, open_page):
    """Returns a function that signs up a member in a browser with `options`."""

    def signed_up(address: str, **options) -> tuple[Page, str]:
        page: Page = open_page("/konto/bli-medlem/", **options)
        if options.get("java_script_enabled", True):
            page.clock.install()  # so that `report` needs no waiting
        page.get_by_label("E-postadressen din").fill(address)
        page.get_by_role("button", name="Send meg en kode").click()
        page.get_by_label("Koden").fill(portal.code_for(address))
        if options.get("java_script_enabled") is False:
            page.get_by_role("button", name="Gå videre").click()
        page.get_by_label("Jeg godtar").check()
        page.get_by_role("button", name="Bli medlem").click()
        page.wait_for_url("**/konto/")
        return page, address

    return signed_up


def read_to(page: Page, selector: str) -> None:
    """Scrolls there as a reader would, and waits until the server has the reading position."""
    # No report before the last scroll. The clock can't be paused at a moment that has passed.
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 60"))
    with page.expect_response(lambda response: bool(PLACE.search(response.url))):
        scroll_to(page, selector)
        report(page)


def report(page: Page) -> None:
    """The page tells the server four seconds after the first scroll."""
    page.clock.run_for(4500)


def scroll_to(page: Page, selector: str) -> None:
    """Scrolls with the wheel until the element is in the upper half of the window."""
    page.mouse.move(300, 300)
    is_below = "element => element.getBoundingClientRect().top > innerHeight / 2"
    while page.locator(selector).last.evaluate(is_below):
        y = page.evaluate("scrollY")
        page.mouse.wheel(0, 400)
        for _ in range(100):  # turns that arrive together would be a jump
            if page.evaluate("scrollY") == y:
                page.wait_for_timeout(20)


def begun(page: Page) -> list[str]:
    """Returns what the member's own page lists as begun, and how far."""
    page.goto("/konto/lesing/")
    return page.locator("#pabegynt + ul > li .line").all_inner_texts()


def test_a_series_is_read_to_its_end(new_member):
    page, _ = new_member("leseren@example.no")
    page.goto("/penger-i-tide/")
    parts = page.locator(".contents.numbered h3 a").evaluate_all(
        "all => all.map((a) => a.pathname)"
    )
    assert len(parts) == 4
    for path in parts:
        page.goto(path)
        read_to(page, ".after")
        expect(page.locator("#lest")).to_have_text("Lest – merk som ulest")
        expect(page.locator("#lest")).to_have_class("is-on")
    page.goto("/penger-i-tide/")
    expect(page.locator(".marking.read")).to_have_count(4)
    expect(page.get_by_text("Du har lest hele serien.")).to_be_visible()
    page.goto("/konto/lesing/")
    expect(page.locator("#lest + ul > li")).to_have_count(4)


def test_what_is_marked_as_unread_is_not_read_again_on_the_way_out(new_member):
    page, _ = new_member("ulest@example.no")
    page.goto("/penger-i-tide/")
    page.locator(".contents.numbered h3 a").first.click()
    read_to(page, ".article .passage p")
    page.get_by_role("button", name="Lest – merk som ulest").click()  # which lies further on
    expect(page.locator("#lest")).to_have_text("Merk som lest")
    page.wait_for_timeout(500)  # what a page reports as it goes comes after the next one
    page.reload()
    expect(page.locator("#lest")).to_have_text("Merk som lest")


def test_on_another_device_one_goes_on_where_one_stopped(new_member, portal, open_page):
    first, address = new_member("toskjermer@example.no")
    first.goto(ARTICLE)
    read_to(first, ".passage.members-only h2:nth-of-type(2)")

    phone: Page = open_page("/konto/logg-inn/", viewport={"width": 390, "height": 800})
    phone.get_by_label("E-postadressen din").fill(address)
    phone.get_by_role("button", name="Send meg en kode").click()
    phone.get_by_label("Koden").fill(portal.code_for(address))
    phone.wait_for_url("**/konto/")
    phone.goto("/lede-salg/")
    expect(phone.locator(".series-reading")).to_contain_text("Fortsett med del 2")
    phone.locator(".series-reading .button").click()
    phone.wait_for_url(re.compile(rf"{ARTICLE}#b-"))
    place = phone.evaluate("location.hash")
    expect(phone.locator(place)).to_be_in_viewport()
    assert "members-only" in phone.locator(f".passage:has({place})").get_attribute("class")


def test_without_javascript_a_member_saves_ticks_and_marks_a_place(new_member):
    page, _ = new_member("utenskript@example.no", java_script_enabled=False)
    page.goto(ARTICLE)
    page.get_by_role("button", name="Lagre til senere").first.click()
    expect(page.get_by_role("button", name="Lagret – ta bort").first).to_be_visible()
    page.get_by_label("Jeg er kommet til").select_option(index=2)
    page.get_by_role("button", name="Husk stedet").click()
    page.wait_for_url(f"**{ARTICLE}")
    page.get_by_role("link", name="Fortsett der du slapp").click()
    page.wait_for_url("**#b-*")
    expect(page.locator(page.url.split("#")[1].join(["#", ""]))).to_be_in_viewport()
    page.get_by_role("button", name="Merk som lest").click()
    page.wait_for_url(f"**{ARTICLE}#lesingen")
    page.goto("/konto/lesing/")
    expect(page.locator("#lagret + ul > li")).to_have_count(1)
    expect(page.locator("#lest + ul > li")).to_have_count(1)
    page.get_by_text("Slett og slå av historikken", exact=True).click()
    page.get_by_role("button", name="Ja, slett og slå av").click()
    expect(page.locator("#lest + ul > li")).to_have_count(0)
    expect(page.get_by_text("Vi fører ingen historikk.")).to_be_visible()
    expect(page.locator("#lagret + ul > li")).to_have_count(1)


def test_on_paper_there_is_the_text_and_no_button(open_page, new_member):
    visitor: Page = open_page(ARTICLE)
    visitor.emulate_media(media="print")
    for hidden in (".masthead .links", ".toc", ".share", ".cite", ".bar", ".gate .actions"):
        expect(visitor.locator(hidden).first).to_be_hidden()
    expect(visitor.locator(".passage")).to_have_count(1)
    expect(visitor.locator(".bio").first).to_be_visible()
    for said in (f"{visitor.url}", "24. september 2026", "Sætervåg, R. (2026, 15. september)."):
        expect(visitor.locator(".on-paper")).to_contain_text(said)
    assert visitor.pdf().startswith(b"%PDF")

    member, _ = new_member("papiret@example.no")
    member.goto(ARTICLE)
    member.emulate_media(media="print")
    for hidden in (".tools", ".reading-end", ".toc"):
        expect(member.locator(hidden).first).to_be_hidden()
    expect(member.locator(".passage.members-only")).to_be_visible()
    ink = "getComputedStyle(document.querySelector('.passage p')).color"
    assert member.evaluate(ink) == "rgb(0, 0, 0)"


def test_the_contents_follow_the_reading_and_a_link_can_be_copied(new_member):
    page, _ = new_member("innhold@example.no", viewport={"width": 1440, "height": 900})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(ARTICLE)
    contents = page.get_by_role("navigation", name="Innhold")
    expect(contents).to_be_visible()
    contents.get_by_role("link").nth(1).click()
    expect(contents.locator("[aria-current=location]")).to_have_count(1)
    page.get_by_role("button", name=re.compile("Kopier lenken til")).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".heading-link[data-copied]")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(rf"{ARTICLE}#b-[\w-]+$", copied)
    page.get_by_text("Siter artikkelen").click()
    page.locator(".cite").get_by_role("button", name="Kopier").first.click()
    expect(page.locator(".cite .copy[data-copied]")).to_have_count(1)
    expect(page.get_by_role("status").last).to_have_text("Kopiert")
    assert "Sætervåg, R. (2026, 15. september)." in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        page.get_by_role("link", name="BibTeX").click()
    assert download.value.suggested_filename == "salgstrakten.bib"


def test_a_picture_is_shown_in_its_largest_size_and_left_again(new_member):
    page, _ = new_member("figuren@example.no", viewport={"width": 390, "height": 800})
    page.goto("/lede-salg/prognosen/")
    picture = page.get_by_role("link", name=re.compile("^Søylediagram.* – Vis større$"))
    in_article = picture.get_by_role("img").evaluate("image => image.clientWidth")
    picture.click()
    page.wait_for_url("**/bilde/**")
    assert page.locator("img").evaluate("image => image.naturalWidth") > 2 * in_article
    page.go_back()
    expect(picture).to_be_in_viewport()


def test_a_visitor_s_contents_lead_to_the_gate(open_page):
    page: Page = open_page(ARTICLE, viewport={"width": 390, "height": 800})
    page.get_by_role("button", name="Innhold").click()
    page.get_by_role("navigation", name="Innhold").get_by_role("link").last.click()
    page.wait_for_url(f"**{ARTICLE}#les-videre")
    expect(page.locator("section.gate")).to_be_in_viewport()
    assert page.context.cookies() == []


def test_what_is_jumped_over_is_not_read(new_member):
    page, _ = new_member("hopperen@example.no")
    page.goto("/lede-salg/lonn-og-provisjon/")
    page.get_by_role("button", name="Lagre til senere").first.click()
    page.locator(".footnote-mark a").first.click()
    page.keyboard.press("End")
    report(page)
    page.mouse.move(300, 300)
    page.mouse.wheel(0, -60)
    page.mouse.wheel(0, 60)
    report(page)
    page.goto("/konto/lesing/")
    expect(page.locator("#lest + ul > li")).to_have_count(0)
    expect(page.locator("#lagret + ul > li")).to_have_count(1)


def test_to_look_at_the_beginning_again_does_not_lose_the_place(new_member):
    page, _ = new_member("blarer@example.no")
    page.goto(ARTICLE)
    read_to(page, ".passage.members-only h2:nth-of-type(2)")
    [before] = begun(page)
    page.goto(ARTICLE)
    page.mouse.move(300, 300)
    page.mouse.wheel(0, 500)
    report(page)
    assert begun(page) == [before]
    page.goto(f"{ARTICLE}#fortsett")
    report(page)
    assert begun(page) == [before]
