"""What a browser stores, and what it shows after its member has signed out."""

from playwright.sync_api import Page, expect

from tests.browser.pages import ARTICLE, EDITOR, MEMBER, log_in


def test_the_panel_s_scripts_write_no_cookie_and_hear_no_other_site(open_page):
    desk: Page = open_page("/admin/", EDITOR, viewport={"width": 1440, "height": 1000})
    kept = {cookie["name"] for cookie in desk.context.cookies()}
    desk.locator(".sidebar__collapse-toggle").click()
    expect(desk.locator("body.sidebar-collapsed")).to_be_visible()
    assert {cookie["name"] for cookie in desk.context.cookies()} == kept
    desk.reload()
    expect(desk.locator("body.sidebar-collapsed")).to_be_visible()
    heard = desk.evaluate(
        """() => {
          const heard = [];
          addEventListener("message", ({ origin }) => heard.push(origin));
          for (const origin of ["https://ond.example", location.origin])
            dispatchEvent(new MessageEvent("message", { origin, data: { wagtail: {} } }));
          return heard.map((origin) => origin === location.origin);
        }"""
    )
    assert heard == [True]


def test_after_log_out_the_way_back_leads_to_the_gate(open_page):
    page: Page = open_page("/konto/logg-inn/")
    log_in(page, *MEMBER)
    page.goto(ARTICLE)
    expect(page.locator("section.gate")).to_have_count(0)
    page.goto("/konto/logg-ut/")
    page.locator("main").get_by_role("button", name="Logg ut").click()
    page.wait_for_url(lambda url: "/logg-ut/" not in url)
    while not page.url.endswith(ARTICLE):
        page.go_back()
    expect(page.locator("section.gate")).to_be_visible()
    page.go_back()
    expect(page.locator("main")).not_to_contain_text("medlem@example.no")


def test_nothing_of_a_member_lies_in_the_browser_s_storage(open_page):
    page: Page = open_page("/konto/logg-inn/")
    log_in(page, *MEMBER)
    for path in ("/konto/", ARTICLE, "/konto/mine-data/"):
        page.goto(path)
        stored = page.evaluate(
            "async () => [localStorage.length, sessionStorage.length,"
            " (await indexedDB.databases()).length, (await caches.keys()).length]"
        )
        assert stored == [0, 0, 0, 0]
        assert page.evaluate("document.cookie") == ""
