"""A link to a draft opens that draft alone, and dies as it should."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article
from desk.models import DraftLink
from desk.views import drafts
from tests import factories
from tests.conftest import logged_in
from tests.factories import block, gate, text

pytestmark = pytest.mark.django_db
NEW = "Dette står bare i kladden."


@pytest.fixture
def picture():
    made = factories.make_picture("kladd.png", size=(60, 40))
    made.prepare()
    return made


@pytest.fixture
def draft(article, picture) -> Article:
    """A published article with a newer draft: its picture lies behind the gate."""
    shown = block("picture", {"picture": picture.pk, "alt": "x", "caption": ""})
    article.body = Article._meta.get_field("body").to_python(
        [text("<p>Åpent.</p>"), gate(), text(f"<p>{NEW}</p>"), shown]
    )
    article.save_revision()
    return article


@pytest.fixture
def address(draft, editor) -> str:
    _link, token = DraftLink.objects.make(draft, editor)
    return f"/utkast/{token}/"


def test_it_shows_the_newest_draft_as_a_member_would_read_it(draft, address, visitor):
    answer = visitor.get(address)
    page = answer.content.decode()
    assert NEW in page
    assert "En kladd" in page
    assert "Logg inn" in page  # all else is a visitor's
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    assert NEW not in visitor.get(draft.get_absolute_url()).content.decode()


def test_its_pictures_load_through_the_link_alone(draft, address, visitor, picture):
    page = visitor.get(address).content.decode()
    source = re.search(rf'src="({address}bilde/{picture.pk}/[^"]+)"', page)[1]
    answer = visitor.get(source)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("image/")
    assert answer["Cache-Control"] == "private, no-store"
    assert visitor.get(source.replace(address.rstrip("/"), "")).status_code == 404  # the gate
    other = factories.make_picture("annet.png", colour="red", size=(60, 40))
    other.prepare()
    for width in (60,):
        path = f"{address}bilde/{other.pk}/{other.file_hash}/{width}.png"
        assert visitor.get(path).status_code == 404
    assert visitor.get(source.replace(picture.file_hash, "x")).status_code == 404
    DraftLink.objects.get().withdraw()
    assert visitor.get(source).status_code == 404


def publish(link: DraftLink) -> None:
    Article.objects.get(pk=link.page_id).get_latest_revision().publish()


def expire(link: DraftLink) -> None:
    DraftLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def deactivate(link: DraftLink) -> None:
    link.made_by.is_active = False
    link.made_by.save()


def demote(link: DraftLink) -> None:
    link.made_by.groups.clear()


ENDS = [publish, expire, deactivate, demote, DraftLink.withdraw, lambda link: link.page.delete()]


@pytest.mark.parametrize("end", ENDS)
def test_it_dies(end, address, visitor):
    assert visitor.get(address).status_code == 200
    end(DraftLink.objects.get())
    answer = visitor.get(address)
    assert answer.status_code == 404
    assert NEW not in answer.content.decode()


def test_a_new_draft_after_the_publishing_needs_a_new_link(draft, address, visitor, editor):
    publish(DraftLink.objects.get())
    draft = Article.objects.get(pk=draft.pk)
    draft.save_revision()
    assert visitor.get(address).status_code == 404
    _link, token = DraftLink.objects.make(draft, editor)
    assert visitor.get(f"/utkast/{token}/").status_code == 200


def test_what_is_published_is_no_draft_to_share(article, editor, as_editor, visitor):
    url = f"/admin/del-kladd/{article.pk}/"
    page = as_editor.post(url, follow=True).content.decode()
    assert "Det er ingen kladd å dele" in page
    assert "Lag en lenke" not in page
    _link, token = DraftLink.objects.make(article, editor)
    assert visitor.get(f"/utkast/{token}/").status_code == 404
    assert "Virker ikke: Det er ingen kladd lenger" in as_editor.get(url).content.decode()


def test_the_draft_is_rendered_once_for_all_its_pictures(address, visitor, picture, monkeypatch):
    page = visitor.get(address).content.decode()
    source = re.search(rf'src="({address}bilde/{picture.pk}/[^"]+)"', page)[1]
    asked: list[Article] = []
    of = drafts.pictures_of
    monkeypatch.setattr(drafts, "pictures_of", lambda page: asked.append(page) or of(page))
    assert [visitor.get(source).status_code for _time in range(3)] == [200] * 3
    assert len(asked) == 1


def test_a_scheduled_publishing_lets_it_live_until_then(series, editor, visitor):
    draft = factories.draft_article(series)
    draft.go_live_at = timezone.now() + timedelta(days=1)
    draft.save_revision().publish()
    _link, token = DraftLink.objects.make(draft, editor)
    assert visitor.get(f"/utkast/{token}/").status_code == 200


def test_openings_are_counted(address, visitor):
    for _number in range(3):
        visitor.get(address)
    visitor.get("/utkast/feil/")
    link = DraftLink.objects.get()
    assert link.opened == 3
    assert link.opened_at


def test_the_token_is_stored_nowhere(address):
    token = address.split("/")[2]
    assert len(token) >= 32
    assert token not in str(list(DraftLink.objects.values()))


def test_it_is_opened_so_often_an_hour(address, visitor, monkeypatch):
    monkeypatch.setattr(drafts, "AN_HOUR", 2)
    states = [visitor.get(address).status_code for _number in range(3)]
    assert states == [200, 200, 429]


def test_an_editor_makes_and_withdraws_one(draft, as_editor, visitor):
    url = f"/admin/del-kladd/{draft.pk}/"
    page = as_editor.post(url, follow=True).content.decode()
    address = re.search(r'value="http[^"]*(/utkast/[^"]+/)"', page)[1]
    assert visitor.get(address).status_code == 200
    page = as_editor.get(url).content.decode()
    assert address not in page  # it is shown once
    link = DraftLink.objects.get()
    page = as_editor.post(url, {"withdraw": link.pk}, follow=True).content.decode()
    assert "Trukket tilbake" in page
    assert visitor.get(address).status_code == 404


def test_a_number_beyond_all_links_is_no_link(draft, as_editor):
    sent = {"withdraw": "1" * 5000}
    assert as_editor.post(f"/admin/del-kladd/{draft.pk}/", sent).status_code == 404


def test_a_link_of_another_page_isn_t_withdrawn(draft, address, series, as_editor):
    other = factories.draft_article(series, slug="annen")
    link = DraftLink.objects.get()
    posted = {"withdraw": link.pk}
    assert as_editor.post(f"/admin/del-kladd/{other.pk}/", posted).status_code == 404
    link.refresh_from_db()
    assert link.withdrawn_at is None


def test_a_writer_shares_their_own_draft_alone(series, draft, writer):
    own = factories.draft_article(series, slug="min", owner=writer)
    own.save_revision(user=writer)
    client = logged_in(writer)
    assert client.post(f"/admin/del-kladd/{own.pk}/").status_code == 302
    assert client.post(f"/admin/del-kladd/{draft.pk}/").status_code in (302, 403)
    assert list(DraftLink.objects.values_list("page", flat=True)) == [own.pk]


def test_old_links_are_forgotten(address):
    DraftLink.objects.update(expires_at=timezone.now() - timedelta(days=31))
    DraftLink.objects.forget()
    assert not DraftLink.objects.exists()


def test_a_member_s_session_stays_as_it_is(address, as_member):
    page = as_member.get(address)
    assert "Logg inn" in page.content.decode()
    assert Client().get(address).status_code == 200


def test_a_picture_of_a_page_that_was_never_saved_as_a_draft_loads_too(
    address, visitor, picture, draft
):
    page = visitor.get(address).content.decode()
    source = re.search(rf'src="({address}bilde/{picture.pk}/[^"]+)"', page)[1]
    draft.live, draft.latest_revision = False, None
    draft.save(clean=False)
    assert visitor.get(address).status_code == 200
    assert visitor.get(source).status_code == 200
