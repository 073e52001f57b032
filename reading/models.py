"""A member's own reading: reading positions, and the articles that are read or saved."""

from collections.abc import Iterable, Sequence
from typing import cast

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Left, Length
from django.utils import timezone
from wagtail.models import Page

from accounts.access import Reader
from accounts.models import User
from articles.models import Article, Passage, Series
from articles.parts import Part
from delivery.prepared_sql import Prepared
from reading.positions import ReadingPosition, position_at, position_now

#: The path of the series above an article, in a query of articles.
ABOVE = Left("path", Length("path") - Page.steplen)
#: An article counts as read to its end from this share on, in percent.
FINISHED = 97


class ReadingQuerySet(models.QuerySet["Reading"]):
    def of(self, user: User) -> "ReadingQuerySet":
        return self.filter(user=user)

    def begun(self) -> "ReadingQuerySet":
        """Articles that are begun but not read to the end, the latest first."""
        return self.filter(read_at__isnull=False, finished_at=None).order_by("-read_at", "-pk")

    def finished(self) -> "ReadingQuerySet":
        return self.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")

    def saved(self) -> "ReadingQuerySet":
        return self.filter(saved_at__isnull=False).order_by("-saved_at", "-pk")


class Reading(models.Model):
    """One member's reading of one article."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings"
    )
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="readings")
    #: The reading position: the paragraph's address, `b-<block id>-<n>`, how the paragraph begins,
    #: and the blocks before it. Together they find the position again after the text has changed.
    place = models.CharField(max_length=80, blank=True)
    words = models.CharField(max_length=80, blank=True)
    passed = models.JSONField(default=list)
    #: How much of the article comes before the position, in percent.
    share = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    read_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "article"], name="one_reading_of_an_article")
        ]
        indexes = [
            models.Index(fields=["user", "-read_at"], name="reading_latest"),
            models.Index(
                fields=["user", "-saved_at"], condition=Q(saved_at__isnull=False), name="saved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.article_id}"

    @classmethod
    def of(cls, user: User, article: Article) -> "Reading":
        """Returns the row of the two, and creates it on first use."""
        return cls.objects.get_or_create(user=user, article=article)[0]

    @property
    def is_begun(self) -> bool:
        return self.read_at is not None and self.finished_at is None

    def keep_position(self, place: str, share: int | None = None) -> None:
        """Stores the reading position: `place`, `share` percent into the text.

        Without `share`, it is computed from the paragraphs that the member may read.
        """
        passages = Passage.objects.readable_by(Reader.of_user(self.user)).filter(
            page=self.article_id
        )
        found = position_at(place, list(passages.values_list("html", flat=True)))
        if found is None:
            return
        self.place, self.words, self.passed = found.address, found.words, found.passed
        # This is the share of what this reader may read, so by itself it never means finished.
        lies_at = min(found.share, FINISHED - 1)
        self.share, self.read_at = lies_at if share is None else share, timezone.now()
        # The rest is left alone: another window may be saving or ticking the article right now.
        fields = ["place", "words", "passed", "share", "read_at"]
        if self.share >= FINISHED and self.finished_at is None:
            self.finished_at = self.read_at
            fields.append("finished_at")
        if self._store(*fields):
            note_day(self.user)
            self._take_up()

    def finish(self, is_finished: bool) -> None:
        now = timezone.now()
        self.finished_at = now if is_finished else None
        if is_finished:
            self.read_at = self.read_at or now
        elif not self.place or self.share >= FINISHED:
            self.place, self.share, self.read_at = "", 0, None
        self._store("place", "share", "read_at", "finished_at")

    def keep(self, is_saved: bool) -> None:
        self.saved_at = timezone.now() if is_saved else None
        self._store("saved_at")

    def _take_up(self) -> None:
        """End the setting aside of the article's series."""
        above = Article.objects.filter(pk=self.article_id).values(above=ABOVE)
        SetAside.objects.of(self.user).filter(series__path__in=above).delete()

    def _store(self, *fields: str) -> bool:
        """Returns whether there was a row to change. Another window may have wiped the history."""
        values = {field: getattr(self, field) for field in fields}
        return Reading.objects.filter(pk=self.pk).update(**values) > 0

    def resume_at(self, article: Article, passages: Iterable[Passage]) -> str:
        """Returns the paragraph to resume at in the current text, or "" if there is none."""
        if not self.place or self.finished_at:
            return ""
        texts = [passage.html for passage in passages]
        changed_at, read_at = article.last_published_at, self.read_at
        is_unchanged = changed_at and read_at and changed_at <= read_at
        if is_unchanged and any(f'id="{self.place}"' in text for text in texts):
            return self.place
        return position_now(ReadingPosition(self.place, self.share, self.words, self.passed), texts)


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    def of(self, user: User) -> "SetAsideQuerySet":
        return self.filter(user=user)


