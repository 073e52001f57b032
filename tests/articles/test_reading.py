"""The reading pages, one by one."""

import json
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.access import Access
from articles.models import (
    Article,
    ArticleAuthor,
    Author,
    Home,
    Picture,
    PublishedMetadata,
    Series,
)
from articles.models.passages import Definition
from articles.views.sitemaps import PortalSitemap
from bench.filling import insert, page, write
from delivery.content_version import KnownVersion
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


def body_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def queries(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured]


@pytest.fixture
def everything(series):
    """An article with every block, 10,000 words, two authors, and æøå in every field."""
    picture = factories.make_picture("blåbær.png")
    authors = [
        factories.make_author(portrait=picture, born=1968),
        factories.make_author("ola-aase", "Ola Åse", portrait=picture),
    ]

    def word(place):
        return f"{place} på æøå"

    body = [
        *factories.every_block(word, picture, words=5000),
        factories.gate("Hvorfor øynene på åkeren lyver."),
        factories.text("<h2>Låst på æøå</h2><p>" + "rødgrøt " * 5000 + "[^1]</p>"),
    ]
    return factories.make_article(
        series,
        body,
        title="Æ, ø og å på én gang",
        slug="aeoa",
        authors=authors,
        lead="Øl og ål på å.",
    )


def addresses(article) -> list[str]:
    """Returns the addresses of one page of each type."""
    factories.make_page()
    return [
        "/",
        "/serien/",
        article.get_absolute_url(),
        "/om/",
        "/forfattere/",
        "/forfattere/kari-ytreoy/",
        "/ordbok/",
        reverse("articles:term", args=[article.passages.first().definitions.first().slug]),
        "/feed/",
        "/feed/serie/serien/",
        "/feed/forfatter/kari-ytreoy/",
        "/sitemap.xml",
        "/sitemap-articles.xml",
        "/robots.txt",
    ]


def test_every_type_of_page_bears_the_fullest_article(everything, visitor, as_member):
    for path in addresses(everything):
        for client in (visitor, as_member):
            assert client.get(path).status_code == 200, path


def test_a_visitor_reads_the_free_part_and_meets_the_gate(article, visitor):
    page = body_of(visitor, article.get_absolute_url())
    assert "Det åpne avsnittet." in page
    assert "Det låste avsnittet." not in page
    assert "Hva resten svarer på." in page
    assert page.count('id="les-videre"') == 1
    assert "next=/serien/delen/%23les-videre" in page


def test_a_member_reads_on_at_the_first_locked_paragraph(article, as_member):
    page = body_of(as_member, article.get_absolute_url())
    at = page.index('id="les-videre"')
    assert page.index("Det åpne avsnittet.") < at < page.index("Det låste avsnittet.")
    assert 'class="gate' not in page


def gate_of(page: str) -> str:
    return re.search(r'<section id="les-videre".*?</section>', page, re.DOTALL)[0]


def test_the_gate_asks_a_visitor_to_join_or_log_in(article, visitor):
    gate = gate_of(body_of(visitor, article.get_absolute_url()))
    assert f'action="{reverse("account_request_login_code")}"' in gate
    assert gate.count("<input") == 2  # the mail address, and the reader's page


def test_the_gate_asks_who_is_not_confirmed_to_confirm(article, pending):
    gate = gate_of(body_of(logged_in(pending), article.get_absolute_url()))
    assert reverse("account_email") in gate
    assert reverse("account_request_login_code") not in gate


def test_the_gate_asks_nothing_of_who_is_suspended(article, suspended):
    gate = gate_of(body_of(logged_in(suspended), article.get_absolute_url()))
    assert "/konto/" not in gate


def test_who_has_not_typed_the_code_yet_is_told_so_at_the_gate(article, visitor):
    visitor.post(reverse("account_request_login_code"), {"email": "a@b.no"})
    answer = visitor.get(article.get_absolute_url())
    gate = gate_of(answer.content.decode())
    assert f'action="{reverse("account_confirm_login_code")}"' in gate
    assert answer["Cache-Control"] == "private, no-store"


def test_an_open_article_has_no_gate_for_anyone(series, visitor):
    article = factories.make_article(series, access=Access.PUBLIC)
    page = body_of(visitor, article.get_absolute_url())
    assert "Det låste avsnittet." in page
    assert 'class="gate' not in page


def test_a_visitor_s_page_is_the_same_bytes_for_every_visitor_and_sets_no_cookie(everything):
    for path in addresses(everything):
        one = Client().get(path)
        other = Client(
            HTTP_USER_AGENT="Googlebot", HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR="10.1.1.1"
        ).get(path)
        assert one.content == other.content, path
        assert not one.cookies
        assert "no-cache" in one["Cache-Control"]
        assert one["ETag"]


