"""What the staff write about a member: dated notes, and labels in free words."""

from collections.abc import Collection, Iterable
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.users import User


class MemberNote(models.Model):
    """A note that the staff see. It is about the member, who gets it with their own data."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(gettext_lazy("note"), max_length=2000)
    written_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]


class LabelManager(models.Manager["Label"]):
    def named(self, names: Iterable[str]) -> "dict[str, Label]":
        """The labels with these names, by name in lower case. Missing ones are made."""
        wanted = {name.lower(): name for name in names}
        found = self._with_names(wanted)
        missing = [Label(name=name, key=key) for key, name in wanted.items() if key not in found]
        if missing:
            # Somebody else may make the same label at the same time.
            self.bulk_create(missing, ignore_conflicts=True)
            found = self._with_names(wanted)
        return found

    def _with_names(self, keys: Collection[str]) -> "dict[str, Label]":
        return {label.key: label for label in self.filter(key__in=keys)}

    def forget_unused(self) -> None:
        """Delete the labels that nobody has any more, so that the list holds those in use."""
        self.filter(members=None).delete()


class Label(models.Model):
    """A word that the staff put on members, to find them again."""

    #: Characters in a name.
    MOST = 40

    name = models.CharField(gettext_lazy("member's label"), max_length=MOST)
    #: The name in lower case: «VIP» and «vip» are one label.
    key = models.CharField(max_length=MOST, unique=True, editable=False)

    objects: ClassVar[LabelManager] = LabelManager()

    class Meta:
        ordering = ["key"]
        verbose_name = gettext_lazy("member's label")
        verbose_name_plural = gettext_lazy("labels")

    def __str__(self) -> str:
        return self.name


def label_names(text: str) -> list[str]:
    """The names in a list with commas, each once. Raises ValidationError for one too long."""
    found: dict[str, str] = {}
    for part in text.split(","):
        if name := " ".join(part.split()):
            if len(name) > Label.MOST:
                raise ValidationError(
                    _("The label «%(name)s» is longer than %(most)d characters.")
                    % {"name": name[:60], "most": Label.MOST}
                )
            found.setdefault(name.lower(), name)
    return list(found.values())
