"""Sign-in through another provider, in a browser because HTTP libraries ignore CSP."""

import pytest
from playwright.sync_api import Page, expect

from tests import identity_provider
from tests.browser.test_reader import ARTICLE, is_in
from tests.identity_provider import PASSWORD

#: Only one process starts this provider.
pytestmark = pytest.mark.xdist_group("providers")
#: The host where people sign in. The provider's own address is another one, and leads there.
HOME = "skolen.localhost"


@pytest.fixture(scope="module", autouse=True)
def provider(portal, tmp_path_factory):
    callback = f"{portal.url}/konto/inn/prove/tilbake/"
    folder = tmp_path_factory.mktemp("provider")
    port = portal.provider_port
    with identity_provider.running(folder, callback, port, sends_on_to=HOME) as url:
        yield url


@pytest.fixture(autouse=True)
def only_policy(open_page, complaints):
    """Keeps only complaints about CSP. The provider's pages may have other faults."""
    yield
    complaints[:] = [text for text in complaints if "Content Security Policy" in text]


def go_there_and_log_in(page: Page, who: str) -> None:
    page.locator("main").get_by_role("button", name="Prøvedøra").click()
    page.wait_for_url(f"http://{HOME}:*/accounts/login/**")
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").first.click()


@pytest.mark.parametrize(("has_scripts", "who"), [(True, "kari"), (False, "ola")])
def test_from_the_gate_to_the_first_locked_paragraph_by_a_provider(open_page, has_scripts, who):
    page: Page = open_page(ARTICLE, java_script_enabled=has_scripts)
    page.locator("section.gate").get_by_role("link", name="Passnøkkel, passord").click()
    go_there_and_log_in(page, who)
    page.get_by_label("Jeg godtar").check()
    page.get_by_role("button", name="Bli medlem").click()
    is_in(page)


def test_who_turns_back_at_the_provider_stands_where_they_chose_it(open_page):
    page: Page = open_page(f"/konto/logg-inn/?next={ARTICLE}")
    page.locator("main").get_by_role("button", name="Prøvedøra").click()
    page.wait_for_url(f"http://{HOME}:*/accounts/login/**")
    page.go_back()
    expect(page.locator("main").get_by_role("button", name="Prøvedøra")).to_be_visible()
    assert "/konto/logg-inn/" in page.url


def test_a_member_connects_an_account_from_within(portal, open_page):
    """Uses a member of its own, because it ends all the member's other sessions."""
    page: Page = open_page("/konto/bli-medlem/")
    page.get_by_label("E-postadressen din").fill("kobler@example.no")
    page.get_by_role("button", name="Send meg en kode").click()
    page.get_by_label("Koden").fill(portal.code_for("kobler@example.no"))
    page.get_by_label("Jeg godtar").check()
    page.get_by_role("button", name="Bli medlem").click()
    page.wait_for_url("**/konto/")
    page.goto("/konto/tilkoblinger/")
    go_there_and_log_in(page, "feide")
    page.wait_for_url("**/konto/tilkoblinger/")
    page.get_by_role("button", name="Fjern Prøvedøra").click()
    expect(page.get_by_role("button", name="Fjern Prøvedøra")).to_have_count(0)


def test_the_page_in_between_starts_by_a_form_too(open_page):
    page: Page = open_page(f"/konto/inn/prove/?next={ARTICLE}%23les-videre")
    page.locator("main").get_by_role("button").click()
    page.wait_for_url(f"http://{HOME}:*/accounts/login/**")
