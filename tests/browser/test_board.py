"""The series board by keyboard and mouse: the order, and the access of several parts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import EDITOR
from tests.browser.test_editor import make_series


@pytest.fixture
def board(open_page) -> Page:
    page: Page = open_page("/admin/", EDITOR, viewport={"width": 1440, "height": 1000})
    page.get_by_role("link", name="Serier", exact=True).click()
    page.get_by_role("link", name="Penger i tide", exact=True).click()
    page.wait_for_url(re.compile(r"/admin/serier/\d+/$"))
    return page


def parts(reader: Page) -> list[str]:
    return reader.locator("main ol a").evaluate_all("all => all.map((link) => link.pathname)")


def titles(board: Page) -> list[str]:
    return board.locator("tbody td.title").all_inner_texts()


def test_parts_change_places_by_keyboard_and_nothing_is_live_before_it_is_saved(board, open_page):
    before, shown = parts(open_page("/penger-i-tide/")), titles(board)
    handle = board.locator("tbody tr").first.locator(".board-handle")
    handle.focus()
    board.keyboard.press("ArrowDown")
    expect(board.locator("#board-order [role=status]")).to_contain_text("er nå nummer 2 av")
    expect(board.locator(".board-order-changed")).to_be_visible()
    assert titles(board) == [shown[1], shown[0], *shown[2:]]
    assert parts(open_page("/penger-i-tide/")) == before
    board.get_by_role("button", name="Lagre rekkefølgen").click()
    expect(board.locator(".messages .success")).to_contain_text("Rekkefølgen er lagret")
    assert parts(open_page("/penger-i-tide/")) == [before[1], before[0], *before[2:]]


def test_parts_are_dragged(board):
    shown = titles(board)
    rows = board.locator("tbody tr")
    rows.nth(2).locator(".board-handle").drag_to(rows.nth(0), target_position={"x": 300, "y": 4})
    assert titles(board) == [shown[2], shown[0], shown[1], *shown[3:]]
    board.get_by_role("link", name="Forkast").click()
    expect(board.locator(".board-order-changed")).to_be_hidden()


def test_several_parts_are_opened_and_the_change_is_taken_back(board):
    rows = board.locator("tbody tr:not([data-open])")
    pk = [rows.nth(n).get_attribute("data-pk") for n in (0, 1)]
    for key in pk:
        board.locator(f"tr[data-pk='{key}'] input[name=id]").check()
    expect(board.locator(".board-count")).to_have_text("2 deler valgt")
    board.get_by_role("button", name="Åpne for alle").click()
    for key in pk:
        expect(board.locator(f"tr[data-pk='{key}'] td.access")).to_have_text("Åpen")
    board.get_by_role("button", name="Angre").click()
    for key in pk:
        expect(board.locator(f"tr[data-pk='{key}'] td.access")).to_have_text("Medlemmer")


def test_an_article_is_begun_from_the_start_page_in_two_clicks(open_page):
    page: Page = open_page("/admin/", EDITOR, viewport={"width": 1440, "height": 1000})
    make_series(page, "Å lese tidevannstabeller")
    page.goto("/admin/")
    page.locator("summary", has_text="Skriv artikkel").click()
    page.get_by_label("I hvilken serie?").fill("tidevann")
    expect(page.locator(".write-where li:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#id_title")).to_be_visible()
