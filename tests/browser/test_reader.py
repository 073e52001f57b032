"""A visitor becomes a member, and goes on reading where the gate was."""

import pytest
from playwright.sync_api import Page, expect

ARTICLE = "/lede-salg/salgstrakten/"

#: Resolves once everything is drawn.
DRAWN = """async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}"""
#: Returns how far the layout has shifted by itself once every picture is loaded and drawn.
SHIFT = """async () => {
  let shift = 0;
  const add = (entries) => entries.forEach((entry) => (shift += entry.value));
  const seen = new PerformanceObserver((list) => add(list.getEntries()));
  seen.observe({ type: "layout-shift", buffered: true });
  window.scrollTo(0, document.body.scrollHeight);
  for (const image of document.images) {
    image.loading = "eager";
    await image.decode();
  }
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  add(seen.takeRecords());
  return shift;
}"""


def log_out(page: Page) -> None:
    page.goto("/konto/logg-ut/")
    page.locator("main").get_by_role("button", name="Logg ut").click()
    page.wait_for_url(lambda url: "/logg-ut/" not in url)


def is_in(page: Page) -> None:
    """Checks that the reader is at the first paragraph that was locked, and sees no gate."""
    page.wait_for_url(f"**{ARTICLE}#les-videre")
    expect(page.locator("#les-videre.passage.members-only")).to_be_in_viewport()
    expect(page.locator("section.gate")).to_have_count(0)


