"""The glossary's list, which shows one stretch of the alphabet at a time."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Access
from articles.models import Definition, Passage
from articles.slugs import norwegian_slug, sort_key
from articles.views import glossary
from tests import factories

pytestmark = pytest.mark.django_db
#: Two of them are equal in alphabetical order, and one has no letters.
TERMS = ["Øl", "Ol", "Ål", "Ærlig", "Bil", "Bïl", "Abc", "Å", "Zulu", "Ost", "№ 1", "Bil 2"]


@pytest.fixture
def passage(series, monkeypatch) -> Passage:
    monkeypatch.setattr(glossary, "SIZE", 3)
    article = factories.make_article(series, [factories.text("<p>a</p>")], access=Access.PUBLIC)
    return Passage.objects.get(page=article)


def define(passage: Passage, *terms: str) -> None:
    for term in terms:
        slug = norwegian_slug(term) + ("-2" if term == "Bïl" else "")
        Definition.objects.create(
            passage=passage, term=term, slug=slug, sort_key=sort_key(term), block_id="x", html=""
        )


def walk(visitor, rel: str, start: str) -> list[list[str]]:
    """Returns the terms of each stretch, following the links from one to the next."""
    found, address = [], start
    while address:
        page = visitor.get(address).content.decode()
        found.append(re.findall(r'<li><a href="/ordbok/[^"]+">([^<]+)</a>', page))
        links = re.findall(rf'<a rel="{rel}" href="([^"]+)"', page)
        assert len(found) < 20
        address = links[0] if links else ""
    return found


def test_the_stretches_hold_each_term_once_in_the_order_of_the_alphabet(passage, visitor):
    define(passage, *TERMS, "Ost", "Abc")
    stretches = walk(visitor, "next", "/ordbok/")
    assert [len(stretch) for stretch in stretches] == [3, 3, 3, 1]  # «Øl» and «Ol» have one address
    order = [d.term for d in Definition.objects.terms()]
    assert [term for stretch in stretches for term in stretch] == order


def test_the_way_back_leads_by_the_same_stretches(passage, visitor):
    define(passage, *TERMS)
    there = walk(visitor, "next", "/ordbok/")
    last = f"/ordbok/fra/{Definition.objects.get(term=there[-1][0]).slug}/"
    assert walk(visitor, "prev", last) == there[::-1]


def test_a_stretch_keeps_its_address_when_terms_come_before_it(passage, visitor):
    define(passage, "Bil", "Ost", "Zulu")
    before = walk(visitor, "next", "/ordbok/fra/ost/")
    define(passage, "Abc", "Abd")
    assert walk(visitor, "next", "/ordbok/fra/ost/") == before
    assert walk(visitor, "prev", "/ordbok/fra/ost/")[-1] == ["Abc", "Abd", "Bil"]


@pytest.mark.parametrize("slug", ["finnes-ikke", "ost"])
def test_there_is_none_from_a_term_that_no_reader_sees(passage, visitor, slug):
    define(passage, "Ost")
    passage.page.unpublish()
    assert visitor.get(f"/ordbok/fra/{slug}/").status_code == 404


def test_the_old_numbers_lead_to_the_first(passage, visitor):
    define(passage, *TERMS)
    for number in (2, 300):
        page = visitor.get(f"/ordbok/?side={number}").content.decode()
        assert 'rel="canonical" href="http://localhost:8000/ordbok/"' in page


def test_no_stretch_is_found_by_going_past_all_before_it(passage, visitor):
    define(passage, *TERMS)
    for address in ("/ordbok/", "/ordbok/?side=300", "/ordbok/fra/zulu/"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert visitor.get(address).status_code == 200
        sql = [query["sql"] for query in asked if "articles_definition" in query["sql"]]
        assert sql
        assert not any("OFFSET" in query for query in sql)
        assert all(" LIMIT " in query for query in sql)
