"""Joins recordings to the streams that listeners hear."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import translation

from accounts.access import VISITOR
from articles.models import Article
from articles.models.tree import hold
from narration.models import Recording, SpokenText, Stream
from narration.models.spoken import Sentence, hash_of
from narration.reading import read_by
from narration.sound import frames
from narration.sound.tags import tagged
from narration.speaking import introduction, line_at_gate

Part = tuple[list[Sentence], Recording]


def join(article: Article, texts: Sequence[SpokenText], found: Mapping[str, Recording]) -> bool:
    """Make the article's streams of the recordings `found`, and delete those of an older text.

    False if there is none.

    There is one for each gate that a reader may stop at, and one of the whole article. A passage
    without a recording ends what can be heard: nothing is made beyond it.
    """
    streams = []
    for count in _ends(article, texts):
        heard = texts[:count]
        if any(text.hash not in found for text in heard):
            break
        is_cut = count < len(texts)
        if parts := _parts(article, heard, found, is_cut=is_cut):
            streams.append(_stream(article, heard, parts, is_cut=is_cut))
    _replace(article, texts, streams)
    return bool(streams)


def _replace(article: Article, texts: Sequence[SpokenText], streams: Sequence[Stream]) -> None:
    """Let `streams` be the article's, unless it says something else than `texts` by now.

    The worker that is queued with the newer text then has the last word, however long this took.
    """
    with transaction.atomic():
        # A second worker waits here, and then finds what the first one has made.
        hold(article.pk)
        fresh = Article.objects.filter(pk=article.pk).first()
        rows = SpokenText.objects.filter(passage__page=article.pk).order_by("passage__position")
        is_current = (
            fresh is not None
            and introduction(fresh) == introduction(article)
            and list(rows.values_list("hash", "digest")) == [(t.hash, t.digest) for t in texts]
        )
        stored = {row.digest: row for row in Stream.objects.filter(page_id=article.pk)}
        kept = []
        for stream in streams:
            existing = stored.get(stream.digest)
            if stream.pk is None and (not is_current or (existing and existing.is_there)):
                stream.file.delete(save=False)
            elif stream.pk is None:
                stream.save()
                existing = stream
            kept.append(existing.pk if existing else None)
        if is_current:
            for row in stored.values():
                if row.pk not in kept:
                    row.delete()


def _ends(article: Article, texts: Sequence[SpokenText]) -> list[int]:
    """After how many passages some reader stops."""
    if not texts:
        return []
    is_locked = not VISITOR.may_read(texts[0].passage.access, article.path)
    return [*([0] if is_locked else []), *range(1, len(texts) + 1)]


def _stream(
    article: Article, heard: Sequence[SpokenText], parts: Sequence[Part], *, is_cut: bool
) -> Stream:
    """One that is there already, or a new one: its file is written, and its row is not."""
    told: dict[str, Any] = {
        "parts": [[recording.pk, recording.hash] for _said, recording in parts],
        "hashes": [text.hash for text in heard],
        "is_cut": is_cut,
    }
    versions = [recording.made_at.isoformat() for _said, recording in parts]
    named = [article.title, article.series_title]
    # The same words may stand in other blocks by now.
    places = [[each.address, each.start, each.end] for said, _recording in parts for each in said]
    digest = hashlib.sha256(json.dumps([told, versions, named, places]).encode()).hexdigest()
    existing = Stream.objects.filter(page_id=article.pk, digest=digest).first()
    if existing and existing.is_there:
        return existing
    size = 0
    marks: list[list[Any]] = []
    chapters: list[tuple[float, str]] = []
    gate = None
    for said, recording in parts:
        begins = frames.seconds(size)
        for sentence, start in zip(said, recording.starts, strict=True):
            if start is None:
                continue
            at = round(begins + start, 3)
            if not sentence.address:
                gate = at
                continue
            marks.append([at, sentence.address, sentence.start, sentence.end])
            if sentence.is_heading and sentence.address != "title":
                chapters.append((at, sentence.text))
        size += recording.size
    seconds = round(frames.seconds(size), 3)
    readers = dict.fromkeys(recording.reader for _said, recording in parts if recording.reader)
    stream = Stream(
        page_id=article.pk,
        digest=digest,
        is_natural=all(recording.is_natural for _said, recording in parts),
        reader=", ".join(readers),
        seconds=seconds,
        marks=marks,
        chapters=chapters,
        gate=gate,
        **told,
    )
    with translation.override(settings.LANGUAGE_CODE):
        tag = tagged(
            title=article.title,
            reader=read_by(stream),
            album=article.series_title,
            is_synthetic=not all(recording.is_uploaded for _said, recording in parts),
            chapters=chapters,
            seconds=seconds,
        )
    stream.size = len(tag) + size
    # Three hours are 86 MB, so they never lie in memory.
    with tempfile.TemporaryFile() as file:
        file.write(tag)
        for _said, recording in parts:
            with recording.file.open("rb") as sound:
                shutil.copyfileobj(sound, file)
        stream.store(File(file))
    return stream


def _parts(
    article: Article, heard: Sequence[SpokenText], found: Mapping[str, Recording], *, is_cut: bool
) -> list[Part]:
    said = [(text.said, found[text.hash]) for text in heard]
    own = [recording.is_uploaded for _said, recording in said]
    before, after = introduction(article), line_at_gate()
    # A person who reads the article has said its title, if they wanted to.
    if (first := found.get(hash_of(before))) and not any(own[:1]):
        said.insert(0, (before, first))
    if is_cut and (last := found.get(hash_of(after))):
        said.append((after, last))
    return said
