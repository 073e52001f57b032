"""Links to a draft, for somebody outside."""

import hashlib
import secrets
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import OperationalError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

#: Without a draft, what a link opened would be the published text, past its gate.
HAS_DRAFT = Q(page__live=False) | Q(page__has_unpublished_changes=True)


def digest_of(token: str) -> str:
    """What is stored of a token. It has 192 random bits, so a plain hash can't be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def has_draft(page: Page) -> bool:
    return bool(page.has_unpublished_changes or not page.live)


class DraftLinkQuerySet(models.QuerySet["DraftLink"]):
    def working(self) -> "DraftLinkQuerySet":
        """Links that still open something, as far as the database knows: `opens` asks the rest.

        A link dies when its page is published, which sets `last_published_at`.
        """
        unpublished_since = Q(page__last_published_at=None) | Q(
            page__last_published_at__lt=F("made_at")
        )
        return self.filter(
            unpublished_since,
            HAS_DRAFT,
            withdrawn_at=None,
            expires_at__gt=timezone.now(),
            made_by__is_active=True,
        )

    def forget(self) -> None:
        """Delete links that have been dead for a month."""
        self.filter(expires_at__lt=timezone.now() - DraftLink.REMEMBERED).delete()


class DraftLinkManager(models.Manager["DraftLink"].from_queryset(DraftLinkQuerySet)):  # type: ignore[misc]
    def make(self, page: Page, user: Any) -> "tuple[DraftLink, str]":
        """A new link, and its token, which is stored nowhere."""
        token = secrets.token_urlsafe(24)
        link: DraftLink = self.create(page=page, made_by=user, digest=digest_of(token))
        return link, token

    def opened_by(self, token: str) -> "DraftLink | None":
        """The link that `token` opens now."""
        found = self.working().filter(digest=digest_of(token)).select_related("made_by", "page")
        link: DraftLink | None = found.first()
        return link if link and link.may_share else None


def in_a_week() -> Any:
    return timezone.now() + DraftLink.LASTS


class DraftLink(models.Model):
    """Lets whoever has it read the newest draft of one page, as a member would."""

    #: The panel lists what shows a page. A link to its draft isn't such.
    wagtail_reference_index_ignore = True
    LASTS = timedelta(days=7)
    REMEMBERED = timedelta(days=30)

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="draft_links")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="draft_links"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"), default=in_a_week, db_index=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    #: How often the draft was opened with it, and when last.
    opened = models.PositiveIntegerField(_("opened"), default=0)
    opened_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[DraftLinkManager] = DraftLinkManager()

    def __str__(self) -> str:
        return f"{self.page_id}: {self.made_at:%Y-%m-%d}"

    @property
    def may_share(self) -> bool:
        """Whether the one who made it may still edit or publish the page."""
        rights = self.page.specific_deferred.permissions_for_user(self.made_by)
        return bool(rights.can_edit() or rights.can_publish())

    @property
    def state(self) -> str:
        """Why it opens nothing, in words; "" while it works."""
        published_at = self.page.last_published_at
        if self.withdrawn_at:
            return str(_("Withdrawn"))
        if published_at and published_at >= self.made_at:
            return str(_("Dead: the draft is published"))
        if not has_draft(self.page):
            return str(_("Dead: there is no draft any more"))
        if self.expires_at <= timezone.now():
            return str(_("Expired"))
        if not self.made_by.is_active or not self.may_share:
            return str(_("Dead: the one who made it has no right to the page any more"))
        return ""

    def withdraw(self) -> None:
        self.withdrawn_at = timezone.now()
        self.save(update_fields=["withdrawn_at"])

    def count(self) -> None:
        """Count one opening. A database that can't be written to doesn't close the draft."""
        with suppress(OperationalError), transaction.atomic():
            DraftLink.objects.filter(pk=self.pk).update(
                opened=F("opened") + 1, opened_at=timezone.now()
            )
