"""The article, and who wrote it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Left, Length
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PublishingPanel
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Orderable, Page
from wagtail.models.pages import PageManager

from accounts.access import Access
from accounts.models import State, User
from articles.blocks import ArticleBody
from articles.models.addresses import AddressedPage
from articles.models.pages import LEAD_HELP, ReaderQuerySet, minutes_to_read
from articles.models.passages import Passage, PassagePage
from articles.rendering import RenderedPassage, render


class ArticleQuerySet(ReaderQuerySet):
    def for_readers(self) -> "ArticleQuerySet":
        """Published articles of published series, with what readers may know of them.

        `body` stays behind: readers get passages. Adds `series_title`, `series_slug`, `words`,
        `locked_words` and `is_locked`, whether some of it is for members only.
        """
        series = Page.objects.filter(path=Left(OuterRef("path"), Length(OuterRef("path")) - 4))
        passages = Passage.objects.filter(page=OuterRef("pk")).order_by().values("page")
        locked = Q(access__gt=Access.PUBLIC)
        return (
            super()
            .for_readers()
            .defer("body")
            .annotate(
                series_title=Subquery(series.values("title")),
                series_slug=Subquery(series.values("slug")),
                words=Coalesce(Subquery(passages.annotate(n=Sum("words")).values("n")), 0),
                locked_words=Coalesce(
                    Subquery(passages.filter(locked).annotate(n=Sum("words")).values("n")), 0
                ),
                # Never by the words: a locked picture has none.
                is_locked=Exists(passages.filter(locked)),
            )
        )

    def with_teaser(self) -> "ArticleQuerySet":
        """Adds `teaser`, the editor's public line at the gate."""
        gate = Passage.objects.filter(page=OuterRef("pk"), access__gt=Access.PUBLIC)
        return self.annotate(teaser=Subquery(gate.order_by("position").values("teaser")[:1]))


class Article(AddressedPage, PassagePage):
    """One part of a series."""

    lead = models.TextField(_("lead"), max_length=500, help_text=LEAD_HELP)
    body = StreamField(ArticleBody(), verbose_name=_("text"), blank=True)
    #: Not versioned: to publish an old edition again must not open a locked article. Changed
    #: by `change_access` only.
    access = models.IntegerField(
        _("access"), choices=Access.choices, default=Access.MEMBERS, editable=False
    )

    objects = PageManager.from_queryset(ArticleQuerySet)()

    parent_page_types = ["articles.Series"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        InlinePanel("by_line", heading=_("Authors"), label=_("Author")),
        FieldPanel("body"),
    ]
    promote_panels = [FieldPanel("slug")]
    settings_panels = [PublishingPanel()]
    preview_modes = [("visitor", _("As visitor")), ("member", _("As member"))]
    passage_fields = frozenset({"live", "body", "access"})

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [("change_article_access", "Can open an article to everyone")]

    def rendered(self) -> list[RenderedPassage]:
        return render(self.body, Access(self.access))

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            if self.pk and "access" not in (kwargs.get("update_fields") or ()):
                # An instance made from a revision, or read a while ago, may carry another.
                stored = Article.objects.select_for_update(of=("self",)).filter(pk=self.pk)
                self.access = stored.values_list("access", flat=True).first() or self.access
            super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> "Article":
        article: Article = super().with_content_json(content)
        article.access = self.access
        return article

    def change_access(self, access: Access, user: User | None = None) -> None:
        """Open the article to everyone, or lock it, at once for every reader."""
        with transaction.atomic():
            before, self.access = Access(self.access), access
            self.save(update_fields=["access"], clean=False)
            log(
                instance=self,
                action="articles.change_access",
                user=user,
                data={"before": before.name, "after": access.name},
            )

    @property
    def minutes(self) -> int:
        return minutes_to_read(self.words)

    @property
    def locked_minutes(self) -> int:
        return minutes_to_read(self.locked_words)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """As a visitor or as a member would meet it, whoever looks."""
        from articles.views.readers import in_panel
        from articles.views.reading import render_article_preview

        reader = User(state=State.ACTIVE) if mode_name == "member" else AnonymousUser()
        return in_panel(render_article_preview(request, self, reader))


class ArticleAuthor(Orderable):
    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="by_line")
    author = models.ForeignKey(
        "articles.Author",
        verbose_name=_("author"),
        on_delete=models.CASCADE,
        related_name="article_places",
    )

    panels = [FieldPanel("author")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["article", "author"], name="author_once_an_article")
        ]

    def __str__(self) -> str:
        return str(self.author)
