"""An article's by-line: who wrote it, who drew it, and who has gone over it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from articles.admin.author_input import AuthorInput


class Role(models.TextChoices):
    """What somebody in the by-line has done. The by-line keeps this order."""

    TEXT = "text", _("Text")
    ILLUSTRATION = "illustration", _("Illustration")
    #: An expert who has gone over the article before it was published.
    REVIEW = "review", _("Expert review")


class ArticleAuthor(Orderable):
    article = ParentalKey("articles.Article", on_delete=models.CASCADE, related_name="by_line")
    author = models.ForeignKey(
        "articles.Author",
        verbose_name=_("author"),
        on_delete=models.CASCADE,
        related_name="article_places",
    )
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=Role.choices,
        default=Role.TEXT,
        db_default=Role.TEXT,
    )

    panels = [FieldPanel("author", widget=AuthorInput), FieldPanel("role")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["article", "author"], name="author_once_an_article")
        ]

    def __str__(self) -> str:
        return str(self.author)


class Credit(NamedTuple):
    """One line of a by-line. `label` is "" where everybody wrote the text."""

    label: str
    authors: list[Any]


def credits_of(authors: Iterable[Any]) -> list[Credit]:
    """The lines of a by-line. Each author's `credit` is their role in the article."""
    people = list(authors)
    lines = [Credit(str(role.label), [a for a in people if a.credit == role]) for role in Role]
    shown = [line for line in lines if line.authors]
    is_plain = len(writers(people)) == len(people)
    return [Credit("", people)] if people and is_plain else shown


def writers(authors: Iterable[Any]) -> list[Any]:
    """Those who wrote the text: only they are cited."""
    return [author for author in authors if author.credit == Role.TEXT]


def names_of(rows: Iterable[Any]) -> list[str]:
    """The writers' names, from by-line rows with their authors."""
    written = [row.author for row in rows if row.role == Role.TEXT]
    return [author.name for author in written if author.name]
