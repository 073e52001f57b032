"""Reads the files of a folder: a series with its parts and authors, or simple pages."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from wagtail.blocks import Block, BoundBlock, StreamBlock, StreamBlockValidationError
from wagtail.models import Page

from accounts.access import Access
from articles.models import (
    Article,
    Author,
    AuthorIndex,
    AuthorLink,
    Correction,
    Home,
    Series,
    SimplePage,
    Subject,
)
from articles.publishing.blocks import ArticleBody, PageBody
from articles.publishing.checking import check
from articles.publishing.content_checks import has_text
from articles.publishing.errors import messages
from articles.publishing.rendering import RenderError, refuse_excess
from articles.slugs import norwegian_slug, validate_free_segment
from transfer.by_lines import KEYS as BY_LINE
from transfer.by_lines import read_by_line
from transfer.drawings import drawn
from transfer.faults import Faults
from transfer.files import (
    AuthorFile,
    Parts,
    SeriesFile,
    SeriesFolder,
    SubjectFile,
    Tell,
    TextFile,
)
from transfer.folders import Folder, numbered
from transfer.front_matter import OSLO, FrontMatter
from transfer.html import write_html
from transfer.markdown import ParsedBlock, cleaned, read_blocks, read_inline
from transfer.own_links import OwnLinks
from transfer.promotion import KEYS, read_promotion
from transfer.sponsor_lines import read_sponsor
from transfer.subjects import read_slugs, read_subject

CORRECTION = re.compile(r"(\d{4}-\d\d-\d\d) +(\S.*)", re.DOTALL)
ACCESS = {"members": Access.MEMBERS, "open": Access.PUBLIC}


def read_series(folder: Folder, tell: Tell, links: OwnLinks) -> SeriesFolder | None:
    """Returns None if `folder` has faults. Adds to `links` those that it has."""
    reader = _Reader(folder)
    reader.links = links
    subjects = [folder.read(name, reader.subject) for name in folder.names("tema")]
    head = folder.read("serie.md", reader.series)
    authors = [folder.read(name, reader.author) for name in folder.names("forfattere")]
    names = numbered(folder)

    def part(name: str) -> TextFile:
        found = folder.read(name, reader.part)
        if found is None:
            raise Faults(folder.faults)
        return found

    for n, name in enumerate(names, 1):
        folder.read(name, reader.part)
        tell(n, len(names))
    links.bring(set(reader.slugs))
    if folder.faults or head is None:
        return None
    return SeriesFolder(
        head, [a for a in authors if a], [s for s in subjects if s], Parts(names, part)
    )


def read_pages(folder: Folder, links: OwnLinks) -> list[TextFile]:
    """Adds to `links` those that the pages have, and the pages to what they may lead to."""
    reader = _Reader(folder)
    reader.links = links
    found = [folder.read(name, reader.page) for name in folder.names("")]
    links.bring(set(reader.slugs))
    return [page for page in found if page]


class _Reader:
    """Turns front matter and text into the dataclass of each kind of file. Methods raise Fault."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.slugs: dict[tuple[type[models.Model], str], str] = {}
        self.links = OwnLinks()

    def series(self, matter: FrontMatter) -> SeriesFile:
        matter.only("title", "slug", "lead", "picture", "subjects", "coming", *KEYS)
        if matter.body.strip():
            matter.fail(
                matter.body_line,
                _("A series has no text of its own."),
                _("Put it in the lead, or in an article."),
            )
        self.slug_below(Home, Series, matter)
        return SeriesFile(
            **self.heading(matter, Series, "title", "lead"),
            picture=self.folder.picture_at(matter, "picture"),
            subjects=self.subjects(matter),
            announces=matter.is_set("coming", "shown"),
            promotion=read_promotion(matter, self.folder, Series),
        )

    def author(self, matter: FrontMatter) -> AuthorFile:
        matter.only("name", "slug", "family_name", "born", "role", "portrait", "links")
        heading = self.heading(matter, Author, "name")
        self.slug_below(AuthorIndex, Author, matter)
        born = matter.text("born")
        bio = read_inline(matter.file, matter.body, matter.body_line)
        try:
            refuse_excess(write_html(bio))
        except RenderError as error:
            matter.fail(matter.body_line, " ".join(error.messages), _("Correct the text here."))
        links = matter.mapping("links")
        for label, url in links.items():
            matter.check("links", AuthorLink, "label", label)
            matter.check("links", AuthorLink, "url", url)
        return AuthorFile(
            file=heading["file"],
            title=heading["name"],
            slug=heading["slug"],
            family_name=self.field(matter, "family_name", Author),
            born=matter.check("born", Author, "born", born) if born else None,
            role=self.field(matter, "role", Author),
            portrait=self.folder.picture_at(matter, "portrait"),
            links=links,
            bio=bio,
        )

    def part(self, matter: FrontMatter) -> TextFile:
        matter.only("title", "slug", "lead", *BY_LINE.values(), "subjects", "access", "published",
                    "planned", "sponsor", "contents", "reviewed", "corrections", *KEYS)  # fmt: skip
        published = matter.text("published")
        is_draft = published == "draft"
        heading = self.heading(matter, Article, "title")
        heading["lead"] = self.field(matter, "lead", Article, is_required=not is_draft)
        self.once(Article, matter)
        self.refuse_alias(matter)
        access = matter.text("access") or "members"
        if access not in ACCESS:
            matter.fail_at(
                "access",
                _("«%s» is not an access.") % access,
                _("Write «members» or «open»."),
            )
        if not is_draft and not matter.texts("authors"):
            matter.fail_at(
                "authors",
                _("The article has no author."),
                _("Write «authors: [slug]», or «published: draft»."),
            )
        return TextFile(
            **heading,
            **self.text(matter, ArticleBody(), is_draft=is_draft),
            by_line=read_by_line(matter, {slug for kind, slug in self.slugs if kind is Author}),
            subjects=self.subjects(matter),
            access=ACCESS[access],
            published=matter.moment("published", published) if published and not is_draft else None,
            is_draft=is_draft,
            planned_on=self.planned_on(matter, is_draft),
            sponsor=read_sponsor(matter),
            shows_contents=matter.is_set("contents", "open"),
            reviewed_on=self.day(matter, "reviewed", matter.text("reviewed")),
            corrections=tuple(self.corrections(matter)),
            promotion=read_promotion(matter, self.folder, Article),
        )

    def page(self, matter: FrontMatter) -> TextFile:
        matter.only("title", "slug", "lead")
        heading = self.heading(matter, SimplePage, "title")
        heading["lead"] = self.field(matter, "lead", SimplePage)
        self.slug_below(Home, SimplePage, matter)
        return TextFile(**heading, **self.text(matter, PageBody()))

    # --- Front matter ------------------------------------------------------------------------

    def heading(self, matter: FrontMatter, model: type[Page], *keys: str) -> dict[str, Any]:
        """Returns the values of `keys` and the slug. All are required."""
        found: dict[str, Any] = {"file": Path(matter.file)}
        for key in (*keys, "slug"):
            value = matter.text(key, is_required=True)
            matter.check(key, model, "title" if key == "name" else key, value)
            found[key] = value
        slug = found["slug"]
        if norwegian_slug(slug) != slug:
            better = norwegian_slug(slug) or norwegian_slug(found[keys[0]])
            matter.fail_at("slug", _("«%s» can't be an address.") % slug, _("Write «%s».") % better)
        return found

    def field(
        self, matter: FrontMatter, key: str, model: type[models.Model], is_required: bool = False
    ) -> str:
        value = matter.text(key, is_required)
        if value:
            matter.check(key, model, key, value)
        return value

    def once(self, model: type[models.Model], matter: FrontMatter) -> None:
        slug = matter.text("slug")
        name = Path(matter.file).name
        if (first := self.slugs.setdefault((model, slug), name)) != name:
            matter.fail_at("slug", _("«%s» has the same slug.") % first, _("Change one of them."))

    def refuse_alias(self, matter: FrontMatter) -> None:
        aliases = Article.objects.exclude(alias_of=None).filter(slug=matter.text("slug"))
        series = {slug for model, slug in self.slugs if model is Series}
        if any(alias.get_parent().slug in series for alias in aliases):
            matter.fail_at(
                "slug",
                _("The article there shows the text of another one, which it follows."),
                _("Import the other one, or choose another slug."),
            )

    def slug_below(self, parent: type[Page], model: type[Page], matter: FrontMatter) -> None:
        """Checks that no other file in this folder, and no page of another kind, has the slug."""
        self.once(model, matter)
        slug = matter.text("slug")
        if parent is Home:
            try:
                validate_free_segment(slug)
            except ValidationError as error:
                matter.fail_at("slug", " ".join(messages(error)), _("Choose another."))
        siblings = Page.objects.child_of(parent.objects.get()).filter(slug=slug)
        if siblings.not_exact_type(model).exists():
            matter.fail_at(
                "slug", _("Another page has the address «%s».") % slug, _("Choose another.")
            )

    def subject(self, matter: FrontMatter) -> SubjectFile:
        self.once(Subject, matter)
        return read_subject(matter)

    def subjects(self, matter: FrontMatter) -> list[str]:
        return read_slugs(matter, {slug for model, slug in self.slugs if model is Subject})

    def day(self, matter: FrontMatter, key: str, value: str) -> date | None:
        return matter.moment(key, value).astimezone(OSLO).date() if value else None

    def planned_on(self, matter: FrontMatter, is_draft: bool) -> date | None:
        day = self.day(matter, "planned", matter.text("planned"))
        if day and not is_draft:
            matter.fail_at(
                "planned",
                _("Only a draft is planned."),
                _("Write «published: draft», or take the line away."),
            )
        return day

    def corrections(self, matter: FrontMatter) -> Iterator[tuple[date, str]]:
        for line in matter.texts("corrections"):
            dated = CORRECTION.fullmatch(line)
            if not dated:
                matter.fail_at(
                    "corrections",
                    _("«%s» is not a correction.") % line,
                    _("Write the date first: «2026-11-02 What was corrected»."),
                )
            matter.check("corrections", Correction, "text", dated[2])
            yield matter.moment("corrections", dated[1]).date(), dated[2]

    # --- The text ----------------------------------------------------------------------------

    def text(
        self, matter: FrontMatter, body: StreamBlock, is_draft: bool = False
    ) -> dict[str, Any]:
        """Returns the blocks, their pictures and files.

        What is to be published has to pass the checks of the panel. A draft may have faults there.
        """
        read = read_blocks(matter.file, matter.body, matter.body_line, body)
        blocks = [drawn(block, self.folder, matter) for block in read]
        file = str(Path(matter.file).relative_to(self.folder.shown))
        pictures = {
            str(path): self.folder.picture(path, file, block.line)
            for block in blocks
            for path in block.pictures()
        }
        files = {str(p): self.folder.file(p, file, b.line) for b in blocks for p in b.files()}
        if not is_draft:
            self.check(matter, body, blocks)
        return {"blocks": blocks, "pictures": pictures, "files": files}

    def check(self, matter: FrontMatter, body: StreamBlock, blocks: list[ParsedBlock]) -> None:
        values = [self.bound(matter, body.child_blocks[block.type], block) for block in blocks]
        try:
            check(values)
        except StreamBlockValidationError as error:
            at, first = min(error.block_errors.items())
            self.fail_block(matter, blocks[at], first)
        if not has_text(values):
            remedy = _("Write it below the front matter, or «published: draft» for an article.")
            matter.fail(matter.body_line, _("The text is missing."), remedy)
        self.links.add(matter.file, values, [block.line for block in blocks])

    def bound(self, matter: FrontMatter, kind: Block, block: ParsedBlock) -> BoundBlock:
        try:
            return kind.bind(cleaned(kind, block.stored({})))
        except ValidationError as error:
            self.fail_block(matter, block, error)

    def fail_block(self, matter: FrontMatter, block: ParsedBlock, error: Any) -> NoReturn:
        matter.fail(block.line, " ".join(messages(error)), _("Correct the text here."))
