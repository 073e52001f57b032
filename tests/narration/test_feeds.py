"""The podcast feeds, by Apple's rules, and the members' own."""

import json
import subprocess
import sys
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from defusedxml import ElementTree
from PIL import Image

from articles.models import Series
from narration.making import narrate
from narration.models import PodcastToken, Stream
from portal.logs import LineFormatter
from tests import factories
from tests.factories import text

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
PUBLIC = "/lyd/serie/serien/"


@pytest.fixture
def token(member) -> str:
    return PodcastToken.objects.create(user=member).token


def channel(client, url: str):
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/rss+xml")
    return ElementTree.fromstring(response.content).find("channel")


def body(client, url: str) -> bytes:
    response = client.get(url)
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_series_has_a_feed_of_its_free_parts(recorded, free, visitor):
    found = channel(visitor, PUBLIC)
    assert found.findtext(f"{ITUNES}type") == "serial"
    assert found.findtext(f"{ITUNES}explicit") == "false"
    assert found.find(f"{ITUNES}category").get("text")
    assert found.find(f"{ITUNES}block") is None
    assert found.findtext(f"{PODCAST}guid")
    [item] = found.findall("item")
    enclosure = item.find("enclosure")
    assert enclosure.get("type") == "audio/mpeg"
    assert enclosure.get("url").endswith(free.sound_url)
    sound = body(visitor, free.sound_url)
    assert enclosure.get("length") == str(len(sound))
    assert "låste".encode() not in sound
    assert item.findtext(f"{ITUNES}duration") == str(round(free.seconds))
    assert item.findtext(f"{ITUNES}episode") == "1"
    assert "Lest av syntetisk stemme" in item.findtext("description")
    assert parsedate_to_datetime(item.findtext("pubDate"))
    transcript = item.find(f"{PODCAST}transcript")
    assert transcript.get("type") == "text/vtt"
    assert visitor.get(transcript.get("url")).status_code == 200


def test_a_feed_is_the_same_for_a_member(recorded, visitor, as_member):
    assert visitor.get(PUBLIC).content == as_member.get(PUBLIC).content


def test_the_guid_stays_when_the_sound_is_made_anew(readable, recorded, visitor):
    before = channel(visitor, PUBLIC).findtext("item/guid")
    url = channel(visitor, PUBLIC).find("item/enclosure").get("url")
    recorded.title = "Et nytt navn"
    recorded.save_revision().publish()
    narrate(recorded.pk)
    assert channel(visitor, PUBLIC).findtext("item/guid") == before
    assert channel(visitor, PUBLIC).find("item/enclosure").get("url") != url


def test_a_podcast_keeps_its_guid_when_its_series_gets_another_address(
    recorded, series, visitor, token
):
    def guid(url: str) -> str:
        return channel(visitor, url).findtext(f"{PODCAST}guid")

    own = f"/lyd/mine/{token}/serie"
    before = guid(PUBLIC), guid(f"{own}/serien/")
    assert before[0] != before[1]
    factories.make_series("en-annen", "En annen")
    assert guid("/lyd/serie/en-annen/") not in before
    assert guid(f"{own}/en-annen/") not in before
    series.slug = "ny"
    series.save_revision().publish()
    assert (guid("/lyd/serie/ny/"), guid(f"{own}/ny/")) == before


def test_the_cover_is_as_large_as_podcast_apps_ask(recorded, visitor, tmp_path):
    href = channel(visitor, PUBLIC).find(f"{ITUNES}image").get("href")
    response = visitor.get(href)
    path = tmp_path / "omslag.png"
    path.write_bytes(response.content)
    with Image.open(path) as cover:
        assert cover.format == "PNG"
        assert 1400 <= cover.width == cover.height <= 3000


