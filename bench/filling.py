"""Fills a portal with articles and members. It inserts rows in bulk, without `save`.

As far as a reading page can see, the rows are those that publishing and signing up would write.
Run it with the portal's settings, on a migrated database.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Model
from wagtail.models import Locale, Page

from accounts.access import Access
from accounts.models import State, User
from articles.models import (
    Article,
    ArticleSubject,
    Author,
    AuthorIndex,
    Definition,
    Home,
    Passage,
    PublishedMetadata,
    Series,
    Subject,
)
from articles.models.by_lines import ArticleAuthor
from articles.slugs import sort_key
from bench.words import PARTS, WORDS, sentence
from reading.models import Reading

#: Articles for each author, and for each term.
ARTICLES_OF_ONE, ARTICLES_A_TERM = 10, 10
#: With fewer than these, the first page of a list would not be full, and the comparison of lists
#: would be unfair.
FEWEST_AUTHORS, FEWEST_TERMS, FEWEST_SERIES = 60, 250, 24
#: The slug of the author whose page is measured.
MEASURED = "forfatter-30"
#: One in this many members is logged in.
A_SESSION = 10
SUBJECTS = 20
BATCH = 2_000
THEN = datetime(2026, 1, 1, tzinfo=UTC)
#: The moments of publication, one for each page in turn.
MOMENTS = (THEN + timedelta(minutes=n) for n in count())


def fill(articles: int, members: int) -> None:
    random.seed(1)
    with transaction.atomic():
        authors = list(write(make_authors(max(FEWEST_AUTHORS, articles // ARTICLES_OF_ONE))))
        series = list(write(make_series(articles // PARTS)))
        parts = list(write(make_articles(series)))
        passages = make_passages(parts)
        terms = max(FEWEST_TERMS, articles // ARTICLES_A_TERM)
        define(list(passages), terms)
        insert(ArticleAuthor, by_lines(parts, authors))
        subjects = Subject.objects.bulk_create(
            Subject(title=f"Tema {n}", slug=f"tema-{n}", sort_order=n) for n in range(SUBJECTS)
        )
        about = Series.subjects.through
        insert(
            about, (about(series=s, subject=subjects[n % SUBJECTS]) for n, s in enumerate(series))
        )
        insert(ArticleSubject, rows_of_subjects(parts, series, subjects))
    join(members, parts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def settle() -> None:
    """Vacuums now, so that PostgreSQL doesn't start it by itself during the measurement."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    all_rows = iter(rows)
    while batch := list(islice(all_rows, BATCH)):
        yield batch


def insert(model: type[Model], rows: Iterable[Any]) -> None:
    for batch in batches(rows):
        model._default_manager.bulk_create(batch)


def write(pages: Iterable[Page]) -> Iterator[Page]:
    """Inserts the rows of the page tree and of the pages' own tables. bulk_create can't do both."""
    for batch in batches(pages):
        model = type(batch[0])
        fields = {field.attname for field in Page._meta.concrete_fields}
        rows = [Page(**{name: getattr(p, name) for name in fields if name != "id"}) for p in batch]
        for page, row in zip(batch, Page.objects.bulk_create(rows), strict=True):
            page.pk = page.id = row.pk
        own = model._meta.local_concrete_fields
        model._base_manager.all()._insert(batch, fields=own, using=connection.alias, raw=True)  # type: ignore[attr-defined]
        yield from batch


def page(model: type[Any], parent: Page, number: int, **fields: Any) -> Any:
    """Returns a published page, the `number`th below `parent`, counted from 1."""
    moment = next(MOMENTS)
    made = model(
        path=Page._get_path(parent.path, parent.depth + 1, number),
        depth=parent.depth + 1,
        numchild=0,
        draft_title=fields["title"],
        content_type=ContentType.objects.get_for_model(model),
        locale=Locale.get_default(),
        live=True,
        first_published_at=moment,
        last_published_at=moment,
        **fields,
    )
    made.url_path = f"{parent.url_path}{made.slug}/"
    return made


def make_authors(number: int) -> Iterator[Author]:
    index = AuthorIndex.objects.get()
    before = index.numchild
    Page.objects.filter(pk=index.pk).update(numchild=before + number)
    for n in range(number):
        name = f"{random.choice(WORDS).title()} {random.choice(WORDS).title()} {n}"
        fields = {"title": name, "slug": f"forfatter-{n}", "sort_key": sort_key(name)}
        yield page(Author, index, before + n + 1, role="Rådgiver", **fields)


