"""«See as»: what an editor sees is what the reader gets."""

import re

import pytest
from django.db import connection
from django.test import Client
from wagtail.models import ModelLogEntry

from accounts.access import Access
from accounts.models import Grant
from articles.models import Article
from desk.ways import ways, ways_of
from tests import factories
from tests.conftest import logged_in, person
from tests.factories import gate, text
from tests.test_gets import WRITES

pytestmark = pytest.mark.django_db
LOCKED = "Det låste avsnittet."


@pytest.fixture
def desk_chief(editor) -> Client:
    """An editor who manages members as well."""
    from django.contrib.auth.models import Group

    editor.groups.add(Group.objects.get(name="Member managers"))
    return logged_in(editor)


def frame(client: Client, article: Article, **chosen: str) -> str:
    answer = client.get(f"/admin/se-som/{article.pk}/ramme/", chosen)
    assert answer.status_code == 200
    return re.sub(r'<link rel="stylesheet" href="[^"]*framed[^"]*">', "", answer.content.decode())


@pytest.mark.parametrize("way", ["siden", "utskrift", "e-post", "opplesing", "sok"])
def test_a_visitor_s_view_holds_no_locked_text(way, article, as_editor):
    assert LOCKED not in frame(as_editor, article, som="besokende", hva=way)


@pytest.mark.parametrize("way", ["sokemotor", "delingskort", "strom"])
def test_programs_get_what_a_visitor_gets(way, article, as_editor):
    for reader in ("besokende", "medlem"):
        told = frame(as_editor, article, som=reader, hva=way)
        assert LOCKED not in told
        assert "En ingress." in told


def test_the_page_is_the_very_page_of_that_reader(article, as_editor, visitor, as_member):
    path = article.get_absolute_url()
    assert frame(as_editor, article, som="besokende") == visitor.get(path).content.decode()
    shown = frame(as_editor, article, som="medlem")
    assert LOCKED in shown
    assert "Logg inn" not in shown
    assert shown == as_member.get(path).content.decode()


@pytest.mark.parametrize("reader", ["ubekreftet", "utestengt"])
def test_who_has_no_access_is_told_why(reader, article, as_editor):
    shown = frame(as_editor, article, som=reader)
    assert LOCKED not in shown
    words = {"ubekreftet": "bekreft", "utestengt": "Lesetilgangen er satt på pause"}[reader]
    assert re.search(words, shown, re.I)


def test_the_draft_and_the_edition_that_readers_have(article, as_editor):
    article.body = Article._meta.get_field("body").to_python(
        [text("<p>Nytt og åpent.</p>"), gate(), text("<p>Nytt og lukket.</p>")]
    )
    article.save_revision()
    assert "Nytt" not in frame(as_editor, article, som="medlem", utgave="ute")
    shown = frame(as_editor, article, som="medlem", utgave="kladd")
    assert "Nytt og lukket." in shown
    assert "Logg inn" not in shown
    shown = frame(as_editor, article, som="besokende", utgave="kladd")
    assert "Nytt og åpent." in shown
    assert "Nytt og lukket." not in shown
    spoken = frame(as_editor, article, som="besokende", utgave="kladd", hva="opplest")
    assert "Nytt og åpent." in spoken
    assert "Nytt og lukket." not in spoken
    assert "medlemmer" in spoken


def test_a_page_that_isn_t_published_is_said_to_be_so(article, as_editor):
    article.unpublish()
    shown = frame(as_editor, article, utgave="ute")
    assert "Denne leseren får" in shown
    answer = as_editor.get(f"/admin/se-som/{article.pk}/").content.decode()
    assert "Siden er ikke publisert" in answer


def test_what_is_seen_is_stored_nowhere(article, as_editor):
    factories.make_author()
    written = []

    def noting(execute, sql, *rest):
        if WRITES.match(sql) and "portal_cache" not in sql:  # what all readers share
            written.append(sql)
        return execute(sql, *rest)

    for way in ways_of(article):
        for edition in ("ute", "kladd"):
            with connection.execute_wrapper(noting):
                frame(as_editor, article, som="medlem", hva=way.key, utgave=edition)
    assert written == []


def test_the_frame_runs_and_sends_nothing(article, as_editor):
    answer = as_editor.get(f"/admin/se-som/{article.pk}/ramme/")
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert "connect-src 'none'" in policy
    assert policy.endswith("sandbox allow-same-origin")
    assert "X-Frame-Options" not in answer
    assert answer["Cache-Control"] == "private, no-store"


