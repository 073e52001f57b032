"""The content version, a number that rises with every change that readers can see."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, models, transaction
from django.db.models import F

_unseen: ContextVar[bool] = ContextVar("unseen", default=False)


class ContentVersion(models.Model):
    """A single row. It is raised after a transaction's commit, not within it. Otherwise the row
    would be locked from the first change to the end, and publishers would queue or deadlock."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "articles_contentversion"  # the app that created it

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def raise_on_commit(cls) -> None:
        """Raise it once for each transaction, however many changes that makes."""
        if not _unseen.get() and not any(
            callback == cls.rise for _, callback, *_ in connection.run_on_commit
        ):
            transaction.on_commit(cls.rise, robust=True)

    @classmethod
    @contextmanager
    def unseen(cls) -> Iterator[None]:
        """The changes in the block are to what no reader sees yet. They don't raise the version,
        which would empty every cache."""
        token = _unseen.set(True)
        try:
            yield
        finally:
            _unseen.reset(token)

    @classmethod
    def rise(cls) -> None:
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})

    @classmethod
    def stored(cls) -> int:
        """Uses fixed SQL, because every process reads it several times a second."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM articles_contentversion WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else 0
