"""From checked files to pages: writes what differs, and leaves the rest alone."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

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
)
from articles.models.indexing import indexed_together
from transfer.alignment import Stored, aligned
from transfer.exporting import (
    Addresses,
    Content,
    Stage,
    article_matter,
    author_matter,
    corrections_matter,
    filled,
    series_matter,
    sponsor_matter,
    sponsorship_of,
    write_bio,
)
from transfer.files import AuthorFile, SeriesFile, SeriesFolder, Tell, TextFile, quiet
from transfer.front_matter import written_moment
from transfer.html import write_html
from transfer.markdown import PicturePath
from transfer.pages import (
    NewParts,
    change_authors,
    change_corrections,
    change_sponsor,
    in_order,
    latest,
    planned,
    put_in_order,
    write,
    write_article,
)
from transfer.pictures import PictureFile, remove_files
from transfer.writing import write_block, write_body, write_nodes

PAGE_LINK = re.compile(r'<a (?=[^>]*linktype="page")[^>]*\bid="(\d+)"')


#: Up to this many new articles don't change how the database should find its rows.
FEW = 64


def tell_the_planner() -> None:
    """Updates PostgreSQL's statistics, which nothing else does within a transaction. Without them
    it would go on reading whole tables, which is best only while they are small."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@dataclass
class Report:
    """What an import did to one series, or would do. The counts are numbers of articles."""

    title: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    is_reordered: bool = False
    #: ("new" or "changed", file) of each file that made a difference
    files: list[tuple[str, str]] = field(default_factory=list)

    def add(self, file: object, is_new: bool, is_changed: bool, is_part: bool = False) -> None:
        kind = "new" if is_new else "changed" if is_changed else "unchanged"
        if is_part:
            setattr(self, kind, getattr(self, kind) + 1)
        if kind != "unchanged":
            self.files.append((kind, str(file)))


@contextmanager
def all_or_nothing() -> Iterator[list[Picture]]:
    """Runs one transaction. If it fails, the files of new pictures are removed as well."""
    created: list[Picture] = []
    try:
        with transaction.atomic(), indexed_together():
            yield created
    except BaseException:
        remove_files(created)
        raise


def import_series(folder: SeriesFolder, is_dry_run: bool = False, tell: Tell = quiet) -> Report:
    """Raises Faults if a file has become wrong since it was checked."""
    with all_or_nothing() as created:
        return Import(created, is_dry_run).series(folder, tell)


def import_pages(pages: list[TextFile], title: str) -> Report:
    with all_or_nothing() as created:
        return Import(created, is_dry_run=False).pages(pages, title)


