"""Writes a series as the files of a folder, in the normal form."""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from django.db.models import Q
from wagtail.models import Page

from accounts.access import Access
from articles.characters import clean
from articles.models import Article, Author, File, Picture, PlannedPart, Series
from articles.models.base import address_of
from articles.publishing.elements import FileId
from articles.slugs import norwegian_slug
from sponsors.models import Sponsorship
from transfer.by_lines import by_line_matter, by_line_of
from transfer.drawings import drawing_name
from transfer.files import SponsorLine
from transfer.front_matter import write_file, written_moment
from transfer.html import read_html
from transfer.promotion import promotion_matter
from transfer.subjects import slugs_of, subject_matter
from transfer.writing import write_body, write_nodes

P = TypeVar("P", bound=Page)
Matter = dict[str, Any]
#: Characters of a file's name, without number and ending. A slug or a title may have 255, which no
#: file system has room for with an ending.
MAX_STEM = 100
PAGE_LINK = re.compile(r'<a (?=[^>]*linktype="page")[^>]*\bid="(\d+)"')


def latest(page: P) -> P:
    """Returns the page with its current content: live, or else the latest draft."""
    return page if page.live else at_address_of(page, page.get_latest_revision_as_object())


def at_address_of(page: P, version: P) -> P:
    """Returns `version` with the slug that the page has now. An import finds the page by it."""
    version.slug = page.slug
    return version


