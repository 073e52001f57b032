"""From checked files to pages: writes what differs, and leaves the rest alone."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from wagtail.models import Page

from accounts.access import Access
from articles.models import (
    Article,
    Author,
    AuthorIndex,
    AuthorLink,
    Home,
    Picture,
    Series,
    SimplePage,
    Subject,
)
from articles.models.indexing import indexed_together
from articles.publishing.editions import Editions
from transfer.alignment import Stored, aligned
from transfer.by_lines import by_line_matter, change_by_line
from transfer.exporting import (
    Addresses,
    Content,
    Stage,
    article_matter,
    author_matter,
    corrections_matter,
    filled,
    latest,
    series_matter,
    sponsor_matter,
    sponsorship_of,
    write_bio,
)
from transfer.files import AuthorFile, SeriesFile, SeriesFolder, Tell, TextFile, quiet
from transfer.front_matter import written_moment
from transfer.html import write_html
from transfer.markdown import FilePath, PicturePath
from transfer.pages import (
    UNVERSIONED,
    change_article,
    change_unversioned,
    in_order,
    planned,
    put_in_order,
    set_dates,
    write,
)
from transfer.pictures import Identities, PictureFile
from transfer.report import Report
from transfer.subjects import import_subject
from transfer.unfinished import Additions, additions
from transfer.writing import write_block, write_body, write_nodes


def import_series(folder: SeriesFolder, is_dry_run: bool = False, tell: Tell = quiet) -> Report:
    """Raises Faults if a file has become wrong since it was checked.

    Raises Overtaken if another import begins meanwhile. Then nothing of this one is left.
    """
    if is_dry_run:
        return Import().series(folder, tell)
    with begun() as run:
        return run.series(folder, tell)


def import_pages(pages: list[TextFile], title: str) -> Report:
    with begun() as run:
        return run.pages(pages, title)


@contextmanager
def begun() -> Iterator["Import"]:
    """Yields an import, and publishes it at the end of the block."""
    with additions() as added, Editions() as editions:
        run = Import(added, editions)
        with indexed_together():
            yield run
        with transaction.atomic(), indexed_together():
            added.publish()
            editions.publish()
            for change in run.changes:
                change()


class Import:
    """One import. It adds what is new out of sight, and keeps the changes to what exists for the
    end. Without `added`, it writes nothing.
    """

    def __init__(self, added: Additions | None = None, editions: Editions | None = None) -> None:
        self.added = added
        self.editions = editions
        #: Other changes to what exists, for the end.
        self.changes: list[Callable[[], object]] = []
        self.addresses = Addresses()
        self.identity = Identities()

    def write(self, page: Page, parent: type[Page], is_live: bool) -> None:
        """Adds a new page below the only page of the type `parent`, or keeps a change for later."""
        if self.added is None:
            return
        if page.pk is None:
            self.added.add_page(page, parent.objects.get(), goes_live=True)
        else:
            self.changes.append(partial(write, page, is_live))

    def series(self, folder: SeriesFolder, tell: Tell) -> Report:
        report = Report(folder.head.title)
        for subject in folder.subjects:
            report.add(subject.file, *import_subject(subject, self.added, self.changes))
        for author in folder.authors:
            self.author(author, report)
        series = self.head(folder.head, report)
        first, new = [], []
        for n, file in enumerate(folder.parts, 1):
            before = report.new
            if part := self.part(file, series, report):
                first.append(part)
                new += [part] * (report.new - before)
            tell(n, len(folder.parts))
        if self.added:
            self.added.check()
        if series is not None and (order := in_order(series, first)) and order[0] != order[1]:
            report.is_reordered = not report.new
            self.changes.append(partial(put_in_order, series, first, new))
        return report

    def pages(self, files: list[TextFile], title: str) -> Report:
        report = Report(title)
        for file in files:
            self.page(file, report)
        return report

    # --- Each kind of file -------------------------------------------------------------------

    def author(self, file: AuthorFile, report: Report) -> None:
        row = Author.objects.filter(slug=file.slug).first()
        author = latest(row) if row else Author(slug=file.slug, live=False)
        matter = filled(
            name=file.title,
            slug=file.slug,
            family_name=file.family_name,
            born=file.born,
            role=file.role,
            portrait=file.portrait.identity if file.portrait else "",
            links=file.links,
        )
        bio = write_nodes(file.bio)
        is_same = row is not None and matter == author_matter(author, self.identity)
        is_same = is_same and bio == write_bio(author.bio, self.addresses)
        report.add(file.file, row is None, not is_same)
        if is_same or self.added is None:
            return
        author.title, author.family_name = file.title, file.family_name
        author.born, author.role = file.born, file.role
        author.portrait = self.stored(file.portrait)
        if row is None or bio != write_bio(author.bio, self.addresses):
            author.bio = write_html(file.bio, self.addresses.linked(author.bio))
        author.links = [
            AuthorLink(label=label, url=url, sort_order=n)
            for n, (label, url) in enumerate(file.links.items())
        ]
        self.write(author, AuthorIndex, row is None or row.live)

    def head(self, file: SeriesFile, report: Report) -> Series | None:
        row: Series | None = Series.objects.filter(slug=file.slug).first()
        series = latest(row) if row else Series(slug=file.slug, live=False)
        matter = filled(
            title=file.title,
            slug=file.slug,
            lead=file.lead,
            picture=file.picture.identity if file.picture else "",
            subjects=file.subjects or None,
            coming="shown" if file.announces else "",
            **file.promotion.matter(),
        )
        is_same = row is not None and matter == series_matter(series, self.identity)
        report.add(file.file, row is None, not is_same)
        if is_same or self.added is None:
            return row
        series.title, series.lead, series.announces = file.title, file.lead, file.announces
        series.picture = self.stored(file.picture)
        file.promotion.give(series, self.stored)
        series.subjects.set(Subject.objects.filter(slug__in=file.subjects))
        self.write(series, Home, row is None or row.live)
        stored: Series = Series.objects.get(slug=file.slug)
        return stored

    def part(self, file: TextFile, series: Series | None, report: Report) -> int | None:
        """Returns the id of the part, if it exists by now."""
        row = Article.objects.child_of(series).filter(slug=file.slug).first() if series else None
        now = Content.of(row) if row else Content(Article(slug=file.slug), Stage.DRAFT, None)
        stage, moment = planned(file, now)
        body = self.body(file, now.article)
        before = article_matter(now, sponsorship_of(row), self.identity) if row else {}
        after = filled(
            title=file.title,
            slug=file.slug,
            lead=file.lead,
            **by_line_matter(file.by_line),
            subjects=file.subjects or None,
            access="open" if file.access == Access.PUBLIC else "members",
            published=written_moment(moment) if moment else before.get("published"),
            planned=None if now.article.first_published_at else file.planned_on,
            sponsor=sponsor_matter(file.sponsor) if file.sponsor else None,
            contents="open" if file.shows_contents else "",
            reviewed=file.reviewed_on,
            corrections=corrections_matter(file.corrections),
            **file.promotion.matter(),
        )
        differing = {key for key in before | after if before.get(key) != after.get(key)}
        if row is None or stage is not now.stage:
            differing.add("published")
        if body is not None:
            differing.add("body")
        report.add(file.file, row is None, bool(differing), is_part=True)
        if self.added is None or series is None:
            return row.pk if row else None
        unversioned = differing & UNVERSIONED
        article = now.article
        if differing - UNVERSIONED:
            article.title, article.lead = file.title, file.lead
            article.shows_contents = file.shows_contents
            if body is not None:
                article.body = self.dumped(file, body)
            file.promotion.give(article, self.stored)
            change_by_line(article, file.by_line)
            article.subjects.set(Subject.objects.filter(slug__in=file.subjects))
        if row is None:
            article.access, article.live = file.access, False
            set_dates(article, stage, moment, file.corrections)
            self.added.add_page(article, series, goes_live=stage is Stage.LIVE)
            if beside := unversioned - {"access"}:
                with self.added.writing():
                    change_unversioned(article.pk, file, beside)
        elif differing - UNVERSIONED:
            # An edition can't change the subjects.
            is_edition = now.stage is stage is Stage.LIVE and "subjects" not in differing
            self.change(article, stage, moment, is_edition)
        if row and unversioned:
            self.changes.append(partial(change_unversioned, row.pk, file, unversioned))
        return int(article.pk)

    def change(
        self, article: Article, stage: Stage, moment: datetime | None, is_edition: bool
    ) -> None:
        """Keeps the changes to an article."""
        if self.editions and is_edition:
            set_dates(article, stage, moment)
            self.editions.add(article)
        else:
            self.changes.append(partial(change_article, article, stage, moment))

    def page(self, file: TextFile, report: Report) -> None:
        row = SimplePage.objects.filter(slug=file.slug).first()
        page = latest(row) if row else SimplePage(slug=file.slug, live=False, show_in_menus=True)
        body = self.body(file, page)
        heading = filled(title=page.title, lead=page.lead)
        is_same = body is None and heading == filled(title=file.title, lead=file.lead)
        is_same = is_same and row is not None
        report.add(file.file, row is None, not is_same, is_part=True)
        if is_same or self.added is None:
            return
        page.title, page.lead = file.title, file.lead
        if body is not None:
            page.body = self.dumped(file, body)
        self.write(page, Home, row is None or row.live)

    # --- Bodies and pictures -----------------------------------------------------------------

    def body(self, file: TextFile, page: Article | SimplePage) -> list[Stored] | None:
        """Returns the blocks to store, with paths of pictures and files. None if none differs."""
        old = list(page.body.raw_data)
        if not old:
            new = [{"type": b.type, "value": b.stored({})} for b in file.blocks]
            return aligned([], [], new, [""] * len(new)) or None
        stream = page.body.stream_block
        pages = self.addresses.linked([block["value"] for block in old])
        new = [{"type": b.type, "value": b.stored(pages)} for b in file.blocks]

        def name_of(shown: str) -> str:
            if isinstance(shown, FilePath):
                return file.files[shown].identity
            is_picture = isinstance(shown, PicturePath)
            return file.pictures[shown].identity if is_picture else self.identity(shown)

        before = write_body(old, self.addresses, self.identity, stream)
        if before == write_body(new, self.addresses, name_of, stream):
            return None
        old_forms = [write_block(block, self.addresses, self.identity, stream) for block in old]
        new_forms = [write_block(block, self.addresses, name_of, stream) for block in new]
        return aligned(old, old_forms, new, new_forms)

    def dumped(self, file: TextFile, body: list[Stored]) -> str:
        """Returns the body as JSON, with pictures and files by id. Adds those that are new."""

        def with_ids(value: Any) -> Any:
            if isinstance(value, PicturePath):
                return self.picture(file.pictures[value]).pk
            if isinstance(value, FilePath):
                return file.files[value].stored(self.added).pk
            if isinstance(value, dict):
                return {key: with_ids(each) for key, each in value.items()}
            return value

        return json.dumps([{**block, "value": with_ids(block["value"])} for block in body])

    def stored(self, file: PictureFile | None) -> Picture | None:
        return self.picture(file) if file else None

    def picture(self, file: PictureFile) -> Picture:
        picture = file.found()
        if picture.pk is None and self.added:
            self.added.add_picture(picture)
        return picture
