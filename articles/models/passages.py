"""Passages: the stored text, and the only rule about who may read it."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from accounts.access import VISITOR, Access, Reader
from articles.models.base import AddressedPage
from articles.models.tree import at_or_below, parent_is_live
from articles.models.uses import store_uses, uses_differ
from articles.publishing.events import passages_changed
from articles.publishing.rendering import RenderedPassage
from articles.slugs import letter_of, sort_key
from delivery.prepared_sql import Prepared


class PassageQuerySet(models.QuerySet["Passage"]):
    def live(self) -> "PassageQuerySet":
        """Passages of published pages below a published page."""
        return self.filter(parent_is_live("page__path"), page__live=True)

    def readable_by(self, reader: Reader) -> "PassageQuerySet":
        """The gate. All text that reaches a reader passes through here."""
        within = Q(access__lte=reader.level)
        for level, path, _page in reader.opened:
            within |= at_or_below(path, "page__") & Q(access__lte=level)
        return self.live().filter(within)

    def of_page(self, page: Page, reader: Reader) -> "list[Passage]":
        """The passages of `page` that `reader` may read, in order. Uses prepared SQL."""
        return PASSAGES(page.pk, reader.level_at(page.path))


def readable_among(
    passages: Iterable[RenderedPassage], page: Page, reader: Reader
) -> list[RenderedPassage]:
    """The gate's rule for passages of `page` that aren't stored: the panel's previews."""
    return [passage for passage in passages if reader.may_read(passage.access, page.path)]


PASSAGES: "Prepared[Passage]" = Prepared(
    lambda page, level: Passage.objects.readable_by(Reader(level)).filter(page_id=page)
)