class Counted:
    """Does what a reader does at the gate, and counts the fields and clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.fields, self.clicks = page, 0, 0
        self.addresses = {page.url.partition("#")[0]}
        page.on("framenavigated", lambda frame: self.addresses.add(frame.url.partition("#")[0]))

    def fill(self, label: str, value: str) -> None:
        self.fields += 1
        self.page.locator("section.gate").get_by_label(label).press_sequentially(value)

    def click(self, name: str, role: str = "button") -> None:
        self.clicks += 1
        self.page.locator("section.gate").get_by_role(role, name=name).click()


def test_from_the_gate_to_the_first_locked_paragraph_without_leaving_the_article(portal, open_page):
    page: Page = open_page(ARTICLE, viewport={"width": 360, "height": 560})
    assert page.context.cookies() == []
    free = page.locator(".passage").inner_text()
    done = Counted(page)
    done.fill("E-postadressen din", "leser@example.no")
    done.click("Les videre")
    done.fill("Koden", portal.code_for("leser@example.no"))
    done.click("Jeg godtar medlemsvilkårene", "checkbox")
    done.click("Bli medlem")
    is_in(page)
    assert (done.fields, done.clicks) <= (2, 3)
    assert done.addresses == {page.url.partition("#")[0]}
    assert page.locator(".passage").first.inner_text() == free
    expect(page.locator("#les-videre")).to_be_focused()
    page.wait_for_load_state()  # the browser may still want to go back to where the gate was
    page.evaluate(DRAWN)
    top = page.locator("#les-videre").bounding_box()["y"]
    assert 0 <= top < 100

    log_out(page)
    page.goto(ARTICLE)
    expect(page.locator("section.gate")).to_be_visible()
    expect(page.locator(".members-only.passage")).to_have_count(0)
    assert "medlem" not in {cookie["name"] for cookie in page.context.cookies()}
    answer = page.reload()
    assert "set-cookie" not in answer.all_headers()

    # Signing in again takes the same field, and nothing more to agree to.
    done = Counted(page)
    done.fill("E-postadressen din", "leser@example.no")
    done.click("Les videre")
    done.fill("Koden", portal.code_for("leser@example.no"))
    is_in(page)
    assert (done.fields, done.clicks) == (2, 1)


def test_the_same_without_javascript(portal, open_page):
    page: Page = open_page(ARTICLE, java_script_enabled=False)
    page.get_by_label("E-postadressen din").fill("utenjs@example.no")
    page.get_by_role("button", name="Les videre").click()
    page.get_by_label("Koden").fill(portal.code_for("utenjs@example.no"))
    page.get_by_role("button", name="Gå videre").click()
    page.get_by_label("Jeg godtar").check()
    page.get_by_role("button", name="Bli medlem").click()
    is_in(page)


def test_a_wrong_code_and_a_wrong_address_are_put_right_at_the_gate(portal, open_page):
    page: Page = open_page(ARTICLE)
    gate = page.locator("section.gate")
    gate.get_by_label("E-postadressen din").fill("feil@example.no")
    gate.get_by_role("button", name="Les videre").click()
    code = portal.code_for("feil@example.no")
    gate.get_by_label("Koden").press_sequentially("000000" if code != "000000" else "111111")
    expect(gate.get_by_text("Koden stemmer ikke")).to_be_visible()
    expect(gate.get_by_label("Koden")).to_be_focused()
    gate.get_by_role("link", name="Bruk en annen adresse").click()
    expect(gate.get_by_label("E-postadressen din")).to_have_value("feil@example.no")
    gate.get_by_label("E-postadressen din").fill("rett@example.no")
    gate.get_by_role("button", name="Les videre").click()
    gate.get_by_label("Koden").press_sequentially(portal.code_for("rett@example.no"))
    gate.get_by_label("Jeg godtar").check()
    gate.get_by_role("button", name="Bli medlem").click()
    assert page.url.partition("#")[0].endswith(ARTICLE)
    is_in(page)


def test_three_wrong_codes_lead_back_to_the_address_with_a_word_why(portal, open_page):
    page: Page = open_page(ARTICLE)
    gate = page.locator("section.gate")
    gate.get_by_label("E-postadressen din").fill("trefeil@example.no")
    gate.get_by_role("button", name="Les videre").click()
    code = portal.code_for("trefeil@example.no")
    gate.get_by_role("button", name="Send en ny kode").click()
    expect(gate.get_by_text("Vi har sendt en ny kode")).to_be_visible()
    code = portal.code_for("trefeil@example.no")
    for n in range(3):
        gate.get_by_label("Koden").fill("")
        gate.get_by_label("Koden").press_sequentially(f"{(int(code) + n + 1) % 1000000:06}")
        expect(page.locator("sign-in")).to_have_attribute("aria-busy", "false")
    expect(gate.get_by_text("Koden gjelder ikke lenger")).to_be_visible()
    expect(gate.get_by_label("E-postadressen din")).to_have_value("trefeil@example.no")
    expect(gate.get_by_role("button", name="Les videre")).to_be_visible()
    assert page.url.endswith(ARTICLE)


def test_who_reloads_before_typing_the_code_types_it_at_the_gate(portal, open_page):
    page: Page = open_page(ARTICLE)
    page.get_by_label("E-postadressen din").fill("glemsom@example.no")
    page.get_by_role("button", name="Les videre").click()
    expect(page.get_by_label("Koden")).to_be_visible()
    page.goto(ARTICLE)
    gate = page.locator("section.gate")
    expect(gate).to_contain_text("Du er nesten")
    expect(gate).to_contain_text("glemsom@example.no")
    expect(gate.get_by_role("button", name="Send en ny kode")).to_be_visible()
    gate.get_by_label("Koden").press_sequentially(portal.code_for("glemsom@example.no"))
    gate.get_by_label("Jeg godtar").check()
    gate.get_by_role("button", name="Bli medlem").click()
    is_in(page)


def test_a_password_lets_in_who_has_one(open_page):
    page: Page = open_page(ARTICLE)
    page.locator("section.gate").get_by_role("link", name="Passnøkkel, passord").click()
    page.locator("main").get_by_role("link", name="Passord").click()
    page.get_by_label("E-post").fill("medlem@example.no")
    page.get_by_label("Passord", exact=True).fill("lesehest-2026")
    page.locator("main").get_by_role("button", name="Logg inn", exact=True).click()
    is_in(page)


def with_a_passkey_device(page: Page) -> None:
    """Gives Chromium a virtual authenticator, like those built into phones and laptops."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_offered_made_used_and_removed(portal, open_page):
    page: Page = open_page(ARTICLE)
    with_a_passkey_device(page)
    page.get_by_label("E-postadressen din").fill("nokkel@example.no")
    page.get_by_role("button", name="Les videre").click()
    page.get_by_label("Koden").press_sequentially(portal.code_for("nokkel@example.no"))
    page.get_by_label("Jeg godtar").check()
    page.get_by_role("button", name="Bli medlem").click()
    is_in(page)
    page.get_by_role("link", name="Lag en passnøkkel").click()
    page.get_by_role("button", name="Lag en passnøkkel").click()
    expect(page.get_by_text("Passnøkkelen er laget")).to_be_visible()
    page.goto("/konto/passnokler/ny/")
    page.get_by_role("button", name="Lag en passnøkkel").click()
    expect(page.get_by_role("alert")).to_have_text("Denne enheten har allerede en passnøkkel her.")
    page.goto(ARTICLE)
    expect(page.locator("passkey-way")).to_have_count(0)

    log_out(page)
    page.goto(ARTICLE)
    page.locator("section.gate").get_by_role("link", name="Passnøkkel, passord").click()
    page.get_by_role("button", name="Passnøkkel").click()
    is_in(page)

    # A code still works: the passkey is a quicker way, not one more hurdle.
    log_out(page)
    page.goto(ARTICLE)
    page.get_by_label("E-postadressen din").fill("nokkel@example.no")
    page.get_by_role("button", name="Les videre").click()
    page.get_by_label("Koden").press_sequentially(portal.code_for("nokkel@example.no"))
    is_in(page)

    page.goto("/konto/passnokler/")
    page.get_by_role("link", name="Fjern Passnøkkel").click()
    page.get_by_role("button", name="Fjern").click()
    expect(page.get_by_text("Du har ingen passnøkler ennå")).to_be_visible()


