"""Publishes new editions of many live articles, so that readers see all of them at once.

Wagtail's `publish` takes some ninety statements for each article, and SQLite lets nobody else write
meanwhile. Here everything is read, checked and rendered before the transaction begins.
"""

import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import compress, islice
from operator import not_
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Comment, Page, Revision, WorkflowState

from articles.jobs import index_pages
from articles.models import Article, ArticleAuthor, Passage, PublishedMetadata
from articles.models.passages import rows_differ, store_rows, values_of
from articles.models.tree import hold
from articles.publishing.events import many_passages_changed
from articles.publishing.hidden import log_together, tell_of_publishing
from articles.publishing.rendering import RenderedPassage
from delivery.models import ContentVersion

#: How many editions are written at a time, and how many pages one task indexes.
AT_A_TIME = 100
#: The columns that an edition may change, besides those that Wagtail's `publish` sets.
PAGE_COLUMNS = ("title", "draft_title", "first_published_at", "seo_title", "search_description")
ARTICLE_COLUMNS = ("lead", "body", "shows_contents", "share_picture_id")
PUBLISHED_COLUMNS = (
    *("live_revision", "latest_revision", "latest_revision_created_at", "last_published_at"),
    *("has_unpublished_changes", "go_live_at"),
)


@dataclass(frozen=True)
class Edition:
    """The new edition of one live article: plain values, as the database takes them."""

    pk: int
    #: The latest revision when it was made. A newer one is an editor's.
    seen: int | None
    #: The article's access when its passages were rendered. Only `change_access` changes it.
    access: int
    title: str
    page: list[Any]
    article: list[Any]
    #: The revision's.
    content: dict[str, Any]
    #: The columns of the passages that differ from the stored ones, by position.
    passages: dict[int, dict[str, Any]]
    #: The passages whose definitions or pictures differ.
    rows: dict[int, RenderedPassage]
    #: The number of all its passages.
    length: int
    metadata: dict[str, Any]
    #: The authors' ids and roles in order; None if they stay as they are.
    by_line: list[tuple[int, str]] | None

    @classmethod
    def of(cls, article: Article) -> "Edition":
        """The edition that `article` becomes. Writes nothing. `article` is live, with its changes
        not saved. Raises ValidationError for what can't be published."""
        article.full_clean()
        article.draft_title = article.title
        rendered = article.rendered()
        values = [values_of(passage) for passage in rendered]
        stored = {p.position: p for p in Passage.objects.filter(page=article.pk)}
        authors = [(row.author_id, row.role) for row in article.by_line.all()]
        rows = ArticleAuthor.objects.filter(article=article.pk).order_by("sort_order", "pk")
        metadata = PublishedMetadata.to_publish(article, rendered)
        return cls(
            pk=article.pk,
            seen=article.latest_revision_id,
            access=article.access,
            title=article.title,
            page=_adapted(Page, PAGE_COLUMNS, [getattr(article, name) for name in PAGE_COLUMNS]),
            article=_adapted(
                Article, ARTICLE_COLUMNS, [getattr(article, n) for n in ARTICLE_COLUMNS]
            ),
            content=article.serializable_data(),
            passages={n: p for n, p in enumerate(values) if not _is_stored(p, stored.get(n))},
            rows={n: p for n, p in enumerate(rendered) if _rows_differ(p, stored.get(n))},
            length=len(rendered),
            metadata={f.name: getattr(metadata, f.name) for f in PublishedMetadata.own_fields()},
            by_line=None if authors == list(rows.values_list("author", "role")) else authors,
        )


def _adapted(model: type[models.Model], columns: Sequence[str], values: Iterable[Any]) -> list[Any]:
    """The values as the database takes them."""
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    return [f.get_db_prep_save(v, connection) for f, v in zip(fields, values, strict=True)]


def _is_stored(values: dict[str, Any], stored: Passage | None) -> bool:
    return stored is not None and all(getattr(stored, name) == values[name] for name in values)


def _rows_differ(rendered: RenderedPassage, stored: Passage | None) -> bool:
    if stored is None:
        return bool(rendered.definitions or rendered.pictures)
    return rows_differ(stored, rendered)


class Editions:
    """Editions that wait on disk: ten thousand may not fit in memory. Its file has no name, so that
    nothing is left of a process that is killed."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 — `__exit__` closes it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def add(self, article: Article) -> None:
        """Raises ValidationError for what can't be published."""
        pickle.dump(Edition.of(article), self.file)

    def __iter__(self) -> Iterator[Edition]:
        end = self.file.tell()
        self.file.seek(0)
        while self.file.tell() < end:
            yield pickle.load(self.file)  # noqa: S301 — a file of our own

    def publish(self) -> None:
        """Publish all within a transaction of the caller's.

        The panel's search and the index of references follow in the worker. Articles with aliases,
        comments or a running workflow, and those that somebody has saved, opened or locked
        meanwhile, are published one by one.
        """
        editions, apart = iter(self), _apart()
        while some := list(islice(editions, AT_A_TIME)):
            _publish_some(some, apart)


