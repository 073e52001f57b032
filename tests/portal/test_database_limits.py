"""A database that is locked, slow or frozen holds nobody for long."""

import threading
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import OperationalError

from delivery import content_version
from delivery.models import ContentVersion
from portal.database_limits import limits_of
from portal.postgresql import watch as watching
from portal.postgresql.watch import Watch, is_busy
from tests import originals, separate
from tests.faults.proxy import proxy_to

needs_server = pytest.mark.skipif(not originals.server(), reason="of PostgreSQL")


def test_the_web_has_other_limits_than_commands_and_migrations():
    web = limits_of(["/usr/bin/gunicorn", "portal.wsgi"])
    assert "lock_timeout=2s" in web
    assert "statement_timeout=10s" in web
    assert limits_of(["-c"]) == web
    assert limits_of(["/srv/manage.py", "migrate"]) == "-c lock_timeout=2s"
    assert limits_of(["manage.py", "worker"]) == "-c lock_timeout=30s"


@needs_server
def test_the_server_knows_the_limits():
    with psycopg.connect(originals.server(), options=limits_of(["gunicorn"])) as connection:
        said = connection.execute("SELECT current_setting('lock_timeout')").fetchone()
    assert said == ("2s",)


@pytest.fixture
def proxy():
    at = urlsplit(originals.server())
    with proxy_to(at.hostname, at.port or 5432) as proxy:
        yield proxy


@pytest.fixture
def watched():
    """Returns a function that opens a connection, and a watch that watches it alone."""
    opened = []

    def watched(url: str) -> tuple[psycopg.Connection, Watch]:
        watch, parameters = Watch(), {"conninfo": url}
        opened.append(psycopg.connect(url))
        watch._connections.add(opened[0])
        watch._parameters = parameters
        return opened[0], watch

    yield watched
    for connection in opened:
        connection.close()


def in_thread(connection: psycopg.Connection, sql: str) -> tuple[threading.Thread, list[Exception]]:
    """Runs `sql` in a thread, from now on. The list gets the error that it ends with, if any."""
    errors: list[Exception] = []

    def ask() -> None:
        try:
            connection.execute(sql)
        except psycopg.OperationalError as error:
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    separate.wait_until(lambda: is_busy(connection), "the statement is sent")
    return thread, errors


@needs_server
def test_a_frozen_server_frees_who_waits_and_is_found_again_when_it_thaws(
    proxy, watched, monkeypatch
):
    connection, watch = watched(separate.by_port(originals.server(), proxy.port))
    proxy.freeze()
    thread, errors = in_thread(connection, "SELECT 1")
    watch.look()
    assert watch.is_answering  # one look may be chance
    watch.look()
    assert not watch.is_answering
    thread.join(60)
    assert len(errors) == 1
    proxy.thaw()
    monkeypatch.setattr(watching, "PATIENCE", 60)
    watch.look()
    assert watch.is_answering


@needs_server
def test_a_slow_statement_is_left_alone_while_the_server_answers(watched, monkeypatch):
    monkeypatch.setattr(watching, "PATIENCE", 60)
    lock = "SELECT pg_advisory_lock(20261129)"
    connection, watch = watched(originals.server())
    with psycopg.connect(originals.server()) as other:
        other.execute(lock)
        thread, errors = in_thread(connection, lock)
        for _ in range(3):
            watch.look()
    thread.join(60)
    assert watch.is_answering
    assert errors == []


@pytest.fixture
def away(monkeypatch):
    """Returns a function that makes the database unable to tell the content version."""

    def gone() -> int:
        raise OperationalError

    return lambda: monkeypatch.setattr(ContentVersion, "stored", gone)


@pytest.mark.usefixtures("kept")
def test_cached_pages_are_served_for_a_minute_while_the_database_is_away(monkeypatch, away):
    monkeypatch.setattr(ContentVersion, "stored", lambda: 7)
    known = content_version.KnownVersion()
    assert known() == 7
    away()
    assert known() == 7
    monkeypatch.setattr(content_version, "AGE_WITHOUT_ANSWER", 0)
    with pytest.raises(OperationalError):
        known()


@pytest.mark.usefixtures("kept")
def test_who_asks_in_vain_holds_up_nobody_else(monkeypatch):
    monkeypatch.setattr(content_version, "PATIENCE", 0)
    monkeypatch.setattr(ContentVersion, "stored", lambda: 7)
    known = content_version.KnownVersion()
    assert known() == 7
    asked, end = threading.Event(), threading.Event()

    def hang() -> int:
        asked.set()
        end.wait(60)
        return 8

    monkeypatch.setattr(ContentVersion, "stored", hang)
    thread = threading.Thread(target=known)
    thread.start()
    assert asked.wait(60)
    assert known() == 7  # without waiting
    end.set()
    thread.join()
    assert known() == 8
