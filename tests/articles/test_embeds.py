"""Cards of videos and sound at other sites, asked about once, and by the worker alone."""

import json
from datetime import timedelta

import pytest
import requests
from django.utils import timezone
from wagtail.blocks import StreamBlockValidationError

from accounts.access import Access
from articles import embed_fetching
from articles.jobs import fetch_embed, forget_unused_embeds
from articles.models import Embed, Passage, Picture
from articles.publishing.blocks import ArticleBody
from articles.publishing.embed_hosts import HOSTS, host_of, normal
from tests import factories
from tests.articles.fake_site import fake_site
from tests.factories import block, gate, text
from worker.models import QueuedTask

URL = "https://www.youtube.com/watch?v=abc"
THUMB = "https://i.ytimg.com/vi/abc/hq.jpg"


def card(url: str = URL, title: str = "", caption: str = ""):
    return block("embed", {"url": url, "title": title, "caption": caption}, id="abc")


@pytest.fixture
def site(monkeypatch):
    with fake_site(monkeypatch) as site:
        told = {"title": "En <b>video</b>\n", "thumbnail_url": THUMB, "html": "<script>x</script>"}
        site.answers["www.youtube.com/oembed"] = (
            200,
            "application/json",
            json.dumps(told).encode(),
        )
        picture = factories.picture_bytes("JPEG", size=(64, 36))
        site.answers["i.ytimg.com/vi/abc/hq.jpg"] = (200, "image/jpeg", picture)
        yield site


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x", "https://127.0.0.1/x", "https://localhost/x", "file:///etc/passwd",
        "https://evil.example/x", "https://youtube.com.evil.example/x", "https://evilyoutube.com/x",
        "https://www.youtube.com@evil.example/x", "https://a:b@www.youtube.com/x",
        "https://www.youtube.com:8080/x", "https://www.youtube.com", "javascript:alert(1)",
        "https://[::1]/x", "https://[/x", "https://www.youtube.com\\@evil/x",
    ],
)  # fmt: skip
def test_only_the_sites_on_the_list_are_let_in(url):
    assert host_of(url) is None
    with pytest.raises(StreamBlockValidationError) as caught:
        ArticleBody().clean(ArticleBody().to_python([card(url)]))
    assert list(caught.value.block_errors) == [0]


def test_the_owner_chooses_among_the_sites(settings):
    assert host_of(URL) == HOSTS["youtube"]
    settings.EMBED_HOSTS = ["none"]
    assert host_of(URL) is None


def test_what_tells_who_shared_it_is_taken_away():
    assert normal(" http://Youtu.be/abc?si=x&t=4&utm_source=y ") == "https://youtu.be/abc?t=4"


@pytest.mark.django_db
def test_a_card_is_asked_about_once_and_shown_without_a_call(site, series, at_once):
    with at_once():
        article = factories.make_article(series, [text("<p>a</p>"), gate(), card()])
    [embed] = Embed.objects.all()
    assert QueuedTask.objects.arguments_of(fetch_embed) == [[embed.pk]]
    locked = Passage.objects.get(page=article, position=1)
    assert "Åpnes hos YouTube" in locked.html
    with at_once():
        fetch_embed.func(embed.pk)
        fetch_embed.func(embed.pk)
    assert len(site.asked) == 2  # the title and the picture
    assert "url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Dabc" in site.asked[0]
    assert not any("Cookie" in each or "Referer" in each for each in site.headers)
    locked.refresh_from_db()
    assert "En &lt;b&gt;video&lt;/b&gt;" in locked.html
    picture = Picture.objects.get()
    assert f"/bilde/{picture.pk}/" in locked.html
    for foreign in ("ytimg", "<script", "<iframe", "src=https", 'src="https'):
        assert foreign not in locked.html
    assert [use.picture_id for use in locked.picture_uses.all()] == [picture.pk]
    factories.make_article(series, [card()], slug="en-til", access=Access.PUBLIC)
    assert Embed.objects.count() == 1


@pytest.mark.django_db
def test_its_picture_is_as_locked_as_its_text(site, series, visitor, as_member):
    factories.make_article(series, [text("<p>a</p>"), gate(), card()])
    fetch_embed.func(Embed.objects.get().pk)
    picture = Picture.objects.get()
    picture.prepare()
    assert visitor.get(picture.plain_address).status_code == 404
    assert as_member.get(picture.plain_address).status_code == 200


