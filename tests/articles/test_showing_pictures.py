"""How readers get a picture: through the gate, from one query, and never by a write."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Access
from accounts.models import Grant
from articles.jobs import prepare_pictures_left
from articles.models import Picture
from articles.views import pictures
from tests import factories
from tests.conftest import OURS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_told() -> None:
    pictures.tell_missing.cache_clear()


@pytest.fixture
def public(db) -> Picture:
    picture = factories.make_picture(size=(60, 40))
    factories.make_series("apen", picture=picture)
    picture.prepare()
    return picture


@pytest.fixture
def locked(series) -> Picture:
    """A picture behind the gate of a members' article."""
    picture = factories.make_picture("last.png", colour="teal", size=(60, 40))
    shown = {"picture": picture.pk, "alt": "", "caption": ""}
    body = [factories.text("<p>a</p>"), factories.gate(), factories.block("picture", shown)]
    factories.make_article(series, body, slug="med-bilde")
    picture.prepare()
    return picture


def test_a_public_picture_may_be_kept_and_a_members_may_not(visitor, as_member, public, locked):
    answer = visitor.get(public.address(60, "webp"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert answer["X-Accel-Expires"] == "60"
    for picture in (public, locked):
        answer = as_member.get(picture.address(60, "webp"))
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert "X-Accel-Expires" not in answer
    assert visitor.get(locked.address(60, "webp")).status_code == 404


def test_nobody_with_a_session_fills_a_shared_cache(public, suspended, client):
    client.force_login(suspended)
    made_up = Client(headers={"cookie": "medlem=oppdiktet"})
    for reader in (client, made_up):
        answer = reader.get(public.address(60, "webp"))
        assert answer["Cache-Control"] == "private, no-store"
        assert "X-Accel-Expires" not in answer


def test_a_known_picture_is_not_sent_again(visitor, as_member, public, locked):
    for reader, picture in ((visitor, public), (as_member, locked)):
        path = picture.address(60, "webp")
        first = reader.get(path)
        again = reader.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == first["Cache-Control"]
        assert again.headers.get("X-Accel-Expires") == first.headers.get("X-Accel-Expires")
        other = reader.get(picture.address(60, "avif"), headers={"If-None-Match": first["ETag"]})
        assert other.status_code == 200


@pytest.mark.parametrize("tag", ["*", "known"])
def test_a_conditional_request_asks_the_gate_too(tag, visitor, as_member, locked):
    path = locked.address(60, "webp")
    tag = as_member.get(path)["ETag"] if tag == "known" else tag
    assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 404


def test_a_picture_that_is_locked_later_is_refused_to_those_who_know_it(visitor, series):
    picture = factories.make_picture(size=(60, 40))
    shown = factories.block("picture", {"picture": picture.pk, "alt": "", "caption": ""})
    article = factories.make_article(series, [shown], access=Access.PUBLIC)
    picture.prepare()
    path = picture.address(60, "webp")
    tag = visitor.get(path)["ETag"]
    article.change_access(Access.MEMBERS)
    assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize("name", ["visitor", "as_member", "as_editor"])
def test_a_get_asks_little_and_makes_nothing(name, request, public):
    """The session and the user are two of a member's queries."""
    reader = request.getfixturevalue(name)
    reader.get(public.address(60, "webp"))  # slides the session
    with CaptureQueriesContext(connection) as asked:
        assert reader.get(public.address(60, "webp")).status_code == 200
    assert len(asked) == (1 if name == "visitor" else 3)
    assert all(query["sql"].startswith("SELECT") for query in asked)


def test_until_the_worker_has_made_it_another_file_stands_in(visitor):
    picture = factories.make_picture(size=(900, 600))
    factories.make_series(picture=picture)
    path = picture.address(480, "avif")
    with picture.file.open("rb") as file:
        original = file.read()
    answer = visitor.get(path, headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.content) == (200, original)
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "private, no-store"
    assert not {"ETag", "X-Accel-Expires", "Content-Disposition"} & set(answer.headers)
    assert not picture.renditions.exists()

    picture.get_rendition(pictures.spec_of(480, "png"))
    narrow = visitor.get(path)
    assert 0 < len(narrow.content) < len(original)
    assert narrow["Content-Type"] == "image/png"

    picture.prepare()
    made = visitor.get(path)
    assert made["Content-Type"] == "image/avif"
    assert "ETag" in made.headers


def test_a_missing_file_is_not_found_and_told_once(visitor, public, caplog):
    caplog.set_level(logging.ERROR)
    path = public.address(60, "webp")
    name = public.renditions.get(filter_spec="width-60|format-webp").file.name
    default_storage.delete(name)
    assert [visitor.get(path).status_code for _ in range(3)] == [404, 404, 404]
    assert [record.getMessage() for record in caplog.records] == [
        f"The file {name} is missing in the media folder"
    ]
    public.renditions.all().delete()
    default_storage.delete(public.file.name)
    assert visitor.get(path).status_code == 404


def test_a_number_that_no_picture_can_have_is_not_found(visitor):
    assert visitor.get("/bilde/9223372036854775808/x/60.webp").status_code == 404


def test_a_guest_gets_the_pictures_of_what_they_were_given(locked):
    page = locked.uses.get().passage.page
    now = timezone.now()
    Grant.objects.create(
        token="gave", level=Access.MEMBERS, page=page, ends_at=now + timedelta(days=1)
    )
    client = Client(headers=OURS)
    session = client.session
    session[Grant.SESSION_KEY] = "gave"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    answer = client.get(locked.address(60, "webp"))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert "X-Accel-Expires" not in answer
    Grant.objects.update(ends_at=now)
    tag = {"If-None-Match": answer["ETag"]}
    assert client.get(locked.address(60, "webp"), headers=tag).status_code == 404


def test_a_rendition_that_was_deleted_is_made_again(public):
    public.renditions.get(filter_spec=pictures.spec_of(60, "avif")).delete()
    prepare_pictures_left()
    call_command("worker", "--once")
    assert public.renditions.filter(filter_spec=pictures.spec_of(60, "avif")).exists()
    public.refresh_from_db()
    assert public.is_prepared


def test_a_file_that_is_changed_while_it_is_prepared_leaves_nothing_of_the_old(public, monkeypatch):
    other = factories.make_picture(size=(60, 40), colour="red")
    honest = Picture.get_rendition

    def changed_meanwhile(picture, spec):
        Picture.objects.filter(pk=other.pk).update(file_hash="ny")
        return honest(picture, spec)

    monkeypatch.setattr(Picture, "get_rendition", changed_meanwhile)
    other.prepare()
    other.refresh_from_db()
    assert not other.is_prepared
    assert not other.renditions.exists()