def test_somebody_joins_with_a_passkey(portal, open_page):
    page: Page = open_page(f"/konto/bli-medlem/?next={ARTICLE}%23les-videre")
    with_a_passkey_device(page)
    page.get_by_role("link", name="Bli medlem med passnøkkel").click()
    page.get_by_label("E-post").fill("nokkelferdig@example.no")
    page.locator("main").get_by_role("button", name="Bli medlem").click()
    page.get_by_label("Koden").fill(portal.code_for("nokkelferdig@example.no"))
    page.get_by_role("button", name="Lag passnøkkelen").click()
    page.get_by_label("Jeg godtar").check()
    page.get_by_role("button", name="Bli medlem").click()
    is_in(page)


def test_a_forgotten_password_is_replaced_by_a_code(portal, open_page):
    address = "glemsk@example.no"
    page: Page = open_page("/konto/logg-inn/")
    page.get_by_label("E-postadressen din").fill(address)
    page.get_by_role("button", name="Send meg en kode").click()
    page.get_by_label("Koden").press_sequentially(portal.code_for(address))
    page.get_by_label("Jeg godtar").check()
    page.get_by_role("button", name="Bli medlem").click()
    page.wait_for_url("**/konto/")
    page.context.clear_cookies()
    page.goto("/konto/logg-inn/passord/")
    page.get_by_role("link", name="Glemt").click()
    page.get_by_label("E-post").fill(address)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_label("Koden").fill(portal.code_for(address))
    expect(page.locator("main input[type=password]")).to_have_count(2)
    for field in page.locator("main input[type=password]").all():
        field.fill("tolv-grevlinger-vasker-tak")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main input[type=password]")).to_have_count(0)
    page.goto("/konto/")
    expect(page.get_by_text(address).first).to_be_visible()


def test_an_account_is_left_and_taken_back(portal, open_page):
    page: Page = open_page("/konto/logg-inn/")
    page.get_by_label("E-postadressen din").fill("angrer@example.no")
    page.get_by_role("button", name="Send meg en kode").click()
    page.get_by_label("Koden").press_sequentially(portal.code_for("angrer@example.no"))
    page.get_by_label("Jeg godtar").check()
    page.get_by_role("button", name="Bli medlem").click()
    page.wait_for_url("**/konto/")
    page.get_by_role("link", name="Mine data").click()
    page.locator("summary", has_text="Slett kontoen").click()
    page.get_by_label("Jeg vil at alt om meg").check()
    page.get_by_role("button", name="Ja, slett den").click()
    expect(page.get_by_text("Kontoen din blir snart slettet")).to_be_visible()
    page.goto(ARTICLE)
    expect(page.locator("section.gate")).to_contain_text("Du er på vei ut")
    page.locator("section.gate").get_by_role("link", name="Min konto").click()
    page.get_by_role("button", name="Jeg vil bli").click()
    expect(page.get_by_role("button", name="Jeg vil bli")).to_have_count(0)
    page.goto(ARTICLE)
    expect(page.locator("section.gate")).to_have_count(0)


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
        assert page.evaluate(SHIFT) < 0.01, path