class Passage(models.Model):
    """A run of a page's text that shares one access level, rendered at publishing.

    A row that must survive the next publish must not point to a passage: publishing updates
    passages in place, by position.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    access = models.IntegerField(choices=Access.choices)
    html = models.TextField()
    text = models.TextField()
    words = models.PositiveIntegerField()
    #: The headings, each {"id", "level", "text"}. They are as locked as their text.
    contents = models.JSONField(default=list)
    #: The editor's public line on the question that this passage answers. The gate shows it.
    teaser = models.CharField(max_length=200, blank=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["page", "position"]
        constraints = [models.UniqueConstraint(fields=["page", "position"], name="one_passage")]

    def __str__(self) -> str:
        return f"{self.page} [{self.position}]"

    @property
    def is_public(self) -> bool:
        return VISITOR.may_read(self.access, "")


class DefinitionQuerySet(models.QuerySet["Definition"]):
    def live(self) -> "DefinitionQuerySet":
        """Terms are public, also in a locked passage. `html` is not: use `readable_by` for it."""
        live = Passage.objects.live().filter(pk=OuterRef("passage"))
        return self.filter(Exists(live)).defer("html", "passage__html", "passage__text")

    def terms(self) -> "DefinitionQuerySet":
        """The first definition of each term, in alphabetical order."""
        earlier = Definition.objects.live().filter(slug=OuterRef("slug"), pk__lt=OuterRef("pk"))
        return self.live().filter(~Exists(earlier)).order_by("sort_key", "pk")

    def from_term(self, first: "Definition") -> "DefinitionQuerySet":
        """`first` and the terms after it, in alphabetical order."""
        # A range minus its head: PostgreSQL would not use the index for an OR of two keys.
        found = self.filter(sort_key__gte=first.sort_key)
        return found.exclude(sort_key=first.sort_key, pk__lt=first.pk)

    def before_term(self, last: "Definition") -> "DefinitionQuerySet":
        """The terms before `last`, the nearest first."""
        found = self.filter(sort_key__lte=last.sort_key)
        without = found.exclude(sort_key=last.sort_key, pk__gte=last.pk)
        return without.order_by("-sort_key", "-pk")

    def readable_by(self, reader: Reader) -> "DefinitionQuerySet":
        readable = Passage.objects.readable_by(reader).filter(pk=OuterRef("passage"))
        return self.filter(Exists(readable))


class Definition(models.Model):
    """A term that a passage defines. It is an entry in the glossary."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="definitions")
    term = models.CharField(max_length=100)
    slug = models.SlugField(max_length=120)
    sort_key = models.CharField(max_length=200, db_index=True, editable=False)
    block_id = models.CharField(max_length=64)
    html = models.TextField()

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        ordering = ["slug", "pk"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")

    def __str__(self) -> str:
        return self.term

    @property
    def letter(self) -> str:
        return letter_of(self.sort_key) or self.term[0]

    def get_absolute_url(self) -> str:
        return reverse("articles:term", args=[self.slug])


class PictureUse(models.Model):
    """Records that a passage shows a picture, so its readers may see that picture."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="picture_uses")
    picture = models.ForeignKey("articles.Picture", on_delete=models.CASCADE, related_name="uses")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["passage", "picture"], name="one_use_of_picture")
        ]

    def __str__(self) -> str:
        return f"{self.picture_id} in {self.passage_id}"


class PassagePage(AddressedPage):
    """A page whose text readers get as passages. `save` updates the passages to match the text.

    A model must not list both this class and `AddressedPage` as parents: each query would then join
    the table of pages twice.
    """

    class Meta:
        abstract = True

    #: A save that changes none of these fields does not update the passages.
    passage_fields = frozenset({"live"})

    def rendered(self) -> list[RenderedPassage]:
        """The passages that the page's current text produces."""
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and update the passages to the published text. An unpublished page has none.

        Wagtail's own signals don't fit: they also fire for pages that are only scheduled, and only
        after the commit. Raises RenderError, and saves nothing, for a text that can't be rendered.
        """
        fields = kwargs.get("update_fields")
        is_new_draft = self._state.adding and not self.live  # has no passages yet
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not is_new_draft and (fields is None or self.passage_fields & set(fields)):
                # Not `self`: on a live page it may hold a draft.
                fresh = type(self)._default_manager.select_for_update().get(pk=self.pk)
                fresh.update_passages()

    def update_passages(self) -> bool:
        """Update the stored passages to match this page. True if any had to change."""
        return self.store_passages(self.rendered() if self.live else None)

    def store_passages(self, rendered: list[RenderedPassage] | None) -> bool:
        """Store `rendered` as the page's passages, or none at all. True if any had to change.

        Nobody can read those of an unpublished page: the gate asks whether the page is live.
        """
        stored = {p.position: p for p in Passage.objects.filter(page_id=self.pk)}
        changes = [
            _store(self, stored.pop(position, None), position, passage)
            for position, passage in enumerate(rendered or [])
        ]
        for superfluous in stored.values():
            superfluous.delete()
        if passages_changed.has_listeners(type(self)):
            passages = list(Passage.objects.filter(page_id=self.pk).order_by("position"))
            passages_changed.send(type(self), page=self, passages=passages)
        return any(changes) or bool(stored)


def values_of(rendered: RenderedPassage) -> dict[str, Any]:
    """The columns of the row that `rendered` becomes."""
    return {
        "access": int(rendered.access),
        "html": rendered.html,
        "text": rendered.text,
        "words": rendered.words,
        "contents": rendered.contents,
        "teaser": rendered.teaser,
    }


def _store(page: Page, stored: Passage | None, position: int, rendered: RenderedPassage) -> bool:
    values = values_of(rendered)
    if stored and all(getattr(stored, name) == value for name, value in values.items()):
        return store_rows(stored, rendered)
    passage, _ = Passage.objects.update_or_create(
        page_id=page.pk, position=position, defaults=values
    )
    store_rows(passage, rendered)
    return True


def _definitions(rendered: RenderedPassage) -> list[tuple[str, str, str, str]]:
    return [(d.term, d.slug, d.block_id, d.html) for d in rendered.definitions]


def rows_differ(stored: Passage, rendered: RenderedPassage) -> bool:
    """Whether `store_rows` has anything to do."""
    is_other = _definitions_differ(stored, rendered) or _shown(stored) != rendered.pictures
    return is_other or uses_differ(stored, rendered)


def _definitions_differ(stored: Passage, rendered: RenderedPassage) -> bool:
    rows = stored.definitions.order_by("pk").values_list("term", "slug", "block_id", "html")
    return _definitions(rendered) != list(rows)


def _shown(stored: Passage) -> set[int]:
    return set(stored.picture_uses.values_list("picture_id", flat=True))


def store_rows(passage: Passage, rendered: RenderedPassage) -> bool:
    """Replace definitions and uses that differ. True if any did."""
    differ = _definitions_differ(passage, rendered)
    if differ:
        passage.definitions.all().delete()
        Definition.objects.bulk_create(
            Definition(
                passage=passage,
                term=term,
                slug=slug,
                sort_key=sort_key(term),
                block_id=block_id,
                html=html,
            )
            for term, slug, block_id, html in _definitions(rendered)
        )
    shown = _shown(passage)
    if shown != rendered.pictures:
        passage.picture_uses.exclude(picture__in=rendered.pictures).delete()
        PictureUse.objects.bulk_create(
            PictureUse(passage=passage, picture_id=pk) for pk in rendered.pictures - shown
        )
    others_differ = store_uses(passage, rendered)
    return differ or others_differ or shown != rendered.pictures