def test_a_visitor_s_page_is_confirmed_by_its_etag(article, visitor):
    path = article.get_absolute_url()
    tag = visitor.get(path)["ETag"]
    assert visitor.get(path, HTTP_IF_NONE_MATCH=tag).status_code == 304


def test_a_member_s_page_is_for_nobody_else_to_keep(everything, as_member):
    for path in addresses(everything)[:8]:
        answer = as_member.get(path)
        assert answer["Cache-Control"] == "private, no-store", path
        assert "Cookie" in answer["Vary"]
        assert "ETag" not in answer


def test_readers_pages_allow_nothing_from_elsewhere_and_nothing_inline(everything, visitor):
    for path in addresses(everything)[:8]:
        answer = visitor.get(path)
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        page = answer.content.decode()
        fetched = re.findall(r'<(?:script|img|source|iframe)[^>]+(?:src|srcset)="([^"]+)"', page)
        fetched += re.findall(r'<link rel="(?:stylesheet|icon|preload)"[^>]* href="([^"]+)"', page)
        assert fetched
        assert all(address.startswith("/") for address in fetched)
        assert " style=" not in page
        assert not re.search(r" on\w+=", page)


def test_a_page_has_two_stylesheets_and_a_member_s_one_more(everything, visitor, as_member):
    for path in addresses(everything)[:8]:
        for reader, most in ((visitor, 2), (as_member, 3)):
            links = re.findall(r'<link rel="stylesheet"[^>]*>', body_of(reader, path))
            assert "css/base" in links[0], path
            assert 2 <= len(links) <= most, path


def test_an_article_costs_few_queries_with_nothing_kept_and_fewer_with_what_pages_share(
    everything, visitor, as_member, monkeypatch
):
    path = everything.get_absolute_url()
    factories.make_article(everything.get_parent().specific, slug="neste")
    assert len(queries(visitor, path)) <= 10
    assert len(queries(as_member, path)) <= 16
    monkeypatch.setattr(KnownVersion, "__call__", lambda self, **options: 1)
    visitor.get("/serien/")
    # The parts of the series and the menu are cached already.
    assert len(queries(visitor, path)) <= 7
    assert len(queries(as_member, path)) <= 12


def test_once_it_is_rendered_a_member_costs_their_session_and_what_is_theirs_alone(
    everything, as_member, kept
):
    path = everything.get_absolute_url()
    body_of(as_member, path)
    asked = [re.match(r'SELECT "?(\w+)', query)[1] for query in queries(as_member, path)]
    # `kept` never reuses the content version, so each request asks for it.
    own = [name for name in asked if name != "number"]
    assert own == ["django_session", "accounts_user", "reading_reading", "newsletter_follow"]


def test_lists_cost_the_same_however_long_they_are(everything, visitor):
    paths = ["/", "/serier/", "/serier/alfabetisk/", "/serien/", "/forfattere/"]
    paths += ["/forfattere/kari-ytreoy/", "/ordbok/", "/feed/"]
    before = {path: len(queries(visitor, path)) for path in paths}
    for n in range(5):
        picture = factories.make_picture(f"b{n}.png", size=(60, 40), colour=f"#{n}{n}0000")
        author = factories.make_author(f"f-{n}", f"Forfatter {n}", portrait=picture)
        series = factories.make_series(f"s-{n}", f"Serie {n}", picture=picture)
        for parent, slug in ((series, "x"), (everything.get_parent(), f"x-{n}")):
            kari = everything.by_line.first().author
            body = factories.every_block(lambda place: place, picture)
            factories.make_article(parent.specific, body, slug=slug, authors=[author, kari])
    assert {path: len(queries(visitor, path)) for path in paths} == before


def test_no_reading_page_asks_for_the_written_body(everything, visitor, as_member):
    for path in addresses(everything):
        for client in (visitor, as_member):
            for sql in queries(client, path):
                assert '"body"' not in sql, (path, sql)


def test_the_paywall_marking_is_true_and_matches_the_page(everything, visitor):
    page = body_of(visitor, everything.get_absolute_url())
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    article = next(item for item in data["@graph"] if item["@type"] == "Article")
    assert article["isAccessibleForFree"] is False
    assert article["isPartOf"]["@type"] == "CreativeWorkSeries"
    assert [author["name"] for author in article["author"]] == ["Kari Ytrøy", "Ola Åse"]
    selector = article["hasPart"]["cssSelector"].removeprefix(".")
    assert re.search(rf'class="[^"]*\b{selector}\b', page)