def test_a_guest_with_a_grant_reads_on(article, as_editor):
    grant = Grant.objects.create(token="x", level=Access.MEMBERS, page=article, source="gave")
    page = as_editor.get(f"/admin/se-som/{article.pk}/").content.decode()
    assert f"som=gave-{grant.pk}" in page
    assert LOCKED in frame(as_editor, article, som=f"gave-{grant.pk}")
    grant.delete()
    gone = as_editor.get(f"/admin/se-som/{article.pk}/ramme/", {"som": f"gave-{grant.pk}"})
    assert gone.status_code == 404


def test_a_member_is_looked_up_by_those_who_manage_members(article, member, desk_chief):
    url = f"/admin/se-som/{article.pk}/"
    answer = desk_chief.post(url, {"address": member.email.upper()}, follow=True)
    page = answer.content.decode()
    assert "Medlem siden" in page
    query = dict(answer.request.items())["QUERY_STRING"]
    assert member.email not in query
    shown = desk_chief.get(f"{url}ramme/?{query}").content.decode()
    assert LOCKED in shown
    entry = ModelLogEntry.objects.get(action="desk.look_up")
    assert entry.object_id == str(member.pk)
    nobody = desk_chief.post(url, {"address": "ingen@example.no"}).content.decode()
    assert "Ingen medlem har denne adressen." in nobody


def test_nobody_else_sees_or_finds_a_member(article, member, desk_chief, writer):
    Grant.objects.create(user=member, level=Access.MEMBERS, page=article, source="fra Kari")
    url = f"/admin/se-som/{article.pk}/"
    answer = desk_chief.post(url, {"address": member.email}, follow=True)
    query = dict(answer.request.items())["QUERY_STRING"]
    other = logged_in(person("annen-redaktor@example.no", group="Editors"))
    assert other.post(url, {"address": member.email}).status_code in (302, 403)
    assert other.get(f"{url}?{query}").status_code == 404
    page = other.get(url).content.decode()
    assert member.email not in page
    assert str(member) not in page or str(member) == "Åse Bø"
    assert "fra Kari" not in page


def test_a_look_up_can_t_be_passed_on(article, member, desk_chief):
    url = f"/admin/se-som/{article.pk}/"
    answer = desk_chief.post(url, {"address": member.email}, follow=True)
    query = dict(answer.request.items())["QUERY_STRING"]
    other = person("annen@example.no", group="Editors")
    from django.contrib.auth.models import Group

    other.groups.add(Group.objects.get(name="Member managers"))
    assert logged_in(other).get(f"{url}?{query}").status_code == 404


def test_a_writer_sees_their_own_pages_alone(series, article, writer):
    client = logged_in(writer)
    own = factories.draft_article(series, slug="min", owner=writer)
    own.save_revision(user=writer)
    for path in ("", "ramme/"):
        assert client.get(f"/admin/se-som/{own.pk}/{path}").status_code == 200
        assert client.get(f"/admin/se-som/{article.pk}/{path}").status_code in (302, 403)


def test_what_a_member_has_read_is_not_shown(article, member, desk_chief):
    from reading.models import Reading

    Reading.of(member, article).keep(True)
    url = f"/admin/se-som/{article.pk}/"
    answer = desk_chief.post(url, {"address": member.email}, follow=True)
    query = dict(answer.request.items())["QUERY_STRING"]
    shown = desk_chief.get(f"{url}ramme/?{query}").content.decode()
    assert 'aria-pressed="false"' in shown


def test_the_log_line_that_set_the_access_is_shown(article, editor, as_editor):
    article.change_access(Access.PUBLIC, editor)
    page = as_editor.get(f"/admin/se-som/{article.pk}/").content.decode()
    assert re.search(r"Åse Bø, \d+\. \w+ \d{4} kl\. \d\d\.\d\d", page)


def test_rooms_above_the_desk_have_their_ways():
    assert {"e-post", "opplest", "sok"} <= {way.key for way in ways}


@pytest.mark.parametrize("kind", ["series", "letter", "author"])
def test_other_pages_are_seen_too(kind, series, as_editor):
    from tests.newsletter.letters import make_letter

    made = {"series": lambda: series, "letter": make_letter, "author": factories.make_author}
    page = made[kind]()
    assert as_editor.get(f"/admin/se-som/{page.pk}/").status_code == 200
    for way in ways_of(page):
        for edition in ("ute", "kladd"):
            assert page.title in frame(as_editor, page, hva=way.key, utgave=edition)
