"""A small room: readers see the longest word they may read, and members thank for an article."""

from django.db import models
from django.utils import timezone

from accounts.models import User
from articles.models import Article, Passage


class LongestWord(models.Model):
    """Of a passage, filled at publishing. As locked as the passage itself."""

    passage = models.OneToOneField(Passage, on_delete=models.CASCADE, related_name="longest_word")
    word = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.word


class Thanks(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="thanks")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="thanks")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "article"], name="thanks_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.article_id}"
