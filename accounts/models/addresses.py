from django.db import models
from django.utils import timezone

from accounts.models.users import User


class FormerAddress(models.Model):
    """An address that a member had before. Mails that were sent to it are still the member's."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_addresses")
    email = models.EmailField(max_length=254)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.email
