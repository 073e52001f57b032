"""The panel shows its users only what is published, their own, or theirs to edit."""

import html
import io
import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import resolve
from PIL import Image
from wagtail.models import Page, Revision, TaskState, WorkflowState
from wagtail.permission_policies.pages import PagePermissionPolicy

from articles.admin import policies
from articles.models import Picture
from portal import panel_guard
from sponsors.models import Sponsorship
from tests.conftest import logged_in, media_in, person
from tests.panel import table
from tests.panel.addresses import Addresses, routes
from tests.panel.world import World, build

pytestmark = pytest.mark.django_db

#: Further queries to lists, searches, choosers and the API.
QUERIES = (
    "",
    "?q=kanari&search_all=1&search=kanari&layout=list&user_perms=move_to",
    "?child_of={series}&for_explorer=1&page_type=articles.series&id={draft}",
    "?descendant_of={mine}&order=title&page_type=articles.author&multiple=1",
)
LISTS = re.compile("explore|choose|search|:index|index_results|listing")
WORD = re.compile(r"kanari\w+?qxz")


@pytest.fixture(scope="module")
def world(module_db, module_media) -> World:
    with override_settings(**media_in(module_media)):
        return build()


@pytest.fixture(autouse=True)
def without_mail(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


def names(group: str) -> set[str]:
    return set(group.split())


def test_every_address_of_the_panel_stands_in_the_table():
    groups = [
        *(table.EVERYBODY, table.MEMBER_MANAGERS, table.STAFF_MANAGERS),
        *(table.WRITERS, table.EDITORS),
    ]
    listed = [name for group in groups for name in group.split()]
    assert len(listed) == len(set(listed))
    assert set(routes()) == set(listed)


def test_the_guard_opens_what_the_table_says():
    assert names(table.EVERYBODY) == panel_guard.EVERYBODY
    assert names(table.MEMBER_MANAGERS) == panel_guard.MEMBER_MANAGERS
    assert names(table.STAFF_MANAGERS) == panel_guard.STAFF_MANAGERS
    assert names(table.WRITERS) == panel_guard.WRITERS


def words_in(answer: HttpResponseBase) -> set[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if answer.get("Content-Type", "").startswith("image/") and "svg" not in answer["Content-Type"]:
        red, _green, blue = Image.open(io.BytesIO(body)).convert("RGB").getpixel((5, 5))
        return {"a blue picture"} if blue > red else set()
    text = body.decode(errors="replace") + str(answer.headers)
    return set(WORD.findall(html.unescape(unquote(text)).lower()))


def asked(client: Client, address: str, **posted: str) -> tuple[int, set[str]]:
    """Returns the answer's status, and the words in it and in the page that it redirects to.

    A refusal redirects to the panel's home page. That is not followed: it shows all the messages
    when it is requested at the end.
    """
    answer = client.post(address, posted) if posted else client.get(address)
    words = words_in(answer)
    if answer.status_code == 302 and answer["Location"] != "/admin/":
        words |= words_in(client.get(answer["Location"]))
    return answer.status_code, words


def every_address(world: World, open_to: set[str]) -> Iterator[tuple[str, str]]:
    """Yields the name of the view and the address. A closed view gets one address of each route."""
    addresses = Addresses(world)
    for name, found in sorted(routes().items()):
        for route in sorted(found):
            for n, address in enumerate(addresses.of(name, route)):
                view = resolve(address.split("?")[0]).view_name
                if view != "wagtailadmin_logout" and (view in open_to or n == 0):
                    yield view, address


def state(world: World) -> list[object]:
    """Returns the database rows of other users' pages, and of everything that belongs to them."""
    theirs = [page.pk for page in world.pages.values()]
    tables = (
        Page.objects.filter(pk__in=theirs),
        Revision.objects.filter(object_id__in=map(str, theirs)),
        WorkflowState.objects.filter(object_id__in=map(str, theirs)),
        TaskState.objects.all(),
        Picture.objects.exclude(pk=world.things["own_picture"].pk),
        Sponsorship.objects.all(),
    )
    # Addresses are left out: those of pages below the Writer's own series follow the series.
    kept = [list(rows.order_by("pk").values()) for rows in tables]
    return [{**row, "url_path": ""} for rows in kept for row in rows]


def leaks(world: World, client: Client, open_to: set[str]) -> dict[str, set[str]]:
    """Returns the words that `client` finds, by address."""
    found: dict[str, set[str]] = {}
    fill = {name: page.pk for name, page in world.pages.items()} | {"mine": world.own[1].pk}
    for name, address in every_address(world, open_to):
        for query in QUERIES:
            status, found[address + query] = asked(client, address + query.format(**fill))
            assert status < 500, address
            assert name in open_to or status in (302, 403, 404, 405), address
            if status != 200 or not LISTS.search(name):
                break
    found["messages"] = words_in(client.get("/admin/"))
    return {address: words for address, words in found.items() if words}


def one_of_the_rest(who: str, world: World) -> tuple[Client, set[str]]:
    """Returns a Writer or a Member manager, and the views that are open to them."""
    if who == "writer":
        return logged_in(world.writer), names(table.EVERYBODY + table.WRITERS)
    if who == "staff manager":
        manager = person("ansvarlig@example.no", group="Staff managers")
        return logged_in(manager), names(table.EVERYBODY + table.STAFF_MANAGERS)
    manager = person("m@example.no", group="Member managers")
    return logged_in(manager), names(table.EVERYBODY + table.MEMBER_MANAGERS)


@pytest.mark.parametrize("who", ["writer", "manager", "staff manager"])
def test_the_rest_of_the_staff_find_nothing_of_it(who, world):
    assert leaks(world, *one_of_the_rest(who, world)) == {}


@pytest.mark.parametrize("who", ["writer", "manager", "staff manager"])
def test_the_rest_of_the_staff_change_nothing_of_it(who, world):
    client, open_to = one_of_the_rest(who, world)
    client.raise_request_exception = False  # Wagtail's forms fail if fields are missing
    posted = {
        **dict.fromkeys(("new_parent_page", "chooser"), world.pages["series"].pk),
        **dict.fromkeys(("new_title", "new_slug", "title", "slug", "lead", "text"), "overtatt"),
        "action-publish": "1",
        "old_path": "/x/",
        "confirm": "Fagserien",
    }
    before, found = state(world), {}
    mine = {str(page.pk) for page in world.own} | {str(world.things["own_picture"].pk)}
    for name, address in every_address(world, open_to):
        if "delete" not in name or not mine & set(address.split("/")):
            found[address] = asked(client, address, **posted)[1]
    assert {address: words for address, words in found.items() if words} == {}
    assert state(world) == before


def test_an_editor_finds_all_of_it(world):
    """This proves that the tests above look for words that can be found."""
    client, found = logged_in(world.editor), set()
    client.raise_request_exception = False  # one of Wagtail's views fails on purpose
    for _name, address in every_address(world, open_to=set()):
        found |= asked(client, address)[1]
    for page in world.pages.values():
        found |= asked(client, f"/admin/pages/{page.pk}/edit/")[1]
        found |= asked(client, f"/admin/artikler/{page.pk}/rettelser/")[1]
    assert {*world.words.values(), "a blue picture"} - found == set()


@pytest.mark.parametrize("hole", ["guard", "policy"])
def test_a_leak_is_caught(hole, world, monkeypatch):
    if hole == "guard":
        monkeypatch.setattr(panel_guard, "may_open", lambda request, match: True)
        client, _open_to = one_of_the_rest("manager", world)
        address = f"/admin/choose-page/chosen-multiple/?id={world.pages['draft'].pk}"
    else:
        monkeypatch.setattr(
            PagePermissionPolicy, "explorable_instances", policies.explorable_instances
        )
        client, _open_to = one_of_the_rest("writer", world)
        address = "/admin/pages/search/?q=kanari"
    assert asked(client, address)[1]
