"""Who changes a page locks its row in the tree before that of its own kind. So nobody waits in a
circle with an editor who saves it: the panel locks the page while it saves."""

import re
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.access import Access
from articles.models import Article
from articles.publishing.editions import Editions
from narration import joining
from narration.speaking import speak
from newsletter.admin.views import order
from newsletter.things import LETTERS
from tests.newsletter.letters import make_letter
from transfer.unfinished import additions

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL's row locks"),
]
#: The first table of a statement that locks rows of pages.
LOCKED = re.compile(
    r'UPDATE "((?:wagtailcore_page|articles_)\w*)"|SELECT .*? FROM "(\w+)".* FOR UPDATE'
)


def publish_edition(article: Article) -> None:
    article.title = "En ny tittel"
    with Editions() as editions, transaction.atomic():
        editions.add(article)
        editions.publish()


def add_part(article: Article) -> None:
    with additions() as added:
        part = Article(title="En ny del", slug="ny", lead="En ingress.", live=False)
        added.add_page(part, article.get_parent().specific, goes_live=False)


def first_locked(change: Callable[[], object]) -> str:
    with CaptureQueriesContext(connection) as queries:
        change()
    match = next(filter(None, (LOCKED.match(query["sql"]) for query in queries)))
    return match[1] or match[2]


@pytest.mark.parametrize(
    "change",
    [
        lambda article: article.change_access(Access.PUBLIC),
        lambda article: article.correct([], None),
        lambda article: article.save(),
        speak,
        lambda article: joining._replace(article, [], []),
        publish_edition,
        add_part,
    ],
)
def test_a_page_is_locked_first(change: Callable[[Article], object], article):
    assert first_locked(lambda: change(article)) == "wagtailcore_page"


def test_a_letter_is_locked_as_a_page_first(editor):
    letter = make_letter()
    assert first_locked(lambda: order(letter, editor, LETTERS, None)) == "wagtailcore_page"
