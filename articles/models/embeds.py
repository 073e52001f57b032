"""What is known of a video or sound at another site: its title and a picture of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Embed(models.Model):
    """An address at another site, asked about once (articles/embed_fetching.py)."""

    url = models.URLField(max_length=500, unique=True)
    title = models.CharField(max_length=200, blank=True)
    #: Our own copy. Its readers are those of the passages that show it.
    picture = models.ForeignKey(
        "articles.Picture", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: When the other site answered. It isn't asked again.
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("embedded link")
        verbose_name_plural = _("embedded links")

    def __str__(self) -> str:
        return self.title or self.url
