"""Imports of members: each file, and each of its rows with a verdict."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.users import User


class Stage(models.TextChoices):
    READING = "reading", _("Being read")
    JUDGING = "judging", _("Being checked")
    JUDGED = "judged", _("Checked")
    IMPORTING = "importing", _("Being imported")
    DONE = "done", _("Imported")


class Verdict(models.TextChoices):
    NEW = "new", pgettext_lazy("rows", "New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    REFUSED = "refused", _("Refused")


class MemberImportQuerySet(models.QuerySet["MemberImport"]):
    def at_work(self) -> "MemberImportQuerySet":
        """Imports that the worker has work left to do on."""
        return self.filter(stage__in=[Stage.JUDGING, Stage.IMPORTING])


class MemberImport(models.Model):
    """One file. The upload reads its rows. The worker judges them, and imports them when asked."""

    #: How long an import is kept. Its rows are personal data, and nobody needs them longer.
    KEPT = timedelta(days=1)

    name = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.READING)
    #: Whose file it is, by the keys of accounts.member_columns.FORMATS.
    format = models.CharField(max_length=10, default="", db_default="")
    #: The names of its columns, as they stand in the file.
    heading = models.JSONField(null=True)
    #: Whether a manager has said that the consents to news in the file were given to us.
    carries_news = models.BooleanField(default=False, db_default=False)

    objects = MemberImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.stage in (Stage.JUDGING, Stage.IMPORTING)

    def waiting(self) -> "models.QuerySet[ImportedRow]":
        """The rows that the current stage has left to do, in the order of the file."""
        rows = self.rows.order_by("number")
        if self.stage == Stage.JUDGING:
            return rows.filter(verdict="")
        return rows.filter(verdict__in=[Verdict.NEW, Verdict.CHANGED], is_done=False)

    def counts(self) -> dict[str, int]:
        """The number of rows by verdict. Rows not judged yet have the verdict ""."""
        found = self.rows.order_by().values_list("verdict").annotate(n=models.Count("pk"))
        return dict(found)

    def begin(self, carries_news: bool = False) -> bool:
        """Start the import. False if the judging isn't finished, or the import began before."""
        rows = MemberImport.objects.filter(pk=self.pk, stage=Stage.JUDGED)
        return bool(rows.update(stage=Stage.IMPORTING, carries_news=carries_news))

    def who_want_news(self) -> int:
        """The number of new members that the file says have agreed to news by e-mail."""
        return self.rows.filter(verdict=Verdict.NEW, values__news="1").count()


class ImportedRow(models.Model):
    """One line of the file: its values as they were read, and the outcome."""

    member_import = models.ForeignKey(MemberImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # of the line; the heading is line 1
    email = models.CharField(max_length=254, db_index=True)
    values = models.JSONField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    is_done = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["member_import", "verdict"], name="rows_by_verdict")]

    def __str__(self) -> str:
        return f"{self.number}: {self.email}"