def asked(embed: Embed) -> list[str]:
    embed_fetching.fetch(embed)
    embed.refresh_from_db()
    return [embed.title, str(embed.picture_id or "")]


@pytest.fixture
def embed(db) -> Embed:
    return Embed.objects.create(url=URL)


@pytest.mark.parametrize(
    "thumb",
    [
        "http://i.ytimg.com/vi/abc/hq.jpg", "https://evil.example/a.jpg", "https://127.0.0.1/a.jpg",
        "https://ytimg.com.evil.example/a.jpg", "https://a@i.ytimg.com/vi/abc/hq.jpg",
        "https://i.ytimg.com:22/a", "file:///etc/passwd", 7, None, "https://[", "https://xytimg.com/a",
    ],
)  # fmt: skip
def test_no_answer_leads_the_worker_elsewhere(site, embed, thumb):
    told = json.dumps({"title": "T", "thumbnail_url": thumb}).encode()
    site.answers["www.youtube.com/oembed"] = (200, "application/json", told)
    assert asked(embed) == ["T", ""]
    assert len(site.asked) == 1


@pytest.mark.parametrize("path", ["www.youtube.com/oembed", "i.ytimg.com/vi/abc/hq.jpg"])
def test_no_redirect_is_followed(site, embed, path):
    site.answers[path] = (302, "text/plain", b"http://127.0.0.1:1/hemmelig")
    asked(embed)
    assert embed.picture is None
    assert not any("hemmelig" in each for each in site.asked)
    assert embed.fetched_at


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"{", b"x" * 300_000, b"\xff\xfe"])
def test_what_is_no_answer_is_dropped(site, embed, body):
    site.answers["www.youtube.com/oembed"] = (200, "application/json", body)
    assert asked(embed) == ["", ""]
    assert embed.fetched_at


@pytest.mark.parametrize("data", [b"<svg onload='alert(1)'/>", b"GIF89a", b"x" * 5_000_001])
def test_what_is_no_picture_of_ours_is_dropped(site, embed, data):
    site.answers["i.ytimg.com/vi/abc/hq.jpg"] = (200, "image/jpeg", data)
    assert asked(embed)[1] == ""


def test_a_site_in_trouble_is_asked_again_later(site, embed):
    site.answers["www.youtube.com/oembed"] = (503, "text/plain", b"")
    with pytest.raises(requests.RequestException):
        asked(embed)
    assert embed.fetched_at is None


def test_a_site_that_never_ends_is_left(site, embed, monkeypatch):
    monkeypatch.setattr(embed_fetching, "WHOLE", -1)
    with pytest.raises(requests.Timeout):
        asked(embed)


def test_a_video_that_is_gone_is_not_asked_for_again(site, embed):
    site.answers.clear()
    assert asked(embed) == ["", ""]
    asked(embed)
    assert len(site.asked) == 1


@pytest.mark.django_db
def test_a_site_that_tells_nothing_is_a_link(site, series, at_once):
    with at_once():
        url = "https://tv.nrk.no/serie/x"
        factories.make_article(series, [card(url, "Et program")], access=Access.PUBLIC)
    assert QueuedTask.objects.arguments_of(fetch_embed) == []
    html = Passage.objects.get().html
    assert "Et program" in html
    assert "Åpnes hos NRK" in html


@pytest.mark.django_db
def test_what_no_text_shows_is_forgotten_after_a_week(site, series, embed):
    fetch_embed.func(embed.pk)
    forget_unused_embeds()
    assert Picture.objects.count() == 1
    Embed.objects.update(fetched_at=timezone.now() - timedelta(days=8))
    factories.make_article(series, [card()])
    forget_unused_embeds()
    assert Embed.objects.count() == 1
    Passage.objects.all().delete()
    forget_unused_embeds()
    assert (Embed.objects.count(), Picture.objects.count()) == (0, 0)


def test_it_is_said_by_its_name(db):
    Embed.objects.create(url=URL, title="En video")
    [bound] = ArticleBody().to_python([card(caption="<p>Tretti <i>minutter</i></p>")])
    spoken = bound.block.spoken(bound.value, "abc")
    assert [each.text for each in spoken] == ["Lenke: YouTube, En video. Tretti minutter."]