def _publish_some(some: list[Edition], apart: set[int]) -> None:
    hold(*(edition.pk for edition in some))
    stored = Article.objects.filter(pk__in=[edition.pk for edition in some], live=True)
    found = {pk: facts for pk, *facts in stored.values_list("pk", "latest_revision", "access")}
    is_together = [e.pk not in apart and found.get(e.pk) == [e.seen, e.access] for e in some]
    _publish(list(compress(some, is_together)))
    for edition in compress(some, map(not_, is_together)):
        article = Article.objects.get(pk=edition.pk)
        new = article.with_content_json(edition.content)
        new.save_revision(log_action=True).publish()


def _apart() -> set[int]:
    """The pages for which Wagtail does more than `_publish`."""
    running = WorkflowState.objects.active().values_list("object_id", flat=True)
    aliases = Page.objects.exclude(alias_of=None).values_list("alias_of", flat=True)
    return {*aliases, *map(int, running), *Comment.objects.values_list("page", flat=True)}


def _publish(editions: list[Edition]) -> None:
    now, pks = timezone.now(), [edition.pk for edition in editions]
    revisions = _revisions(editions, now)
    Revision.page_revisions.filter(object_id__in=[str(pk) for pk in pks]).exclude(
        approved_go_live_at=None
    ).update(approved_go_live_at=None)
    published = [
        _adapted(Page, PUBLISHED_COLUMNS, [pk, pk, now, now, False, None]) for pk in revisions
    ]
    _update(
        Page,
        (*PAGE_COLUMNS, *PUBLISHED_COLUMNS),
        [(e.pk, [*e.page, *values]) for e, values in zip(editions, published, strict=True)],
    )
    _update(Article, ARTICLE_COLUMNS, [(e.pk, e.article) for e in editions])
    _store_passages(editions)
    _store_children(editions)
    many_passages_changed.send(Article, keys=pks)
    of_article = ContentType.objects.get_for_model(Article).pk
    rows = [(e.pk, of_article, e.title, r) for e, r in zip(editions, revisions, strict=True)]
    log_together(rows, "wagtail.edit")
    log_together(rows, "wagtail.publish")
    index_pages.enqueue(pks)
    ContentVersion.raise_on_commit()
    transaction.on_commit(partial(tell_of_publishing, dict.fromkeys(pks, False)))


def _revisions(editions: list[Edition], now: datetime) -> list[int]:
    of_article = ContentType.objects.get_for_model(Article)
    of_page = ContentType.objects.get_for_model(Page)
    made = Revision.objects.bulk_create(
        Revision(
            content_type=of_article,
            base_content_type=of_page,
            object_id=str(edition.pk),
            created_at=now,
            object_str=edition.title,
            content=edition.content,
        )
        for edition in editions
    )
    return [revision.pk for revision in made]


def _update(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[int, list[Any]]]
) -> None:
    """Write the adapted values of each row, given with its primary key.

    Not `bulk_update`: its CASE has a branch for each value, and Django takes longer to write it
    than the database to run it.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    name = connection.ops.quote_name
    values = ", ".join(f"{name(field.column)} = %s" for field in fields)
    key = name(str(model._meta.pk.column))
    sql = f"UPDATE {name(model._meta.db_table)} SET {values} WHERE {key} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[*values, pk] for pk, values in rows])


def _store_passages(editions: list[Edition]) -> None:
    rows = [
        Passage(page_id=edition.pk, position=position, **values)
        for edition in editions
        for position, values in edition.passages.items()
    ]
    Passage.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["page", "position"],
        update_fields=["access", "html", "text", "words", "contents", "teaser"],
    )
    superfluous = Q(pk__in=[])
    for length in {edition.length for edition in editions}:
        pks = [edition.pk for edition in editions if edition.length == length]
        superfluous |= Q(page__in=pks, position__gte=length)
    Passage.objects.filter(superfluous).delete()
    for edition in editions:
        for position, rendered in edition.rows.items():
            store_rows(Passage.objects.get(page=edition.pk, position=position), rendered)


def _store_children(editions: list[Edition]) -> None:
    PublishedMetadata.objects.bulk_create(
        [PublishedMetadata(article_id=e.pk, **e.metadata) for e in editions],
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=[field.name for field in PublishedMetadata.own_fields()],
    )
    for edition in editions:
        if edition.by_line is not None:
            ArticleAuthor.objects.filter(article=edition.pk).delete()
            ArticleAuthor.objects.bulk_create(
                ArticleAuthor(article_id=edition.pk, author_id=author, role=role, sort_order=n)
                for n, (author, role) in enumerate(edition.by_line)
            )