class Import:
    """One import, to be used within `all_or_nothing`. A dry run writes nothing."""

    def __init__(self, created: list[Picture], is_dry_run: bool) -> None:
        self.created, self.is_dry_run = created, is_dry_run
        self.addresses = Addresses()
        self.hashes: dict[int, str] = {}

    def series(self, folder: SeriesFolder, tell: Tell) -> Report:
        report = Report(folder.head.title)
        for author in folder.authors:
            self.author(author, report)
        series = self.head(folder.head, report)
        new_parts = NewParts(series) if series is not None else None
        first = []
        for n, file in enumerate(folder.parts, 1):
            before = report.new
            if part := self.part(file, new_parts, report):
                first.append(part.pk)
            tell(n, len(folder.parts))
            if before < report.new >= FEW and report.new.bit_count() == 1 and not self.is_dry_run:
                tell_the_planner()
        if new_parts is not None:
            new_parts.count()
        if series is not None and (order := in_order(series, first)) and order[0] != order[1]:
            report.is_reordered = not report.new
            if not self.is_dry_run:
                put_in_order(series, first)
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
        if is_same or self.is_dry_run:
            return
        author.title, author.family_name = file.title, file.family_name
        author.born, author.role = file.born, file.role
        author.portrait = self.stored(file.portrait)
        if row is None or bio != write_bio(author.bio, self.addresses):
            author.bio = write_html(file.bio, self.linked_pages(author.bio))
        author.links = [
            AuthorLink(label=label, url=url, sort_order=n)
            for n, (label, url) in enumerate(file.links.items())
        ]
        write(author, row is None or row.live, AuthorIndex.objects.get().add_child)

    def head(self, file: SeriesFile, report: Report) -> Series | None:
        row: Series | None = Series.objects.filter(slug=file.slug).first()
        series = latest(row) if row else Series(slug=file.slug, live=False)
        picture = file.picture.identity if file.picture else ""
        coming = "shown" if file.announces else ""
        matter = filled(
            title=file.title, slug=file.slug, lead=file.lead, picture=picture, coming=coming
        )
        is_same = row is not None and matter == series_matter(series, self.identity)
        report.add(file.file, row is None, not is_same)
        if is_same or self.is_dry_run:
            return row
        series.title, series.lead, series.announces = file.title, file.lead, file.announces
        series.picture = self.stored(file.picture)
        write(series, row is None or row.live, Home.objects.get().add_child)
        stored: Series = Series.objects.get(slug=file.slug)
        return stored

    def part(self, file: TextFile, new_parts: NewParts | None, report: Report) -> Article | None:
        series = new_parts.series if new_parts is not None else None
        row = Article.objects.child_of(series).filter(slug=file.slug).first() if series else None
        now = Content.of(row) if row else Content(Article(slug=file.slug), Stage.DRAFT, None)
        stage, moment = planned(file, now)
        body = self.body(file, now.article)
        before = article_matter(now, sponsorship_of(row)) if row else {}
        after = filled(
            title=file.title,
            slug=file.slug,
            lead=file.lead,
            authors=file.authors,
            access="open" if file.access == Access.PUBLIC else "members",
            published=written_moment(moment) if moment else before.get("published"),
            sponsor=sponsor_matter(file.sponsor) if file.sponsor else None,
            contents="open" if file.shows_contents else "",
            reviewed=file.reviewed_on,
            corrections=corrections_matter(file.corrections),
        )
        differing = {key for key in before | after if before.get(key) != after.get(key)}
        if row is None or stage is not now.stage:
            differing.add("published")
        if body is not None:
            differing.add("body")
        report.add(file.file, row is None, bool(differing), is_part=True)
        if self.is_dry_run or new_parts is None:
            return row
        if differing - {"access", "sponsor"}:
            article = now.article
            article.title, article.lead = file.title, file.lead
            article.shows_contents, article.reviewed_on = file.shows_contents, file.reviewed_on
            if row is None:
                article.access, article.live = file.access, False
            if body is not None:
                article.body = self.dumped(file, body)
            change_authors(article, file.authors)
            change_corrections(article, file.corrections)
            with disable_reference_index_auto_update():  # it would run at each of several saves
                write_article(article, new_parts, stage, moment)
        page: Article = Article.objects.child_of(series).get(slug=file.slug)
        if page.access != file.access:
            page.change_access(file.access)
        if differing - {"access", "sponsor"}:
            for each in (page, *page.aliases.all().specific()):
                ReferenceIndex.create_or_update_for_object(each)
        if "sponsor" in differing:
            change_sponsor(page, file.sponsor)
        return page

    def page(self, file: TextFile, report: Report) -> None:
        row = SimplePage.objects.filter(slug=file.slug).first()
        page = latest(row) if row else SimplePage(slug=file.slug, live=False, show_in_menus=True)
        body = self.body(file, page)
        heading = filled(title=page.title, lead=page.lead)
        is_same = body is None and heading == filled(title=file.title, lead=file.lead)
        is_same = is_same and row is not None
        report.add(file.file, row is None, not is_same, is_part=True)
        if is_same or self.is_dry_run:
            return
        page.title, page.lead = file.title, file.lead
        if body is not None:
            page.body = self.dumped(file, body)
        write(page, row is None or row.live, Home.objects.get().add_child)

    # --- Bodies and pictures -----------------------------------------------------------------

    def body(self, file: TextFile, page: Article | SimplePage) -> list[Stored] | None:
        """Returns the blocks to store, with pictures by path, or None if nothing differs."""
        old = list(page.body.raw_data)
        if not old:
            new = [{"type": b.type, "value": b.stored({})} for b in file.blocks]
            return aligned([], [], new, [""] * len(new)) or None
        stream = page.body.stream_block
        pages = self.linked_pages([block["value"] for block in old])
        new = [{"type": b.type, "value": b.stored(pages)} for b in file.blocks]

        def name_of(path: str) -> str:
            return file.pictures[path].identity

        before = write_body(old, self.addresses, self.identity, stream)
        if before == write_body(new, self.addresses, name_of, stream):
            return None
        old_forms = [write_block(block, self.addresses, self.identity, stream) for block in old]
        new_forms = [write_block(block, self.addresses, name_of, stream) for block in new]
        return aligned(old, old_forms, new, new_forms)

    def dumped(self, file: TextFile, body: list[Stored]) -> str:
        """Returns the body as JSON, with pictures by id. Stores those that are new."""

        def with_ids(value: Any) -> Any:
            if isinstance(value, PicturePath):
                return file.pictures[value].store(self.created).pk
            if isinstance(value, dict):
                return {key: with_ids(each) for key, each in value.items()}
            return value

        return json.dumps([{**block, "value": with_ids(block["value"])} for block in body])

    def stored(self, file: PictureFile | None) -> Picture | None:
        return file.store(self.created) if file else None

    def identity(self, pk: int) -> str:
        """Returns the hash of a picture's file, or "" if the picture is gone."""
        if pk not in self.hashes:
            picture = Picture.objects.filter(pk=pk).values_list("file_hash", flat=True)
            self.hashes[pk] = picture.first() or ""
        return self.hashes[pk]

    def linked_pages(self, source: Any) -> dict[str, str]:
        """Returns the ids of the pages that stored rich text links to, by their addresses."""
        if isinstance(source, str):
            found = {self.addresses(pk): pk for pk in PAGE_LINK.findall(source)}
            return {address: pk for address, pk in found.items() if address}
        if isinstance(source, dict):
            source = list(source.values())
        pages: dict[str, str] = {}
        for each in source if isinstance(source, list) else []:
            pages |= self.linked_pages(each)
        return pages
