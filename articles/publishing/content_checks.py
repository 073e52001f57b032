"""What is found in a page's heading, authors and text before it is published."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks.stream_block import StreamValue

from accounts.access import Access
from articles.models import Article, Definition
from articles.publishing.checking import check
from articles.publishing.errors import messages
from articles.publishing.findings import Finding, Severity, checker, once_a_review
from articles.publishing.rendering import RenderedDefinition, RenderedPassage, RenderError

#: Characters. A lead outside these tells too little, or is cut where others show it.
SHORT_LEAD, LONG_LEAD = 40, 300
#: The share of the words that is open, in percent. Outside these, a reader can't tell what the
#: article is worth, or has nothing left to become a member for.
LITTLE_OPEN, MUCH_OPEN = 10, 70
HEADING = re.compile(r"<h([2-4])\b")
SHOWN = re.compile(r"<(?:img|svg)\b")


def fault(message: Any, block_id: Any = "", field: str = "") -> Finding:
    return Finding(Severity.FAULT, str(message), str(block_id or ""), field)


def advice(message: Any, block_id: Any = "", field: str = "") -> Finding:
    return Finding(Severity.ADVICE, str(message), str(block_id or ""), field)


def body_of(page: Any) -> list[Any]:
    """The blocks of the page's text. Empty for a page without one."""
    body = getattr(page, "body", None)
    return list(body) if isinstance(body, StreamValue) else []


def has_text(blocks: Iterable[Any]) -> bool:
    """Whether a reader would see any of the bound `blocks`."""
    return any(bound.block.is_seen(bound.value) for bound in blocks)


@once_a_review
def rendered(page: Any) -> list[RenderedPassage]:
    """The passages that `page` becomes. None of a text that can't be published as it is."""
    try:
        return list(page.rendered())
    except (RenderError, AttributeError, KeyError, TypeError, ValueError):
        return []  # `text` tells what is wrong


@checker(gettext_lazy("Title and lead"))
def heading(page: Any) -> Iterator[Finding]:
    if (page.title or "").strip() in ("", _("Untitled")):  # a nameless draft is saved by that name
        yield fault(_("The title is missing."), field="title")
    if not isinstance(page, Article):
        return
    length = len((page.lead or "").strip())
    if not length:
        yield fault(_("The lead is missing."), field="lead")
    elif length < SHORT_LEAD:
        yield advice(_("The lead has only %d characters.") % length, field="lead")
    elif length > LONG_LEAD:
        text = _("The lead has %(length)d characters. Search engines and cards show %(shown)d.")
        yield advice(text % {"length": length, "shown": LONG_LEAD}, field="lead")


@checker(gettext_lazy("Author"))
def authors(page: Any) -> Iterator[Finding]:
    if isinstance(page, Article) and not page.by_line.all():
        yield fault(_("The article has no author."), field="by_line")


@checker(gettext_lazy("Text and pictures"))
def text(page: Any) -> Iterator[Finding]:
    """Also what the blocks themselves refuse, or advise."""
    if not isinstance(getattr(page, "body", None), StreamValue):
        return
    blocks = body_of(page)
    if not has_text(blocks):
        yield fault(_("The text is missing."), field="body")
    yield from refusals(page.body)
    for bound in blocks:
        yield from (advice(message, bound.id) for message in bound.block.advice(bound.value))


def refusals(body: StreamValue) -> Iterator[Finding]:
    """What blocks can't be published, each with its own words for it where it has some."""
    found: dict[int, Any] = {}
    # Not only `clean`: it stops at a field that is left empty, and another request may have turned
    # off its checks meanwhile.
    for refuse in (body.stream_block.clean, check):
        try:
            with suppress(AttributeError, KeyError, TypeError):  # a draft's value may be half done
                refuse(body)
        except ValidationError as error:
            found |= getattr(error, "block_errors", None) or {}
            for message in messages(getattr(error, "non_block_errors", None) or []):
                yield fault(message, field="body")
    for at, wrong in sorted(found.items()):
        text = " ".join(dict.fromkeys(messages(wrong)))
        is_field = hasattr(wrong, "block_errors")  # of one of the block's fields, not the block
        label = f"{body[at].block.label}: " if is_field else ""
        yield fault(f"{label}{text}", body[at].id)


@checker(gettext_lazy("Headings"))
def headings(page: Any) -> Iterator[Finding]:
    """A level that is left out: those who listen go by the levels."""
    level = 1
    for bound in body_of(page):
        for found in map(int, HEADING.findall(" ".join(bound.block.sources(bound.value)))):
            if found > level + 1:
                text = _("The headings jump from level %(before)d to level %(after)d.")
                yield advice(text % {"before": level, "after": found}, bound.id)
            level = found


@checker(gettext_lazy("Gate and open part"))
def access(page: Any) -> Iterator[Finding]:
    if not isinstance(page, Article):
        return
    gates = [bound for bound in body_of(page) if bound.block.is_gate]
    if page.access == Access.PUBLIC:
        for gate in gates[:1]:
            yield advice(_("The article is open to everyone, so the gate does nothing."), gate.id)
    elif not gates:
        yield advice(_("There is no gate, so all of the text is for members only."), field="body")
    elif (share := open_share(rendered(page))) is not None:
        if share < LITTLE_OPEN:
            yield advice(_("Only %d %% of the text is open to everyone.") % share, gates[0].id)
        elif share > MUCH_OPEN:
            yield advice(
                _("As much as %d %% of the text is open to everyone.") % share, gates[0].id
            )


def open_share(passages: list[RenderedPassage]) -> int | None:
    """Percent of the words that everyone may read. None if there are none at all."""
    words = sum(passage.words for passage in passages)
    is_open = sum(passage.words for passage in passages if passage.is_public)
    return round(100 * is_open / words) if words else None


@checker(gettext_lazy("A picture"))
def pictures(page: Any) -> Iterator[Finding]:
    if not isinstance(page, Article) or not page.body:
        return
    if not any(SHOWN.search(passage.html) for passage in rendered(page)):
        yield advice(_("The article has no picture."), field="body")


@checker(gettext_lazy("Terms"))
def definitions(page: Any) -> Iterator[Finding]:
    """A term that has another meaning elsewhere, here or in a published article."""
    if not isinstance(page, Article):
        return
    here = list(chain.from_iterable(passage.definitions for passage in rendered(page)))
    first: dict[str, RenderedDefinition] = {}
    for each in here:
        if first.setdefault(each.slug, each).html != each.html:
            text = _("«%s» is defined twice in the article, each time otherwise.") % each.term
            yield advice(text, each.block_id)
    others = Definition.objects.live().filter(slug__in=first).exclude(passage__page=page.pk)
    for other in others.defer(None).select_related("passage__page").order_by("slug", "pk"):
        mine = first[other.slug]
        if mine.html != other.html:
            text = _("«%(term)s» is defined otherwise in «%(title)s».")
            title = other.passage.page.title
            yield advice(text % {"term": mine.term, "title": title}, mine.block_id)
