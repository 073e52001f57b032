"""No reading page scans a whole table that grows with the portal."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from wagtail.models import Page, get_page_models

from accounts.access import Access
from accounts.models import User
from articles.models import Article, Home, Passage, Picture, SimplePage
from articles.models.passages import PictureUse
from bench.filling import fill
from bench.words import PARTS
from reading.views import SHELVES
from tests import factories
from tests.conftest import logged_in

#: The tables that grow. Scanning an index of one is no fault if a LIMIT stops the scan.
GROWING = {
    *("wagtailcore_page", "articles_article", "articles_author", "articles_articleauthor"),
    *("articles_passage", "articles_imprint", "articles_definition", "wagtailcore_revision"),
    *("articles_articlesubject", "articles_series_subjects"),
    *("accounts_user", "django_session", "reading_reading", "wagtailredirects_redirect"),
    *("newsletter_follow", "newsletter_recipient", "accounts_consent"),
}
PAGES = [
    *(
        "/",
        "/serier/",
        "/serier/?side=2",
        "/serier/alfabetisk/?side=2",
        "/serie-2/",
        "/serie-2/del-10-av-serie-2/",
        "/feed/serie/serie-2/",
        "/feed/",
    ),
    *("/forfattere/", "/forfattere/?side=2", "/forfattere/forfatter-7/"),
    "/forfattere/forfatter-7/serier/",
    *("/tema/", "/tema/tema-3/", "/feed/tema/tema-3/"),
    *("/feed/forfatter/forfatter-7/", "/ordbok/", "/ordbok/fra/begrep-7/", "/ordbok/begrep-7/"),
    *("/serie-2/del-10-av-serie-2/sitering.bib", "/om/"),
    *("/feed.json", "/feed/serie/serie-2.json", "/feed/forfatter/forfatter-7.json"),
]
#: An address without a page, for which the redirects are looked up.
NOWHERE = "/nei/takk/"
OWN = [
    *("/", "/serie-2/", "/serie-2/del-10-av-serie-2/", "/ordbok/begrep-7/", "/konto/lesing/"),
    *("/konto/varsler/", "/forfattere/forfatter-7/", "/tema/tema-3/"),
    *(f"/konto/lesing/{name}/" for name in SHELVES),
]


def whole_tables_in_sqlite(sql: str, params: Any) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = [row[-1] for row in cursor.fetchall()]
    named = {alias: table for table, alias in re.findall(r'(?:FROM|JOIN) "(\w+)" (\w+)', sql)}
    scanned = [re.match(r"SCAN (\w+)( USING)?", line) for line in plan]
    return {
        named.get(found[1], found[1])
        for found in scanned
        if found and not (found[2] and " LIMIT " in sql)
    }


def whole_tables_in_postgresql(sql: str, params: Any) -> set[str]:
    """The server is told to avoid scans, so it scans only if it has no other way."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "mergejoin", "hashjoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    whole = set(re.findall(r"Seq Scan on (\w+)", plan))
    if " LIMIT " not in sql:
        whole |= set(re.findall(r"Index (?:Only )?Scan.* on (\w+) .*\n(?!\s+Index Cond)", plan))
    return whole


WHOLE_TABLES: dict[str, Callable[[str, Any], set[str]]] = {
    "sqlite": whole_tables_in_sqlite,
    "postgresql": whole_tables_in_postgresql,
}


@pytest.fixture
def grown(db) -> User:
    """Fills a portal to some size, and returns one of its members."""
    about = SimplePage(title="Om oss", slug="om", show_in_menus=True)
    Home.objects.get().add_child(instance=about)
    fill(articles=30 * PARTS, members=300)
    passage = Passage.objects.filter(access=Access.PUBLIC).latest("pk")
    PictureUse.objects.create(passage=passage, picture=factories.make_picture())
    return User.objects.get(email="m7@example.no")


def asked(client: Any, paths: list[str]) -> dict[str, tuple[str, Any]]:
    """Returns each kind of query that the pages make, once, with its page."""
    found: dict[str, tuple[str, Any]] = {}

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            found.setdefault(sql, (path, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for path in paths:
            assert client.get(path).status_code == (404 if path == NOWHERE else 200), path
    return found


def test_no_page_goes_through_a_whole_table_that_grows(grown, visitor):
    picture = Picture.objects.get()
    shown = picture.address(picture.width, "webp")
    assert visitor.get(shown).status_code == 200
    queries = asked(visitor, [*PAGES, NOWHERE, shown]) | asked(logged_in(grown), OWN)
    assert len(queries) > 25
    faults = []
    for sql, (path, params) in queries.items():
        whole = WHOLE_TABLES[connection.vendor](sql, params) & GROWING
        if whole:
            faults.append(f"{path}: {whole} in {sql}")
    assert not faults, "\n".join(faults)


def test_a_plan_that_goes_through_a_table_is_found(grown):
    for rows in (Article.objects.filter(lead__contains="x"), User.objects.filter(name="x")):
        sql, params = rows.query.sql_with_params()
        assert WHOLE_TABLES[connection.vendor](sql, params) & GROWING


def test_no_page_is_asked_for_with_the_tree_joined_twice():
    """Django joins it twice for a model with two abstract parents that are both pages."""
    for model in get_page_models():
        assert model._meta.parents.get(Page, model._meta.pk) is model._meta.pk, model
