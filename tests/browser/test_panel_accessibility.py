"""axe-core on the panel's pages where the markup is ours, or is Wagtail's and mended here."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.pages import ARTICLE, EDITOR, RULES
from tests.browser.test_accessibility import STILL, violations

#: Add a page here when a room adds one to the panel.
PAGES = [
    *("/admin/", "/admin/serier/", "/admin/serier/rekkefolge/", "/admin/artikler/"),
    *("/admin/hjelp/", "/admin/reports/lenker/", "/admin/reports/sok/"),
    *("/admin/redaksjonen/", "/admin/users/", "/admin/ordbok/", "/admin/brev/sendt/"),
    "/admin/tall/",
]
#: The same, below an article.
OF_ARTICLE = [
    *("/admin/se-som/{}/", "/admin/del-kladd/{}/"),
    *("/admin/artikler/{}/rettelser/", "/admin/artikler/{}/lyd/", "/admin/tall/artikler/{}/"),
]
#: The parts of an article's form that are ours.
OURS = ["author-input", "text-extent", "[data-publishing-sheet]", "[data-contentpath=lead]"]


@pytest.fixture
def article(open_page) -> Page:
    """The form of the demo's article."""
    page: Page = open_page("/admin/", EDITOR, viewport={"width": 1440, "height": 1000})
    slug = ARTICLE.strip("/").rpartition("/")[2]
    found = page.request.get(f"/admin/api/main/pages/?slug={slug}").json()
    page.goto(f"/admin/pages/{found['items'][0]['id']}/edit/")
    page.evaluate(STILL)
    return page


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_the_panel(open_page, path):
    page: Page = open_page(path, EDITOR, reduced_motion="reduce")
    expect(page.locator("main")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("path", OF_ARTICLE)
def test_axe_finds_nothing_below_an_article(article, complaints, path):
    article.goto(path.format(article.url.split("/")[-3]))
    for details in article.locator("main details").all():
        details.evaluate("element => (element.open = true)")
    assert violations(article) == []
    # Chromium tells of the scripts that the frame of «Se som» keeps from running.
    complaints[:] = [line for line in complaints if "sandboxed" not in line]


@pytest.mark.parametrize(
    ("part", "slug"), [("serier", "lede-salg"), ("forfattere", "ragnhild-saetervag")]
)
def test_axe_finds_nothing_in_the_figures_of_another_page(open_page, part, slug):
    page: Page = open_page("/admin/tall/", EDITOR)
    (found,) = page.request.get(f"/admin/api/main/pages/?slug={slug}").json()["items"]
    page.goto(f"/admin/tall/{part}/{found['id']}/")
    expect(page.locator(".figures")).to_be_visible()
    for details in page.locator("main details").all():
        details.evaluate("element => (element.open = true)")
    assert violations(page) == []


def test_axe_finds_nothing_in_the_report_to_a_sponsor(open_page):
    page: Page = open_page("/admin/tall/", EDITOR)
    page.locator("main a[href^='/admin/tall/annonser/']").first.click()
    expect(page.locator(".figures table")).to_be_visible()
    assert violations(page) == []


def test_axe_finds_nothing_in_our_parts_of_the_form(article):
    expect(article.locator(".text-extent")).to_contain_text("ord")
    expect(article.locator("[role=textbox]").first).to_be_visible()
    found = []
    for scheme in ("light", "dark"):
        article.emulate_media(color_scheme=scheme)
        context = {"include": [[part] for part in OURS]}
        found += Axe().run(article, context=context, options=RULES).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []


def test_every_running_text_of_the_form_has_a_name(article):
    expect(article.locator("[role=textbox]").first).to_be_visible()
    options = {"runOnly": ["aria-input-field-name"]}
    assert Axe().run(article, options=options).violations_count == 0


def test_axe_finds_nothing_in_the_publishing_sheet(article):
    article.locator("[data-publishing-sheet]").first.click()
    expect(article.locator(".publishing-sheet [data-sheet-confirm]")).to_be_enabled()
    found = []
    for scheme in ("light", "dark"):
        article.emulate_media(color_scheme=scheme)
        context = {"include": [[".publishing-sheet"]], "exclude": [["iframe"]]}
        found += Axe().run(article, context=context, options=RULES).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []


@pytest.mark.parametrize("width", [800, 360])
def test_nothing_is_out_of_reach_on_a_narrow_screen(open_page, width):
    page: Page = open_page("/admin/", EDITOR, viewport={"width": width, "height": 780})
    page.locator("summary", has_text="Skriv artikkel").click()
    box = page.locator(".write-where").bounding_box()
    menu = page.locator("main").bounding_box()
    assert max(0, menu["x"]) <= box["x"]
    assert box["x"] + box["width"] <= width
    for path in ("/admin/redaksjonen/", "/admin/users/", "/admin/ordbok/", "/admin/artikler/"):
        page.goto(path)
        wide = "element => element.scrollWidth - element.parentElement.clientWidth"
        # What is wider than the window is in something that scrolls.
        if page.locator("table.listing").first.evaluate(wide) > 0:
            around = page.locator(":has(> table.listing)").first
            expect(around).to_have_css("overflow-x", "auto")


def test_the_guide_fits_a_telephone_and_its_contents_lead_to_the_text(open_page):
    page: Page = open_page("/admin/hjelp/", EDITOR, viewport={"width": 360, "height": 780})
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0
    page.locator(".guide__contents a", has_text="Sett sperren").click()
    picture = page.locator("#sett-sperren ~ p img").first
    expect(picture).to_have_js_property("complete", True)
    expect(page.locator("#sett-sperren")).to_be_in_viewport()


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_the_board_of_a_series(open_page, width):
    page: Page = open_page("/admin/serier/", EDITOR, viewport={"width": width, "height": 780})
    page.locator("main td.title a").first.click()
    expect(page.locator("table.board")).to_be_visible()
    assert violations(page) == []
