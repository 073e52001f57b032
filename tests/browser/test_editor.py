"""An editor writes, previews, publishes, reorders and renames in the panel."""

import json
import re
import time
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Request, Response, Route, expect

from articles.slugs import norwegian_slug
from tests.browser.pages import EDITOR, MEMBER
from tests.separate import wait_until

OPEN, LOCKED = "Dette kan alle lese.", "Dette er for medlemmer."
TEASER = "Hva resten handler om"
GATE = "Herfra: bare for medlemmer"


#: Marks what Wagtail's scripts have done by themselves, so that a test can wait for it.
DONE = """
const done = (name) => document.documentElement.setAttribute(`data-done-${name}`, "");
addEventListener("w-unsaved:watch-edits", () => done("watching"), true);
addEventListener("w-sync:apply", () => done("naming"), true);
"""


@pytest.fixture
def desk(open_page) -> Page:
    page: Page = open_page("/admin/", EDITOR, viewport={"width": 1440, "height": 1000})
    page.add_init_script(DONE)
    return page


def row(desk: Page, title: str) -> Locator:
    return desk.locator("tbody tr").filter(has=desk.get_by_role("link", name=title, exact=True))


def write_series(desk: Page, title: str) -> None:
    desk.get_by_role("link", name="Serier", exact=True).click()
    desk.get_by_role("link", name="Ny serie", exact=True).click()
    name(desk, title, "Hva serien handler om.")
    publish(desk)


def make_series(desk: Page, title: str) -> None:
    """Does the same as `write_series` without the form, which other tests cover."""
    add = desk.request.get("/admin/serier/ny/").url
    home = f"/admin/pages/{re.search(r'[0-9]+', add.split('/admin/')[1])[0]}/"
    fields = {"lead": "Hva serien handler om.", "action-publish": "action-publish"}
    make_page(desk, home, "series", title, fields)
    desk.goto(home)


def make_draft(desk: Page, series: str, title: str) -> None:
    """Creates an article with one line of text, and leaves its form open."""
    desk.goto("/admin/")
    desk.get_by_role("link", name="Serier", exact=True).click()
    link = row(desk, series).get_by_role("link", name=series, exact=True)
    parent = link.get_attribute("href")
    line = {"key": "a", "text": OPEN, "type": "unstyled", "depth": 0}
    line |= {"inlineStyleRanges": [], "entityRanges": []}
    block = {"type": "text", "order": "0", "value": json.dumps({"blocks": [line], "entityMap": {}})}
    fields = {
        "lead": "Hva artikkelen handler om.",
        "body-count": "1",
        **{f"body-0-{key}": value for key, value in {"deleted": "", "id": "", **block}.items()},
        **by_line(desk),
    }
    desk.goto(make_page(desk, parent, "article", title, fields))


def make_page(desk: Page, parent: str, kind: str, title: str, fields: dict[str, str]) -> str:
    """Creates a page by POST, and returns the address that it redirects to."""
    address = f"/admin/pages/add/articles/{kind}/{re.search(r'[0-9]+', parent)[0]}/"
    form = desk.request.get(address).text()
    common = {
        "csrfmiddlewaretoken": re.search(r'csrfmiddlewaretoken" value="(\w+)"', form)[1],
        "title": title,
        "slug": norwegian_slug(title),
        **empty_forms("comments"),
    }
    answer = desk.request.post(address, form=common | fields)
    assert "/add/" not in answer.url, answer.text()
    return answer.url


def by_line(desk: Page) -> dict[str, str]:
    """The form of one author: nothing is published without."""
    found = desk.request.get("/admin/forfattere/forslag/?q=Ragnhild").json()["authors"]
    row = {"id": "", "author": str(found[0]["id"]), "role": "text", "ORDER": "1", "DELETE": ""}
    rows = {f"by_line-0-{field}": value for field, value in row.items()}
    return empty_forms("by_line") | rows | {"by_line-TOTAL_FORMS": "1"}