def test_a_text_cannot_break_out_of_the_structured_data(series, visitor):
    article = factories.make_article(series, title="</script><b>hei</b>", slug="ut")
    page = body_of(visitor, article.get_absolute_url())
    assert "</script><b>" not in page
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    assert not set(data) & set("<>&")


def test_pictures_come_in_sizes_and_move_nothing(everything, visitor):
    page = body_of(visitor, everything.get_absolute_url())
    figure = re.search(r"<figure.*?</figure>", page, re.DOTALL)[0]
    assert 'type="image/avif"' in figure
    assert 'type="image/webp"' in figure
    assert 'width="900" height="600"' in figure
    source = re.search(r' src="([^"]+)"', figure)[1]
    Picture.objects.get().prepare()
    answer = visitor.get(source)
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"].startswith("public")


def test_a_locked_picture_is_shown_to_members_and_kept_by_nobody(series, visitor, as_member):
    picture = factories.make_picture(size=(60, 40))
    body = [factories.gate(), *factories.every_block(lambda place: place, picture)]
    factories.make_article(series, body)
    path = picture.address(60, "webp")
    assert visitor.get(path).status_code == 404
    answer = as_member.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


def test_a_term_is_public_and_its_text_is_not(series, visitor, as_member):
    definition = factories.block("definition", {"term": "Ål", "text": "<p>En glatt fisk.</p>"})
    factories.make_article(series, [factories.text("<p>a</p>"), factories.gate(), definition])
    assert "Ål" in body_of(visitor, "/ordbok/")
    assert "En glatt fisk." not in body_of(visitor, "/ordbok/al/")
    assert "En glatt fisk." in body_of(as_member, "/ordbok/al/")


def test_the_feed_holds_the_lead_and_the_free_part(article, visitor):
    feed = body_of(visitor, "/feed/")
    assert "En ingress." in feed
    assert "Det åpne avsnittet." in feed
    assert "Det låste avsnittet." not in feed


def test_a_member_gets_the_same_feed_as_a_visitor(article, visitor, as_member):
    assert visitor.get("/feed/").content == as_member.get("/feed/").content


def test_an_author_s_page_tells_who_it_is(everything, visitor):
    page = body_of(visitor, "/forfattere/kari-ytreoy/")
    for text in ("Kari Ytrøy", "1968", "Rådgiver", "Skriver om salg.", "Æ, ø og å"):
        assert text in page


def test_the_parts_stand_in_the_order_they_were_dragged_to(series, visitor):
    first = factories.make_article(series, slug="en", title="Del én")
    second = factories.make_article(series, slug="to", title="Del to")
    second.move(first, pos="left")
    page = body_of(visitor, "/serien/")
    assert page.index("Del to") < page.index("Del én")


