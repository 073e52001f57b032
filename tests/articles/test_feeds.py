"""The feeds as JSON, beside RSS."""

import json
import xml.etree.ElementTree as ET

import pytest
from django.utils.dateparse import parse_datetime

from tests import factories

pytestmark = pytest.mark.django_db
PAIRS = [
    ("/feed/", "/feed.json"),
    ("/feed/serie/serien/", "/feed/serie/serien.json"),
    ("/feed/forfatter/kari-ytreoy/", "/feed/forfatter/kari-ytreoy.json"),
]


@pytest.fixture
def published(series):
    authors = [factories.make_author(), factories.make_author("ola", "Ola Åse")]
    return [factories.make_article(series, slug=slug, authors=authors) for slug in ("en", "to")]


@pytest.mark.parametrize(("rss", "path"), PAIRS)
def test_the_json_feed_has_the_items_and_the_free_text_of_rss(rss, path, published, visitor):
    answer = visitor.get(path)
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    assert answer["Cache-Control"] == "public, no-cache"
    feed = json.loads(answer.content)
    channel = ET.fromstring(visitor.get(rss).content).find("channel")  # noqa: S314
    assert feed["title"] == channel.findtext("title")
    assert feed["home_page_url"] == channel.findtext("link")
    items = [
        (item.findtext("guid"), item.findtext("link"), item.findtext("description"))
        for item in channel.findall("item")
    ]
    assert len(items) == 2
    assert [(i["id"], i["url"], i["content_html"]) for i in feed["items"]] == items
    assert "Det låste avsnittet." not in answer.content.decode()


def test_the_json_feed_is_of_version_1_1(published, visitor):
    feed = json.loads(visitor.get("/feed.json").content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://testserver/feed.json"
    assert feed["language"] == "nb"
    item = feed["items"][0]
    assert item["authors"] == [{"name": "Kari Ytrøy"}, {"name": "Ola Åse"}]
    assert item["summary"] == "En ingress."
    for key in ("date_published", "date_modified"):
        assert parse_datetime(item[key]).tzinfo


def test_pages_name_their_feeds(published, visitor):
    for page, path in (
        ("/", "/feed.json"),
        ("/serien/", "/feed/serie/serien.json"),
        ("/serien/en/", "/feed/serie/serien.json"),
        ("/forfattere/kari-ytreoy/", "/feed/forfatter/kari-ytreoy.json"),
    ):
        html = visitor.get(page).content.decode()
        links = [line for line in html.splitlines() if "application/feed+json" in line]
        assert any('rel="alternate"' in line and f'href="{path}"' in line for line in links), page


def test_an_empty_portal_has_an_empty_feed(visitor):
    feed = json.loads(visitor.get("/feed.json").content)
    assert feed["items"] == []
