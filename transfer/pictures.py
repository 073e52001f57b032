"""The pictures of a folder, and how the portal recognises one it has."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles.image_encoding import encode
from articles.models import File, Picture
from articles.publishing.elements import FileId


@dataclass(frozen=True)
class PictureFile:
    """A checked picture. `identity` is the `file_hash` it has, or will have, in the portal."""

    path: Path
    name: str
    identity: str

    @classmethod
    def check(cls, path: Path, name: str) -> "PictureFile":
        """Raises ValidationError for a file that can't be accepted."""
        data = path.read_bytes()
        known = known_picture(data)
        return cls(path, name, known.file_hash if known else sha1(encode(data).data))

    def found(self) -> Picture:
        """Returns the portal's picture, or a new one that isn't saved."""
        data = self.path.read_bytes()
        known = Picture.objects.filter(file_hash=self.identity).order_by("pk").first()
        picture = known or known_picture(data)
        if picture is None:
            picture = Picture(title=self.name.rsplit(".", 1)[0])
            picture.take(data, self.name)
        return picture


class Identities:
    """The hash by which an import knows a picture, a file or a drawing."""

    def __init__(self) -> None:
        self.hashes: dict[int, str] = {}

    def __call__(self, shown: int | str) -> str:
        """Of the id of a picture or a file, or of a drawing's text. Returns "" if it is gone."""
        if isinstance(shown, str):
            return sha1(shown.encode())
        if isinstance(shown, FileId):
            return File.objects.filter(pk=shown).values_list("file_hash", flat=True).first() or ""
        if shown not in self.hashes:
            picture = Picture.objects.filter(pk=shown).values_list("file_hash", flat=True)
            self.hashes[shown] = picture.first() or ""
        return self.hashes[shown]


def known_picture(data: bytes) -> Picture | None:
    pictures = Picture.objects.order_by("pk")
    found: Picture | None = (
        pictures.filter(source_hash=hashlib.sha256(data).hexdigest()).first()
        or pictures.filter(file_hash=sha1(data)).first()
    )
    return found


def sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def remove_file(stored: Picture | File) -> None:
    """Removes the file of a row that was rolled back."""
    file: Any = stored.file
    if file and file._committed:
        file.storage.delete(file.name)
