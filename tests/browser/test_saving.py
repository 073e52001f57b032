"""A draft saves itself, from the first second, and tells what it could not take."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.test_editor import (  # noqa: F401
    desk,
    make_draft,
    make_series,
    move_caret,
    publish,
    write,
)

TAKEN = "opptatt-adresse"


def sends(answer: Response, text: str) -> bool:
    return text in (answer.request.post_data or "")


@pytest.fixture
def series(request: pytest.FixtureRequest) -> str:
    """A series of the test's own."""
    return f"Å lagre {request.node.name.replace('_', ' ')}"[:60]


@pytest.fixture
def draft(desk: Page, series: str) -> Page:  # noqa: F811
    make_series(desk, series)
    make_draft(desk, series, "Kladd")
    return desk


def test_what_is_written_in_the_first_second_is_saved(draft):
    draft.reload(wait_until="domcontentloaded")  # Wagtail watches from two seconds later
    with draft.expect_response(lambda answer: sends(answer, "Straks: ")) as saved:
        draft.locator("#id_lead").click()
        draft.keyboard.type("Straks: ")
    assert saved.value.ok


def test_the_last_letters_before_a_save_by_key_are_kept(draft):
    expect(draft.locator("html[data-done-watching]")).to_have_count(1)
    editor = draft.locator("#body-root [contenteditable=true]").first
    editor.click()
    move_caret(draft, "End")
    draft.keyboard.type(" Og sist dette.")
    with draft.expect_navigation():
        draft.keyboard.press("Control+s")
    expect(editor).to_contain_text("Og sist dette.")


def test_the_sheet_sees_the_last_letters(draft):
    expect(draft.locator("html[data-done-watching]")).to_have_count(1)
    editor = draft.locator("#body-root [contenteditable=true]").first
    editor.click()
    move_caret(draft, "End")
    draft.keyboard.type(" Og sist dette.")
    with draft.expect_request("**/publisering/**") as asked:
        draft.locator("[data-publishing-sheet]").evaluate("button => button.click()")
    assert "Og sist dette." in asked.value.post_data


def test_an_address_that_is_taken_stops_nothing_and_is_named(draft, series):
    make_draft(draft, series, "Opptatt adresse")
    make_draft(draft, series, "En tredje")
    expect(draft.locator("html[data-done-watching]")).to_have_count(1)
    draft.get_by_role("tab", name="Fremhev").click()
    draft.locator("#id_slug").fill(TAKEN)
    notice = draft.locator("saving-notice")
    expect(notice).to_contain_text(TAKEN)
    draft.get_by_role("tab", name="Innhold").click()
    with draft.expect_response(
        lambda answer: "Skrevet etterpå" in (answer.request.post_data or "")
    ):
        draft.locator("#id_lead").fill("Skrevet etterpå.")
    notice.get_by_role("button").click()
    expect(draft.locator("#id_slug")).to_be_focused()
    draft.locator("#id_slug").fill("en-ledig")
    expect(notice).to_be_hidden()
    draft.reload()
    expect(draft.locator("#id_lead")).to_have_value("Skrevet etterpå.")


def test_what_is_written_without_a_network_is_kept_and_saved_when_it_is_back(draft, complaints):
    expect(draft.locator("html[data-done-watching]")).to_have_count(1)
    draft.context.set_offline(True)
    draft.locator("#id_lead").fill("Skrevet uten nett.")
    notice = draft.locator("saving-notice")
    expect(notice).to_contain_text("Nettet svarer ikke")
    draft.context.set_offline(False)
    expect(notice).to_be_hidden()
    complaints.clear()  # Chromium reports the requests that failed
    draft.reload()
    expect(draft.locator("#id_lead")).to_have_value("Skrevet uten nett.")


def test_the_strip_follows_the_text(draft):
    expect(draft.locator("html[data-done-watching]")).to_have_count(1)
    strip = draft.locator("text-extent")
    expect(strip).to_contain_text(re.compile(r"4 ord · 1 min · hele teksten er låst"))
    write(draft, " To ord ")
    expect(strip).to_contain_text(re.compile(r"6 ord"))


def test_an_author_is_chosen_by_typing_three_letters_and_enter(draft):
    draft.get_by_role("button", name="Legg til forfatter").click()
    field = draft.locator("author-input input[role=combobox]").last
    field.click()
    draft.keyboard.type("idu")
    expect(draft.get_by_role("option", name=re.compile("Idun"))).to_be_visible()
    # An automatic save on the way may have the row without the author.
    chosen = re.compile(r'name="by_line-1-author"\s+\d')
    with draft.expect_response(lambda answer: chosen.search(answer.request.post_data or "")):
        draft.keyboard.press("Enter")
    expect(field).to_have_value(re.compile("Idun"))
    draft.keyboard.press("Tab")
    draft.reload()
    expect(field).to_have_value(re.compile("Idun"))


def test_what_saved_itself_before_it_was_published_can_be_compared(draft):
    form = draft.url
    publish(draft)
    draft.goto(form)
    expect(draft.locator("html[data-done-watching]")).to_have_count(1)
    with draft.expect_response(lambda answer: sends(answer, "Ny ingress.")):
        draft.locator("#id_lead").fill("Ny ingress.")
    publish(draft)
    draft.goto(form.replace("/edit/", "/history/"))
    draft.locator("main tbody [data-controller~=w-dropdown] button").first.click()
    draft.get_by_role("link", name="Sammenlign med forrige versjon").click()
    expect(draft.locator("main")).to_contain_text("Ny ingress.")
