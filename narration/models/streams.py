"""What a listener hears of an article: its passages, as far as they may read, in one file."""

import secrets
from typing import Any

from django.db import models
from django.urls import reverse
from wagtail.models import Page

from narration.models.recordings import SoundFile


def new_key() -> str:
    return secrets.token_hex(12)


class Stream(SoundFile):
    """The first passages of an article, or all of them, joined with what is said around them.

    Whoever may read those passages may hear it, and nobody else: `may_hear` asks the gate.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="streams")
    #: In the address. It can't be guessed, but the gate doesn't rely on that.
    key = models.CharField(max_length=32, unique=True, default=new_key)
    #: Of the spoken texts of its passages, in order.
    hashes = models.JSONField()
    #: Whether a gate follows. It then ends with a line that says so.
    is_cut = models.BooleanField()
    #: [primary key, hash] of the recordings that it is joined from, in order.
    parts = models.JSONField()
    #: What it is made of. Equal for equal sound.
    digest = models.CharField(max_length=64)
    is_natural = models.BooleanField()
    #: Who reads. Empty for synthetic voices.
    reader = models.CharField(max_length=200, blank=True)
    #: Bytes of the file.
    size = models.PositiveBigIntegerField()
    seconds = models.FloatField()
    #: [second, address, start, end] of each sentence: see Sentence.
    marks = models.JSONField()
    #: [second, heading].
    chapters = models.JSONField()
    #: The second at which the line about the gate begins.
    gate = models.FloatField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.key[:6]}"

    @property
    def sound_url(self) -> str:
        return reverse("narration:sound", args=[self.key])

    def told(self) -> dict[str, Any]:
        """What the player knows."""
        return {
            "seconds": self.seconds,
            "sentences": self.marks,
            "chapters": self.chapters,
            "gate": self.gate,
        }
