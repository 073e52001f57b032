"""The markup of the panel's pages, in a portal where every text from a user is hostile."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.widgets import BaseChooser

from tests import hostile
from tests.conftest import logged_in

ROOT = Path(__file__).parents[1]
#: The object that `pk` stands for, by the start of the address.
KEYS = {
    "artikler": "page_id",
    "collections": "collection",
    "groups": "group",
    "medlemmer": "member_import",
    "ordbok": "definition",
    "sites": "site",
    "snippets": "sponsorship",
    "users": "member",
    "workflows": "workflow",
    "workflows/tasks": "task",
}
NAMES = {
    "parent_page_id": "series",
    "page_to_move_id": "page_id",
    "destination_id": "drafts",
    "collection_id": "collection",
    "page_pk": "page_id",
    "workflow_pk": "workflow",
    "task_id": "task",
}
WORDS = {
    "app_label": "articles",
    "app_name": "articles",
    "content_type_app_name": "articles",
    "model_name": "article",
    "content_type_model_name": "article",
    "action": "move",
    "action_name": "reject",
    "filter_spec": "max-165x165",
    "object_id": "1",
}
#: Pages also show the text that was searched for.
ASKED = f"?q={hostile.QUERY}&next={hostile.QUERY}"
#: Wagtail's page that fails on purpose, to test the error page.
WITH_FAULTS = {"/admin/failwhale/"}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif route.startswith("admin/") and "^" not in route:
            yield route


def addresses(keys: dict[str, Any]) -> Iterator[str]:
    """Yields every address below /admin/, with its parameters filled in."""

    def fill(match: re.Match[str], route: str) -> str:
        name = match[1]
        if name == "pk":
            found = [KEYS[k] for k in sorted(KEYS, reverse=True) if route[6:].startswith(k)]
            name = found[0] if found else name
        return str(WORDS.get(name) or keys.get(NAMES.get(name, name), 1))

    for route in sorted(set(routes(get_resolver().url_patterns))):
        path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match, at=route: fill(match, at), route)
        yield path
        if route.endswith(("results/", "search/")):
            yield path + ASKED


def markup(response: Any) -> str:
    """Returns the markup of a page, or of the piece that a script of the panel puts into one."""
    if response.status_code != 200 or response.streaming:
        return ""
    kind = response["Content-Type"]
    if kind.startswith("application/json"):
        answer = json.loads(response.content)
        return str(answer.get("html", "")) if isinstance(answer, dict) else ""
    return response.content.decode() if kind.startswith("text/html") else ""


class Dangers(HTMLParser):
    """Finds the markup that would run if the panel had no Content-Security-Policy."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        is_inline = tag == "script" and not values.get("src")
        is_script = is_inline and not values.get("type", "").endswith("json")
        handlers = [name for name in values if name.startswith("on")]
        urls = [values.get(name, "") for name in ("href", "src", "action", "formaction")]
        leads_to_script = any(url.strip().lower().startswith("javascript:") for url in urls)
        if is_script or handlers or leads_to_script or tag in ("base", "object", "embed"):
            self.found.append(self.get_starttag_text() or "")


@pytest.mark.django_db
def test_nothing_that_is_written_becomes_markup_in_the_panel():
    keys = hostile.build()
    client = logged_in(hostile.superuser("sjef@example.no", "nb"))
    client.raise_request_exception = False
    shown, found = set(), {}
    for address in addresses(keys):
        response = client.get(address)
        # SQLite may not be able to search for the hostile text.
        assert response.status_code < 500 or address in WITH_FAULTS or "?q=" in address, address
        html = markup(response)
        if "autofocus onfocus=ran()" in html:
            shown.add(address)
        if wrong := Dangers(html).found:
            found[address] = wrong
    assert found == {}
    assert len(shown) > 90


@pytest.mark.django_db
def test_the_panel_s_policy_lets_nothing_run_but_files(client):
    header = client.get("/admin/login/").headers["Content-Security-Policy"]
    policy = dict(each.strip().split(" ", 1) for each in header.split(";"))
    assert policy["script-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert not {"script-src-elem", "script-src-attr"} & set(policy)


#: Templates of form panels that no form here uses.
UNUSED = {"wagtailadmin/panels/multiple_chooser_panel.html"}


def test_no_inline_script_of_wagtail_s_templates_is_left():
    """The panel's Content-Security-Policy would stop it."""
    left = set()
    for app in apps.get_app_configs():
        folder = Path(app.path) / "templates"
        for path in folder.rglob("*.html") if app.name.startswith("wagtail") else []:
            name = str(path.relative_to(folder))
            is_inline = re.search(r"<script(?![^>]*\ssrc=)[^>]*>", path.read_text())
            if is_inline and str(get_template(name).origin.name) == str(path):
                left.add(name)
    assert left == UNUSED


def test_every_chooser_that_wagtail_has_is_started():
    def below(chooser: Any) -> Iterator[Any]:
        yield chooser
        for each in chooser.__subclasses__():
            yield from below(each)

    assert get_resolver().url_patterns  # loads the patterns
    script = (ROOT / "static/js/panel-start.js").read_text()
    for chooser in below(BaseChooser):
        assert f'"{chooser.js_constructor}"' in script, chooser
