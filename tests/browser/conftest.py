"""A real portal with gunicorn and worker, and Debian's Chromium to read it."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from tests import separate
from tests.browser.pages import QUIET, log_in
from tests.conftest import CHROMIUM, NO_CHROMIUM
from tests.identity_provider import CLIENT, SECRET

#: Milliseconds. A busy machine is slow, not wrong.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


class Portal:
    """The running portal: its address, and the mails it has sent."""

    def __init__(self, url: str, mails: Path, provider_port: int = 0) -> None:
        self.url = url
        self.mails = mails
        #: The port of the provider «Prøvedøra», when tests/browser/test_providers.py runs it.
        self.provider_port = provider_port
        self.used: set[str] = set()

    def code_for(self, address: str) -> str:
        """Waits for the worker to mail a code to `address`, and returns its six digits."""
        for _ in range(600):
            for file in sorted(self.mails.glob("*.log"), reverse=True):
                for source in file.read_bytes().split(b"-" * 79):
                    mail = message_from_bytes(source.strip(), policy=policy.default)
                    code = re.search(r"\b(\d{6})\b", str(mail["Subject"]))
                    is_new = mail["Message-ID"] not in self.used
                    if code and is_new and address == str(mail["To"]):
                        self.used.add(mail["Message-ID"])
                        return code[1]
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address}")


@pytest.fixture(scope="session")
def portal(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Does the same as `make run`, but with a free port and mails in files."""
    data = tmp_path_factory.mktemp("portal")
    held, port = separate.held_port()
    provider = {
        "id": "prove",
        "name": "Prøvedøra",
        "server_url": f"http://127.0.0.1:{port}",
        "client_id": CLIENT,
        "secret": SECRET,
        "scope": ["openid", "email"],
    }
    # All the tests' mails go to one domain, and are asked for from one IP address.
    limits = dict.fromkeys(("MAILS_PER_HOUR", "MAILS_PER_DOMAIN", "MAILS_PER_VISITOR"), "10000")
    with held, separate.serving(data, OIDC_PROVIDERS=json.dumps([provider]), **limits) as url:
        yield Portal(url, data / "mails", port)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


Opener = Callable[..., Page]
Who = tuple[str, str]
StateOf = Callable[[str, str], StorageState]


@pytest.fixture(scope="session")
def state_of(chromium: Browser, portal: Portal) -> StateOf:
    """Returns the browser storage of a signed-in user. Each user signs in once, for all the tests
    that don't end the session."""

    @cache
    def state(address: str, password: str) -> StorageState:
        context = chromium.new_context(base_url=portal.url, locale="nb-NO")
        page = context.new_page()
        page.goto("/konto/logg-inn/")
        log_in(page, address, password)
        kept = context.storage_state()
        context.close()
        return kept

    return state


def is_complaint(message: ConsoleMessage) -> bool:
    """Leaves out an automatic save that comes after the page was published. The portal refuses it,
    as it should, and Chromium reports the refusal."""
    is_late_save = "400" in message.text and re.search(
        r"/admin/pages/\d+/edit/", message.location["url"]
    )
    return message.type == "error" and not is_late_save


@pytest.fixture
def complaints() -> list[str]:
    """The pages' complaints. A test that expects one clears the list."""
    return []


@pytest.fixture
def open_page(
    chromium: Browser, portal: Portal, state_of: StateOf, complaints: list[str]
) -> Iterator[Opener]:
    """Opens a page in a browser of its own, signed in as `who`. The test fails if the page
    complained or sent a request to another host."""
    contexts = []

    def opened(path: str = "/", who: Who | None = None, **options: object) -> Page:
        context = chromium.new_context(
            base_url=portal.url,
            locale="nb-NO",
            storage_state=state_of(*who) if who else None,
            **{"viewport": {"width": 1280, "height": 900}, **options},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda m: is_complaint(m) and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda r: (
                r.url.startswith(("http:", "https:"))
                and not r.url.startswith(portal.url)
                and complaints.append(f"asked {r.url}")
            ),
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