def empty_forms(name: str) -> dict[str, str]:
    counts = {"TOTAL": "0", "INITIAL": "0", "MIN_NUM": "0", "MAX_NUM": "1000"}
    return {f"{name}-{part}_FORMS": number for part, number in counts.items()}


def name(desk: Page, title: str, lead: str) -> None:
    """Fills in title and lead once the page's scripts have started: they make the address."""
    desk.wait_for_load_state()
    desk.locator("#id_title").fill(title)
    desk.locator("#id_lead").fill(lead)
    expect(desk.locator("#id_slug")).to_have_value(norwegian_slug(title))


def begin_first_article(desk: Page, series: str, title: str) -> None:
    row(desk, series).locator(".no-children a").click()
    name(desk, title, "Hva artikkelen handler om.")
    choose_author(desk)


def choose_author(desk: Page) -> None:
    desk.get_by_role("button", name="Legg til forfatter").click()
    desk.locator("author-input input[type=text]:visible").last.fill("Idun")
    desk.locator("author-input [role=option]:visible").first.wait_for()
    desk.keyboard.press("Enter")
    expect(desk.locator("author-input input[type=hidden]").last).to_have_value(re.compile(r"\d+"))


def press_publish(desk: Page) -> None:
    desk.locator("[data-publishing-sheet]").click()
    confirm = desk.locator(".publishing-sheet [data-sheet-confirm]")
    expect(confirm).to_be_visible()
    expect(desk.locator(".publishing-sheet .sheet-fault")).to_have_text([])  # tells what it says
    confirm.click()


def publish(desk: Page) -> None:
    press_publish(desk)
    expect(desk.locator(".messages .success")).to_contain_text("publisert")


def blocks(desk: Page, kind: str) -> Locator:
    return desk.locator(f'[data-streamfield-child]:has(> input[name$="-type"][value="{kind}"])')


def write(desk: Page, *lines: str) -> None:
    """Types `lines` into the text block that a new page starts with."""
    blocks(desk, "text").locator("[contenteditable=true]").click()
    for i, line in enumerate(lines):
        if i:
            desk.keyboard.press("Enter")
        desk.keyboard.type(line)
    # The editor hands the text to the form a quarter of a second after the last key.
    stored = blocks(desk, "text").locator("[data-streamfield-widget] > input")
    expect(stored).to_have_value(re.compile(re.escape(lines[-1])))


def write_on(desk: Page) -> None:
    """Makes a change once the form watches for changes."""
    expect(desk.locator("html[data-done-watching]")).to_have_count(1)
    desk.locator("#id_lead").press_sequentially(" ")


def until_saved(desk: Page) -> None:
    """Waits until a new page's draft has saved itself and its side panels are rebuilt."""
    desk.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    panel = desk.locator("[data-side-panel=preview] [data-w-preview-url-value*='/edit/preview/']")
    expect(panel).to_have_count(1)


