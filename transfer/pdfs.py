"""The files to download of a folder, and how the portal recognises one it has."""

from dataclasses import dataclass
from pathlib import Path

from articles.models import File
from articles.models.files import check_pdf, hash_of
from transfer.unfinished import Additions


@dataclass(frozen=True)
class PdfFile:
    """A checked file. `identity` is the `file_hash` that it has, or will have, in the portal."""

    path: Path
    name: str
    identity: str

    @classmethod
    def check(cls, path: Path, name: str) -> "PdfFile":
        """Raises ValidationError for a file that can't be accepted."""
        data = path.read_bytes()
        check_pdf(data)
        return cls(path, name, hash_of(data))

    def stored(self, added: Additions | None) -> File:
        """Returns the portal's file, or a new one. Raises Overtaken."""
        file = File.objects.filter(file_hash=self.identity).order_by("pk").first()
        if file is None:
            file = File(title=self.name.rsplit(".", 1)[0].replace("-", " ").capitalize())
            file.take(self.path.read_bytes(), self.name)
            if added:
                added.add_file(file)
        return file
