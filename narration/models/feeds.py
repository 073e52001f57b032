"""The addresses of members' own podcast feeds."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone


def new_token() -> str:
    return secrets.token_urlsafe(24)


class PodcastToken(models.Model):
    """What stands in the address of a member's own feeds. Whoever knows it hears as the member.

    It is stored as it is, since the member is shown it again.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="podcast_token"
    )
    token = models.CharField(max_length=64, unique=True, default=new_token)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.user_id)

    def renew(self) -> None:
        """The old address is dead from now on."""
        self.token, self.made_at = new_token(), timezone.now()
        self.save()
