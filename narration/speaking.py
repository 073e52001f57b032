"""Keeps the spoken texts of articles true to their passages, and knows what is said around them."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from articles.models import Article, Passage
from articles.models.tree import hold
from articles.publishing.speech import Utterance, spoken
from narration.models.spoken import Sentence, SpokenText, digest_of, sentences_of


def speak(article: Article) -> list[SpokenText]:
    """Make the spoken texts of a published article agree with its passages, and return them.

    An empty list if it has none, or if it was rendered by an older version of the portal.
    """
    with transaction.atomic():
        hold(article.pk)
        fresh = Article.objects.filter(pk=article.pk, live=True).first()
        if fresh is None:
            return []
        passages = list(Passage.objects.filter(page_id=fresh.pk).order_by("position"))
        runs = spoken(fresh.body, fresh.access)
        if len(runs) != len(passages):
            return []
        rows = dict(SpokenText.objects.filter(passage__in=passages).in_bulk(field_name="passage"))
        return [
            _stored(passage, rows.get(passage.pk), sentences_of(run))
            for passage, run in zip(passages, runs, strict=True)
        ]


def _stored(passage: Passage, row: SpokenText | None, sentences: Sequence[Sentence]) -> SpokenText:
    values = SpokenText.values_of(sentences, passage.html)
    if row and all(getattr(row, name) == value for name, value in values.items()):
        return row
    return SpokenText.objects.update_or_create(passage=passage, defaults=values)[0]


def forget_changed(passages: Sequence[Passage]) -> None:
    """Delete the spoken texts of passages that have changed, so that nobody hears the old ones."""
    digests = {passage.pk: digest_of(passage.html) for passage in passages}
    rows = SpokenText.objects.filter(passage__in=digests)
    changed = [
        pk for pk, of, digest in rows.values_list("pk", "passage_id", "digest")
        if digest != digests[of]
    ]  # fmt: skip
    if changed:
        SpokenText.objects.filter(pk__in=changed).delete()


def introduction(article: Article) -> list[Sentence]:
    """The title and the lead, which are public."""
    return sentences_of(
        [
            Utterance("title", article.title, 0, is_heading=True),
            *([Utterance("lead", article.lead, 0)] if article.lead.strip() else []),
        ]
    )


def line_at_gate() -> list[Sentence]:
    with translation.override(settings.LANGUAGE_CODE):
        line = _("The rest is for members. Join, and you can listen on.")
    return sentences_of([Utterance("", line)])
