"""Who hears what, and what becomes of it when the text changes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.access import MEMBER, VISITOR, Access
from accounts.models import Grant
from articles.models import Article
from narration.hearing import may_hear, streams_for
from narration.making import narrate
from narration.models import Recording, SpokenText, Stream
from tests.factories import BODY, gate, text

OPEN, LOCKED = b"Det \xc3\xa5pne avsnittet", b"Det l\xc3\xa5ste avsnittet"


def body_of(client: Client, url: str, **headers: str) -> tuple[int, bytes]:
    response = client.get(url, **headers)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, content


def test_a_visitor_hears_the_open_part_and_a_line_at_the_gate(free, visitor):
    status, sound = body_of(visitor, free.sound_url)
    assert status == 200
    assert OPEN in sound
    assert b"Delen" in sound
    assert b"Resten er for medlemmer" in sound
    assert LOCKED not in sound


def test_a_member_hears_the_whole_without_that_line(whole, as_member):
    status, sound = body_of(as_member, whole.sound_url)
    assert status == 200
    assert OPEN in sound
    assert LOCKED in sound
    assert b"Resten er for" not in sound


def test_a_member_may_go_on_with_the_open_part(free, as_member):
    assert body_of(as_member, free.sound_url)[0] == 200


@pytest.mark.parametrize("ending", [".mp3", ".json", ".vtt", "/kapitler.json"])
@pytest.mark.parametrize("headers", [{}, {"HTTP_RANGE": "bytes=0-0"}, {"HTTP_IF_NONE_MATCH": "*"}])
def test_to_a_visitor_a_member_s_file_is_not_there(whole, visitor, ending, headers):
    url = f"/lyd/{whole.key}{ending}"
    status, content = body_of(visitor, url, **headers)
    unknown = visitor.get(f"/lyd/{'0' * 24}{ending}", **headers)
    assert (status, content) == (404, unknown.content)
    assert visitor.head(url, **headers).status_code == 404


def test_only_what_is_public_may_be_kept(free, whole, visitor, as_member):
    assert visitor.get(free.sound_url)["Cache-Control"] == "public, max-age=86400"
    assert visitor.get(f"/lyd/{free.key}.json")["Cache-Control"] == "public, max-age=86400"
    for ending in (".mp3", ".json", ".vtt", "/kapitler.json"):
        response = as_member.get(f"/lyd/{whole.key}{ending}")
        assert response["Cache-Control"] == "private, no-store"
        assert "X-Accel-Expires" not in response


def test_a_grant_opens_the_sound_of_its_article_while_it_lasts(recorded, whole, series):
    now = timezone.now()
    Grant.objects.create(
        token="lytter", level=Access.MEMBERS, page=recorded, ends_at=now + timedelta(days=1),
        source="tests",
    )  # fmt: skip
    client = Client()
    session = client.session
    session[Grant.SESSION_KEY] = "lytter"
    session.save()
    client.cookies["medlem"] = session.session_key
    assert body_of(client, whole.sound_url)[0] == 200
    Grant.objects.update(ends_at=now)
    assert body_of(client, whole.sound_url)[0] == 404


def test_what_is_said_of_an_old_text_is_silenced_when_it_is_published_anew(recorded, free, visitor):
    """The gate moves up: what was open before must not be heard any longer."""
    recorded.body = Article._meta.get_field("body").to_python(
        [gate(), text("<p>Det åpne avsnittet.</p>", id=BODY[0]["id"]), BODY[2]]
    )
    recorded.save_revision().publish()
    assert body_of(visitor, free.sound_url)[0] == 404
    assert not SpokenText.objects.filter(hash__in=free.hashes).exists()


def test_locking_an_open_article_silences_it_at_once(readable, series, visitor):
    from tests import factories

    opened = factories.make_article(series, [text("<p>Åpent.</p>")], access=Access.PUBLIC)
    narrate(opened.pk)
    stream = Stream.objects.get()
    assert body_of(visitor, stream.sound_url)[0] == 200
    opened.change_access(Access.MEMBERS)
    assert body_of(visitor, stream.sound_url)[0] == 404


def test_an_unpublished_article_is_silent(recorded, free, whole, visitor, as_member):
    recorded.unpublish()
    assert body_of(visitor, free.sound_url)[0] == 404
    assert body_of(as_member, whole.sound_url)[0] == 404
    assert not may_hear(free, VISITOR)


def test_so_are_the_parts_of_an_unpublished_series(recorded, free, visitor):
    recorded.get_parent().unpublish(set_expired=False)
    Article.objects.filter(pk=recorded.pk).update(live=True)
    assert body_of(visitor, free.sound_url)[0] == 404


def test_without_its_open_part_a_locked_article_says_its_title_and_lead(readable, series, visitor):
    from tests import factories

    locked = factories.make_article(series, [text("<p>Det låste avsnittet.</p>")])
    narrate(locked.pk)
    assert streams_for([locked], MEMBER)[locked.pk].hashes
    introduction = streams_for([locked], VISITOR)[locked.pk]
    assert introduction.hashes == []
    status, sound = body_of(visitor, introduction.sound_url)
    assert status == 200
    assert b"En ingress." in sound
    assert LOCKED not in sound


def test_the_page_has_the_sound_of_what_it_shows(recorded, free, whole, visitor, as_member):
    address = recorded.get_absolute_url()
    for client, own, other in ((visitor, free, whole), (as_member, whole, free)):
        page = client.get(address).content.decode()
        assert f'<audio src="{own.sound_url}" controls preload="none">' in page
        assert other.key not in page
    assert "AudioObject" in visitor.get(address).content.decode()
    assert "AudioObject" not in as_member.get(address).content.decode()


def test_a_transcript_says_when_each_sentence_begins(free, visitor):
    lines = visitor.get(f"/lyd/{free.key}.vtt").content.decode().splitlines()
    assert lines[0] == "WEBVTT"
    assert lines[2].startswith("00:00:00.000 --> 00:00:0")
    assert lines[3] == "Delen"
    assert "Det åpne avsnittet." in lines
    assert "Det låste avsnittet." not in lines


def test_a_transcript_of_forgotten_recordings_is_empty(free, visitor):
    Recording.objects.all().delete()
    assert visitor.get(f"/lyd/{free.key}.vtt").content.decode() == "WEBVTT\n"