def test_a_member_s_own_feed_has_all_of_it(recorded, whole, visitor, token):
    response = visitor.get(f"/lyd/mine/{token}/serie/serien/")
    assert response["Cache-Control"] == "private, no-store"
    found = channel(visitor, f"/lyd/mine/{token}/serie/serien/")
    assert found.findtext(f"{ITUNES}block") == "Yes"
    assert found.findtext(f"{PODCAST}block") == "yes"
    [item] = found.findall("item")
    sound = visitor.get(item.find("enclosure").get("url"))
    assert sound["Cache-Control"] == "private, no-store"
    content = b"".join(sound.streaming_content)
    assert "låste".encode() in content
    assert item.find("enclosure").get("length") == str(len(content))
    transcript = body(visitor, item.find(f"{PODCAST}transcript").get("url"))
    assert "Det låste avsnittet." in transcript.decode()


def test_no_podcast_names_a_hub(recorded, visitor, token, settings):
    """An app would tell it a member's secret address. Nor do we tell it of any podcast."""
    settings.WEBSUB_HUB = "https://hub.example/"
    for url in (PUBLIC, f"/lyd/mine/{token}/serie/serien/"):
        links = channel(visitor, url).findall("{http://www.w3.org/2005/Atom}link")
        assert [link.get("rel") for link in links] == ["self"]
        assert b"hub.example" not in visitor.get(url).content


def ways(token: str, pk: int) -> list[str]:
    own = f"/lyd/mine/{token}"
    return [
        f"{own}/serie/serien/",
        f"{own}/{pk}.mp3",
        f"{own}/{pk}.vtt",
        f"{own}/{pk}/kapitler.json",
    ]


@pytest.mark.parametrize("what", ["renew", "leave", "suspend", "delete"])
def test_a_token_dies(recorded, visitor, member, token, what):
    for url in ways(token, recorded.pk):
        assert visitor.get(url).status_code == 200
    if what == "renew":
        member.podcast_token.renew()
    else:
        getattr(member, what)()
    for url in ways(token, recorded.pk):
        response = visitor.get(url, headers={"range": "bytes=0-0"})
        assert response.status_code == 404
        assert b"avsnittet" not in response.content


def test_no_token_stands_in_a_line_of_the_log(recorded, visitor, token, caplog):
    PodcastToken.objects.all().delete()
    for url in ways(token, recorded.pk):
        visitor.get(url)
    lines = [LineFormatter().format(record) for record in caplog.records]
    assert any("/lyd/mine/…/serie/serien/" in line for line in lines)
    assert not any(token in line for line in lines)


def test_a_member_makes_and_renews_the_addresses(recorded, as_member, member):
    assert "Lag adressene mine" in as_member.get("/lyd/mine/").content.decode()
    assert as_member.post("/lyd/mine/").status_code == 302
    token = member.podcast_token.token
    assert f"/lyd/mine/{token}/serie/serien/" in as_member.get("/lyd/mine/").content.decode()
    as_member.post("/lyd/mine/")
    member.podcast_token.refresh_from_db()
    assert member.podcast_token.token != token
    page = as_member.get("/lyd/mine/").content.decode()
    assert "De gamle virker ikke lenger" in page
    assert token not in page


def test_a_visitor_is_asked_to_log_in(visitor):
    assert visitor.get("/lyd/mine/").status_code == 302


def test_a_feed_asks_the_database_as_often_for_many_parts(
    readable, series, visitor, django_assert_max_num_queries
):
    for n in range(3):
        narrate(factories.make_article(series, [text("<p>a</p>")], slug=f"del-{n}").pk)
    with django_assert_max_num_queries(30) as few:
        visitor.get(PUBLIC)
    for n in range(3, 7):
        narrate(factories.make_article(series, [text("<p>a</p>")], slug=f"del-{n}").pk)
    assert Stream.objects.count() >= 7
    with django_assert_max_num_queries(len(few)):
        visitor.get(PUBLIC + "?")


VALIDATOR = Path(sys.executable).parent / "rss-parser"


def verdict(feed: bytes) -> dict:
    command = [VALIDATOR, "validate", "--parser", "podcast", "--strict", "--json", "-"]
    done = subprocess.run(command, check=False, input=feed, capture_output=True)
    return json.loads(done.stdout)


