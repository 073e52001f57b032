"""The page of the search, and the suggestions."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.access import Access
from accounts.models import Grant
from search import limits, views
from search.asked import Asked
from search.finding import Filters
from tests import factories
from tests.conftest import OURS, logged_in
from tests.factories import gate, text

pytestmark = pytest.mark.django_db
SCOPE = "Du søker i den åpne delen av artiklene. Medlemmer søker i hele teksten."
ODD = [
    *("", " ", '"', "'", '""', '"a', "-", "--", "- -", "*", "%", "_", "\\", "(", ")", "^", "a:b"),
    *("NOT", "OR", "AND OR NOT", "a*", "-hund", '-"to ord"', "«æøå»", "“hva”", "🧀", "\u202e"),
    *("\0", "a\0b", "\0001\0", "\ud800", "x" * 4_000, "ord " * 1_000, "\r\n"),
    "'; DROP TABLE articles_article; --",
]


@pytest.fixture
def cheese(series):
    body = [
        text("<h2>Melk</h2><p>Om geitost.</p>"),
        gate(),
        text("<h2>Lagring</h2><p>Kjelleren er fuktig.</p>"),
    ]
    return factories.make_article(series, body, title="Ost og vin", slug="ost")


def page(client: Client, q: str, **more: str) -> str:
    answer = client.get("/sok/", {"q": q, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visitor_s_search_shows_the_article_its_series_and_the_place(visitor, cheese):
    found = page(visitor, "geitost")
    assert "1 treff" in found
    assert '<h3><a href="/serien/ost/">Ost og vin</a></h3>' in found
    assert '<a href="/serien/">Serien på prøve</a>' in found
    assert re.search(r'href="/serien/ost/#b-[\w-]+">Melk', found)
    assert "<mark>geitost</mark>" in found


def test_members_search_the_whole_text_and_visitors_do_not(visitor, as_member, cheese):
    assert "Ost og vin" in page(as_member, "kjelleren")
    assert "Ingen treff" in page(visitor, "kjelleren")


def test_a_visitor_is_told_the_same_whatever_there_is(visitor, cheese):
    locked, nonsense = page(visitor, "kjelleren"), page(visitor, "xqzzywkpf")
    assert locked.replace("kjelleren", "ORD") == nonsense.replace("xqzzywkpf", "ORD")
    for q in ("geitost", "kjelleren", "xqzzywkpf", ""):
        assert SCOPE in page(visitor, q)


def test_a_member_is_not_told_of_an_open_part(as_member, cheese):
    assert SCOPE not in page(as_member, "geitost")


def test_a_suspended_member_searches_what_is_open_and_is_not_asked_to_join(suspended, cheese):
    found = page(logged_in(suspended), "kjelleren")
    assert "Ingen treff" in found
    assert SCOPE in found
    assert f"{SCOPE}\n</p>" in found


def test_the_way_to_join_comes_back_to_the_search(visitor, cheese):
    found = page(visitor, "geitost", sorter="dato")
    links = re.findall(r'href="(/konto/[^"]+next=[^"]+)" rel="nofollow"', found)
    assert len(links) == 2
    for link in links:
        assert parse_qs(urlsplit(link).query)["next"] == ["/sok/?q=geitost&sorter=dato"]
        way_in = visitor.get(link).content.decode()
        assert 'value="/sok/?q=geitost&amp;sorter=dato"' in way_in


@pytest.mark.parametrize("q", ODD)
def test_whatever_is_typed_gets_an_answer(q, visitor, as_member, cheese):
    for client in (visitor, as_member):
        for address in ("/sok/", "/sok/forslag/"):
            query = quote(q.encode(errors="surrogatepass"))
            answer = client.get(f"{address}?q={query}&tema={query}&lengde={query}&side={query}")
            assert answer.status_code == 200


def test_what_was_typed_is_shown_as_text(visitor):
    found = page(visitor, '"><script>alert(1)</script>')
    assert "<script>alert" not in found
    assert "&lt;script&gt;alert(1)" in found


def test_an_empty_search_shows_where_to_begin(visitor, article):
    found = page(visitor, "")
    assert "<h1>Søk</h1>" in found
    assert "Serien på prøve" in found


def test_nothing_found_says_what_one_can_do(visitor, cheese):
    found = page(visitor, "xqzzywkpf")
    assert "Prøv færre ord" in found
    assert 'href="/serier/"' in found
    assert "Ost og vin" not in found  # a new article must not change a search


def test_a_mended_search_says_so_and_leads_back(visitor, cheese, monkeypatch):
    honest = views.find

    def find(asked, reader, *, mend=True, **how):
        found = honest("geitost" if mend else asked, reader, mend=False, **how)
        return replace(found, asked=asked, is_mended=mend)

    monkeypatch.setattr(views, "find", find)
    found = page(visitor, "geitsot")
    assert "Viser treff for <strong>geitost</strong>" in found
    assert 'href="/sok/?q=geitsot&amp;ordrett=1"' in found
    assert 'value="geitsot"' in found
    assert "Viser treff for" not in page(visitor, "geitsot", ordrett="1")


def test_a_search_without_its_index_says_that_it_knows_titles_only(visitor, cheese, monkeypatch):
    honest = views.find

    def find(*args, **how):
        return replace(honest(*args, **how), is_fallback=True)

    assert "bare i titlene" not in page(visitor, "ost")
    monkeypatch.setattr(views, "find", find)
    assert "bare i titlene" in page(visitor, "ost")


def test_a_definition_stands_on_top_as_an_answer(visitor, as_member, series):
    locked = [gate(), factories.block("definition", {"term": "Løpe", "text": "<p>Et enzym.</p>"})]
    factories.make_article(series, locked, title="Ost", slug="ost")
    member, open_only = page(as_member, "løpe"), page(visitor, "løpe")
    assert "Et enzym." in member
    assert 'href="/ordbok/lope/"' in open_only
    assert "Et enzym." not in open_only
    assert "for medlemmer" in open_only


def test_names_that_fit_say_what_they_are(visitor, series):
    factories.make_page()
    factories.make_author()
    found = page(visitor, "om oss") + page(visitor, "kari") + page(visitor, "serien")
    assert '<a href="/om/">Om oss <span class="meta">side</span></a>' in found
    assert '>Kari Ytrøy <span class="meta">forfatter</span></a>' in found
    assert '>Serien på prøve <span class="meta">serie</span></a>' in found


def test_filters_are_links_to_the_same_search(visitor, cheese):
    other = factories.make_series("andre", "Andre serie")
    body = [text("<p>geitost</p>"), gate()]
    factories.make_article(other, body, title="Mer ost", slug="mer")
    found = page(visitor, "geitost")
    assert 'href="/sok/?q=geitost&amp;serie=andre"' in found
    narrowed = page(visitor, "geitost", serie="andre")
    assert "1 treff" in narrowed
    assert "Mer ost" in narrowed
    assert "<details" in narrowed
    assert " open>" in narrowed
    assert 'href="/sok/?q=geitost" rel="nofollow" aria-current="true"' in narrowed


def test_filters_that_leave_nothing_can_be_taken_away(visitor, cheese):
    found = page(visitor, "geitost", serie="finnes-ikke")
    assert "Ingen treff" in found
    assert "Søk uten avgrensning" in found
    assert "Nyeste artikler" not in found


def test_the_address_of_a_search_is_read_as_it_was_written(rf):
    asked = Asked("to ord & æ", Filters("salg", "serien", "kari", "kort"), True, 3, True)
    assert Asked.of(rf.get(asked.address)) == asked
    assert Asked.of(rf.get("/sok/")) == Asked()
    assert Asked().address == "/sok/"


def test_other_searches_begin_at_the_first_page():
    asked = Asked("ost", page=4)
    for address in (asked.by(is_date=True), asked.narrowed(series="serien"), asked.freed()):
        assert "side=" not in address
    assert asked.at_page(2) == "/sok/?q=ost&side=2"


def test_long_results_have_pages(visitor, series):
    for n in range(12):
        body = [text("<p>geitost</p>"), gate()]
        factories.make_article(series, body, title=f"Ost {n}", slug=f"ost-{n}")
    first, second = page(visitor, "geitost"), page(visitor, "geitost", side="2")
    assert 'rel="next" href="/sok/?q=geitost&amp;side=2"' in first
    assert 'rel="prev" href="/sok/?q=geitost"' in second
    assert (first.count("<h3><a"), second.count("<h3><a")) == (10, 2)


@pytest.mark.parametrize(
    "path", ["/sok/", "/sok/?q=ost", "/sok/?q=xqzzywkpf", "/sok/forslag/?q=ost"]
)
def test_no_search_engine_keeps_it(path, visitor, cheese):
    answer = visitor.get(path)
    assert answer["X-Robots-Tag"] == "noindex"
    if "forslag" not in path:
        assert '<meta name="robots" content="noindex">' in answer.content.decode()


def test_a_search_is_kept_by_this_browser_only_and_leaves_no_cookie(visitor, as_member, cheese):
    answer = visitor.get("/sok/?q=ost")
    assert answer["Cache-Control"] == "private, no-cache"
    assert not answer.cookies
    assert as_member.get("/sok/?q=ost")["Cache-Control"] == "private, no-store"


def test_no_browser_keeps_what_a_grant_opens(visitor, cheese):
    end = timezone.now() + timedelta(days=1)
    Grant.objects.create(token="gave", level=Access.MEMBERS, page=cheese, ends_at=end)
    session = visitor.session
    session[Grant.SESSION_KEY] = "gave"
    session.save()
    visitor.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    answer = visitor.get("/sok/?q=kjelleren")
    assert "Ost og vin" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


def test_no_form_and_no_other_method(visitor):
    assert visitor.post("/sok/", {"q": "ost"}).status_code == 405
    assert visitor.post("/sok/forslag/", {"q": "ost"}).status_code == 405


def test_suggestions_are_the_same_for_everyone(visitor, as_member, cheese):
    for q in ("ost", "kjelleren", "serien", "x"):
        answers = [client.get("/sok/forslag/", {"q": q}) for client in (visitor, as_member)]
        assert answers[0].json() == answers[1].json()
    answer = visitor.get("/sok/forslag/", {"q": "ost"})
    kind = {"title": "Ost og vin", "url": "/serien/ost/", "kind": "Artikkel"}
    assert answer.json()["suggestions"][0].items() >= kind.items()
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies


def test_who_searches_too_fast_is_asked_to_wait_and_nobody_else_is(
    as_member, editor, cheese, monkeypatch
):
    monkeypatch.setattr(limits.time, "monotonic", lambda: 0.0)
    for _ in range(limits.BY_MEMBER.burst):
        limits.BY_MEMBER.take(str(as_member.session["_auth_user_id"]))
    answer = as_member.get("/sok/?q=ost")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "10"
    assert "Vent ti sekunder" in answer.content.decode()
    assert logged_in(editor).get("/sok/?q=ost").status_code == 200


def test_300_behind_one_address_can_search_at_once(cheese, monkeypatch):
    monkeypatch.setattr(limits.time, "monotonic", lambda: 0.0)
    answers = {Client(headers=OURS).get("/sok/").status_code for _ in range(300)}
    assert answers == {200}


def test_a_count_fills_up_again_and_forgets_the_first(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    count = limits.Buckets(2, 1)
    assert [count.take("a") for _ in range(3)] == [True, True, False]
    now[0] = 1.0
    assert [count.take("a") for _ in range(2)] == [True, False]
    monkeypatch.setattr(limits, "MAX_KEYS", 2)
    for key in "bc":
        count.take(key)
    assert count.take("a")


def test_browsers_find_the_description(visitor, article, settings):
    for path in ("/", "/serien/", "/sok/?q=x"):
        assert 'type="application/opensearchdescription+xml"' in visitor.get(path).content.decode()
    told = visitor.get("/sok/opensearch.xml")
    assert told["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    assert f'template="{settings.SITE_URL}/sok/?q={{searchTerms}}"' in told.content.decode()


def test_search_engines_are_told_how_to_search(visitor, article, settings):
    front = visitor.get("/").content.decode()
    assert f'"urlTemplate": "{settings.SITE_URL}/sok/?q={{search_term_string}}"' in front


@pytest.mark.parametrize("path", ["/", "/serien/", "/ordbok/", "/finnes-ikke/", "/konto/logg-inn/"])
def test_the_masthead_leads_to_the_search(path, visitor, article):
    found = visitor.get(path).content.decode()
    assert 'class="search-way" href="/sok/"' in found
    assert found.count('role="search"') == (2 if path in ("/ordbok/", "/finnes-ikke/") else 1)


def test_only_the_page_of_the_search_has_no_field_in_the_masthead(visitor):
    assert page(visitor, "").count('role="search"') == 1
