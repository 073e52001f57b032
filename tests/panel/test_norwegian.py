"""No page of the panel shows an English text: neither ours nor one of Wagtail's."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.test import override_settings
from django.utils.translation import gettext

from tests.conftest import logged_in, media_in, person
from tests.panel import table
from tests.panel.addresses import Addresses, routes
from tests.panel.world import World, build
from tests.test_translations import libraries, texts

pytestmark = pytest.mark.django_db
#: Attributes that somebody sees or hears.
SHOWN = ("aria-label", "title", "placeholder", "alt", "data-w-tooltip-content-value")
#: What Python makes of an empty value, in the data of scripts.
NO_WORDS = {"None"}
#: Views that log out, or answer with something else than a page.
LEFT_OUT = {"wagtailadmin_logout", "wagtailadmin_error_test", "wagtailadmin_sprite"}


@pytest.fixture(scope="module")
def world(module_db, module_media) -> World:
    with override_settings(**media_in(module_media)):
        return build()


@pytest.fixture(autouse=True)
def without_mail(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


def english() -> set[str]:
    """The texts of Wagtail's and ours that read otherwise in Norwegian."""
    ids = {m.id for m in libraries("en", "django") if isinstance(m.id, str)}
    ids |= {text for _context, text in texts() if isinstance(text, str)}
    plain = {" ".join(text.split()) for text in ids if "%" not in text and "{" not in text}
    return {text for text in plain if len(text) > 2 and gettext(text) != text} - NO_WORDS


def shown(html: str) -> Iterator[str]:
    soup = BeautifulSoup(html, "html.parser")
    for element in soup(["script", "style", "svg", "code", "pre"]):
        element.decompose()
    for string in soup.find_all(string=True):
        yield " ".join(string.split())
    for element in soup.find_all(True):
        yield from (str(element[name]) for name in SHOWN if element.get(name))
    # The menu and the comments are drawn by scripts from texts in attributes and in JSON.
    yield from re.findall(r'"label": "([^"]+)"', html)


def first_addresses(world: World, names: set[str]) -> Iterator[tuple[str, str]]:
    for name, found in sorted(routes().items()):
        if name in names - LEFT_OUT:
            for route in sorted(found):
                address = next(Addresses(world).of(name, route), None)
                if address:
                    yield name, address


def test_the_detector_finds_what_is_english():
    words = english()
    html = '<p>Delete</p><p>Lagre</p><a aria-label="Edit"></a><script>Copy</script>'
    assert {"Delete", "Edit"} == words & set(shown(html))


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("editor", table.EVERYBODY + table.WRITERS + table.EDITORS),
        ("manager", table.EVERYBODY + table.MEMBER_MANAGERS),
    ],
)
def test_no_page_shows_english(world, who, names):
    user = world.editor if who == "editor" else person("leder@example.no", group="Member managers")
    client, words, found = logged_in(user), english(), []
    for name, address in first_addresses(world, set(names.split())):
        answer = client.get(address)
        for close in answer._resource_closers:  # not `close`: it ends the test's connection too
            close()
        if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
            left = words & set(shown(answer.content.decode()))
            found += [f"{name}: {text}" for text in sorted(left)]
    assert "\n".join(found) == ""
