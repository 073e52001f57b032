"""What other sites show with a link to a page: a picture, or a card with the page's title."""

import io
import json
import re

import pytest
from PIL import Image

from articles.jobs import draw_cards, draw_cards_left
from articles.models import Article, Series, ShareCard
from articles.share_cards import HEIGHT, WIDTH, CardTexts, draw, fitting, known, length
from tests import factories
from worker.models import QueuedTask

pytestmark = pytest.mark.django_db


def head_of(client, path: str) -> dict[str, str]:
    page = client.get(path).content.decode()
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', page)
    assert len(found) == len(dict(found)), f"{path} says something twice"
    return dict(found)


def shown_at(client, path: str) -> tuple[dict[str, str], Image.Image]:
    """The head of a page, and the picture it names."""
    head = head_of(client, path)
    answer = client.get("/" + head["og:image"].split("/", 3)[3])
    assert answer.status_code == 200, head["og:image"]
    return head, Image.open(io.BytesIO(answer.content))


@pytest.fixture
def portal(series):
    """One page of each kind, all with cards."""
    author = factories.make_author()
    definition = factories.block("definition", {"term": "Ål", "text": "<p>En fisk.</p>"})
    factories.make_article(series, [definition, *factories.BODY], slug="en", authors=[author])
    factories.make_article(series, slug="to", title="Del to")
    factories.make_page()
    draw_cards_left()
    return series


PATHS = [
    *("/", "/serien/", "/serien/en/", "/serien/to/", "/om/", "/forfattere/"),
    *("/forfattere/kari-ytreoy/", "/forfattere/kari-ytreoy/serier/", "/ordbok/", "/ordbok/al/"),
]


@pytest.mark.parametrize("path", PATHS)
def test_every_kind_of_page_has_a_picture_of_the_size_it_says(path, portal, visitor, as_member):
    for client in (visitor, as_member):
        head, image = shown_at(client, path)
        assert image.size == (int(head["og:image:width"]), int(head["og:image:height"]))
        assert image.size == (WIDTH, HEIGHT)
        assert head["twitter:card"] == "summary_large_image"
        assert head["og:image:alt"]
        assert head["og:image"].startswith("http")
    page = visitor.get(path).content.decode()
    for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
        assert json.loads(data)["@graph"]


def test_a_card_may_be_kept_by_all_and_not_by_a_member_s_proxy(portal, visitor, as_member):
    path = ShareCard.objects.get(page__slug="to").address
    answer = visitor.get(path)
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "image/png",
        "public, max-age=86400",
    )
    assert as_member.get(path)["Cache-Control"] == "private, no-store"
    assert visitor.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert visitor.get(path.replace(".png", "x.png")).status_code == 404


def test_the_first_public_picture_comes_before_the_card(series, visitor):
    open_, locked = (
        factories.make_picture(f"{colour}.png", colour=colour, size=(600, 300))
        for colour in ("white", "red")
    )
    body = [
        factories.text("<p>a</p>"),
        factories.block("picture", {"picture": open_.pk, "alt": "En «åpen» & fin", "caption": ""}),
        factories.gate(),
        factories.block("picture", {"picture": locked.pk, "alt": "Låst", "caption": ""}),
    ]
    factories.make_article(series, body)
    draw_cards_left()
    head = head_of(visitor, "/serien/delen/")
    assert open_.file_hash in head["og:image"]
    assert (head["og:image:width"], head["og:image:height"]) == ("600", "300")
    assert head["og:image:alt"] == "En «åpen» &amp; fin"


def test_a_locked_picture_is_never_shared(series, visitor):
    locked = factories.make_picture(size=(60, 40))
    body = [
        factories.text("<p>a</p>"),
        factories.gate(),
        factories.block("picture", {"picture": locked.pk, "alt": "Låst", "caption": ""}),
    ]
    factories.make_article(series, body)
    assert "og:image" not in head_of(visitor, "/serien/delen/")
    draw_cards_left()
    assert "/bilde/kort/" in head_of(visitor, "/serien/delen/")["og:image"]


def data_of(client, path: str) -> dict[str, object]:
    """The structured data of what a page is about."""
    page = client.get(path).content.decode()
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text[1])["@graph"][0]


@pytest.mark.parametrize("path", ["/serien/", "/serien/en/", "/serien/to/"])
def test_search_engines_get_the_picture_that_a_page_is_shared_with(path, portal, visitor):
    head = head_of(visitor, path)
    assert data_of(visitor, path)["image"] == {
        "@type": "ImageObject",
        "url": head["og:image"],
        "width": int(head["og:image:width"]),
        "height": int(head["og:image:height"]),
    }


def test_without_a_picture_of_its_own_a_page_names_none(series, visitor):
    factories.make_article(series)
    for path in ("/serien/", "/serien/delen/"):
        assert "image" not in data_of(visitor, path)


def test_until_the_card_is_drawn_an_article_has_its_series_cover(visitor):
    cover = factories.make_picture(size=(600, 300))
    factories.make_article(factories.make_series(picture=cover))
    assert cover.file_hash in head_of(visitor, "/serien/delen/")["og:image"]


