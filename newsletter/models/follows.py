"""What a member follows, and how often they want to hear of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from articles.models import Subject
from articles.models.tree import parent_is_live
from delivery.prepared_sql import Prepared
from newsletter.things import EVERYTHING, Thing


class Pace(models.TextChoices):
    AT_ONCE = "at-once", _("As soon as it is out")
    WEEKLY = "weekly", _("Once a week")
    #: For series only: the next part comes when the one before is read.
    WHEN_READY = "when-ready", _("The next part when you are ready")


class FollowQuerySet(models.QuerySet["Follow"]):
    def of(self, thing: Thing) -> "FollowQuerySet":
        match thing.kind:
            case "serie" | "forfatter":
                return self.filter(page=thing.pk, is_author=thing.kind == "forfatter")
            case "tema":
                return self.filter(subject=thing.pk)
        return self.filter(page=None, subject=None)


class Follow(models.Model):
    """A member follows one thing. The consent to it is a row of its own (accounts.Consent)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    #: A series or an author. Both this and `subject` are empty for everything.
    page = models.ForeignKey(Page, on_delete=models.CASCADE, null=True, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, null=True, related_name="+")
    #: Whether the page is an author's. It spares a join.
    is_author = models.BooleanField(default=False)
    pace = models.CharField(max_length=20, choices=Pace.choices, default=Pace.AT_ONCE)
    followed_at = models.DateTimeField(default=timezone.now)
    #: For WHEN_READY: the part that was mailed last, when, when to look again, and when the gentle
    #: last mail was sent.
    offered = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, related_name="+")
    offered_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    rested_at = models.DateTimeField(null=True)

    objects: ClassVar["models.Manager[Follow]"] = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page"], condition=Q(page__isnull=False), name="follows_page_once"
            ),
            models.UniqueConstraint(
                fields=["user", "subject"],
                condition=Q(subject__isnull=False),
                name="follows_subject_once",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(page=None, subject=None), name="follows_all_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_at"], condition=Q(look_at__isnull=False), name="follow_to_look_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.thing.key}"

    @property
    def thing(self) -> Thing:
        if self.page_id:
            return Thing("forfatter" if self.is_author else "serie", self.page_id)
        return Thing("tema", self.subject_id) if self.subject_id else EVERYTHING


#: All that a member follows. Pages and mails ask for it often.
FOLLOWS: Prepared[Follow] = Prepared(lambda user: Follow.objects.filter(user=user))


def with_titles(rows: models.QuerySet[Follow]) -> models.QuerySet[Follow]:
    """Adds `title` of what readers may know of. An unpublished page has none."""
    pages = Page.objects.live().filter(parent_is_live("path"), pk=OuterRef("page"))
    subjects = Subject.objects.for_readers().filter(pk=OuterRef("subject"))
    everything = When(page=None, subject=None, then=Value(EVERYTHING.title))
    known = Coalesce(Subquery(pages.values("title")), Subquery(subjects.values("title")))
    return rows.annotate(title=Case(everything, default=known))