def test_the_feeds_are_valid(recorded, visitor, token):
    for url in (PUBLIC, f"/lyd/mine/{token}/serie/serien/"):
        feed = visitor.get(url).content
        assert verdict(feed) == {"valid": True, "feed_type": "rss", "items": 1}
        assert not verdict(feed.replace(b"<pubDate>", b"<pubDate>den "))["valid"]
        assert not verdict(feed.replace(b"title>", b"tittel>"))["valid"]


def test_a_feed_has_what_apple_asks_for(recorded, visitor):
    """https://podcasters.apple.com/support/823-podcast-requirements"""
    found = channel(visitor, PUBLIC)
    for name in ("title", "description", "language", "link"):
        assert found.findtext(name), name
    assert found.find(f"{ITUNES}image").get("href").isascii()
    for item in found.findall("item"):
        enclosure = item.find("enclosure")
        assert set(enclosure.keys()) == {"url", "length", "type"}
        assert enclosure.get("url").isascii()
        assert enclosure.get("url").endswith(".mp3")
        assert int(enclosure.get("length")) > 0
        assert item.findtext("title")
        assert item.find("guid").get("isPermaLink") == "false"
        head = visitor.head(enclosure.get("url"))
        assert (head.status_code, head["Accept-Ranges"]) == (200, "bytes")
        part = visitor.get(enclosure.get("url"), headers={"range": "bytes=0-0"})
        assert part.status_code == 206


def test_an_app_asks_each_time_whether_the_feed_is_still_so(recorded, series, visitor):
    """Without a word on it, caches keep a feed for a tenth of the time since its last episode."""
    response = visitor.get(f"/lyd/serie/{series.slug}/")
    assert response["Cache-Control"] == "public, no-cache"
    known = {"if-none-match": response["ETag"]}
    assert visitor.get(f"/lyd/serie/{series.slug}/", headers=known).status_code == 304


def test_a_series_offers_its_podcast_once_a_part_can_be_heard(
    readable, article, visitor, as_member
):
    address = article.get_parent().specific.get_absolute_url()
    assert PUBLIC not in visitor.get(address).content.decode()
    narrate(article.pk)
    page = visitor.get(address).content.decode()
    assert f'href="{PUBLIC}"' in page
    assert "Medlemmer hører alt." in page
    assert 'href="/lyd/mine/"' in as_member.get(address).content.decode()


def test_a_series_tells_nothing_of_the_sound_of_an_unpublished_part(recorded, visitor):
    address = recorded.get_parent().specific.get_absolute_url()
    recorded.unpublish()
    assert Stream.objects.exists()
    assert PUBLIC not in visitor.get(address).content.decode()


def test_podcasts_move_with_their_series(recorded, series, token, visitor, at_once):
    series = Series.objects.get(pk=series.pk)
    series.slug = "nytt"
    with at_once():  # Wagtail adds the redirect after the commit
        series.save_revision().publish()
    own = f"/lyd/mine/{token}/serie/{{}}/"
    for address in ("/lyd/serie/{}/", own, "/lyd/serie/{}/omslag.png"):
        answer = visitor.get(address.format("serien"))
        assert (answer.status_code, answer.url) == (301, address.format("nytt"))
        assert visitor.get(answer.url).status_code == 200


def test_until_it_is_recorded_anew_a_new_title_is_left_out_of_the_transcript(
    recorded, free, visitor, token
):
    urls = [f"/lyd/{free.key}.vtt", f"/lyd/mine/{token}/{recorded.pk}.vtt"]
    before = visitor.get(urls[0]).content.decode().splitlines()
    begins = before[before.index("Det åpne avsnittet.") - 1].split()[0]
    recorded.title = "Et nytt navn"
    recorded.save_revision().publish()
    for url in urls:
        lines = visitor.get(url).content.decode().splitlines()
        assert lines[2].split()[0] == begins
        assert lines[3] == "Det åpne avsnittet."
        assert not {"Delen", "Et nytt navn"} & set(lines)
