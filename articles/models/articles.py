"""The article, its authors and its published metadata."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from django import forms
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Orderable, Page
from wagtail.models.pages import PageManager

from accounts.access import Access, Reader
from accounts.models import User
from articles.characters import unbroken
from articles.models.article_querysets import ArticleQuerySet
from articles.models.passages import Passage, PassagePage
from articles.models.related import related_to
from articles.models.series import LEAD_HELP, minutes_to_read
from articles.models.subjects import ArticleSubject, Named, Subject
from articles.models.tree import hold
from articles.publishing.blocks import ArticleBody
from articles.publishing.events import article_published
from articles.publishing.rendering import RenderedPassage, render


class Article(PassagePage):
    """One part of a series."""

    lead = models.TextField(_("lead"), max_length=500, help_text=LEAD_HELP)
    body = StreamField(ArticleBody(), verbose_name=_("text"), blank=True)
    #: Not versioned: publishing an old revision again must not open a locked article. Only
    #: `change_access` changes it.
    access = models.IntegerField(
        _("access"), choices=Access.choices, default=Access.MEMBERS, editable=False
    )

    subjects = ParentalManyToManyField(
        Subject,
        verbose_name=_("subjects"),
        blank=True,
        help_text=_("The subjects of the series count as well."),
    )
    shows_contents = models.BooleanField(
        _("show the table of contents to everyone"),
        default=False,
        help_text=_("Otherwise the headings below the gate are for members, like their text."),
    )
    #: Not versioned either, nor are the corrections: publishing an old revision again must not
    #: erase them. Only `correct` changes them.
    reviewed_on = models.DateField(
        _("last reviewed by the editors"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When somebody last saw to it that what the article says still holds."),
    )

    objects = PageManager.from_queryset(ArticleQuerySet)()

    parent_page_types = ["articles.Series"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        InlinePanel("by_line", heading=_("Authors"), label=_("Author")),
        FieldPanel("body"),
        FieldPanel("subjects", widget=forms.CheckboxSelectMultiple),
        FieldPanel("shows_contents"),
    ]
    preview_modes = [
        ("visitor", _("As visitor")),
        ("member", _("As member")),
        ("card", _("As share card")),
    ]
    passage_fields = frozenset({"live", "body", "access", "shows_contents"})
    UNVERSIONED = ("access", "reviewed_on")
    #: A copy of an open article is locked until an editor opens it.
    exclude_fields_in_copy = ["access", "reviewed_on"]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [("change_article_access", "Can open an article to everyone")]

    def rendered(self) -> list[RenderedPassage]:
        return render(self.body, self.access)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also sends `article_published` after the commit, each time the article is published."""
        fields = kwargs.get("update_fields")
        with transaction.atomic():
            stored = self._held() if self.pk else None
            if stored:
                # An instance from a revision, or one read earlier, may hold an old value.
                for name, value in zip(self.UNVERSIONED, stored, strict=False):
                    if name not in (fields or ()):
                        setattr(self, name, value)
            super().save(*args, **kwargs)
            if self.live and (fields is None or "live" in fields):
                is_first = stored is None or stored[-1] is None
                send = partial(
                    article_published.send_robust, type(self), article=self, is_first=is_first
                )
                transaction.on_commit(send)

    def _held(self) -> tuple[Any, ...] | None:
        """The stored UNVERSIONED and first publishing time, held until the transaction ends."""
        hold(self.pk)
        stored = Article.objects.filter(pk=self.pk)
        return stored.values_list(*self.UNVERSIONED, "first_published_at").first()

    def with_content_json(self, content: dict[str, Any]) -> "Article":
        article: Article = super().with_content_json(content)
        for name in self.UNVERSIONED:
            setattr(article, name, getattr(self, name))
        return article

    def store_passages(self, rendered: list[RenderedPassage] | None) -> bool:
        """Also stores the rows of subjects, and the published metadata."""
        is_changed = super().store_passages(rendered)
        is_changed = ArticleSubject.update_of(self, rendered is not None) or is_changed
        if rendered is None:
            return bool(PublishedMetadata.objects.filter(article=self).delete()[0]) or is_changed
        return PublishedMetadata.update_of(self) or is_changed

    def change_access(self, access: Access, user: User | None = None) -> None:
        """Open the article to everyone, or lock it, at once for every reader.

        Its aliases change too, because they show the same text.
        """
        with transaction.atomic():
            before, self.access = Access(self.access), access
            self.save(update_fields=["access"], clean=False)
            # The text must not stay open at another address.
            for alias in self.aliases.all().specific():
                alias.change_access(access, user)
            log(
                instance=self,
                action="articles.change_access",
                user=user,
                data={"before": before.name, "after": access.name},
            )

    def correct(
        self,
        corrections: Sequence[tuple[date, str]],
        reviewed_on: date | None,
        user: User | None = None,
    ) -> None:
        """Store the log of corrections and the day of the last review, at once for every reader.

        Its aliases show the same, because they show the same text.
        """
        with transaction.atomic():
            self.corrections.all().delete()
            Correction.objects.bulk_create(
                Correction(article=self, made_on=made_on, text=text, sort_order=n)
                for n, (made_on, text) in enumerate(corrections)
            )
            for page in (self, *self.aliases.all().specific()):
                page.reviewed_on = reviewed_on
                page.save(update_fields=["reviewed_on"], clean=False)
                if PublishedMetadata.objects.filter(article=page).exists():
                    PublishedMetadata.update_of(Article.objects.get(pk=page.pk))
            log(instance=self, action="articles.correct", user=user)

    @property
    def minutes(self) -> int:
        return minutes_to_read(self.metadata.words)


