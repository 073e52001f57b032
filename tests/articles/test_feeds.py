"""The feeds as JSON, beside RSS, and the hub that is told of them."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
import requests
from django.utils.dateparse import parse_datetime
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from articles import websub
from articles.jobs import tell_hub
from articles.models import Author, Series
from tests import factories
from worker.models import QueuedTask

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


HUB = "https://hub.example/"


@pytest.fixture
def rename(at_once) -> Callable[[Page, str], None]:
    def renamed(page: Page, slug: str) -> None:
        page = page.specific_class.objects.get(pk=page.pk)
        page.slug = slug
        with at_once():  # Wagtail adds the redirect after the commit
            page.save_revision().publish()

    return renamed


OF_SERIES = ["/feed/serie/{}/", "/feed/serie/{}.json", "/{}/en/sitering.ris"]
OF_AUTHOR = ["/feed/forfatter/{}/", "/feed/forfatter/{}.json", "/forfattere/{}/serier/"]


def test_they_move_with_their_page(published, series, visitor, rename):
    author = Author.objects.get(slug="ola")
    rename(series, "nytt")
    rename(author, "ola-ase")
    for old, new, addresses in (("serien", "nytt", OF_SERIES), ("ola", "ola-ase", OF_AUTHOR)):
        for address in addresses:
            answer = visitor.get(address.format(old))
            assert (answer.status_code, answer.url) == (301, address.format(new))
            assert answer["Cache-Control"] == "no-cache"
            assert visitor.get(answer.url).status_code == 200


def test_no_address_of_a_page_that_is_hidden_is_told(published, series, visitor, rename):
    rename(series, "nytt")
    Series.objects.get(pk=series.pk).unpublish()
    for address in OF_SERIES:
        assert visitor.get(address.format("serien")).status_code == 404


def test_an_address_that_leads_elsewhere_brings_no_feed_along(published, series, visitor):
    Redirect.objects.create(old_path="/borte", redirect_link="https://example.com/sted/")
    Redirect.objects.create(old_path="/laget", redirect_link="/en.side/")
    Redirect.objects.create(old_path="/flyttet", redirect_page=published[0])
    for slug in ("borte", "laget", "flyttet", "ingen"):
        assert visitor.get(f"/feed/serie/{slug}/").status_code == 404


@pytest.fixture
def told(settings, monkeypatch) -> list:
    """What the hub is told. It answers as it should."""
    settings.WEBSUB_HUB = HUB
    said = []

    def post(url, data, **how):
        assert how == {"timeout": 10, "allow_redirects": False}
        said.append((url, data))
        answer = requests.Response()
        answer.status_code = 204
        return answer

    monkeypatch.setattr(websub.requests, "post", post)
    return said


def test_the_hub_is_told_of_every_feed_of_a_published_article(series, told, at_once, settings):
    with at_once():
        article = factories.make_article(series, authors=[factories.make_author()])
    assert [article.pk] in QueuedTask.objects.arguments_of(tell_hub)
    assert told == [], "nobody waits for the hub while they publish"
    tell_hub.call(article.pk)
    [(url, data)] = told
    assert url == HUB
    assert data[0] == ("hub.mode", "publish")
    paths = [path for pair in PAIRS for path in pair]
    assert data[1:] == [("hub.url", settings.SITE_URL + path) for path in paths]


def test_the_hub_is_told_nothing_of_a_withdrawn_article(published, told):
    published[0].unpublish()
    tell_hub.call(published[0].pk)
    assert told == []
    published[1].get_parent().specific.unpublish()
    tell_hub.call(published[1].pk)
    assert told == []


def test_a_hub_that_is_away_is_tried_again(published, told, monkeypatch):
    answer = requests.Response()
    answer.status_code = 503
    monkeypatch.setattr(websub.requests, "post", lambda *args, **how: answer)
    row = QueuedTask(lane="slow", path=tell_hub.module_path)
    row.arguments = {"args": [published[0].pk], "kwargs": {}}
    with pytest.raises(requests.HTTPError):
        row.run()


def test_without_a_hub_nothing_is_queued(series, at_once):
    with at_once():
        factories.make_article(series)
    assert QueuedTask.objects.arguments_of(tell_hub) == []


@pytest.mark.parametrize(("rss", "path"), PAIRS)
def test_the_feeds_name_the_hub_and_only_if_there_is_one(rss, path, published, visitor, settings):
    assert b"hub" not in visitor.get(rss).content + visitor.get(path).content
    settings.WEBSUB_HUB = HUB
    assert json.loads(visitor.get(path).content)["hubs"] == [{"type": "WebSub", "url": HUB}]
    links = ET.fromstring(visitor.get(rss).content).iter("{http://www.w3.org/2005/Atom}link")  # noqa: S314
    assert {link.get("rel"): link.get("href") for link in links}["hub"] == HUB