def is_save(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/edit/")


def is_save_of(text: str, answer: Response) -> bool:
    return is_save(answer.request) and text in (answer.request.post_data or "")


CARET_MOVES = """() => {
  window.caretMoved = new Promise((done) => {
    const drawn = () => requestAnimationFrame(() => setTimeout(done));
    document.addEventListener("selectionchange", drawn, { once: true });
    setTimeout(done, 10_000);
  });
}"""


def move_caret(desk: Page, *keys: str) -> None:
    """Presses keys that move the caret. The editor learns a little later where it is."""
    for key in keys:
        desk.evaluate(CARET_MOVES)
        desk.keyboard.press(key)
        desk.evaluate("window.caretMoved")


def insert(desk: Page, kind: str, after: str) -> None:
    """Inserts a block by typing «/» at the end of a line in the running text."""
    blocks(desk, "text").get_by_text(after, exact=True).click()
    move_caret(desk, "End")
    desk.keyboard.type("/")
    desk.get_by_role("option", name=kind, exact=True).click()


def kinds(desk: Page) -> list[str]:
    fields = desk.locator('[data-streamfield-child] > input[name^="body-"][name$="-type"]')
    return fields.evaluate_all("all => all.map((field) => field.value)")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "solnedgang.png"
    Image.new("RGB", (1000, 600), (180, 90, 60)).save(path)
    return path


def insert_blocks(desk: Page, picture: Path) -> None:
    insert(desk, "Bilde", after=OPEN)
    blocks(desk, "picture").get_by_role("button", name="Velg et bilde").click()
    chooser = desk.locator(".modal-content")
    chooser.get_by_role("tab", name="Last opp").click()
    chooser.locator("input[type=file]").set_input_files(picture)
    expect(chooser.locator("input[name$=-title]")).to_have_value("solnedgang")
    chooser.locator("input[name$=-title]").fill("Solnedgang")
    chooser.get_by_role("button", name="Last opp").click()
    expect(chooser).to_be_hidden()
    expect(blocks(desk, "picture")).to_contain_text("Solnedgang")
    blocks(desk, "picture").locator("input[name$=-alt]").fill("Himmelen i rødt")

    insert(desk, "Definisjon", after="Et begrep.")
    definition = blocks(desk, "definition")
    definition.locator("input[name$=-term]").fill("Klarspråk")
    definition.locator("[contenteditable=true]").click()
    desk.keyboard.type("Språk som forstås med en gang.")

    insert(desk, "Tabell", after="En tabell.[^1]")
    table = blocks(desk, "table")
    column = desk.get_by_role("button", name="Tekst", exact=True)
    while not column.is_visible():  # the menu needs its script
        table.locator("[data-append-column]:visible").first.click()
        desk.wait_for_timeout(200)
    column.click()
    table.locator("input[name$=-heading]").fill("Ord")
    table.locator("[contenteditable=true]").click()
    desk.keyboard.type("Celle")

    insert(desk, "Fotnote", after=LOCKED)
    footnote = blocks(desk, "footnote")
    footnote.locator("input[name$=-label]").fill("1")
    footnote.locator("[contenteditable=true]").click()
    desk.keyboard.type("En note.")


def insert_gate(desk: Page) -> None:
    """Inserts a gate in the middle of one text block."""
    text = blocks(desk, "text").filter(has_text=LOCKED)
    text.get_by_text(LOCKED, exact=True).click()
    move_caret(desk, "Home")
    desk.keyboard.type("/")
    desk.get_by_role("option", name=GATE, exact=True).click()
    gate = blocks(desk, "gate")
    expect(gate.get_by_role("heading", name=GATE)).to_be_visible()
    expect(blocks(desk, "text").last).to_contain_text(LOCKED)
    gate.locator("input[name$=-teaser]").fill(TEASER)


def preview(desk: Page) -> None:
    until_saved(desk)
    desk.locator("[data-side-panel-toggle=preview]").click()
    panel = desk.locator("[data-side-panel=preview]")
    frame = panel.frame_locator("#w-preview-iframe")
    expect(frame.get_by_text(TEASER)).to_be_visible()
    expect(frame.get_by_text(OPEN)).to_be_visible()
    expect(frame.get_by_text(LOCKED)).to_have_count(0)
    panel.locator("#id_preview_mode").select_option(label="Som medlem")
    expect(frame.get_by_text(LOCKED)).to_be_visible()
    expect(frame.locator("section.gate")).to_have_count(0)


def test_an_editor_writes_with_every_block_previews_and_publishes(desk, open_page, picture):
    write_series(desk, "Å skrive klart")
    begin_first_article(desk, "Å skrive klart", "Første utkast")
    write(desk, "## Mellomtittel", "- punkt", "", OPEN, "Et begrep.", "En tabell.[^1]", LOCKED)

    insert_blocks(desk, picture)
    insert_gate(desk)
    text, after = ["text"], kinds(desk)
    assert after[: after.index("gate")] == [
        *text, "picture", *text, "definition", *text, "table", *text,
    ]  # fmt: skip
    assert after[after.index("gate") :] == ["gate", *text, "footnote"]

    preview(desk)
    publish(desk)

    path = "/a-skrive-klart/forste-utkast/"
    visitor: Page = open_page(path)
    expect(visitor.get_by_text(OPEN)).to_be_visible()
    expect(visitor.get_by_role("img", name="Himmelen i rødt")).to_be_visible()
    expect(visitor.get_by_role("cell", name="Celle")).to_be_visible()
    expect(visitor.locator("section.gate")).to_contain_text(TEASER)
    assert LOCKED not in visitor.content()
    member: Page = open_page(path, MEMBER)
    expect(member.get_by_text(LOCKED)).to_be_visible()
    expect(member.get_by_text("Språk som forstås med en gang.")).to_be_visible()

    desk.goto("/admin/ordbok/")
    expect(desk.get_by_role("link", name="Klarspråk")).to_be_visible()


def test_a_renamed_article_leaves_a_redirect_and_its_access_is_an_action_of_its_own(
    desk, open_page
):
    make_series(desk, "Å få ny adresse")
    begin_first_article(desk, "Å få ny adresse", "Gammelt navn")
    write(desk, LOCKED)
    publish(desk)
    visitor: Page = open_page("/a-fa-ny-adresse/gammelt-navn/")
    expect(visitor.locator("section.gate")).to_be_visible()
    assert LOCKED not in visitor.content()

    row(desk, "Gammelt navn").get_by_role("link", name="Gammelt navn", exact=True).click()
    desk.get_by_role("tab", name="Fremhev").click()
    desk.locator("#id_slug").fill("nytt-navn")
    publish(desk)
    old = visitor.request.get("/a-fa-ny-adresse/gammelt-navn/", max_redirects=0)
    assert old.status == 301
    assert old.headers["location"].endswith("/a-fa-ny-adresse/nytt-navn/")

    row(desk, "Gammelt navn").get_by_role("link", name="Gammelt navn", exact=True).click()
    desk.wait_for_load_state()  # the toggle needs its script
    desk.locator("[data-side-panel-toggle=status]").click()
    status = desk.locator("[data-side-panel=status]")
    expect(status).to_contain_text("Bare for medlemmer")
    status.get_by_role("link", name="Endre tilgang").click()
    desk.get_by_label("Åpen for alle").check()
    desk.get_by_role("button", name="Endre tilgang").click()
    expect(desk.locator(".messages .success")).to_contain_text("Åpen for alle")
    visitor.goto("/a-fa-ny-adresse/nytt-navn/")
    expect(visitor.get_by_text(LOCKED)).to_be_visible()


class Held:
    """Holds back the first request to an address until `release`."""

    def __init__(self, page: Page, address: str, method: str = "POST") -> None:
        self.page = page
        self.method = method
        self.first: Route | None = None
        page.route(address, self.take)

    def take(self, route: Route) -> None:
        if self.first or route.request.method != self.method:
            route.continue_()
        else:
            self.first = route

    def wait(self) -> Route:
        until = time.monotonic() + 60
        while self.first is None and time.monotonic() < until:
            self.page.wait_for_timeout(20)  # lets the handler run
        assert self.first
        return self.first

    def release(self) -> None:
        self.wait().continue_()


def test_a_save_pressed_during_an_automatic_save_comes_after_it(desk, open_page):
    make_series(desk, "Å trykke for fort")
    saves: list[str] = []
    desk.on("request", lambda sent: sent.method == "POST" and saves.append(sent.url))
    held = Held(desk, "**/admin/pages/add/articles/article/*/")
    begin_first_article(desk, "Å trykke for fort", "Én gang")
    write(desk, OPEN)
    write_on(desk)
    held.wait()
    desk.get_by_role("button", name="Flere handlinger").last.click()
    desk.get_by_role("button", name="Lagre kladd").first.click()
    held.release()
    expect(desk.locator(".messages .success")).to_be_visible()
    made = [url for url in saves if re.search(r"/add/articles/article/\d+/$", url)]
    assert len(made) == 1
    expect(blocks(desk, "text")).to_contain_text(OPEN)


def test_the_sheet_waits_for_an_automatic_save_that_creates_the_page(desk, open_page):
    make_series(desk, "Å åpne arket for fort")
    held = Held(desk, "**/admin/pages/add/articles/article/*/")
    begin_first_article(desk, "Å åpne arket for fort", "Én gang til")
    write(desk, OPEN)
    write_on(desk)
    held.wait()
    with desk.expect_response("**/publisering/**"):
        desk.locator("[data-publishing-sheet]").click()
    expect(desk.locator(".publishing-sheet .sheet-wait")).to_be_visible()
    held.release()
    confirm = desk.locator(".publishing-sheet [data-sheet-confirm]")
    expect(confirm).to_be_visible()
    expect(desk.locator(".publishing-sheet .sheet-fault")).to_have_text([])
    confirm.click()
    expect(desk.locator(".messages .success")).to_contain_text("publisert")
    reader: Page = open_page("/a-apne-arket-for-fort/en-gang-til/")
    expect(reader.get_by_role("heading", name="Én gang til")).to_be_visible()


def test_the_sheet_of_a_page_that_was_just_created_takes_no_address_for_its_own(desk):
    make_series(desk, "Å spørre for tidlig")
    created = Held(desk, "**/admin/pages/add/articles/article/*/")
    asked = Held(desk, "**/publisering/**")
    filled = Held(desk, "**/admin/pages/*/edit/*", "GET")  # the end of the save that creates it
    begin_first_article(desk, "Å spørre for tidlig", "Min egen adresse")
    write(desk, OPEN)
    write_on(desk)
    created.wait()
    desk.locator("[data-publishing-sheet]").click()
    asked.wait()
    created.release()
    filled.wait()
    with desk.expect_response("**/publisering/**"):
        asked.release()
    desk.evaluate("new Promise(requestAnimationFrame)")
    filled.release()
    expect(desk.locator(".publishing-sheet [data-sheet-confirm]")).to_be_enabled()
    expect(desk.locator(".publishing-sheet .sheet-fault")).to_have_text([])


def test_what_is_written_during_an_automatic_save_is_saved_after_it(desk):
    make_series(desk, "Å skrive videre")
    begin_first_article(desk, "Å skrive videre", "Uten stans")
    write(desk, OPEN)
    write_on(desk)
    until_saved(desk)
    lead = desk.locator("#id_lead")
    held = Held(desk, "**/edit/")
    with desk.expect_request(is_save):
        lead.fill("Det som går med den første.")
    lead.fill("Det som skrives mens den er på vei.")
    with desk.expect_request(is_save) as after:
        held.release()
    assert "Det som skrives mens den er på vei." in (after.value.post_data or "")


def test_what_was_refused_is_saved_by_itself_again(desk):
    make_series(desk, "Å bli nektet")
    begin_first_article(desk, "Å bli nektet", "Uten note")
    write(desk, "Se noten.[^1]")
    desk.locator("[data-publishing-sheet]").click()
    expect(desk.get_by_text("Det finnes ingen fotnote [^1].")).to_be_visible()
    desk.keyboard.press("Escape")
    until_saved(desk)  # the refused text is saved as a draft
    for lead in ("Den første rettelsen.", "Den andre rettelsen."):
        with desk.expect_response(partial(is_save_of, lead)) as saved:
            desk.locator("#id_lead").fill(lead)
        assert saved.value.ok
    desk.reload()
    expect(desk.locator("#id_lead")).to_have_value("Den andre rettelsen.")


def test_an_address_follows_a_norwegian_name_and_may_be_typed_as_one(desk):
    desk.get_by_role("link", name="Forfattere", exact=True).click()
    desk.get_by_role("link", name="Legg til underside").click()
    desk.wait_for_load_state()
    desk.locator("#id_title").press_sequentially("Øystein Ærlig Ås")
    address = desk.locator("#id_slug")
    expect(address).to_have_value("oystein-aerlig-as")
    desk.evaluate("document.documentElement.removeAttribute('data-done-naming')")
    desk.get_by_role("tab", name="Fremhev").click()
    # Leaving the title field turns the title into an address once more.
    expect(desk.locator("html[data-done-naming]")).to_have_count(1)
    address.fill("Ære på øya")
    address.press("Tab")
    expect(address).to_have_value("aere-pa-oya")


def test_pictures_are_named_by_their_files_and_renamed_after_they_are_sent(desk, tmp_path):
    Image.new("RGB", (800, 600), (60, 90, 180)).save(tmp_path / "morgen.png")
    desk.goto("/admin/images/multiple/add/")
    desk.locator("input[type=file]").set_input_files(tmp_path / "morgen.png")
    sent = desk.locator("#upload-list form")
    expect(sent.locator("input[name$=-title]")).to_have_value("morgen")
    sent.locator("input[name$=-title]").fill("Kvelden")
    sent.get_by_role("button", name="Oppdat").click()
    expect(desk.locator("#upload-list form")).to_have_count(0)
    desk.goto("/admin/images/")
    expect(desk.get_by_text("Kvelden")).to_be_visible()


def test_a_way_of_looking_chosen_while_the_preview_loads_is_shown(desk):
    make_series(desk, "Å se for tidlig")
    begin_first_article(desk, "Å se for tidlig", "Sett to ganger")
    write(desk, LOCKED)
    write_on(desk)
    until_saved(desk)
    held = Held(desk, "**/preview/?*mode=*", "GET")
    desk.locator("[data-side-panel-toggle=preview]").click()
    held.wait()
    panel = desk.locator("[data-side-panel=preview]")
    panel.locator("#id_preview_mode").select_option(label="Som medlem")
    held.release()
    frame = panel.frame_locator("#w-preview-iframe")
    expect(frame.get_by_text(LOCKED)).to_be_visible()


#: Sends the form to be published, and then as an automatic save `wait` milliseconds later.
PUBLISH_AND_SAVE = """async (wait) => {
  const form = document.querySelector("[data-edit-form]");
  const send = (data, headers) => fetch(form.action, {method: "POST", body: data, headers});
  const wish = new FormData(form);
  wish.set("action-publish", "1");
  const published = send(wish, {});
  await new Promise((done) => setTimeout(done, wait));
  const save = new FormData(form);
  save.delete("loaded_revision_id");  // as an automatic save that passed that check already
  await Promise.all([published, send(save, {Accept: "application/json"})]);
}"""


def test_an_automatic_save_under_way_does_not_take_back_what_is_published(desk, open_page):
    make_series(desk, "Å lagre og publisere")
    visitor: Page = open_page("/")
    for wait in (0, 20, 60, 120):  # milliseconds
        make_draft(desk, "Å lagre og publisere", f"Forsøk {wait}")
        desk.evaluate(PUBLISH_AND_SAVE, wait)
        answer = visitor.request.get(f"/a-lagre-og-publisere/forsok-{wait}/")
        assert answer.status == 200, wait


CALENDAR_IS_OPEN = "input => jQuery(input).data('xdsoft_datetimepicker').is(':visible')"


def test_a_date_typed_the_norwegian_way_stays_and_no_other_takes_its_place(desk):
    make_series(desk, "Å skrive datoer")
    make_draft(desk, "Å skrive datoer", "Den ellevte november")
    page = re.search(r"/pages/(\d+)/", desk.url)[1]
    day, following = desk.locator("#id_reviewed_on"), desk.locator("#id_form-0-made_on")
    for typed in ("02.11.2025", "32.13.2026"):
        desk.goto(f"/admin/artikler/{page}/rettelser/")
        day.fill(typed)
        day.press("Tab")
        expect(day).to_have_value(typed)
        # The next field is a date too. Its calendar opens last.
        wait_until(lambda: following.evaluate(CALENDAR_IS_OPEN))
        assert not day.evaluate(CALENDAR_IS_OPEN)
