"""How far the recording of an article has come."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class State(models.TextChoices):
    QUEUED = "queued", _("Queued")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Narration(models.Model):
    """For the editors: what the worker does with an article."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="narration")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    #: Sentences that are made, and all of them.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    #: Sentences that no engine could read.
    left_out = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    #: How often the state is written while it is made.
    EVERY = timedelta(seconds=1)

    def __str__(self) -> str:
        return f"{self.page_id}: {self.state}"

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @staticmethod
    def queue(keys: list[int]) -> None:
        rows = [Narration(page_id=key) for key in keys]
        Narration.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["page"],
            update_fields=["state", "error", "done", "total", "changed_at"],
        )

    def begin(self, total: int) -> None:
        self.state, self.done, self.total, self.error = State.MAKING, 0, total, ""
        self.left_out = []
        self.save()

    def advance(self) -> None:
        self.done += 1
        if timezone.now() - self.changed_at >= self.EVERY:
            self.save()

    def finish(self, left_out: list[str]) -> None:
        self.state, self.done, self.left_out = State.READY, self.total, left_out
        self.save()

    def fail(self, error: str) -> None:
        self.state, self.error = State.FAILED, error
        self.save()
