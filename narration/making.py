"""Makes recordings: each new sentence once, and the rest from what is there."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q

from articles.models import Article, Passage
from narration.ear.spoken import spoken
from narration.engines.base import Engine, EngineFailed, Unreadable
from narration.engines.chosen import chosen
from narration.joining import join
from narration.models import Clip, Narration, Pronunciation, Recording
from narration.models.spoken import Sentence, hash_of
from narration.sound import clips, frames
from narration.sound.ffmpeg import FfmpegFailed
from narration.sound.loudness import gain_for
from narration.speaking import introduction, line_at_gate, speak

#: Seconds of silence after a sentence, a paragraph and a heading.
SENTENCE, PARAGRAPH, HEADING = 0.30, 0.65, 0.85


class NothingReads(Exception):  # noqa: N818 — it says what happened
    """No engine could make the recording. The text says why."""


class Piece(NamedTuple):
    """A sentence's frames. `data` is empty for a sentence that is left out."""

    hash: str
    data: bytes = b""
    onset: float = 0.0


Advance = Callable[[], None]


def narrate(key: int) -> Narration | None:
    """Make what is missing of a published article's recordings and streams.

    None if nothing can be heard of the article, `key`. Raises NothingReads.
    """
    article = Article.objects.for_readers().filter(pk=key).first()
    if article is None:
        return None
    texts = speak(article)
    said = [introduction(article), *(text.said for text in texts), line_at_gate()]
    state = Narration.objects.get_or_create(page_id=article.pk)[0]
    state.begin(sum(map(len, said)))
    try:
        found, left_out = recordings_of(said, article.pk, state.advance)
    except NothingReads as error:
        state.fail(str(error))
        raise
    if not join(article, texts, found):
        state.delete()  # there is no engine, and no recording of an editor's
        return None
    state.finish(left_out)
    return state


def recordings_of(
    said: Sequence[list[Sentence]], page: int, advance: Advance
) -> tuple[dict[str, Recording], list[str]]:
    """The recordings by hash, and the sentences that no engine could read.

    They are all in one voice, but for what an editor has uploaded for `page`. Raises NothingReads.
    """
    own = Recording.objects.uploaded().best([hash_of(each) for each in said], [], page)
    missing = [sentences for sentences in said if hash_of(sentences) not in own]
    # An editor who reads the whole text says neither the title nor the line at the gate.
    if own and not any(sentences in missing for sentences in said[1:-1]):
        missing = []
    engines = [engine for engine in chosen() if engine.is_available()]
    if not missing or not engines:
        return own, []
    errors = []
    for engine in engines:
        try:
            with engine:
                made = [record(sentences, engine, advance) for sentences in missing]
        except (EngineFailed, FfmpegFailed) as error:
            errors.append(f"{engine.name}: {error}")
            continue
        left_out = [line for _recording, lines in made for line in lines]
        return own | {recording.hash: recording for recording, _lines in made}, left_out
    raise NothingReads("; ".join(errors))


def record(
    sentences: list[Sentence], engine: Engine, advance: Advance
) -> tuple[Recording, list[str]]:
    """The recording of `sentences`, and those that the engine can't read. Raises EngineFailed."""
    words = Pronunciation.objects.as_words()
    said = [spoken(sentence.text, words) for sentence in sentences]
    hashes = [_clip_hash(*pair) for pair in zip(said, sentences, strict=True)]
    key = hash_of(sentences)
    existing = Recording.objects.filter(hash=key, voice=engine.voice).first()
    if existing and existing.clip_hashes == hashes and existing.is_there:
        return existing, _left_out(sentences, existing)
    known = _known(engine.voice, hashes)
    pieces: dict[str, Piece] = {}
    for text, sentence, clip_hash in zip(said, sentences, hashes, strict=True):
        if clip_hash and clip_hash not in pieces:
            pieces[clip_hash] = known.get(clip_hash) or _made(
                text, pause_after(sentence), engine, clip_hash
            )
        advance()
    recording = existing or Recording(hash=key, voice=engine.voice, is_natural=engine.is_natural)
    try:
        _store(recording, hashes, pieces)
    except IntegrityError:
        # Another process has stored it meanwhile: the line at the gate is the same in all articles.
        recording.file.delete(save=False)
        recording = Recording.objects.get(hash=key, voice=engine.voice)
    return recording, _left_out(sentences, recording)


def pause_after(sentence: Sentence) -> float:
    if sentence.is_heading:
        return HEADING
    return PARAGRAPH if sentence.is_last else SENTENCE


def _clip_hash(said: str, sentence: Sentence) -> str:
    """Of what an engine is given. Empty if there is nothing to say."""
    if not any(character.isalnum() for character in said):
        return ""
    return hashlib.sha256(f"{pause_after(sentence)} {said}".encode()).hexdigest()


def _left_out(sentences: list[Sentence], recording: Recording) -> list[str]:
    together = zip(sentences, recording.clip_hashes, recording.starts, strict=True)
    return [sentence.text for sentence, key, start in together if key and start is None]


def _known(voice: str, hashes: list[str]) -> dict[str, Piece]:
    """The pieces that other recordings in this voice hold."""
    files: dict[int, bytes] = {}
    found = {}
    rows = Clip.objects.filter(voice=voice, hash__in=set(hashes)).select_related("recording")
    for clip in rows:
        try:
            if clip.recording_id not in files:
                files[clip.recording_id] = clip.recording.read()
        except FileNotFoundError:
            continue
        data = files[clip.recording_id][clip.start : clip.start + clip.size]
        if len(data) == clip.size:
            found[clip.hash] = Piece(clip.hash, data, clip.onset)
    return found


def _made(text: str, pause: float, engine: Engine, clip_hash: str) -> Piece:
    gain = gain_for(engine)
    try:
        clip = clips.encode(engine.synthesise(text), pause, gain)
    except Unreadable:
        return Piece(clip_hash)
    return Piece(clip_hash, clip.data, clip.onset)


def _store(recording: Recording, hashes: list[str], pieces: Mapping[str, Piece]) -> None:
    starts: list[float | None] = []
    rows: dict[str, Clip] = {}
    data = bytearray()
    for clip_hash in hashes:
        piece = pieces.get(clip_hash)
        if piece is None or not piece.data:
            starts.append(None)
            continue
        starts.append(round(frames.seconds(len(data)) + piece.onset, 3))
        rows[clip_hash] = Clip(
            voice=recording.voice,
            hash=clip_hash,
            start=len(data),
            size=len(piece.data),
            onset=piece.onset,
        )
        data += piece.data
    with transaction.atomic():
        recording.store(ContentFile(bytes(data)))
        recording.size, recording.starts, recording.clip_hashes = len(data), starts, hashes
        recording.save()
        for row in rows.values():
            row.recording = recording
        recording.clips.all().delete()
        Clip.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["voice", "hash"],
            update_fields=["recording", "start", "size", "onset"],
        )


def articles_saying(word: str) -> list[int]:
    """The primary keys of the articles in which `word` may be said."""
    # SQLite knows the case of ASCII letters only.
    forms = {word, word.lower(), word.capitalize(), word.upper()}
    in_text = in_article = Q(pk__in=[])
    for form in forms:
        in_text |= Q(text__icontains=form)
        in_article |= Q(title__icontains=form) | Q(lead__icontains=form)
    keys = set(Passage.objects.filter(in_text).values_list("page_id", flat=True))
    keys.update(Article.objects.filter(in_article).values_list("pk", flat=True))
    return sorted(Article.objects.for_readers().filter(pk__in=keys).values_list("pk", flat=True))