def test_a_changed_slug_leaves_a_redirect(article, visitor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        article.slug = "ny-adresse"
        article.save_revision().publish()
    answer = visitor.get("/serien/delen/")
    assert (answer.status_code, answer.url) == (301, "/serien/ny-adresse/")
    # A browser that cached the redirect would go in circles if the article moved back.
    assert answer["Cache-Control"] == "no-cache"


def test_a_sitemap_is_in_files_of_so_many_and_the_index_reads_no_row(
    article, series, visitor, monkeypatch
):
    factories.make_article(series, slug="to")
    monkeypatch.setattr(PortalSitemap, "limit", 1)
    latest = Article.objects.order_by("last_published_at").last().last_published_at
    with CaptureQueriesContext(connection) as captured:
        index = body_of(visitor, "/sitemap.xml")
    assert "/sitemap-articles.xml?p=2</loc>" in index
    assert f"<lastmod>{localtime(latest):%Y-%m-%d}" in index
    assert all("COUNT(" in query["sql"] or "MAX(" in query["sql"] for query in captured)
    first, second = (body_of(visitor, f"/sitemap-articles.xml?p={n}") for n in (1, 2))
    assert [text.count("<loc>") for text in (first, second)] == [1, 1]
    assert "/serien/to/</loc>" in second
    assert visitor.get("/sitemap-articles.xml?p=3").status_code == 404


def test_a_locked_part_of_one_picture_still_has_its_gate(series, visitor, as_member):
    """The level decides whether there is a gate, and not whether the locked part has words."""
    shown = {"picture": factories.make_picture(size=(60, 40)).pk, "alt": "", "caption": ""}
    body = [factories.text("<p>a</p>"), factories.gate(), factories.block("picture", shown)]
    path = factories.make_article(series, body).get_absolute_url()
    page = body_of(visitor, path)
    assert 'id="les-videre" class="gate' in page
    assert '"isAccessibleForFree": false' in page
    assert "<figure" not in page
    assert "<figure" in body_of(as_member, path)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_reading_page_is_only_read(method, article, visitor):
    assert getattr(visitor, method)(article.get_absolute_url()).status_code == 405


@pytest.mark.parametrize("path", ["/finnes-ikke/", "/serien/finnes-ikke/", "/a/b/c/", "/ordbok/x/"])
def test_what_is_not_there_is_404_in_the_portal_s_dress(path, series, visitor):
    answer = visitor.get(path)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "base.css" in page
    assert "aria-current" not in page


def test_what_xml_can_not_hold_stops_no_feed(series, visitor):
    body = [factories.text("<p>Et\x0bord\x08.</p>"), factories.gate(), factories.text("<p>b</p>")]
    article = factories.make_article(series, body, title="Tit\x0btel", lead="En\x0bingress")
    assert article.title == "Tittel"
    assert "Etord." in body_of(visitor, "/feed/")
    Article.objects.filter(pk=article.pk).update(lead="Fra\x0bfør")  # as stored by an older version
    assert "Frafør" in body_of(visitor, "/feed/")


def preview_of(page, editor, mode: str = "visitor") -> str:
    request = RequestFactory().get("/")
    request.user, request.session = editor, logged_in(editor).session
    return page.make_preview_request(request, mode).content.decode()


def test_a_preview_names_the_authors_and_the_part_of_the_draft(series, editor):
    factories.make_article(series, slug="forste")
    kari, anna = factories.make_author(), factories.make_author("anna-aas", "Anna Aas")
    article = factories.draft_article(series, authors=[anna])
    page = preview_of(article, editor)
    assert "Anna Aas" in page
    assert "Kari Ytrøy" not in page
    assert "Del 2 av 2" in page
    live = factories.make_article(series, slug="tredje", authors=[anna])
    live.by_line = [ArticleAuthor(author=kari)]
    assert "Kari Ytrøy" in preview_of(live, editor)


def test_a_preview_of_a_new_author_lists_nobody_else_s_articles(series, editor):
    factories.make_article(series, title="Uten forfatter")
    assert "Uten forfatter" not in preview_of(Author(title="Ny", slug="ny"), editor, "author")


def test_who_sends_a_form_too_often_is_told_so_in_norwegian(visitor, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    data = {"login": "a@example.no", "password": "x"}
    visitor.post("/konto/logg-inn/passord/", data)
    answer = visitor.post("/konto/logg-inn/passord/", data)
    assert answer.status_code == 429
    assert "Litt for fort" in answer.content.decode()


@pytest.fixture
def long_series(series):
    """A series of 105 parts."""
    first = int(series.numchild) + 1
    parts = [page(Article, series, first + n, title=f"Del {n}", slug=f"d-{n}") for n in range(105)]
    written = list(write(parts))
    insert(PublishedMetadata, (PublishedMetadata(article=part, words=220) for part in written))
    series.numchild += 105
    series.save()
    return series


def test_a_long_series_is_shown_a_page_at_a_time(long_series, visitor, as_member):
    first, second = (body_of(visitor, f"/serien/{query}") for query in ("", "?side=2"))
    assert [text.count("<h3>") for text in (first, second)] == [100, 5]
    assert '<a rel="next" href="?side=2">' in first
    assert '<ol class="contents numbered" start="101">' in second
    assert 'rel="canonical" href="http://testserver/serien/?side=2"' in second.replace(
        settings.SITE_URL, "http://testserver"
    )
    for text in (first, second):
        assert "105 deler" in text
        assert "105 min" in text
    assert visitor.get("/serien/?side=3").status_code == 404
    assert '"position": 101' in second
    assert "Side 2" in body_of(as_member, "/serien/?side=2")


def test_an_article_lists_its_neighbours_in_a_long_series(long_series, visitor):
    text = body_of(visitor, "/serien/d-50/")
    assert "Del 51 av 105" in text
    assert 'start="21"' in text
    assert text.count('<li><span><a href="/serien/d-') == 60
    assert "Alle 105 delene" in text


def test_who_wrote_the_parts_stands_on_their_page(long_series, visitor):
    author = factories.make_author()
    last = Article.objects.child_of(long_series).order_by("path").last()
    insert(ArticleAuthor, [ArticleAuthor(article=last, author=author)])
    first, second = (body_of(visitor, f"/serien/{query}") for query in ("", "?side=2"))
    assert "Kari Ytrøy" not in first
    assert second.count("Kari Ytrøy") == 1
    assert "Av <" not in second


def many_series(number):
    """Creates series with one part each, in the order of their numbers."""
    home = Home.objects.get()
    rows = [
        page(Series, home, 10 + n, title=f"S {n}", slug=f"s-{n}", lead="") for n in range(number)
    ]
    shelf = list(write(rows))
    parts = list(write(page(Article, one, 1, title="Del", slug="del") for one in shelf))
    insert(PublishedMetadata, (PublishedMetadata(article=part) for part in parts))
    return parts


def test_an_author_of_many_series_has_a_list_of_them(series, visitor, as_member):
    author = factories.make_author()
    parts = many_series(50)
    insert(ArticleAuthor, (ArticleAuthor(article=part, author=author) for part in parts))
    address = f"/forfattere/{author.slug}/"
    own, second_of_own = (body_of(visitor, address + query) for query in ("", "?side=2"))
    assert own.count('<h3><a href="/s-') == 12 + 24
    assert second_of_own.count('<h3><a href="/s-') == 24
    assert "Artikkelserier" not in second_of_own
    everything = f"{address}serier/"
    assert f'href="{everything}"' in own
    first, second = (body_of(visitor, everything + query) for query in ("", "?side=2"))
    assert [text.count('<h2><a href="/s-') for text in (first, second)] == [48, 2]
    assert "Alle serier Kari Ytrøy skriver i" in first
    assert 'aria-current="true">Forfattere' in first
    assert visitor.get(everything + "?side=3").status_code == 404
    assert "Side 2" in body_of(as_member, everything + "?side=2")


def test_only_a_published_part_makes_a_series_an_author_s(series, article):
    author = factories.make_author()
    draft = factories.draft_article(series, title="Senere", slug="senere", authors=[author])
    assert not Series.objects.written_by(author).exists()
    draft.save_revision().publish()
    assert Series.objects.written_by(author).get() == series


def test_the_way_to_a_page_is_numbered_from_one(article, visitor):
    text = body_of(visitor, article.get_absolute_url())
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    graph = json.loads(data)["@graph"]
    [way] = [each for each in graph if each["@type"] == "BreadcrumbList"]
    steps = [(step["position"], step["name"]) for step in way["itemListElement"]]
    assert steps == [(1, "Fagserien"), (2, "Serien på prøve"), (3, "Delen")]


def test_a_series_without_parts_says_so(series, visitor):
    text = body_of(visitor, "/serien/")
    assert "Den første delen er på vei." in text
    assert "Delene" not in text


def test_an_author_of_few_series_has_no_list_beside_their_page(article, visitor):
    author = factories.make_author()
    everything = f"/forfattere/{author.slug}/serier/"
    assert visitor.get(everything).status_code == 404
    insert(ArticleAuthor, [ArticleAuthor(article=article, author=author)])
    assert everything not in body_of(visitor, f"/forfattere/{author.slug}/")
    assert "Serien på prøve" in body_of(visitor, everything)
    author.unpublish()
    assert visitor.get(everything).status_code == 404


def test_a_term_that_many_articles_explain_is_shown_a_page_at_a_time(article, visitor, as_member):
    passage = article.passages.first()
    explained = Definition(passage=passage, term="Trakt", slug="trakt", sort_key="trakt")
    for n in range(51):
        explained.pk, explained.html, explained.block_id = None, f"<p>Forklart {n}.</p>", f"b{n}"
        explained.save(force_insert=True)
    first, second = (body_of(visitor, f"/ordbok/trakt/{query}") for query in ("", "?side=2"))
    assert [text.count("Forklart ") for text in (first, second)] == [50, 1]
    assert '<a rel="next" href="?side=2">' in first
    assert "Forklart 50." in body_of(as_member, "/ordbok/trakt/?side=2")
    assert visitor.get("/ordbok/trakt/?side=3").status_code == 404


def test_a_series_takes_as_long_as_its_parts_together(series, visitor):
    """Six parts of «6 minutter» were «32 minutter»."""
    for number in range(3):
        factories.make_article(
            series, [factories.text(f"<p>{'ord ' * 230}</p>")], slug=f"d{number}"
        )
    for path in ("/", "/serien/"):
        page = body_of(visitor, path)
        assert "2 minutter" in page
        assert re.search(r"3 deler(,| ·) 6 minutter", page), path