class Stage(Enum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"


class Content(NamedTuple):
    """The current content of an article: live, or else scheduled, or else the latest draft."""

    article: Article
    stage: Stage
    moment: datetime | None

    @classmethod
    def of(cls, article: Article) -> "Content":
        if article.live:
            return cls(article, Stage.LIVE, article.first_published_at)
        if revision := article.scheduled_revision:
            planned = at_address_of(article, revision.as_object())
            return cls(planned, Stage.SCHEDULED, revision.approved_go_live_at)
        return cls(latest(article), Stage.DRAFT, None)


class Addresses:
    """Finds the addresses of pages by their ids, and looks each up once."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def __call__(self, pk: str) -> str:
        if pk not in self.known:
            page = Page.objects.filter(pk=pk).first() if pk.isdecimal() else None
            self.known[pk] = address_of(page) if page else ""
        return self.known[pk]

    def linked(self, source: Any) -> dict[str, str]:
        """Returns the ids of the pages that stored rich text links to, by their addresses."""
        if isinstance(source, str):
            found = {self(pk): pk for pk in PAGE_LINK.findall(source)}
            return {address: pk for address, pk in found.items() if address}
        if isinstance(source, dict):
            source = list(source.values())
        pages: dict[str, str] = {}
        for each in source if isinstance(source, list) else []:
            pages |= self.linked(each)
        return pages


def free_name(below: str, stem: str, extension: str, taken: Container[str]) -> str:
    """Returns a path that isn't taken. Stems that begin alike are told apart by a number."""
    stem = stem[:MAX_STEM]
    name, n = f"{below}/{stem}.{extension}", 1
    while name in taken:
        n += 1
        name = f"{below}/{stem}-{n}.{extension}"
    return name


class PictureNames:
    """Names pictures, files and drawings by paths within a folder. The same file has one path."""

    def __init__(self) -> None:
        self.by_hash: dict[str, str] = {}
        self.shown: dict[str, Picture | File | str] = {}

    def __call__(self, shown: int | str) -> str:
        """Returns the path of a picture or a file by its id, or of a drawing by its text."""
        if isinstance(shown, str):
            return self.named(shown, shown, drawing_name(shown), "svg")
        if isinstance(shown, FileId):
            file = File.objects.filter(pk=shown).first()
            return self.named(file.file_hash, file, file.name, "pdf", "filer") if file else ""
        picture = Picture.objects.filter(pk=shown).first()
        if picture is None:
            return ""
        extension = picture.file.name.rsplit(".", 1)[-1].lower()
        stem = norwegian_slug(picture.title) or "bilde"
        return self.named(picture.file_hash, picture, stem, extension)

    def named(
        self,
        key: str,
        shown: Picture | File | str,
        stem: str,
        extension: str,
        below: str = "bilder",
    ) -> str:
        if key not in self.by_hash:
            name = free_name(below, stem, extension, self.shown)
            self.by_hash[key] = name
            self.shown[name] = shown
        return self.by_hash[key]

    def files(self) -> Iterator[tuple[str, bytes]]:
        for name, shown in self.shown.items():
            if isinstance(shown, str):
                yield name, shown.encode()
                continue
            with shown.file.open("rb") as file:
                yield name, file.read()


def series_files(series: Series, addresses: Addresses) -> dict[str, bytes]:
    """Returns the contents of the series' files by their paths."""
    names = PictureNames()
    series = latest(series)
    texts = {"serie.md": write_file(series_matter(series, names))}
    authors: dict[str, Author] = {}
    subjects = {subject.slug: subject for subject in series.subjects.all()}
    # An alias shows another article's text, which is exported with that article.
    parts = Article.objects.child_of(series).filter(alias_of=None).order_by("path")
    for n, part in enumerate(parts, 1):
        content = Content.of(part)
        matter = article_matter(content, sponsorship_of(part), names)
        stream = content.article.body
        body = write_body(stream.raw_data, addresses, names, stream.stream_block)
        texts[f"{n:02}-{part.slug[:MAX_STEM]}.md"] = write_file(matter, body)
        authors |= {row.author.slug: row.author for row in content.article.by_line.all()}
        subjects |= {subject.slug: subject for subject in content.article.subjects.all()}
    for slug, subject in sorted(subjects.items()):
        texts[f"tema/{slug}.md"] = write_file(filled(**subject_matter(subject)))
    for slug, author in sorted(authors.items()):
        current = latest(author)
        bio = write_bio(current.bio, addresses)
        name = free_name("forfattere", slug, "md", texts)
        texts[name] = write_file(author_matter(current, names), bio)
    files = {name: text.encode() for name, text in texts.items()}
    files.update(names.files())
    return files


# --- Front matter, in its normal form --------------------------------------------------------


def filled(**matter: Any) -> Matter:
    """Leaves out empty values, and removes invisible characters from texts."""
    found = {k: clean(v).strip() if isinstance(v, str) else v for k, v in matter.items()}
    return {key: value for key, value in found.items() if value not in ("", None, {})}


def series_matter(series: Series, name_of: Callable[[int], str]) -> Matter:
    picture = name_of(series.picture_id) if series.picture_id else ""
    return filled(
        title=series.title,
        slug=series.slug,
        lead=series.lead,
        picture=picture,
        subjects=slugs_of(series.subjects.all()),
        coming="shown" if series.announces else "",
        **promotion_matter(series, name_of),
    )


def author_matter(author: Author, name_of: Callable[[int], str]) -> Matter:
    portrait = name_of(author.portrait_id) if author.portrait_id else ""
    return filled(
        name=author.title,
        slug=author.slug,
        family_name=author.family_name,
        born=author.born,
        role=author.role,
        portrait=portrait,
        links={link.label: link.url for link in author.links.all()},
    )


def article_matter(
    content: Content, sponsorship: Sponsorship | None, name_of: Callable[[int], str]
) -> Matter:
    article = content.article
    published = written_moment(content.moment) if content.moment else content.stage.value
    return filled(
        title=article.title,
        slug=article.slug,
        lead=article.lead,
        **by_line_matter(by_line_of(article)),
        subjects=slugs_of(article.subjects.all()),
        access="open" if article.access == Access.PUBLIC else "members",
        published=None if published == Stage.LIVE.value else published,
        planned=planned_on(article) if content.stage is Stage.DRAFT else None,
        sponsor=sponsor_matter(sponsorship) if sponsorship else None,
        contents="open" if article.shows_contents else "",
        reviewed=article.reviewed_on,
        corrections=corrections_matter(
            (row.made_on, row.text)
            for row in sorted(article.corrections.all(), key=lambda row: row.sort_order or 0)
        ),
        **promotion_matter(article, name_of),
    )


def planned_on(article: Article) -> date | None:
    """Returns the day that an article is planned for, if it was never published."""
    own = PlannedPart.objects.still_planned(Q(article=article.pk))
    return own.values_list("planned_on", flat=True).first()


def corrections_matter(corrections: Iterable[tuple[date, str]]) -> list[str] | None:
    lines = [f"{made_on} {' '.join(clean(text).split())}" for made_on, text in corrections]
    return list(dict.fromkeys(lines)) or None


def sponsor_matter(line: Sponsorship | SponsorLine) -> str | Matter:
    """Returns a text, a link if there is an address, or a mapping if there is a period."""
    text, url = clean(line.text).strip(), clean(line.url).strip()
    moments = {"starts": line.starts_at, "ends": line.ends_at}
    periods = {key: written_moment(moment) for key, moment in moments.items() if moment}
    if periods or re.match(r"\[.*\]\(", text):
        return filled(text=text, url=url, **periods)
    return f"[{text}]({url})" if url else text


def sponsorship_of(article: Page) -> Sponsorship | None:
    """Returns the article's own sponsor line, the newest if there are several."""
    return Sponsorship.objects.filter(page=article.pk).order_by("-pk").first()


def write_bio(html: str, address_of: Callable[[str], str]) -> str:
    return write_nodes(read_html(html, address_of))