class Correction(Orderable):
    """A correction of the text, and its date. Open to everyone, like the lead.

    No ParentalKey, which would make it a part of each revision.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="corrections")
    made_on = models.DateField(_("date"), default=timezone.localdate)
    text = models.TextField(
        _("what was corrected"), max_length=500, help_text=_("Shown to everyone.")
    )

    panels = [FieldPanel("made_on"), FieldPanel("text")]

    class Meta(Orderable.Meta):
        verbose_name = _("correction")

    def __str__(self) -> str:
        return f"{self.made_on}: {self.text}"


class Gate(NamedTuple):
    """The point where an article is cut for a reader."""

    #: The id of the element at that point: the gate, or the text behind it.
    anchor: str
    teaser: str
    #: The number of words that the reader may not read.
    words: int

    @property
    def minutes(self) -> int:
        return minutes_to_read(self.words)


def anchor_of(number: int, access: int) -> str:
    """The id at the start of locked part `number`, from 0. New members go on at the first."""
    return "les-videre" if number == 0 else f"les-videre-{access}"


class PublishedMetadata(models.Model):
    """Facts about a published article that everyone may know. They are written at publishing."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="metadata")
    words = models.PositiveIntegerField(default=0)
    #: {"access", "teaser", "words"} of each part that isn't open to everyone, in text order. The
    #: teaser is the editor's line on the question that the part answers. The gate before it shows
    #: the line.
    gates = models.JSONField(default=list)
    #: Every heading of the article, as in a passage. Empty unless the editor shows them to all.
    contents = models.JSONField(default=list)
    #: The corrections, newest first, each {"date": ISO 8601, "text"}.
    corrections = models.JSONField(default=list)
    #: The subjects of the article and of its series, each {"title", "slug"}.
    subjects: "models.JSONField[list[Named], list[Named]]" = models.JSONField(
        default=list, db_default=[]
    )
    #: The primary keys of related articles, the likest first. Some may be unpublished by now.
    related: "models.JSONField[list[int], list[int]]" = models.JSONField(
        default=list, db_default=[]
    )

    class Meta:
        db_table = "articles_imprint"  # its first name

    def __str__(self) -> str:
        return f"{self.article}"

    def share_before(self, gate: "Gate | None") -> int:
        """How many percent of the article come before `gate`: 100 without one, else 99 at most."""
        if gate is None:
            return 100
        return min(99, 100 * (self.words - gate.words) // max(1, self.words))

    @property
    def is_locked(self) -> bool:
        """Whether any part isn't open to everyone. Word counts can't show this: a locked picture
        has no words."""
        return bool(self.gates)

    def gate_for(self, reader: Reader, path: str) -> "Gate | None":
        """The gate that `reader` meets, or None. `path` is the article's path in the tree."""
        closed = [gate for gate in self.gates if not reader.may_read(gate["access"], path)]
        if not closed:
            return None
        number = self.gates.index(closed[0])
        words = sum(gate["words"] for gate in closed)
        return Gate(anchor_of(number, closed[0]["access"]), closed[0]["teaser"], words)

    @classmethod
    def of(
        cls, article: Article, passages: Sequence[Passage | RenderedPassage]
    ) -> "PublishedMetadata":
        """The metadata of `article`, whose passages are `passages`, in order. It is not saved."""
        contents = chain.from_iterable(passage.contents for passage in passages)
        rows = Correction.objects.filter(article=article.alias_of_id or article.pk)
        log = sorted(rows, key=lambda each: each.made_on, reverse=True)
        made = cls.outline(passages)
        made.article = article
        made.contents = list(contents) if article.shows_contents else []
        made.corrections = [
            {"date": each.made_on.isoformat(), "text": unbroken(each.text)} for each in log
        ]
        return made

    @classmethod
    def outline(cls, passages: Iterable[Passage | RenderedPassage]) -> "PublishedMetadata":
        """The length and the gates of any page, from all its passages. It is not saved."""
        known = list(passages)
        locked = [p for p in known if not p.is_public]
        gates = [{"access": int(p.access), "teaser": p.teaser, "words": p.words} for p in locked]
        return cls(words=sum(passage.words for passage in known), gates=gates)

    @classmethod
    def to_publish(
        cls, article: Article, passages: Sequence[Passage | RenderedPassage]
    ) -> "PublishedMetadata":
        """The same, with what is stored of other pages. It is not saved either."""
        fresh = cls.of(article, passages)
        fresh.subjects = Subject.objects.of(article).named()
        fresh.related = related_to(article)
        return fresh

    @classmethod
    def update_of(cls, article: Article) -> bool:
        """Update the metadata of `article` from its stored passages. True if it had to change."""
        stored = cls.objects.filter(article=article)
        passages = Passage.objects.filter(page=article).order_by("position")
        fresh = cls.to_publish(article, list(passages.defer("html", "text")))
        values = {field.name: getattr(fresh, field.name) for field in cls.own_fields()}
        if stored.values(*values).first() == values:
            return False
        cls.objects.update_or_create(article=article, defaults=values)
        return True

    @classmethod
    def own_fields(cls) -> "list[models.Field[Any, Any]]":
        return [f for f in cls._meta.concrete_fields if f.name not in ("id", "article")]
