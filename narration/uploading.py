"""Makes recordings of what an editor uploads, read by a person."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Reader
from articles.models import Article, Passage
from narration.models import Recording, SpokenText, Stream, Upload
from narration.models.recordings import UPLOAD
from narration.models.spoken import Sentence
from narration.sound import frames
from narration.sound.alignment import align, silences
from narration.sound.uploads import NotSound, normalise
from narration.speaking import speak


def take(upload: Upload, then: Callable[[], object]) -> None:
    """Make recordings of it, and delete it. If it is refused, `error` says why.

    Calls `then` in the same transaction, so that a worker that dies here leaves nothing half done.

    Raises FfmpegFailed for what isn't the file's fault.
    """
    article = Article.objects.get(pk=upload.page_id)
    try:
        with tempfile.TemporaryDirectory() as name:
            data = _normalised(upload, Path(name))
            texts = _texts(upload, speak(article))
            parts = _cut(data, [float(second) for second in upload.cuts], len(texts))
            rows = [_recording(upload, *pair) for pair in zip(texts, parts, strict=True)]
    except NotSound as error:
        # Its editor may have called it back, so the row is not written anew.
        Upload.objects.filter(pk=upload.pk).update(file="", error=str(error))
        upload.file.storage.delete(str(upload.file.name))
        return
    with transaction.atomic():
        if not Upload.objects.select_for_update().filter(pk=upload.pk).exists():
            return
        for row, part in zip(rows, parts, strict=True):
            others = list(
                Recording.objects.uploaded().filter(page=upload.page_id, position=row.position)
            )
            if any(other.upload_number > upload.pk for other in others):
                continue  # another worker was quicker with a later one
            for old in others:
                old.delete()
            row.file.save("sound.mp3", ContentFile(part), save=False)
            row.save()
        upload.delete()
        then()


def _normalised(upload: Upload, folder: Path) -> bytes:
    source, target = folder / "given", folder / "sound.mp3"
    with upload.file.open("rb") as given, source.open("wb") as copy:
        shutil.copyfileobj(given, copy)
    normalise(source, target)
    return target.read_bytes()


def _texts(upload: Upload, texts: Sequence[SpokenText]) -> list[SpokenText]:
    """The texts that it reads. Raises NotSound if they are others than its editor saw."""
    if upload.position is None:
        found = list(texts)
    else:
        found = list(texts[upload.position : upload.position + 1])
    if not found:
        raise NotSound(_("The text that it reads is no longer published."))
    if [text.hash for text in found] != upload.hashes:
        raise NotSound(_("The text has changed meanwhile. Look at it, and upload once more."))
    return found


def _cut(data: bytes, cuts: list[float], count: int) -> list[bytes]:
    """The frames of each text. Raises NotSound for times that don't fit."""
    if len(cuts) != count - 1:
        raise NotSound(_("Say where in the recording each gate comes."))
    parts = []
    before = 0.0
    for second in cuts:
        if not before < second < before + frames.seconds(data):
            raise NotSound(_("A gate comes after the end of the recording, or before another."))
        part, data = frames.cut(data, second - before)
        parts.append(part)
        before = second
    return [*parts, data]


def _recording(upload: Upload, text: SpokenText, data: bytes) -> Recording:
    return Recording(
        hash=text.hash,
        voice=f"{UPLOAD}{upload.pk}",
        reader=upload.reader,
        is_natural=True,
        size=len(data),
        starts=_starts(text.said, data),
        page_id=upload.page_id,
        position=text.passage.position,
        sentences=text.sentences,
    )


def _starts(said: list[Sentence], data: bytes) -> list[float]:
    with tempfile.NamedTemporaryFile(suffix=".mp3") as file:
        file.write(data)
        file.flush()
        quiet = silences(Path(file.name))
    starts = align([sentence.text for sentence in said], frames.seconds(data), quiet)
    return [round(start, 3) for start in starts]


def keep(recording: Recording, text: SpokenText) -> None:
    """Use an uploaded recording for the text as it is now. An editor has heard that it holds."""
    recording.starts = _starts(text.said, recording.read())
    recording.hash, recording.sentences = text.hash, text.sentences
    recording.save()


def says_locked(recording: Recording, text: SpokenText) -> bool:
    """Whether it reads a sentence that whoever may read `text` may read no longer."""
    reader = Reader(text.passage.access)
    readable = Passage.objects.readable_by(reader).filter(page=recording.page_id)
    texts = SpokenText.objects.filter(passage__page=recording.page_id)
    locked = _lines(texts.exclude(passage__in=readable)) - _lines(
        texts.filter(passage__in=readable)
    )
    return any(row[0] in locked for row in recording.sentences)


def _lines(texts: Iterable[SpokenText]) -> set[str]:
    return {row[0] for text in texts for row in text.sentences}


def withdraw(recording: Recording) -> None:
    """Delete an uploaded recording, and what is joined from it: nobody hears it from now on."""
    with transaction.atomic():
        for stream in Stream.objects.filter(page=recording.page_id):
            if any(pk == recording.pk for pk, _hash in stream.parts):
                stream.delete()
        recording.delete()
