"""What is new, and the editions that tell of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class Edition(models.Model):
    """One round of mails to many: a week's, or that of announcements that came due together."""

    #: «uke-2026-48», or «nytt-<number of the first announcement>».
    key = models.CharField(max_length=40, unique=True)
    #: A week's announcements came due after the first and not after the second (`told_at`).
    after = models.DateTimeField()
    until = models.DateTimeField()
    #: The number of the last member who was planned for.
    last_user = models.BigIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField(null=True)

    objects: ClassVar["models.Manager[Edition]"]

    def __str__(self) -> str:
        return self.key

    @property
    def is_weekly(self) -> bool:
        return self.key.startswith("uke-")


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def waiting(self) -> "AnnouncementQuerySet":
        """Announcements that no edition has told of yet."""
        return self.filter(told_at=None, is_silent=False).order_by("pk")

    def due(self) -> "AnnouncementQuerySet":
        """Those that have waited long enough. While readers may not know of the article, its
        announcement goes on waiting."""
        known = Article.objects.for_readers().values("pk")
        return self.waiting().filter(due_at__lte=timezone.now(), article__in=known)

    def hidden(self) -> "AnnouncementQuerySet":
        """Those of articles that readers may not know of now."""
        return self.exclude(article__in=Article.objects.for_readers().values("pk"))

    def of(self, edition: Edition) -> "AnnouncementQuerySet":
        """What `edition` tells of."""
        heard = self.filter(is_silent=False)
        if edition.is_weekly:
            return heard.filter(told_at__gt=edition.after, told_at__lte=edition.until)
        return heard.filter(edition=edition)


class Announcement(models.Model):
    """An article that was published for the first time, and is to be told of.

    Followers hear of it when it is due, some minutes after readers can see it: a slip can be
    mended, and several new parts come in one mail.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="+")
    published_at = models.DateTimeField(default=timezone.now, db_index=True)
    due_at = models.DateTimeField()
    #: When it came due, and the edition for all who hear of it at once.
    told_at = models.DateTimeField(null=True)
    edition = models.ForeignKey(Edition, on_delete=models.SET_NULL, null=True, related_name="+")
    #: Nobody is told by mail: an editor has decided so, or it was an alias when it was published.
    is_silent = models.BooleanField(_("told to nobody"), default=False)

    objects: ClassVar["models.Manager[Announcement]"] = AnnouncementQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(told_at=None), name="announcement_due")
        ]

    def __str__(self) -> str:
        return str(self.article_id)
