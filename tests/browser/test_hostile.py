"""No user's text runs as a script in an editor's panel, whatever the translations are."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import wagtail
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests import separate
from tests.browser.conftest import PATIENCE, Portal, is_complaint
from tests.browser.pages import log_in
from tests.hostile import HOSTILE, PASSWORD, QUERY

#: Only one process starts this portal.
pytestmark = pytest.mark.xdist_group("hostile")
BUILD = """
import json
from django.conf import settings
from tests import hostile
keys = hostile.build()
hostile.superuser("norsk@example.no", "nb")
hostile.superuser("english@example.no", "en")
(settings.PORTAL_DATA / "keys.json").write_text(json.dumps(keys))
"""

HOSTILE_ROWS = f'epost;navn\n"{HOSTILE.replace(chr(34), chr(34) * 2)}";x\n'.encode()

#: The function that the attacks call.
RAN = "window.ran = () => console.error('SCRIPT RAN', location.href, new Error().stack)"

#: Opens everything that opens on click or focus, and follows links that are scripts.
OPEN_ALL = """async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await drawn();
  for (const each of document.querySelectorAll("a[href^='javascript:' i]")) each.click();
  for (const each of document.querySelectorAll("[onfocus], [data-controller~=w-tooltip]")) {
    each.dispatchEvent(new MouseEvent("mouseenter"));
    each.focus();
  }
  const toggles = "[data-w-dropdown-target=toggle], [data-side-panel-toggle], [role=tab]";
  for (const each of document.querySelectorAll(toggles)) each.click();
  await drawn();
}"""

PAGES = [
    "",
    "pages/{home}/",
    "pages/{drafts}/",
    "pages/{series}/",
    "pages/{series}/edit/",
    "pages/{author}/edit/",
    "pages/{page_id}/edit/",
    "pages/{page_id}/history/",
    "pages/{page_id}/usage/",
    "pages/{page_id}/copy/",
    "pages/{page_id}/move/",
    "pages/{page_id}/delete/",
    "pages/{page_id}/revisions/compare/earliest...latest/",
    "pages/{page_id}/workflow_history/detail/{workflow_state_id}/",
    "pages/{series}/add_subpage/",
    "bulk/wagtailcore/page/move/?id={page_id}",
    "images/",
    "images/{image_id}/",
    "images/usage/{image_id}/",
    "collections/",
    "redirects/",
    "redirects/{redirect_id}/",
    "reports/site-history/",
    "reports/workflow/",
    "reports/aging-pages/",
    "snippets/sponsors/sponsorship/",
    "snippets/sponsors/sponsorship/edit/{sponsorship}/",
    "ordbok/?q=" + QUERY,
    "users/",
    "users/?q=" + QUERY,
    "users/edit/{member}/",
    "medlemmer/inn/",
    "medlemmer/inn/{member_import}/",
    "medlemmer/e-post/",
    "groups/edit/{group}/",
    "workflows/edit/{workflow}/",
    "sites/edit/{site}/",
    "account/",
]


def hostile_catalogues(folder: Path) -> None:
    """Writes English catalogues: straight quotes around placeholders, and markup in other texts."""
    for domain in ("django", "djangojs"):
        catalogue = Catalog(locale="en")
        for path in Path(wagtail.__file__).parent.rglob(f"locale/en/LC_MESSAGES/{domain}.po"):
            with path.open("rb") as file:
                for message in read_po(file):
                    if isinstance(message.id, str) and message.id and "<" not in message.id:
                        catalogue.add(message.id, turned(message.id), context=message.context)
        path = folder / "locale/en/LC_MESSAGES" / f"{domain}.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_mo(file, catalogue)


def turned(text: str) -> str:
    if "%" in text or "{" in text:
        return text.replace("'%(", '"%(').replace(")s'", ')s"')
    return f'{text}" autofocus onfocus=ran() tabindex=0 x="><img src=data: onerror=ran()>'


@pytest.fixture(scope="module")
def besieged(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    data = tmp_path_factory.mktemp("besieged")
    hostile_catalogues(data)
    settings = "tests.browser.hostile_settings"
    with separate.serving(data, shell=BUILD, DJANGO_SETTINGS_MODULE=settings) as url:
        yield Portal(url, data)


@pytest.fixture
def keys(besieged: Portal) -> dict[str, Any]:
    keys: dict[str, Any] = json.loads((besieged.mails / "keys.json").read_text())
    return keys


@pytest.fixture
def desk(
    chromium: Browser, besieged: Portal, complaints: list[str]
) -> Iterator[Callable[[str], Page]]:
    context = chromium.new_context(
        base_url=besieged.url, locale="nb-NO", viewport={"width": 1440, "height": 1000}
    )
    context.add_init_script(RAN)

    def opened(address: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda m: is_complaint(m) and complaints.append(f"{page.url}: {m.text}"))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/admin/")
        log_in(page, address, PASSWORD)
        return page

    yield opened
    context.close()


def walk(page: Page, keys: dict[str, Any], paths: list[str]) -> set[str]:
    """Opens each page and all that opens on it. Returns the policies that the pages came with."""
    policies = set()
    for path in paths:
        answer = page.goto(f"/admin/{path}".format(**keys))
        policies.add(answer.headers["content-security-policy"])
        page.evaluate(OPEN_ALL)
    return policies


def explore(page: Page) -> None:
    """Explores the menu, which fetches the pages by script."""
    page.goto("/admin/")
    page.locator(".sidebar").get_by_role("button", name="Sider", exact=True).click()
    expect(page.locator(".c-page-explorer__item").first).to_be_visible()
    page.locator("a.c-page-explorer__item__action:not([class*=small])").first.click()
    expect(page.locator(".c-page-explorer")).to_contain_text("onfocus=ran()")


def choose(page: Page, keys: dict[str, Any]) -> None:
    """Uses the dialogs that open over a form. The parts that our own scripts start must work."""
    page.goto(f"/admin/pages/{keys['author']}/edit/")
    page.locator("#id_links-ADD").click()
    expect(page.locator("#id_links-1-label")).to_be_visible()
    chooser(page, "portrait")
    page.goto(f"/admin/snippets/sponsors/sponsorship/edit/{keys['sponsorship']}/")
    page.locator("#id_starts_at").click()
    expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)
    chooser(page, "page")
    page.goto(f"/admin/workflows/edit/{keys['workflow']}/")
    chooser(page, "workflow_tasks-0-task")


def chooser(page: Page, name: str) -> None:
    button = page.locator(f"#id_{name}-chooser [data-chooser-action-choose]").first
    button.evaluate("button => button.click()")  # it is in a closed menu
    window = page.locator(".modal-content")
    expect(window).to_contain_text("onfocus=ran()")
    page.evaluate(OPEN_ALL)
    page.locator(".modal button[data-dismiss=modal]").first.click()
    expect(window).to_have_count(0)


def upload(page: Page, folder: Path) -> None:
    """Uploads files whose names are attacks, as far as file names allow."""
    name = HOSTILE.replace("/", "")
    Image.new("RGB", (80, 60)).save(folder / f"{name}.png")
    page.goto("/admin/images/multiple/add/")
    page.locator("input[type=file]").set_input_files(folder / f"{name}.png")
    expect(page.locator("#upload-list form input[name$=-title]")).to_have_value(name)
    rows = {"name": f"{HOSTILE}.csv", "mimeType": "text/csv", "buffer": HOSTILE_ROWS}
    page.goto("/admin/medlemmer/inn/")
    page.locator("input[type=file]").set_input_files(rows)
    page.get_by_role("button", name="Se hva som ville skje").click()
    expect(page.locator("table.listing")).to_contain_text("onfocus=ran()")


def test_no_script_runs_and_nothing_is_stopped_in_a_panel_full_of_attacks(
    desk, keys, tmp_path, complaints
):
    page = desk("norsk@example.no")
    assert len(walk(page, keys, PAGES)) == 1
    explore(page)
    choose(page, keys)
    upload(page, tmp_path)
    assert "\n".join(complaints) == ""


def test_with_hostile_translations_the_policy_alone_lets_no_script_run(desk, keys, complaints):
    page = desk("english@example.no")
    walk(page, keys, PAGES[::4])  # all have one policy, which the first walk holds
    stopped = [text for text in complaints if "Content Security Policy" in text]
    assert len(stopped) > 25  # the attack is real
    assert [text for text in complaints if "SCRIPT RAN" in text] == []