def make_series(full: int) -> Iterator[Series]:
    """Yields `full` series with all parts, and then series with one part up to FEWEST_SERIES."""
    number = max(full, FEWEST_SERIES)
    home = Home.objects.get()
    before = home.get_last_child()
    first = int(Page._str2int(before.path[len(home.path) :])) + 1 if before else 1
    Page.objects.filter(pk=home.pk).update(numchild=home.numchild + number)
    for n in range(number):
        fields = {"title": f"Serie {n}", "slug": f"serie-{n}", "lead": sentence(20)}
        made = page(Series, home, first + n, **fields)
        made.numchild = PARTS if n < full else 1
        yield made


def make_articles(series: list[Series]) -> Iterator[Article]:
    for one in series:
        for n in range(one.numchild):
            fields = {"title": f"Del {n} om {sentence(3)}", "slug": f"del-{n}-av-{one.slug}"}
            yield page(Article, one, n + 1, lead=sentence(25), access=Access.MEMBERS, **fields)


def by_lines(parts: list[Article], authors: list[Author]) -> Iterator[ArticleAuthor]:
    """Gives the measured author the same number of articles in a small portal and a large one."""
    others = [author for author in authors if author.slug != MEASURED]
    measured = next(author for author in authors if author.slug == MEASURED)
    for n, part in enumerate(parts):
        author = measured if n < ARTICLES_OF_ONE else others[n % len(others)]
        yield ArticleAuthor(article_id=part.pk, author_id=author.pk, sort_order=0)


def rows_of_subjects(
    parts: list[Article], series: list[Series], subjects: list[Subject]
) -> Iterator[ArticleSubject]:
    of = {one.path: subjects[n % SUBJECTS] for n, one in enumerate(series)}
    for part in parts:
        yield ArticleSubject(article_id=part.pk, subject=of[part.path[: -Page.steplen]])


def make_passages(parts: list[Article]) -> Iterator[Passage]:
    """Yields passages of 1,200 words for each article. A quarter of the words are open."""
    text = [sentence(60) for _ in range(20)]
    html = ["".join(f'<p id="b-{n}-{m}">{line}</p>\n' for m, line in enumerate(lines))
            for n, lines in enumerate((text[:5], text[5:]))]  # fmt: skip
    for batch in batches(parts):
        rows = [
            Passage(page_id=part.pk, position=n, access=access, html=html[n], words=words,
                    text=" ".join(text))
            for part in batch
            for n, (access, words) in enumerate(((Access.PUBLIC, 300), (Access.MEMBERS, 900)))
        ]  # fmt: skip
        yield from Passage.objects.bulk_create(rows)
        gate = {"access": int(Access.MEMBERS), "teaser": "", "words": 900}
        metadata = [
            PublishedMetadata(article_id=part.pk, words=1_200, gates=[gate]) for part in batch
        ]
        PublishedMetadata.objects.bulk_create(metadata)


def define(passages: list[Passage], number: int) -> None:
    def made() -> Iterator[Definition]:
        for n in range(number):
            term = f"{WORDS[n % len(WORDS)].title()} {n}"
            passage = passages[n * 7 % len(passages)]
            yield Definition(
                passage_id=passage.pk,
                term=term,
                slug=f"begrep-{n}",
                sort_key=sort_key(term),
                block_id=f"x-{n}",
                html=f"<p>{sentence(20)}</p>",
            )

    insert(Definition, made())


def join(number: int, parts: list[Article]) -> None:
    """Creates members who have each begun an article, and sessions for some of them."""
    for start in range(0, number, BATCH):
        many = range(start, min(start + BATCH, number))
        with transaction.atomic():
            users = User.objects.bulk_create(
                User(email=f"m{n}@example.no", state=State.ACTIVE) for n in many
            )
            Reading.objects.bulk_create(
                Reading(user=user, article=random.choice(parts), read_at=THEN, share=40)
                for user in users
            )
            Session.objects.bulk_create(
                Session(session_key=f"{n:032x}", session_data="", expire_date=THEN)
                for n in many
                if n % A_SESSION == 0
            )