def test_the_editor_s_picture_comes_first_and_is_open(article, visitor):
    chosen = factories.make_picture(size=(600, 300))
    assert visitor.get(chosen.plain_address).status_code == 404
    article.share_picture = chosen
    article.save_revision()
    assert visitor.get(chosen.plain_address).status_code == 404, "a draft opens nothing"
    article.save_revision().publish()
    assert chosen.file_hash in head_of(visitor, article.get_absolute_url())["og:image"]
    assert visitor.get(chosen.plain_address).status_code == 200
    Article.objects.get(pk=article.pk).unpublish()
    assert visitor.get(chosen.plain_address).status_code == 404


@pytest.mark.parametrize("path", ["/serien/", "/serien/delen/", "/om/", "/forfattere/kari-ytreoy/"])
def test_the_search_title_and_description_are_for_search_engines_only(path, article, visitor):
    pages = (Series.objects.get(), article, factories.make_page(), factories.make_author())
    for page in pages:
        page.seo_title, page.search_description = "Et søkeord", "Det man søker etter."
        page.save_revision().publish()
    page = visitor.get(path).content.decode()
    assert "<title>Et søkeord – " in page
    assert '<meta name="description" content="Det man søker etter.">' in page
    assert page.count("Et søkeord") == 1


def test_publishing_has_the_card_drawn_by_the_worker(series, at_once):
    with at_once():
        article = factories.make_article(series)
    assert [series.pk] in QueuedTask.objects.arguments_of(draw_cards)
    draw_cards.call(series.pk)
    assert ShareCard.objects.get(page=article.pk).drawn_from[1:4] == [series.title, "Delen", ""]


def test_cards_that_wait_are_queued_once(series, at_once):
    with at_once():
        for slug in ("en", "to", "tre"):
            factories.make_article(series, slug=slug)
    assert QueuedTask.objects.arguments_of(draw_cards).count([series.pk]) == 1


def test_a_new_title_a_new_place_and_a_new_series_title_draw_the_card_again(portal, at_once):
    def drawn(slug):
        card = ShareCard.objects.get(page__slug=slug)
        return card.drawn_from[1:4], card.address

    assert drawn("to")[0] == ["Serien på prøve", "Del to", "Del 2"]
    addresses = {drawn("to")[1]}
    changes = [
        lambda: rename(Article.objects.get(slug="to"), "Nytt navn"),
        lambda: Article.objects.get(slug="to").move(Article.objects.get(slug="en"), pos="left"),
        lambda: rename(Series.objects.get(), "Ny serie"),
    ]
    for change in changes:
        QueuedTask.objects.all().delete()
        with at_once():
            change()
        for [pk] in QueuedTask.objects.arguments_of(draw_cards):
            draw_cards.call(pk)
        addresses.add(drawn("to")[1])
    assert drawn("to")[0] == ["Ny serie", "Nytt navn", "Del 1"]
    assert len(addresses) == 4
    assert drawn("en")[0][2] == "Del 2"


def rename(page, title: str) -> None:
    page.title = title
    page.save_revision().publish()


def test_what_looks_the_same_is_not_drawn_again(portal):
    before = list(ShareCard.objects.order_by("pk").values())
    draw_cards_left()
    assert list(ShareCard.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("which", ["the article", "its series"])
def test_a_withdrawn_page_s_card_is_gone_at_once_and_then_deleted(which, portal, visitor, at_once):
    card = ShareCard.objects.get(page__slug="to")
    assert visitor.get(card.address).status_code == 200
    with at_once():
        page = Article.objects.get(slug="to") if which == "the article" else portal
        page.unpublish()
    assert visitor.get(card.address).status_code == 404
    if which == "the article":
        with at_once():
            for [pk] in QueuedTask.objects.arguments_of(draw_cards):
                draw_cards.call(pk)
        assert not card.file.storage.exists(card.file.name)


def test_a_deleted_page_s_card_is_deleted(portal, at_once):
    card = ShareCard.objects.get(page__slug="to")
    with at_once():
        Article.objects.get(slug="to").delete()
    assert not card.file.storage.exists(card.file.name)


def test_a_redrawn_card_leaves_no_file_behind(portal, at_once):
    before = ShareCard.objects.get(page__slug="to")
    Article.objects.filter(slug="to").update(title="Nytt navn")
    with at_once():
        draw_cards_left()
    after = ShareCard.objects.get(page__slug="to")
    assert after.file.name != before.file.name
    assert after.file.storage.exists(after.file.name)
    assert not before.file.storage.exists(before.file.name)


def test_a_title_of_any_length_fits():
    for title in ("Å", "Salg " * 60, "Menneskerettighetsorganisasjonsmedlemskap" * 6):
        size, lines = fitting(title.strip())
        assert 1 <= len(lines) <= 4
        assert all(length(line, size) <= WIDTH - 192 for line in lines), title
    assert fitting("Salg " * 60)[1][-1].endswith("…")


def test_a_card_has_letters_of_its_fonts_only():
    assert known("Áslat Čáhppes ŁŞ – «æøå» 日本 Привет") == "Áslat Čáhppes ŁŞ – «æøå»"
    assert fitting("Привет") == (84, [])
    with Image.open(io.BytesIO(draw(CardTexts("Привет", "日本", "", 1)))) as image:
        assert image.size == (WIDTH, HEIGHT)
