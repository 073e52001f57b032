"""New articles, as each follower hears of them: at once, or once a week."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from accounts.access import Reader
from accounts.models import User
from articles.models import Article, Author, Passage, Series
from articles.models.by_lines import ArticleAuthor
from articles.models.subjects import ArticleSubject
from articles.structured_data import absolute
from delivery.cache import cached_rows
from mail.making import NotNow, maker
from mail.models import Message
from newsletter.mail_text import MailText, mail_text
from newsletter.models import FOLLOWS, Announcement, Edition, Follow, Pace, Recipient, recipient_at
from newsletter.things import EVERYTHING, Thing
from newsletter.writing import written
from reading.models import READINGS, Reading

#: How many articles a mail tells of; the rest is a number.
MOST = 10
#: A mail about more articles than these shows their leads alone.
WITH_TEXT = 3
#: About how many words of an article a mail shows.
WORDS = 250
#: The most bytes of it, in both forms of the mail: a table is one element, and may be long.
BYTES = 14_000
#: How often a mail is tried whose articles are taken down, perhaps for a moment, to mend a slip.
#: The growing waits of the outbox make it some ten minutes.
TRIES = 6
#: The most things that one link ends: a header's line has 998 characters at most (RFC 5322).
MOST_THINGS = 40


class Fresh(NamedTuple):
    """A new article, by its number, and the things whose followers hear of it."""

    article: int
    things: tuple[Thing, ...]


class Piece(NamedTuple):
    """An article as a mail shows it."""

    article: Article
    url: str
    #: The beginning of its text that the recipient may read; None for the lead alone.
    text: MailText | None
    #: How many percent of it they have read.
    share: int


def news_of(edition: Edition) -> list[Fresh]:
    """What an edition tells of now: articles that readers may know of, in the series' order. There
    may be thousands after an import."""

    def rows() -> list[Fresh]:
        keys = Announcement.objects.of(edition).values("article")  # type: ignore[attr-defined]
        articles = Article.objects.for_readers().filter(pk__in=keys).order_by("path")
        return with_things(dict(articles.values_list("pk", "path")))

    return cached_rows(("edition", edition.pk), rows, row_size=500)


def with_things(paths: dict[int, str]) -> list[Fresh]:
    """`paths` are those of articles, by their numbers."""
    found: dict[int, list[Thing]] = defaultdict(list)
    above = {pk: path[: -Page.steplen] for pk, path in paths.items()}
    series = dict(Series.objects.filter(path__in=set(above.values())).values_list("path", "pk"))
    for pk, path in above.items():
        found[pk].append(Thing("serie", series[path]))
    known = Author.objects.for_readers().values("pk")
    by_line = ArticleAuthor.objects.filter(article__among=among(paths), author__in=known)
    for pk, author in by_line.values_list("article", "author"):
        found[pk].append(Thing("forfatter", author))
    subjects = ArticleSubject.objects.filter(article__among=among(paths))
    for pk, subject in subjects.values_list("article", "subject"):
        found[pk].append(Thing("tema", subject))
    return [Fresh(pk, (*found[pk], EVERYTHING)) for pk in paths]


def among(keys: Iterable[int]) -> str:
    return ",".join(map(str, keys))


def chosen_by(
    follows: Iterable[Follow], news: Iterable[Fresh], *, keeps_history: bool, weekly: bool
) -> list[Fresh]:
    """The news that a member wants at this pace, each with what they follow of it.

    What they hear of at once isn't told again in the week's mail. A series that they take part by
    part is left to that, whatever else they follow.
    """
    at_once, at_week, by_part = set(), set(), set()
    for follow in follows:
        if follow.pace == Pace.WEEKLY:
            at_week.add(follow.thing)
        elif follow.pace == Pace.WHEN_READY and keeps_history:
            by_part.add(follow.thing)
        else:
            at_once.add(follow.thing)
    wanted, heard = (at_week, at_once | by_part) if weekly else (at_once, by_part)
    return [
        Fresh(each.article, tuple(thing for thing in each.things if thing in wanted))
        for each in news
        if not wanted.isdisjoint(each.things) and heard.isdisjoint(each.things)
    ]


def card_of(key: int) -> Article | None:
    """The article with this number, if readers may know of it. All recipients share it."""
    rows = cached_rows(
        ("mailed article", key), lambda: Article.objects.for_readers().filter(pk=key)
    )
    return rows[0] if rows else None


def text_for(article: Article, reader: Reader) -> list[Passage]:
    """The passages of `article` that `reader` may read. Equal readers share them."""
    level = reader.level_at(article.path)
    key = ("mailed passages", article.pk, level)
    return cached_rows(key, lambda: Passage.objects.of_page(article, reader), row_size=20_000)


def piece(article: Article, reader: Reader, row: Reading | None, *, with_text: bool) -> Piece:
    """`article` for one recipient. The link leads to where they left off, or where the text of the
    mail ends."""
    url, passages = absolute(article.get_absolute_url()), text_for(article, reader)
    if row and row.is_begun and (place := row.resume_at(article, passages)):
        return Piece(article, f"{url}#{place}", None, row.share)
    if not with_text:
        return Piece(article, url, None, 0)
    text = mail_text(passages, url, WORDS, most_bytes=BYTES)
    return Piece(article, f"{url}#{text.goes_on_at}" if text.goes_on_at else url, text, 0)


@maker("news")
def make_news(stored: Message) -> EmailMessage | None:
    """The mail of an edition to one member. None if there is nothing left to tell them.

    Raises NotNow while that may be because an article is taken down for a moment.
    """
    key = stored.arguments["edition"]
    editions = cached_rows(("edition itself", key), lambda: Edition.objects.filter(pk=key))
    recipient = recipient_at(stored.arguments["user"])
    if not editions or recipient is None:
        return None
    edition, user = editions[0], recipient.user
    wanted = chosen_by(
        FOLLOWS(user.pk),
        news_of(edition),
        keeps_history=user.keeps_history,
        weekly=edition.is_weekly,
    )
    rows = readings(user, [each.article for each in wanted])
    unread = [each for each in wanted if not ((row := rows.get(each.article)) and row.finished_at)]
    cards = [card for each in unread[:MOST] if (card := card_of(each.article))]
    if not cards:
        if stored.tries <= TRIES and Announcement.objects.of(edition).hidden().exists():  # type: ignore[attr-defined]
            raise NotNow
        return None
    reader, with_text = Reader.of_user(user), len(unread) <= WITH_TEXT
    things = list(dict.fromkeys(thing for each in unread for thing in each.things))[:MOST_THINGS]
    return written(
        "news",
        recipient,
        subject_of(edition, cards[0], len(unread)),
        {
            "pieces": [
                piece(card, reader, rows.get(card.pk), with_text=with_text) for card in cards
            ],
            "more": len(unread) - len(cards),
        },
        thing=things[0],
        also=things[1:],
        batch=stored.batch,
    )


def news_of_one(article: Article, recipient: Recipient, reader: Reader) -> EmailMultiAlternatives:
    """The mail that tells a follower of its series about `article` alone, unread as yet."""
    (fresh,) = with_things({article.pk: article.path})
    return written(
        "news",
        recipient,
        subject_of_one(article),
        {"pieces": [piece(article, reader, None, with_text=True)], "more": 0},
        thing=fresh.things[0],
        batch="prove",
    )


def sample() -> EmailMessage:
    """A mail as followers get it, to nobody, for `manage.py check_mail`."""
    nobody = Recipient(user=User(email=f"leser@{settings.SITE_HOST}"), token="prove")  # noqa: S106
    told = {"pieces": [], "more": 0, "titles": [EVERYTHING.title]}
    return written("news", nobody, _("New articles"), told, thing=EVERYTHING, batch="prove")


def readings(user: User, articles: Sequence[int]) -> dict[int, Reading]:
    """What the member has read of the articles, by their numbers."""
    if not articles or not user.keeps_history:
        return {}
    return {row.article_id: row for row in READINGS(user.pk, among(articles))}


def subject_of(edition: Edition, first: Article, count: int) -> str:
    if count == 1:
        return subject_of_one(first)
    if edition.is_weekly:
        return _("The week's news: %(count)d articles") % {"count": count}
    more = ngettext("“%(title)s” and %(more)d more", "“%(title)s” and %(more)d more", count - 1)
    return more % {"title": first.title, "more": count - 1}


def subject_of_one(article: Article) -> str:
    series: str = article.series_title  # type: ignore[attr-defined]
    return f"{series}: {article.title}"
