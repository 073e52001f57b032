"""Subjects: what series and articles are about. The editors keep the list, and it is short."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable, Page

from articles.models.tree import parent_is_live
from articles.slugs import norwegian_slug

#: A subject as the published metadata holds it: {"title", "slug"}.
Named = dict[str, str]


class SubjectQuerySet(models.QuerySet["Subject"]):
    def for_readers(self) -> "SubjectQuerySet":
        """The subjects that a published article is about, in the editors' order."""
        rows = ArticleSubject.objects.live().filter(subject=OuterRef("pk"))
        return self.filter(Exists(rows))

    def of(self, article: Page) -> "SubjectQuerySet":
        """The subjects of an article, its own and those of its series. Not only for readers."""
        series = article.path[: -article.steplen]
        chosen = Subject.objects.order_by()
        own = Q(pk__in=chosen.filter(article=article.pk).values("pk"))
        return self.filter(own | Q(pk__in=chosen.filter(series__path=series).values("pk")))

    def named(self) -> list[Named]:
        return [{"title": title, "slug": slug} for title, slug in self.values_list("title", "slug")]


class Subject(Orderable):
    """A subject. It has no draft, and readers know of it once something about it is published."""

    title = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(
        _("address"),
        max_length=60,
        unique=True,
        blank=True,
        help_text=_("Made from the name if left out."),
    )
    description = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        help_text=_("A sentence or two, open to everyone. Also shown by search engines."),
    )

    objects = SubjectQuerySet.as_manager()

    panels = [FieldPanel("title"), FieldPanel("description"), FieldPanel("slug")]

    class Meta(Orderable.Meta):
        ordering = ["sort_order", "title"]
        verbose_name = pgettext_lazy("of an article", "subject")
        verbose_name_plural = _("subjects")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Fills an empty slug. Raises ValidationError for one that isn't free."""
        self.slug = self.slug or norwegian_slug(self.title)[:60]
        taken = Subject.objects.filter(slug=self.slug).exclude(pk=self.pk)
        if not self.slug or taken.exists():
            raise ValidationError({"slug": _("Choose another address.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new subject comes last in the editors' order."""
        self.slug = self.slug or norwegian_slug(self.title)[:60]
        if self.sort_order is None:  # type: ignore[has-type]
            last = Subject.objects.aggregate(last=Max("sort_order"))["last"]
            self.sort_order = 0 if last is None else last + 1
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("articles:subject", args=[self.slug])


class ArticleSubjectQuerySet(models.QuerySet["ArticleSubject"]):
    def live(self) -> "ArticleSubjectQuerySet":
        """The rows of published articles of published series."""
        return self.filter(parent_is_live("article__path"), article__live=True)


class ArticleSubject(models.Model):
    """A subject of a published article, its own or its series'. Written at publishing."""

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="subject_rows"
    )
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="article_rows")

    objects = ArticleSubjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "subject"], name="subject_once_an_article")
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} of {self.article_id}"

    @classmethod
    def update_of(cls, article: Page, has_text: bool) -> bool:
        """Update the rows of `article`. One without stored passages has none. True if any had to
        change."""
        wanted = set()
        if has_text:
            wanted = set(Subject.objects.of(article).order_by().values_list("pk", flat=True))
        rows = cls.objects.filter(article=article.pk)
        stored = set(rows.values_list("subject", flat=True))
        if gone := stored - wanted:
            rows.filter(subject__in=gone).delete()
        ArticleSubject.objects.bulk_create(
            ArticleSubject(article_id=article.pk, subject_id=pk) for pk in sorted(wanted - stored)
        )
        return stored != wanted
