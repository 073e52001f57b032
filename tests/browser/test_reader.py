"""A visitor becomes a member, and stands where the text was cut."""

import pytest
from playwright.sync_api import Page, expect

PASSWORD = "langt-og-trygt-ord"
ARTICLE = "/lede-salg/salgstrakten/"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_gate_to_the_first_locked_paragraph_and_out_again(portal, open_page, script):
    page: Page = open_page(ARTICLE, java_script_enabled=script)
    gate = page.locator("section.gate")
    expect(gate).to_be_visible()
    assert page.context.cookies() == []
    free = page.locator(".passage").inner_text()

    gate.get_by_role("link", name="Bli medlem").click()
    address = f"leser-{script}@example.no".lower()
    page.get_by_label("E-post").fill(address)
    page.get_by_label("Passord", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Bli medlem").click()
    page.get_by_label("Kode").fill(portal.code_for(address))
    page.get_by_role("button", name="Bekreft").click()

    page.wait_for_url(f"**{ARTICLE}#les-videre")
    locked = page.locator("#les-videre.passage.members-only")
    expect(locked).to_be_in_viewport()
    assert page.locator(".passage").first.inner_text() == free
    expect(page.locator("section.gate")).to_have_count(0)

    page.get_by_role("link", name="Logg ut").first.click()
    page.locator("main").get_by_role("button", name="Logg ut").click()
    page.goto(ARTICLE)
    expect(page.locator("section.gate")).to_be_visible()
    expect(page.locator(".members-only.passage")).to_have_count(0)
    assert "medlem" not in {cookie["name"] for cookie in page.context.cookies()}
    answer = page.reload()
    assert "set-cookie" not in answer.all_headers()


def test_a_known_member_logs_in_at_the_gate_and_reads_on(open_page):
    page: Page = open_page(ARTICLE)
    page.locator("section.gate").get_by_role("link", name="Logg inn").click()
    page.get_by_label("E-post").fill("medlem@example.no")
    page.get_by_label("Passord", exact=True).fill("lesehest-2026")
    page.locator("main").get_by_role("button", name="Logg inn").click()
    page.wait_for_url(f"**{ARTICLE}#les-videre")
    expect(page.locator("#les-videre.passage")).to_be_in_viewport()


def test_who_goes_back_before_typing_the_code_is_reminded_at_the_gate(open_page):
    page: Page = open_page(f"/konto/bli-medlem/?next={ARTICLE}%23les-videre")
    page.get_by_label("E-post").fill("glemsom@example.no")
    page.get_by_label("Passord", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Bli medlem").click()
    expect(page.get_by_label("Kode")).to_be_visible()
    page.goto(ARTICLE)
    page.locator("section.gate").get_by_role("link", name="Skriv inn koden").click()
    expect(page.get_by_label("Kode")).to_be_visible()


def test_a_forgotten_password_is_replaced_by_a_code(portal, open_page):
    page: Page = open_page("/konto/bli-medlem/")
    page.get_by_label("E-post").fill("surrete@example.no")
    page.get_by_label("Passord", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Bli medlem").click()
    page.get_by_label("Kode").fill(portal.code_for("surrete@example.no"))
    page.get_by_role("button", name="Bekreft").click()
    page.wait_for_url("**/konto/")

    page = open_page("/konto/logg-inn/")
    page.get_by_role("link", name="Glemt").click()
    page.get_by_label("E-post").fill("surrete@example.no")
    page.locator("main form button[type=submit]").first.click()
    page.get_by_label("Kode").fill(portal.code_for("surrete@example.no"))
    page.get_by_role("button", name="Bekreft").click()
    for field in page.locator("main input[type=password]").all():
        field.fill("et-helt-nytt-ord")
    page.locator("main form button[type=submit]").first.click()
    page.goto("/konto/")
    expect(page.get_by_text("surrete@example.no").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_no_page_is_wider_than_the_window(open_page, width, scheme):
    page: Page = open_page("/", viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in (
        "/",
        "/lede-salg/",
        ARTICLE,
        "/forfattere/",
        "/ordbok/",
        "/om/",
        "/konto/logg-inn/",
    ):
        page.goto(path)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0, path


def test_nothing_on_a_page_moves_when_its_pictures_arrive(open_page):
    page: Page = open_page("/")
    for path in ("/", "/lede-salg/", "/lede-salg/fra-selger-til-leder/"):
        page.goto(path)
        shift = page.evaluate(
            """async () => {
              let shift = 0;
              new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) shift += entry.value;
              }).observe({ type: "layout-shift", buffered: true });
              window.scrollTo(0, document.body.scrollHeight);
              await new Promise((done) => setTimeout(done, 800));
              return shift;
            }"""
        )
        assert shift < 0.01, path


def test_listening_is_not_offered_where_there_is_no_norwegian_voice(open_page):
    page: Page = open_page(ARTICLE)
    expect(page.locator("listen-article")).to_be_hidden()
