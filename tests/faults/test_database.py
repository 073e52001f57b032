"""Readers while a table is locked, and while the database server is frozen."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests import originals, separate
from tests.faults.proxy import Proxy, proxy_to

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not originals.server(), reason="of PostgreSQL"),
]
ARTICLE = "/lede-salg/salgstrakten/"
#: Logs the demo's member in, and leaves the session's key in a file.
LOG_IN = """
from django.conf import settings
from accounts.models import User
from accounts.sessions import SessionStore
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.test import Client
client = Client()
client.force_login(User.objects.get(email="medlem@example.no"))
(settings.PORTAL_DATA / "session").write_text(client.session.session_key)
"""


class Site:
    def __init__(self, url: str, session: str, database: str) -> None:
        self.url, self.session, self.database = url, session, database

    def status(self, path: str, session: str = "") -> int:
        """Returns the status that `path` answers with, within a minute."""
        request = urllib.request.Request(f"{self.url}{path}")  # noqa: S310
        if session:
            request.add_header("Cookie", f"medlem={session}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def statuses_of_members(self) -> set[int]:
        """Returns the statuses of 24 requests at once, three for each of the threads."""
        return self._statuses(self.session)

    def statuses_of_visitors(self) -> set[int]:
        return self._statuses("")

    def _statuses(self, session: str, count: int = 24) -> set[int]:
        with ThreadPoolExecutor(count) as threads:
            return set(threads.map(self.status, [ARTICLE] * count, [session] * count))


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    at = urlsplit(originals.server())
    with proxy_to(at.hostname or "", at.port or 5432) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def site(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    told: dict[str, str] = {}
    with separate.serving(folder, shell=LOG_IN, told=told, through=proxy.port) as url:
        yield Site(url, (folder / "session").read_text(), told["DATABASE_URL"])


def test_a_locked_table_stops_neither_visitors_nor_the_health_check(site: Site):
    assert site.statuses_of_members() == {200}
    at = originals.named(urlsplit(site.database).path.strip("/"))
    with psycopg.connect(at) as connection:
        connection.execute("LOCK TABLE accounts_user IN ACCESS EXCLUSIVE MODE")
        assert site.statuses_of_members() == {503}  # while it is locked
        assert [site.status(path) for path in ("/", ARTICLE)] == [200, 200]
        assert site.status("/healthz") == 200
    assert site.statuses_of_members() == {200}


def test_a_frozen_server_holds_no_thread_for_good_and_cached_pages_go_on(site: Site, proxy: Proxy):
    assert site.statuses_of_members() == {200}
    assert site.statuses_of_visitors() == {200}  # both processes keep the page
    proxy.freeze()
    try:
        assert site.statuses_of_members() == {503}
        assert site.statuses_of_visitors() == {200}
        assert site.status("/healthz") == 503
    finally:
        proxy.thaw()
    # Each process finds out for itself that the server answers again.
    separate.wait_until(lambda: site.statuses_of_members() == {200})
    assert site.status("/healthz") == 200
