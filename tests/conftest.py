"""Fixtures that all tests share: people, articles, caches and databases."""

import gc
import itertools
import shutil
from collections.abc import Iterator
from logging import getLogger
from pathlib import Path
from threading import Timer
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
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from accounts.models import Consent, Kind, State, User
from articles.models import Article, Series
from delivery import content_version, shared_pages
from delivery.cache import shared_cache
from delivery.content_version import KnownVersion
from delivery.prepared_sql import Prepared
from delivery.tally import Tally
from portal.outages import CountOutages
from search import limits
from tests import factories, originals

#: The Chromium of the browser tests, if the machine has one. The headless shell is twice as fast.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
NO_CHROMIUM = (
    "BROWSER TESTS LEFT OUT: this machine has no Chromium (apt install chromium-headless-shell)"
)


# How long an example takes is the machine's affair. Hypothesis tries the same examples in each run:
# a failure comes with the change that made it. `--hypothesis-profile=explore` looks for new ones.
hypothesis.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.register_profile(
    "tests", hypothesis.get_profile("explore"), derandomize=True, database=None
)
hypothesis.load_profile("tests")

#: Needs settings of its own: tests/test_example_room.py.
collect_ignore = [] if apps.is_installed("tests.example_room") else ["example_room"]


def pytest_collection_finish() -> None:
    """Collects garbage seldom, and never among the modules. It took a third of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.write_line(NO_CHROMIUM, yellow=True, bold=True)
    if seed := terminalreporter.config.getoption("randomly_seed", None):
        terminalreporter.write_line(f"-n 0 --randomly-seed={seed} repeats this order")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_modify_db_settings, django_db_blocker
) -> Iterator[None]:
    """Replaces pytest-django's fixture, which runs the migrations each time."""
    with django_db_blocker.unblock(), originals.for_tests(connection):
        for app in apps.get_app_configs():
            if app.name.startswith("tests."):  # which no original knows
                call_command("migrate", app.label, verbosity=0)
        yield


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Rows from a module's fixtures last for all its tests. A test's own changes don't."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def media_in(folder: Path) -> dict[str, Any]:
    """Returns the settings of a media folder."""
    options = {"location": str(folder), "base_url": "/admin/filer/"}
    storage = {**settings.STORAGES["default"], "OPTIONS": options}
    return {"MEDIA_ROOT": folder, "STORAGES": {**settings.STORAGES, "default": storage}}


@pytest.fixture(autouse=True)
def media(request, tmp_path: Path) -> Iterator[Path]:
    """Each test has an empty media folder of its own, or shares the module's `module_media`."""
    has_own = "module_media" in request.fixturenames
    folder = request.getfixturevalue("module_media") if has_own else tmp_path / "media"
    with override_settings(**media_in(folder)):
        yield folder


@pytest.fixture(scope="module")
def module_media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session", autouse=True)
def plain_templates(django_test_environment) -> None:
    """Django's test runner copies the context of each rendered template. No test here uses the
    copy, and it takes up to a third of the time of a page."""
    Template._render = _TestState.saved_data.template_render


class Unstarted(Timer):
    def start(self) -> None:
        pass


@pytest.fixture(scope="session", autouse=True)
def nothing_written_later() -> Iterator[None]:
    """No thread writes or logs counts, not even those of a module's fixtures: it would do so in the
    middle of another test."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("delivery.tally.Timer", Unstarted)
        for each in [each for handler in getLogger().handlers for each in handler.filters]:
            if isinstance(each, CountOutages):
                patched.setattr(each, "_wait", lambda: None)
        yield
        gc.unfreeze()  # finds what the modules hold
        for each in gc.get_objects():
            if type(each) is Tally:  # would be written at the exit, to a database that is gone
                each._held.clear()


@pytest.fixture(autouse=True)
def no_counts() -> None:
    """Nobody has searched too much."""
    for count in (limits.BY_ADDRESS, limits.BY_MEMBER, limits.SUGGESTIONS):
        count.clear()


#: Content versions that no two tests share. The real ones begin at 0.
VERSIONS = itertools.count(1_000_000_000)


@pytest.fixture(autouse=True)
def nothing_built(monkeypatch) -> None:
    """Clears prepared SQL, so that a test that changes a query gets the changed SQL."""
    monkeypatch.setattr(Prepared, "built", {})


@pytest.fixture(autouse=True)
def nothing_kept(request, monkeypatch) -> None:
    """No test finds what another has cached, because the content version is new each time it is
    asked for. A test that needs the real one uses `kept`."""
    if "kept" not in request.fixturenames:
        monkeypatch.setattr(KnownVersion, "__call__", lambda self, **options: next(VERSIONS))


@pytest.fixture
def kept(monkeypatch) -> Iterator[None]:
    """Turns the caches on, with a content version that is read anew each time.

    The connection stays open even if a test calls Django through WSGI, because it holds the test's
    transaction."""
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
    """Returns a context manager that runs the on-commit callbacks at its end."""

    def committing() -> Any:
        connection.run_on_commit.clear()  # these wait for the test's own commit, which never comes
        return django_capture_on_commit_callbacks(execute=True)

    return committing


#: The header that a browser sends with a form from our own pages.
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
    """Sends mails to the outbox, as outside tests."""
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
    """A members' article with an open and a locked part."""
    return factories.make_article(series)
