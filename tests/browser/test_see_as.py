"""An editor sees an article as its readers do, and shares a draft, in a browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.pages import ARTICLE, EDITOR, RULES
from tests.browser.test_editor import make_draft, make_series


@pytest.fixture
def seeing(open_page) -> Page:
    desk = open_page("/admin/", EDITOR, viewport={"width": 1440, "height": 1000})
    slug = ARTICLE.strip("/").rpartition("/")[2]
    found = desk.request.get(f"/admin/api/main/pages/?slug={slug}").json()
    desk.goto(f"/admin/se-som/{found['items'][0]['id']}/")
    return desk


def framed(desk: Page) -> Page:
    return desk.frame_locator(".see-frame")


def test_an_editor_sees_the_article_as_each_reader(seeing, complaints):
    expect(framed(seeing).get_by_role("heading", level=1)).to_be_visible()
    expect(framed(seeing).locator(".gate")).to_have_count(0)
    seeing.get_by_role("link", name="En besøkende").click()
    expect(framed(seeing).get_by_role("link", name="Bli medlem").first).to_be_visible()
    answers = seeing.get_by_role("region", name="Hvem kan lese dette?")
    expect(answers).to_contain_text("Krever innlogging")
    for name in ("Søkemotor", "Delekort", "Nyhetsstrøm", "E-post", "Opplesing", "Utskrift"):
        seeing.get_by_role("link", name=name, exact=True).click()
        expect(framed(seeing).locator("body")).to_be_visible()
    # Chromium tells of the scripts that the frame keeps from running.
    complaints[:] = [line for line in complaints if "sandboxed" not in line]


def test_the_pages_are_accessible(seeing, complaints):
    for path in ("se-som", "del-kladd"):
        seeing.goto(re.sub("se-som|del-kladd", path, seeing.url))
        found = Axe().run(seeing, context={"include": [[".nice-padding"]]}, options=RULES)
        assert found.violations_count == 0, found.generate_report()
    seeing.goto("/admin/redaksjonen/")
    found = Axe().run(seeing, context={"include": [[".nice-padding"]]}, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    complaints[:] = [line for line in complaints if "sandboxed" not in line]


def test_a_draft_is_shared_with_somebody_outside(open_page, complaints):
    seeing: Page = open_page("/admin/", EDITOR)
    make_series(seeing, "Å dele en kladd")
    make_draft(seeing, "Å dele en kladd", "Den delte kladden")
    seeing.goto(f"/admin/del-kladd/{re.search('[0-9]+', seeing.url.partition('/pages/')[2])[0]}/")
    seeing.get_by_role("button", name="Lag en lenke").click()
    address = seeing.get_by_label("Kopier den nå").input_value()
    outside = open_page(re.sub(r"^https?://[^/]+", "", address))
    expect(outside.get_by_role("note")).to_contain_text("En kladd")
    assert outside.context.cookies() == []
    seeing.reload()
    expect(seeing.get_by_label("Kopier den nå")).to_have_count(0)
    seeing.get_by_role("button", name="Trekk tilbake").first.click()
    expect(seeing.get_by_role("cell", name="Trukket tilbake").first).to_be_visible()
    assert outside.reload().status == 404
    complaints[:] = [line for line in complaints if "sandboxed" not in line and "404" not in line]
