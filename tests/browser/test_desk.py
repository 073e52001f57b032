"""The sheet before publishing, as an editor uses it."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import EDITOR
from tests.browser.test_editor import DONE, blocks, make_series

#: What a click takes besides typing: the bar of the issue.
CLICKS = 6
COUNT = """
addEventListener("pointerdown", (event) => {
  const before = Number(sessionStorage.getItem("clicks"));
  if (event.isTrusted) sessionStorage.setItem("clicks", before + 1);
}, true);
"""


@pytest.fixture
def desk(open_page) -> Page:
    page: Page = open_page("/admin/", EDITOR, viewport={"width": 1440, "height": 1000})
    page.add_init_script(DONE)
    return page


@pytest.fixture
def new_article(desk, request) -> str:
    """The address of a new article's form in a series of the test's own."""
    title = request.node.name.replace("_", " ")[:60]
    make_series(desk, title)
    desk.goto("/admin/")
    link = desk.locator("write-article li a", has_text=title)
    return str(link.get_attribute("href"))


def opened(desk: Page):
    desk.locator("[data-publishing-sheet]").click()
    sheet = desk.locator(".publishing-sheet[open]")
    expect(sheet.get_by_role("heading", level=2)).to_be_visible()
    return sheet


def test_the_sheet_leads_to_what_is_wrong_and_keeps_what_is_written(desk, new_article):
    desk.goto(new_article)
    desk.wait_for_load_state()
    desk.locator("#id_title").fill("Et ark over teksten")
    sheet = opened(desk)
    expect(sheet.locator(".sheet-fault")).to_contain_text("Ingressen mangler.")
    expect(sheet.locator("[data-sheet-confirm]")).to_be_disabled()
    sheet.get_by_role("button", name="Ingressen mangler.").click()
    expect(desk.locator(".publishing-sheet[open]")).to_have_count(0)
    expect(desk.locator("#id_lead")).to_be_focused()
    expect(desk.locator("#id_title")).to_have_value("Et ark over teksten")


def test_the_sheet_is_used_by_keyboard(desk, new_article):
    desk.goto(new_article)
    desk.wait_for_load_state()
    desk.locator("[data-publishing-sheet]").focus()
    desk.keyboard.press("Enter")
    sheet = desk.locator(".publishing-sheet[open]")
    sheet.get_by_label("På et tidspunkt").focus()
    desk.keyboard.press("Space")
    expect(sheet.locator("[name=publish-when]")).to_be_focused()
    desk.keyboard.type("i morgen 8")
    expect(sheet.locator("#sheet-told")).to_contain_text("kl. 08.00")
    desk.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(desk.locator("[data-publishing-sheet]")).to_be_focused()


def test_a_new_editor_publishes_in_few_clicks(desk, open_page, tmp_path: Path):
    """From the start page to an article with a picture, a gate and an author."""
    file = tmp_path / "himmel.png"
    Image.new("RGB", (800, 500), (40, 90, 160)).save(file)
    make_series(desk, "Å klikke lite")
    desk.add_init_script(COUNT)
    desk.goto("/admin/")
    desk.wait_for_load_state()
    desk.get_by_text("Skriv artikkel").click()
    expect(desk.get_by_label("I hvilken serie?")).to_be_focused()
    desk.keyboard.type("klikke lite")
    desk.keyboard.press("Enter")
    expect(desk.locator("#id_title")).to_be_focused()
    desk.keyboard.type("Seks klikk")
    desk.keyboard.press("Enter")
    expect(desk.locator("#id_lead")).to_be_focused()
    desk.keyboard.type("Ingressen sier hva du får igjen for å lese dette.")
    desk.keyboard.press("Enter")
    expect(text(desk)).to_be_focused()
    desk.keyboard.type("Dette er åpent for alle som leser.")
    desk.keyboard.press("Enter")

    choose_command(desk, "bilde")
    expect(blocks(desk, "picture").get_by_role("button", name="Velg et bilde")).to_be_focused()
    desk.keyboard.press("Enter")
    upload(desk, file)
    expect(blocks(desk, "picture").locator("input[name$=-alt]")).to_be_focused()
    desk.keyboard.type("En blå himmel")
    desk.keyboard.press("Enter")

    expect(text(desk)).to_be_focused()
    choose_command(desk, "herfra")
    expect(blocks(desk, "gate")).to_have_count(1)
    expect(text(desk)).to_be_focused()
    desk.keyboard.type("Dette er for medlemmer, og det er litt lengre enn det åpne.")

    desk.get_by_role("button", name="Legg til forfatter").click()
    author = desk.locator("author-input input[role=combobox]")
    expect(author).to_be_focused()
    desk.keyboard.type("ragn")
    expect(desk.get_by_role("option", name="Ragnhild")).to_be_visible()
    desk.keyboard.press("Enter")
    expect(author).to_have_value(re.compile("Ragnhild"))

    sheet = opened(desk)
    expect(sheet.locator(".sheet-fault")).to_have_count(0)
    sheet.get_by_role("button", name="Publiser nå").click()
    expect(desk.locator(".messages .success")).to_contain_text("er publisert")
    assert int(desk.evaluate("sessionStorage.getItem('clicks')")) <= CLICKS
    page = open_page("/a-klikke-lite/seks-klikk/")
    expect(page.get_by_role("heading", name="Seks klikk", level=1)).to_be_visible()
    expect(page.locator("section.gate")).to_be_visible()
    expect(page.get_by_alt_text("En blå himmel")).to_be_visible()
    assert "for medlemmer, og det er litt lengre" not in page.content()


def upload(desk: Page, file: Path) -> None:
    chooser = desk.locator(".modal-content")
    chooser.get_by_role("tab", name="Last opp").click()
    chooser.locator("input[type=file]").set_input_files(file)
    expect(chooser.locator("input[name$=-title]")).to_have_value(file.stem)
    chooser.get_by_role("button", name="Last opp").click()


def text(desk: Page) -> Locator:
    return blocks(desk, "text").last.locator("[contenteditable=true]")


def choose_command(desk: Page, word: str) -> None:
    desk.keyboard.type(f"/{word}")
    expect(desk.get_by_role("option", name=re.compile(word, re.IGNORECASE)).first).to_be_visible()
    desk.keyboard.press("Enter")
