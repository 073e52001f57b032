"""The people and the places of the tests."""

import gc
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.template import Template
from django.test import Client, override_settings
from django.test.utils import _TestState

from accounts.models import Consent, Kind, State, User
from articles.models import Article, Series
from delivery import content_version, shared_pages
from delivery.cache import shared_cache
from delivery.content_version import KnownVersion
from delivery.prepared_sql import Prepared
from tests import factories, originals

#: The browser tests' Chromium, where the machine has one. Without windows it is twice as quick.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
NO_CHROMIUM = (
    "BROWSER TESTS LEFT OUT: this machine has no Chromium (apt install chromium-headless-shell)"
)


#: Needs settings of its own: tests/test_example_room.py.
collect_ignore = [] if apps.is_installed("tests.example_room") else ["example_room"]


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among the modules: it took a third of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.write_line(NO_CHROMIUM, yellow=True, bold=True)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_modify_db_settings, django_db_blocker
) -> Iterator[None]:
    """In the place of pytest-django's, which runs the migrations each time."""
    with django_db_blocker.unblock(), originals.for_tests(connection):
        for app in apps.get_app_configs():
            if app.name.startswith("tests."):  # which no original knows
                call_command("migrate", app.label, verbosity=0)
        yield


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """What a module's fixtures store stays for its tests; what a test changes in it doesn't."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def media_in(folder: Path) -> dict[str, Any]:
    """The settings of a media folder."""
    options = {"location": str(folder), "base_url": "/admin/filer/"}
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    return {"MEDIA_ROOT": folder, "STORAGES": {**settings.STORAGES, "default": storage}}


@pytest.fixture(autouse=True)
def media(request, tmp_path: Path) -> Iterator[Path]:
    """Each test has its own, empty media folder, or that of its module's `module_media`."""
    has_own = "module_media" in request.fixturenames
    folder = request.getfixturevalue("module_media") if has_own else tmp_path / "media"
    with override_settings(**media_in(folder)):
        yield folder


@pytest.fixture(scope="module")
def module_media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session", autouse=True)
def plain_templates(django_test_environment) -> None:
    """Django's tests copy the context of each template that is rendered. No test here asks for it,
    and it takes up to a third of the time of a page."""
    Template._render = _TestState.saved_data.template_render


#: Never the same twice, in no two tests; nor one of the real ones, which begin at 0.
VERSIONS = itertools.count(1_000_000_000)


@pytest.fixture(autouse=True)
def nothing_built(monkeypatch) -> None:
    """A test that changes a query changes it where its SQL is kept, too."""
    monkeypatch.setattr(Prepared, "built", {})


@pytest.fixture(autouse=True)
def nothing_kept(request, monkeypatch) -> None:
    """No test finds what another has kept: each question for the content version has a new answer,
    where a test doesn't ask for the real one with `kept`."""
    if "kept" not in request.fixturenames:
        monkeypatch.setattr(KnownVersion, "__call__", lambda self, **options: next(VERSIONS))


@pytest.fixture
def kept(monkeypatch) -> Iterator[None]:
    """What is kept is kept, and the content version is never older than the question.

    Django may be asked by WSGI: the connection, which the test's transaction lives in, stays."""
    monkeypatch.setattr(content_version, "VERSION_AGE", 0)
    monkeypatch.setattr(content_version.content_version, "_good_until", 0)
    monkeypatch.setattr(content_version, "close_old_connections", lambda: None)
    shared_pages.cache.clear()
    shared_cache.clear()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """What happens in it is committed at its end."""

    def committing() -> Any:
        connection.run_on_commit.clear()  # what waits for the test's own, which never comes
        return django_capture_on_commit_callbacks(execute=True)

    return committing


#: What a browser says of a form that a page of ours sends.
OURS = {"Sec-Fetch-Site": "same-origin"}


def person(email: str, state: State = State.ACTIVE, group: str | None = None) -> User:
    user = User.objects.create_user(email, "langt-passord", name="Åse Bø", state=state)
    Consent.give(user, Kind.TERMS, "/konto/vilkar/")
    is_proven = state != State.UNCONFIRMED
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=is_proven)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def logged_in(user: User) -> Client:
    client = Client(headers=OURS)
    user.refresh_from_db(fields=["session_epoch", "password"])
    client.force_login(user)
    return client


@pytest.fixture
def outbox(settings) -> None:
    """Mails go to the outbox, as they do outside tests."""
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"


@pytest.fixture
def visitor() -> Client:
    return Client(headers=OURS)


@pytest.fixture
def member(db) -> User:
    return person("medlem@example.no")


@pytest.fixture
def pending(db) -> User:
    return person("ubekreftet@example.no", State.UNCONFIRMED)


@pytest.fixture
def suspended(db) -> User:
    return person("utestengt@example.no", State.SUSPENDED)


@pytest.fixture
def editor(db) -> User:
    return person("redaktor@example.no", group="Editors")


@pytest.fixture
def writer(db) -> User:
    return person("skribent@example.no", group="Writers")


@pytest.fixture
def manager(db) -> User:
    return person("medlemsansvarlig@example.no", group="Member managers")


@pytest.fixture
def as_member(member: User) -> Client:
    return logged_in(member)


@pytest.fixture
def as_editor(editor: User) -> Client:
    return logged_in(editor)


@pytest.fixture
def series(db) -> Series:
    return factories.make_series()


@pytest.fixture
def article(series: Series) -> Article:
    """A members' article with a free and a locked part."""
    return factories.make_article(series)
