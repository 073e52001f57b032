"""What editors send of sound."""

import hashlib
import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narration.models import SpokenText

TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]?\d(?:[.,]\d+)?)")
#: How the formats that can be read begin, where they begin so: ID3, MP3 frames, Ogg, RIFF, FLAC,
#: and MP4, whose name comes after four bytes. The worker judges the whole file.
BEGINNINGS = (b"ID3", b"\xff", b"OggS", b"RIFF", b"fLaC")


CHANGED = gettext_lazy("The text has changed meanwhile. Look at it, and upload once more.")


def hash_of_texts(hashes: list[str]) -> str:
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Sound file"))
    #: The texts that the editor sees: whoever reads for hours must not meet a gate that has moved.
    texts = forms.CharField(required=False)
    reader = forms.CharField(label=gettext_lazy("Who reads"), max_length=100)
    position = forms.TypedChoiceField(label=gettext_lazy("It reads"), coerce=int, required=False)
    cuts = forms.CharField(
        label=gettext_lazy("Where each gate comes"),
        required=False,
        help_text=gettext_lazy(
            "Minutes and seconds, such as 4:30. The sound after it is for members only."
        ),
    )

    def __init__(self, *args: Any, texts: list[SpokenText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gates = len(texts) - 1
        self.hashes = [text.hash for text in texts]
        self.seen = hash_of_texts(self.hashes)
        choices = [("", _("The whole article"))]
        if self.gates:
            choices += [(str(n), _("Only part %d") % (n + 1)) for n in range(len(texts))]
        position: Any = self.fields["position"]
        position.choices, position.empty_value = choices, None
        if not self.gates:
            del self.fields["cuts"], self.fields["position"]

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.MAX_RECORDING_MB * 1024 * 1024:
            text = _("The file is larger than %(size)s MB. Save it as MP3 first.")
            raise ValidationError(text % {"size": settings.MAX_RECORDING_MB})
        start = file.read(8)
        file.seek(0)
        if not (start.startswith(BEGINNINGS) or start[4:] == b"ftyp"):
            raise ValidationError(
                _(
                    "The file is not a sound recording that can be used. Save it as MP3, M4A, OGG,"
                    " FLAC or WAV."
                )
            )
        return file

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found.setdefault("position", None)
        if found.pop("texts", "") != self.seen:
            self.add_error("file", CHANGED)
        position = found["position"]
        found["hashes"] = self.hashes if position is None else [self.hashes[position]]
        found["cuts"] = self._seconds(found.get("cuts", ""), whole=found["position"] is None)
        return found

    def _seconds(self, written: str, *, whole: bool) -> list[float]:
        if not whole or not self.gates:
            return []
        times = [TIME.fullmatch(part) for part in re.split(r"[;\s]+", written.strip()) if part]
        seconds = [
            3600 * int(found[1] or 0) + 60 * int(found[2]) + float(found[3].replace(",", "."))
            for found in times
            if found
        ]
        if len(seconds) != len(times) or len(seconds) != self.gates or seconds != sorted(seconds):
            self.add_error(
                "cuts",
                _("Write one time for each gate, in order, such as 4:30."),
            )
        return seconds
