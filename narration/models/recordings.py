"""Recordings of spoken texts, and of the single sentences in them."""

import uuid
from collections.abc import Iterable
from functools import partial

from django.core.files.base import File
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from narration.sound import frames

#: What the voice of an upload begins with.
UPLOAD = "upload:"


def new_name(instance: models.Model, filename: str) -> str:
    """A name that tells nothing of what is said or for whom."""
    return f"narration/{uuid.uuid4().hex}.mp3"


class SoundFile(models.Model):
    """A row that owns a file. The file goes with the row (narration/receivers.py)."""

    file = models.FileField(upload_to=new_name)

    class Meta:
        abstract = True

    @property
    def is_there(self) -> bool:
        return self.file.storage.exists(self.file.name or "") if self.file.name else False

    def read(self) -> bytes:
        with self.file.open("rb") as file:
            data: bytes = file.read()
        return data

    def store(self, content: "File[bytes]") -> None:
        """Give the row a new file. The caller saves the row."""
        old = self.file.name
        self.file.save("sound.mp3", content, save=False)
        if old:
            transaction.on_commit(partial(self.file.storage.delete, old))


class RecordingQuerySet(models.QuerySet["Recording"]):
    def uploaded(self) -> "RecordingQuerySet":
        return self.filter(voice__startswith=UPLOAD)

    def made(self) -> "RecordingQuerySet":
        return self.exclude(voice__startswith=UPLOAD)

    def best(self, hashes: Iterable[str], voices: list[str], page: int) -> "dict[str, Recording]":
        """For each hash an editor's own recording for `page`, else that of the first of `voices`.

        A person reads for one article. The sound may hold more than the text that it is found by.
        """
        found: dict[str, tuple[int, Recording]] = {}
        for recording in self.filter(hash__in=set(hashes)).order_by("pk"):
            if recording.is_uploaded and recording.page_id == page:
                rank = -1
            elif recording.voice in voices:
                rank = voices.index(recording.voice)
            else:
                continue
            if recording.hash not in found or rank <= found[recording.hash][0]:
                found[recording.hash] = (rank, recording)
        return {key: recording for key, (_rank, recording) in found.items()}


class Recording(SoundFile):
    """One spoken text in one voice. The file is MP3 frames alone (narration/sound/frames.py)."""

    #: Of the spoken text.
    hash = models.CharField(max_length=64, db_index=True)
    #: An engine's `voice`, or UPLOAD and the number of the upload.
    voice = models.CharField(max_length=100)
    #: Who reads. Empty for a synthetic voice.
    reader = models.CharField(max_length=100, blank=True)
    is_natural = models.BooleanField()
    #: How many bytes of frames the file holds.
    size = models.PositiveBigIntegerField()
    #: For each sentence when it is heard, in seconds, or None for one that no engine could read.
    starts = models.JSONField()
    #: The clips that it is joined from, by hash, or "" for a sentence that is left out.
    clip_hashes = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now=True)

    #: Of an upload: where it belongs, and the rows of Sentence that it reads.
    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, null=True, related_name="own_recordings"
    )
    position = models.PositiveSmallIntegerField(null=True)
    sentences = models.JSONField(default=list)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hash", "voice"], name="one_recording")]

    def __str__(self) -> str:
        return f"{self.voice}: {self.hash[:8]}"

    @property
    def is_uploaded(self) -> bool:
        return self.voice.startswith(UPLOAD)

    @property
    def upload_number(self) -> int:
        """Of the upload that it was made of. A later upload has a greater one."""
        return int(self.voice.removeprefix(UPLOAD))

    @property
    def seconds(self) -> float:
        return frames.seconds(self.size)


class Clip(models.Model):
    """One sentence in one voice: a part of a recording's file. So a changed text is put together
    from what is there, and only new sentences are made."""

    voice = models.CharField(max_length=100)
    #: Of the words that the engine was given, and of the pause after them.
    hash = models.CharField(max_length=64)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="clips")
    #: Bytes.
    start = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    #: Seconds from the clip's start to the first sound.
    onset = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["voice", "hash"], name="one_clip")]

    def __str__(self) -> str:
        return f"{self.voice}: {self.hash[:8]}"


class Upload(models.Model):
    """An editor's own recording as it came, until the worker has made recordings of it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="uploaded_sound")
    file = models.FileField(upload_to="narration/uploads/")
    reader = models.CharField(_("who reads"), max_length=100)
    #: The passage that it reads, or None for all of them, one after the other.
    position = models.PositiveSmallIntegerField(null=True)
    #: Of the spoken texts that it reads. It is used for no other text.
    hashes = models.JSONField(default=list, db_default=[])
    #: Where in it each passage but the first begins, in seconds.
    cuts = models.JSONField(default=list)
    #: Why it was refused. Empty while it waits.
    error = models.TextField(blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.page_id}: {self.reader}"
