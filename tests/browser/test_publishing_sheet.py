"""The sheet before publishing: its lines lead to what they speak of, and nothing lies over it."""

import json

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_editor import (  # noqa: F401
    desk,
    empty_forms,
    make_page,
    make_series,
    row,
)

LINK = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "/finnes/ikke/"}}
NO_AUTHOR = empty_forms("by_line")
FOLD = """document.querySelectorAll(".w-panel__toggle[aria-expanded=true]")
  .forEach((toggle) => toggle.click())"""
#: Whether the focus stands in the place that a line names, where it can be seen.
IS_THERE = """([block, field]) => {
  const focus = document.activeElement;
  const rows = document.querySelector(`#id_${field}-FORMS`);
  const place = block ? document.querySelector(`[data-contentpath="${block}"]`)
    : rows ? rows.closest("section")
    : document.querySelector(`#page-edit-form [data-contentpath="${field}"], [name="${field}"]`);
  const { top, bottom } = focus.getBoundingClientRect();
  const isSeen = focus.checkVisibility() && bottom > 0 && top < innerHeight;
  return Boolean(place?.contains(focus)) && isSeen;
}"""


def rich(kind: str, text: str, is_link: bool = False) -> str:
    line = {"key": "a", "text": text, "type": kind, "depth": 0, "inlineStyleRanges": []}
    line |= {"entityRanges": [{"offset": 0, "length": len(text), "key": 0}] if is_link else []}
    return json.dumps({"blocks": [line], "entityMap": {"0": LINK} if is_link else {}})


def body(*blocks: tuple[str, dict[str, str]]) -> dict[str, str]:
    fields = {"body-count": str(len(blocks))}
    for n, (kind, values) in enumerate(blocks):
        fields |= {f"body-{n}-deleted": "", f"body-{n}-id": "", f"body-{n}-order": str(n)}
        fields |= {f"body-{n}-type": kind, **{f"body-{n}-{k}": v for k, v in values.items()}}
    return fields


def open_sheet(desk: Page) -> Locator:  # noqa: F811
    desk.locator("[data-publishing-sheet]").click()
    sheet = desk.locator(".publishing-sheet")
    expect(sheet.locator("[data-sheet-confirm]")).to_be_visible()
    return sheet


def jump_by_each_line(desk: Page) -> list[str]:  # noqa: F811
    """Returns the lines, each of which has led to its place, with all blocks folded."""
    lines = open_sheet(desk).locator(".sheet-fault li, .sheet-advice li")
    told = lines.all_inner_texts()
    for n in range(len(told)):
        button = lines.nth(n).locator("[data-sheet-jump]")
        place = [button.get_attribute(f"data-sheet-{name}") for name in ("jump", "field")]
        desk.keyboard.press("Escape")
        desk.get_by_role("tab", name="Innhold").click()
        desk.evaluate(FOLD)
        open_sheet(desk)
        button.click()
        expect(desk.locator(".publishing-sheet")).to_be_hidden()
        desk.wait_for_function(IS_THERE, arg=place)
        open_sheet(desk)
    return told


def test_each_line_leads_to_its_block_or_its_field_in_whatever_tab(desk):  # noqa: F811
    make_series(desk, "Å hoppe til feilen")
    series = row(desk, "Å hoppe til feilen").get_by_role("link").first.get_attribute("href")
    make_page(desk, series, "article", "Opptatt", {"lead": "x", **body(), **NO_AUTHOR})
    text = ("text", {"value": rich("header-four", "Klikk her", is_link=True)})
    fields = {
        "lead": "Kort.",
        **body(text, ("gate", {"value-teaser": "", "value-level": ""})),
        **NO_AUTHOR,
    }
    desk.goto(make_page(desk, series, "article", "Med feil", fields))
    expect(desk.locator("html[data-done-watching]")).to_have_count(1)
    desk.get_by_role("tab", name="Fremhev").click()
    desk.locator("#id_slug").fill("opptatt")
    told = "\n".join(jump_by_each_line(desk))
    for line in (
        *("opptatt", "har ingen forfatter", "ingenting etter sperren", "/finnes/ikke/"),
        *("har bare 5 tegn", "«Klikk her»", "hopper fra nivå 1 til nivå 4", "ikke noe bilde"),
    ):
        assert line in told


def test_the_lines_of_an_empty_article_lead_to_its_fields(desk):  # noqa: F811
    make_series(desk, "Å hoppe i det tomme")
    series = row(desk, "Å hoppe i det tomme").get_by_role("link").first.get_attribute("href")
    fields = {"lead": "Kort.", **body(), **NO_AUTHOR}
    desk.goto(make_page(desk, series, "article", "Tom", fields))
    expect(desk.locator("html[data-done-watching]")).to_have_count(1)
    desk.locator("#id_lead").fill("")
    desk.locator("#id_title").fill("")
    told = jump_by_each_line(desk)
    missing = ["Tittelen", "Ingressen", "forfatter", "Teksten"]
    assert [word for word in missing if word not in "\n".join(told)] == []
