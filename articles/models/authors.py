"""Authors are pages. An author may also have a user account."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, ProtectedError, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, TitleFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, Revision
from wagtail.models.pages import PageManager

from accounts.access import Access
from accounts.models import User
from articles.models.base import FixedPage, PermissionTester, ReaderQuerySet
from articles.models.by_lines import Role
from articles.models.passages import Passage, PassagePage
from articles.publishing.blocks import INLINE
from articles.publishing.rendering import (
    RenderedPassage,
    RenderError,
    plain_text,
    refuse_excess,
    sanitise,
)
from articles.slugs import sort_key


def staff_only() -> Q:
    """Offers staff only, so that editors don't see members' e-mail addresses."""
    return Q(pk__in=User.objects.staff())


class AuthorIndex(FixedPage):
    """The page at /forfattere/. A migration creates it."""

    parent_page_types = ["articles.Home"]
    subpage_types = ["articles.Author"]
    promote_panels: list[Any] = []
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        verbose_name = _("authors")


class AuthorQuerySet(ReaderQuerySet):
    def named(self) -> "AuthorQuerySet":
        """The authors whose names readers may know: also those whose page is not published any
        more. Their articles keep the by-line."""
        return self.filter(Q(live=True) | ~Q(published_name=""))

    def of(self, article: int) -> "AuthorQuerySet":
        """The authors in the article's by-line that readers may know of, in by-line order, each
        with the role that they have there as `credit`.

        `article` is the article's primary key.
        """
        places = self.named().filter(article_places__article=article)
        places = places.annotate(credit=F("article_places__role"))
        return places.order_by("article_places__sort_order", "article_places__pk")

    def with_bio(self) -> "AuthorQuerySet":
        """Adds `bio_html`, the published bio, which is open to everyone."""
        passage = Passage.objects.filter(page=OuterRef("pk"), access=Access.PUBLIC)
        return self.annotate(bio_html=Subquery(passage.values("html")[:1]))


class AuthorPermissionTester(PermissionTester):
    """Authors edit their own page, and send it in. An editor publishes it."""

    def can_edit(self) -> bool:
        is_theirs = self.page.user_id is not None and self.page.user_id == self.user.pk
        may_write = self.user.is_active and "add" in getattr(self, "permissions", ())
        return bool(super().can_edit()) or (is_theirs and may_write)


class Author(PassagePage):
    """An author. The page's title is the author's name."""

    sort_key = models.CharField(max_length=200, db_index=True, editable=False)
    #: The name that readers saw last. The title of an author who is unpublished is a draft's.
    published_name = models.CharField(
        max_length=255, blank=True, default="", db_default="", editable=False
    )
    #: Set by `AuthorQuerySet.of`: the role in that article.
    credit: str = Role.TEXT
    family_name = models.CharField(
        _("family name"),
        max_length=150,
        blank=True,
        help_text=_(
            "For citations. Left out where it is the last word of the name."
            " For an organisation, the whole name."
        ),
    )
    born = models.PositiveSmallIntegerField(
        _("born"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1800), MaxValueValidator(2100)],
        help_text=_("The year."),
    )
    role = models.CharField(_("role"), max_length=200, blank=True)
    bio = RichTextField(_("bio"), features=INLINE, blank=True)
    portrait = models.ForeignKey(
        "articles.Picture",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("log-in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="author",
        limit_choices_to=staff_only,
        help_text=_("Left out for an author who does not log in here."),
    )

    objects = PageManager.from_queryset(AuthorQuerySet)()

    parent_page_types = ["articles.AuthorIndex"]
    subpage_types: list[str] = []
    content_panels = [
        TitleFieldPanel(
            "title",
            heading=_("Name"),
            help_text=_("As it stands at the articles."),
            classname="",  # an ordinary field with a label
            placeholder=False,
        ),
        FieldPanel("family_name"),
        FieldPanel("role"),
        FieldPanel("born"),
        FieldPanel("portrait"),
        FieldPanel("bio"),
        InlinePanel("links", heading=_("Links"), label=_("Link")),
        # Only for editors: a writer must not take over another page, nor give theirs away.
        FieldPanel("user", permission="articles.change_article_access"),
    ]
    preview_modes = [("author", _("Author"))]
    passage_fields = frozenset({"live", "bio"})
    exclude_fields_in_copy = ["user", "published_name"]

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def clean(self) -> None:
        super().clean()
        try:
            refuse_excess(self.bio)
        except RenderError as error:
            raise ValidationError({"bio": error}) from None

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.title)
        if self.live and kwargs.get("update_fields") is None:
            self.published_name = self.title
        super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> "Author":
        author: Author = super().with_content_json(content)
        author.published_name = self.published_name
        return author

    def articles(self) -> QuerySet[Page]:
        """The articles that name the author: as published, in the newest draft, or as planned."""
        newest = Q(pk__in=Page.objects.values("latest_revision"))
        versions = Revision.objects.filter(
            newest | Q(approved_go_live_at__isnull=False), content__has_key="by_line"
        )
        rows = versions.values_list("object_id", "content__by_line")
        drafted = [pk for pk, places in rows if any(row["author"] == self.pk for row in places)]
        published = self.article_places.values("article")
        return Page.objects.filter(Q(pk__in=published) | Q(pk__in=drafted))

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Raises ProtectedError while articles name the author: no by-line disappears silently."""
        if articles := set(self.articles()):
            raise ProtectedError("articles name this author", articles)
        return super().delete(*args, **kwargs)

    def permissions_for_user(self, user: User) -> AuthorPermissionTester:
        return AuthorPermissionTester(user, self)

    @property
    def name(self) -> str:
        """The name for readers. "" if they don't know the author."""
        return self.title if self.live or not self.pk else self.published_name

    def rendered(self) -> list[RenderedPassage]:
        html = sanitise(self.bio)
        if not html:
            return []
        return [RenderedPassage(access=Access.PUBLIC, html=html, text=plain_text(html))]


class AuthorLink(Orderable):
    author = ParentalKey(Author, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(pgettext_lazy("of a link", "label"), max_length=100)
    url = models.URLField(_("address"))

    panels = [FieldPanel("label"), FieldPanel("url")]

    def __str__(self) -> str:
        return self.label
