"""A GET leaves nothing behind: no row in the database, and no cookie on a reading page."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from tests import factories
from tests.test_routes import OPEN

pytestmark = pytest.mark.django_db
#: Values for the parameters of an address: some that exist, and some that don't.
GAPS = {
    "<slug:series>": ["serien"],
    "<slug:slug>": ["serien", "delen", "kari-ytreoy", "finnes-ikke"],
    "<slug:format>": ["bib", "x"],
    "<int:pk>": ["1", "999999999999999999999"],
    "<int:width>": ["99"],
    "<slug:file_hash>": ["x"],
    "<slug:key>": ["0" * 24],
    "<slug:name>": ["x"],
    "<str:token>": ["x"],
    "<slug:token>": ["x"],
    "<str:key>": ["alt", "serie-1", "x"],
    "<str:keys>": ["alt", "serie-1+brev", "x"],
    "<section>": ["articles", "x"],
    "<slug:provider_id>": ["prove", "openid_connect", "finnes-ikke"],
}
HEADERS = [
    {},
    {"X-Requested-With": "XMLHttpRequest"},
    {"Accept": "application/json"},
    {"Content-Type": "application/json"},
    {"Cookie": "medlem=" + "o" * 32 + "; csrftoken=" + "x" * 32},
    {"Cookie": "medlem=\0; messages=x"},
]
QUERIES = [
    *("", "?next=/serien/delen/", "?next=http://[", "?ny=1", "?kode=ute", "?sendt=1", "?venter=1"),
    *("?process=connect&action=reauthenticate", "?passnokkel=ukjent", "?action=resend&code=123456"),
    *("?code=x&state=y", "?error=access_denied&state=y", "?error=x", "?state=", "?_redir"),
    *(
        "?q=avsnittet",
        "?q=%00&side=2",
        "?credential={}",
        "?email=ny@example.no",
        "?side=2",
        "?preview=true",
        "?token=x&uid=1",
    ),
]
SEARCHES = ["?q=avsnittet", "?q=%00&side=2", "?q=delenn&tema=salg"]
#: Pages with CSRF tokens. The token's cookie comes with it, and no other.
FORMS = re.compile(r"/konto/|/admin/")
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|CREATE|DROP|ALTER|TRUNCATE)\b", re.I)


@pytest.fixture(autouse=True)
def portal(settings, series, article) -> None:
    factories.make_author()
    there = {"server_url": "http://127.0.0.1:1", "scope": ["openid"]}
    app = {"provider_id": "prove", "name": "Prøve", "client_id": "x", "secret": "s"}
    plain = {"APPS": [{"client_id": "x", "secret": "s"}]}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [{**app, "settings": there}]},
        "google": plain,
        "microsoft": plain,
    }


def addresses(route: str) -> list[str]:
    found = [f"/{route}"]
    for gap, values in GAPS.items():
        if gap in route:
            found = [path.replace(gap, value) for path in found for value in values]
    assert "<" not in "".join(found), f"{route} has a gap that GAPS doesn't know"
    return found


def requests_of(path: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yields method, address and headers.

    Each header and each query is tried, and both together where a sign-in may begin. HEAD and
    OPTIONS become a GET, or are answered, before any view runs.
    """
    for headers in HEADERS:
        yield "get", path, headers
    yield "head", path, HEADERS[1]
    yield "options", path, HEADERS[1]
    is_way_in = FORMS.match(path)
    for query in (
        QUERIES if is_way_in else (*QUERIES[:4], *(q for q in QUERIES if q.startswith("?q=")))
    ):
        yield "get", path + query, {}
        if is_way_in:
            yield "get", path + query, HEADERS[1]


def test_what_a_visitor_asks_for_is_written_down_nowhere():
    written, told = [], []

    def noting(execute, sql, *rest):
        if WRITES.match(sql):
            written.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(noting):
        for route in sorted(OPEN):
            for path in addresses(route):
                for method, address, headers in requests_of(path):
                    answer = getattr(Client(), method)(address, headers=headers)
                    given = {name for name, cookie in answer.cookies.items() if cookie.value}
                    odd = given - ({"csrftoken"} if FORMS.match(path) else set())
                    if written or odd or answer.status_code == 500:
                        told.append((method, address, headers, answer.status_code, *written, *odd))
                        written.clear()
    assert told == [], "\n".join(map(str, told))