class SetAside(models.Model):
    """A series that a member doesn't go on with for now. Reading in it again ends that."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="series_set_aside"
    )
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "series"], name="series_set_aside_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.series_id}"


def note_day(user: User) -> None:
    """Store when the member last read, at most once a day."""
    read_at = user.last_read_at
    if read_at is None or timezone.localdate(read_at) < timezone.localdate():
        user.last_read_at = timezone.now()
        user.save(update_fields=["last_read_at"])


def keep_history(user: User, is_kept: bool) -> None:
    """Switches the history on or off. Switching it off also wipes it."""
    row = User.objects.filter(pk=user.pk)
    if is_kept:
        row.update(keeps_history=True)
        return
    with transaction.atomic():
        row.update(keeps_history=False)
        wipe_history(user)


def wipe_history(user: User) -> None:
    """Forget what `user` has read. Saved articles stay saved."""
    rows = Reading.objects.of(user)
    rows.filter(saved_at=None).delete()
    rows.update(place="", passed=[], words="", share=0, read_at=None, finished_at=None)
    SetAside.objects.of(user).delete()
    User.objects.filter(pk=user.pk).update(last_read_at=None)
    user.last_read_at = None


ARTICLES: Prepared[Article] = Prepared(
    lambda pks: Article.objects.for_readers().filter(page_ptr__among=pks)
)


def with_articles(rows: Iterable[Reading]) -> list[Reading]:
    """Adds the articles to `rows`. Leaves out rows of articles that readers may not know of."""
    rows = list(rows)
    found_articles = ARTICLES(",".join(str(row.article_id) for row in rows))
    articles = {article.pk: article for article in found_articles}
    found = [row for row in rows if row.article_id in articles]
    for row in found:
        row.article = articles[row.article_id]
    return found


def with_titles(rows: models.QuerySet[Reading]) -> models.QuerySet[Reading]:
    """Adds `title` for articles that readers may know of. An unpublished article has none."""
    known = Article.objects.for_readers().filter(pk=OuterRef("article"))
    return rows.annotate(title=Subquery(known.values("title")))


def with_series_titles(rows: models.QuerySet[SetAside]) -> models.QuerySet[SetAside]:
    """Adds `title` for series that readers may know of."""
    known = Series.objects.for_readers().filter(pk=OuterRef("series"))
    return rows.annotate(title=Subquery(known.values("title")))


READINGS: Prepared[Reading] = Prepared(
    lambda user, articles: Reading.objects.filter(user=user, article__among=articles)
)


def reading_of_series(user: User, parts: Sequence[Part]) -> dict[int, Reading]:
    """What `user` has read of the `parts` of one or more series, by the articles' ids.

    Every article page asks. The query goes by the parts, not by the series, so that a member with
    many readings waits no longer than others.
    """
    rows = READINGS(user.pk, ",".join(str(part.pk) for part in parts))
    return {cast(int, row.article_id): row for row in rows}
