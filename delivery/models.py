"""The content version: one number that rises with every change that readers can see."""

from django.db import connection, models, transaction
from django.db.models import F


class ContentVersion(models.Model):
    """One row. Raised after the commit and not within it: locked from the first change of a
    transaction to its end, it would queue all who publish, and stop some for good."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "articles_contentversion"  # where it was made

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def raise_on_commit(cls) -> None:
        """Once for each transaction, however much it changes."""
        if not any(callback == cls.rise for _, callback, *_ in connection.run_on_commit):
            transaction.on_commit(cls.rise, robust=True)

    @classmethod
    def rise(cls) -> None:
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})

    @classmethod
    def stored(cls) -> int:
        """By fixed SQL: every process asks several times a second."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM articles_contentversion WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else 0
