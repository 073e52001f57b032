"""The base of our page models: their own addresses, Norwegian slugs and previews."""

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import COMMENTS_RELATION_NAME, Page, Revision
from wagtail.models.pages import PagePermissionTester, PageQuerySet

from accounts.models import User
from articles.characters import clean
from articles.models.indexing import IndexedTogether
from articles.models.rights import edits_all
from articles.models.tree import parent_is_live
from articles.publishing.previews import preview
from articles.slugs import norwegian_slug


def address_of(page: Page) -> str:
    """«/», «/serie/» or «/serie/artikkel/»: the page's path below the home page."""
    return "/" + page.url_path.split("/", 2)[2]


class ReaderQuerySet(PageQuerySet):
    def for_readers(self) -> "ReaderQuerySet":
        """The pages that readers may know of: published, below a published page."""
        return self.live().filter(parent_is_live("path"))


class PermissionTester(PagePermissionTester):
    """Wagtail's tester, without the buttons that a Writer can't use (portal/panel_guard.py)."""

    def can_copy(self) -> bool:
        """A copy of a series, with all the pages below it, belongs to the user who copies it."""
        return bool(super().can_copy()) and edits_all(self.user)

    def can_view_revisions(self) -> bool:
        return bool(super().can_view_revisions()) and (self.can_edit() or self.can_publish())


class AddressedPage(IndexedTogether, Page):
    """A page whose address comes from our own URLconf. `wagtail.urls` is not mounted."""

    class Meta:
        abstract = True

    share_picture = models.ForeignKey(
        "articles.Picture",
        verbose_name=_("share picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Shown with links to the page elsewhere, open to everyone. Left out, the portal"
            " chooses a picture, or draws a card with the title."
        ),
    )

    #: Wagtail's page privacy would be a second gate.
    private_page_options: list[str] = []
    promote_panels: list[Any] = [
        FieldPanel("slug"),
        FieldPanel("seo_title"),
        FieldPanel("search_description"),
        FieldPanel("share_picture"),
    ]

    def permissions_for_user(self, user: User) -> PermissionTester:
        return PermissionTester(user, self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the draft's title of a published page in the draft, where only its editors see it.

        Wagtail shows `draft_title` to everyone in the panel.
        """
        fields = kwargs.get("update_fields")
        if self.live and fields is not None:
            kwargs["update_fields"] = set(fields) - {"draft_title"}
        elif self.live:
            self.draft_title = self.title
        super().save(*args, **kwargs)

    #: The revision that the automatic saves of an editing session have written. What is published
    #: at the end of it takes its place: two with the same text could not be compared.
    session_revision: Revision | None = None
    #: Whether a version is saved without a required field, which a reviewer may be asking for.
    may_be_incomplete = False

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        if self.may_be_incomplete:
            kwargs["clean"] = False
        if self.session_revision is not None and not kwargs.get("previous_revision"):
            kwargs["overwrite_revision"] = self.session_revision
        return super().save_revision(*args, **kwargs)

    def serializable_data(self) -> dict[str, Any]:
        """Without the words of the editors' comments: Wagtail would keep them in every version,
        also after whoever wrote them is erased. It reads only their positions there."""
        data: dict[str, Any] = super().serializable_data()
        said = data.get(COMMENTS_RELATION_NAME) or []
        data[COMMENTS_RELATION_NAME] = [{k: row[k] for k in ("pk", "position")} for row in said]
        return data

    def get_absolute_url(self) -> str:
        return address_of(self)

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Wagtail gets a page's address here. Without it, a changed slug leaves no redirect."""
        roots = self._get_relevant_site_root_paths(request)
        return (roots[0].site_id, settings.SITE_URL, self.get_absolute_url()) if roots else None

    def get_url(self, request: HttpRequest | None = None, current_site: Any = None) -> str | None:
        """There is one site. Wagtail would ask for the sites again at each row of a list."""
        return self.get_absolute_url() if self.url_path.count("/") > 1 else None

    def get_full_url(self, request: HttpRequest | None = None) -> str | None:
        address = self.get_url(request)
        return address and settings.SITE_URL + address

    url = property(get_url)
    full_url = property(get_full_url)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return preview(self, request, mode_name)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self._clean_texts()
        self._fill_slug()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        self._clean_texts()
        self._fill_slug()
        super().minimal_clean()

    def _clean_texts(self) -> None:
        for field in self._meta.concrete_fields:
            if isinstance(text := getattr(self, field.attname), str):
                setattr(self, field.attname, clean(text))

    def _fill_slug(self) -> None:
        # Wagtail's own slug would drop æ, ø and å. A title may have nothing that an address can.
        if not self.slug and self.path:  # type: ignore[has-type]
            base = norwegian_slug(self.title) or norwegian_slug(str(self._meta.verbose_name))
            self.slug = self._get_autogenerated_slug(base)


class FixedPermissionTester(PermissionTester):
    """For a page that the portal needs."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_copy(self) -> bool:
        return False


class FixedPage(AddressedPage):
    """A page that a migration creates. There is exactly one, and nobody can delete or move it."""

    class Meta:
        abstract = True

    max_count = 1

    def permissions_for_user(self, user: User) -> FixedPermissionTester:
        return FixedPermissionTester(user, self)
