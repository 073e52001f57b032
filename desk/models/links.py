"""The links of published texts, and what became of the addresses that they lead to."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Page
from wagtail.models.pages import PageQuerySet


@register_setting(icon="link", order=310)
class LinkSettings(BaseGenericSetting):
    """There is one row. The portal calls no other host unless the owner wants it to."""

    checks_outward = models.BooleanField(
        _("check links to other sites"),
        default=False,
        help_text=_(
            "Once a week, the portal asks the sites that articles link to whether the pages are"
            " still there. It asks one at a time and slowly, and says who it is."
        ),
    )

    panels = [FieldPanel("checks_outward")]

    class Meta:
        verbose_name = _("Links")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


def digest_of(url: str) -> str:
    """A key that fits any index: an address may be longer than a row of one."""
    return hashlib.sha256(url.encode()).hexdigest()


class LinkedAddressQuerySet(models.QuerySet["LinkedAddress"]):
    def dead(self) -> "LinkedAddressQuerySet":
        return self.exclude(dead_since=None)

    def due(self) -> "LinkedAddressQuerySet":
        """Addresses of other sites that it is time to ask for, the longest waiting first."""
        return self.filter(is_ours=False, due_at__lte=timezone.now()).order_by("due_at", "pk")

    def stored(self, addresses: Iterable["LinkedAddress"]) -> "dict[str, LinkedAddress]":
        """The rows of these addresses by URL, new ones among them."""
        made = {address.digest: address for address in addresses}
        self.bulk_create(made.values(), ignore_conflicts=True)
        return {row.url: row for row in self.filter(digest__in=made)}

    def forget_unused(self) -> None:
        self.filter(links=None).delete()


class LinkedAddress(models.Model):
    """An address that published texts link to, and how it answered."""

    #: Time from one good answer to the next question.
    WEEK = timedelta(days=7)
    #: Time from a failure to the next question. Three failures then span three days.
    AGAIN = timedelta(hours=36)
    #: An address of another site is dead after so many failures over so long a time.
    FAILURES, SPAN = 3, timedelta(days=3)

    digest = models.CharField(max_length=64, unique=True)
    url = models.TextField()
    host = models.CharField(max_length=255)
    is_ours = models.BooleanField()
    #: The last answer: HTTP's number, or none, and in words.
    status = models.PositiveSmallIntegerField(null=True)
    said = models.CharField(max_length=200, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failed_since = models.DateTimeField(null=True)
    dead_since = models.DateTimeField(null=True, db_index=True)
    checked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    #: When an editor chose to hear no more of it. A good answer undoes that.
    ignored_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["LinkedAddress"]] = LinkedAddressQuerySet.as_manager()

    def __str__(self) -> str:
        return self.url

    @classmethod
    def of(cls, url: str, host: str, is_ours: bool) -> "LinkedAddress":
        return cls(digest=digest_of(url), url=url, host=host[:255], is_ours=is_ours)

    def note_answer(self, status: int | None, said: str = "") -> None:
        """It is there."""
        self.failures, self.failed_since, self.dead_since, self.ignored_at = 0, None, None, None
        self._note(status, said, self.WEEK)

    def note_failure(self, status: int | None, said: str) -> None:
        """It isn't there, or doesn't answer. Our own are dead at once: we know."""
        now = timezone.now()
        self.failures += 1
        self.failed_since = self.failed_since or now
        lasts = self.failures >= self.FAILURES and now - self.failed_since >= self.SPAN
        if self.is_ours or lasts:
            self.dead_since = self.dead_since or self.failed_since
        self._note(status, said, self.WEEK if self.dead_since else self.AGAIN)

    def _note(self, status: int | None, said: str, wait: timedelta) -> None:
        now = timezone.now()
        self.status, self.said, self.checked_at, self.due_at = status, said[:200], now, now + wait
        self.save()


class LinkQuerySet(models.QuerySet["Link"]):
    def dead(self) -> "LinkQuerySet":
        """Links of published pages that lead nowhere, those dead the longest first."""
        rows = self.filter(address__in=LinkedAddress.objects.dead(), page__live=True)
        return rows.select_related("address", "page").order_by("address__dead_since", "pk")

    def within(self, pages: PageQuerySet) -> "LinkQuerySet":
        return self.filter(page__in=pages.values("pk"))


class Link(models.Model):
    """One link in a published text. Its words may be locked: only the panel shows it."""

    page = models.ForeignKey(
        Page, verbose_name=_("page"), on_delete=models.CASCADE, related_name="+"
    )
    address = models.ForeignKey(LinkedAddress, on_delete=models.CASCADE, related_name="links")
    #: The block that it stands in, or "" if that isn't known.
    block_id = models.CharField(max_length=64, blank=True)
    text = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager["Link"]] = LinkQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text
