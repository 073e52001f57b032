"""Reads the files of one folder, and never one outside it."""

import os
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from transfer.faults import Fault
from transfer.front_matter import FrontMatter, read_utf8
from transfer.pdfs import PdfFile
from transfer.pictures import PictureFile

MAX_TEXT = 2 * 1024 * 1024  # bytes: a book of a thousand pages
MAX_PICTURE = 20 * 1024 * 1024  # bytes, as in the panel
MAX_FILE = 25 * 1024 * 1024

T = TypeVar("T")


def real(path: Path) -> Path:
    """Resolves links. `path.resolve()` would raise RuntimeError at a link that leads to itself."""
    return Path(os.path.realpath(path))


def is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long
        return False


PART = re.compile(r"(\d+)-.+\.md")


class Folder:
    """Reads the files of one folder. `faults` gathers one fault for each faulty file."""

    def __init__(self, path: Path) -> None:
        self.shown, self.root = path, real(path)
        self.faults: list[Fault] = []
        self.pictures: dict[str, PictureFile] = {}

    def names(self, below: str) -> list[str]:
        directory = self.root / below
        if not real(directory).is_relative_to(self.root):
            self.faults.append(self._outside(below, 0))
            return []
        files = sorted(directory.glob("*.md")) if directory.is_dir() else []
        return [str(path.relative_to(self.root)) for path in files if path.name[0] != "."]

    def read(self, name: str, make: Callable[[FrontMatter], T]) -> T | None:
        """Returns the result of `make` for a file. If it fails, adds a fault and returns None."""
        try:
            path = self.inside(name, name, 0, MAX_TEXT)
            return make(FrontMatter(self.shown / name, read_utf8(self.shown / name, path)))
        except Fault as fault:
            self.faults.append(fault)
        except OSError as error:
            self.faults.append(Fault(self.shown / name, 0, str(error), ""))
        return None

    def inside(self, name: str, file: str, line: int, limit: int) -> Path:
        """Returns the path of `name`, which `file` mentions at `line`.

        `limit` is in bytes. Raises Fault if the file is missing, too large or outside the folder.
        """
        if "\\" in name or "\0" in name or ":" in name or PurePosixPath(name).is_absolute():
            raise self._outside(file, line)
        path = real(self.root / name)
        if not path.is_relative_to(self.root):
            raise self._outside(file, line)
        if not is_file(path):
            raise Fault(self.shown / file, line, _("There is no file «%s».") % name[:200],
                        _("Put it there, or correct the path."))  # fmt: skip
        if path.stat().st_size > limit:
            raise Fault(self.shown / file, line, _("The file «%s» is too large.") % name,
                        _("At most %d MB is read.") % (limit // 1024**2))  # fmt: skip
        return path

    def _outside(self, file: str, line: int) -> Fault:
        return Fault(self.shown / file, line, _("The path leads out of the folder."),
                     _("Copy the file into the folder, and write its path within it."))  # fmt: skip

    def picture(self, name: str, file: str, line: int) -> PictureFile:
        path = self.inside(name, file, line, MAX_PICTURE)
        if name not in self.pictures:
            try:
                self.pictures[name] = PictureFile.check(path, PurePosixPath(name).name)
            except ValidationError as error:
                raise Fault(self.shown / file, line, f"«{name}»: " + " ".join(error.messages),
                            _("Use another picture.")) from None  # fmt: skip
        return self.pictures[name]

    def file(self, name: str, file: str, line: int) -> PdfFile:
        path = self.inside(name, file, line, MAX_FILE)
        try:
            return PdfFile.check(path, PurePosixPath(name).name)
        except ValidationError as error:
            raise Fault(self.shown / file, line, f"«{name}»: " + " ".join(error.messages),
                        _("Use another file.")) from None  # fmt: skip

    def picture_at(self, matter: FrontMatter, key: str) -> PictureFile | None:
        name = matter.text(key)
        file = str(Path(matter.file).relative_to(self.shown))
        return self.picture(name, file, matter.lines[key]) if name else None


def numbered(folder: Folder) -> list[str]:
    """Returns the names of the parts, ordered by number."""
    found: dict[int, str] = {}
    for name in folder.names(""):
        match = PART.fullmatch(name)
        if name == "serie.md":
            continue
        if not match:
            problem = _("The file has no number.")
            remedy = _("Call it «01-%s», or move it out of the folder.") % name
            folder.faults.append(Fault(folder.shown / name, 0, problem, remedy))
        elif int(match[1]) in found:
            problem = _("«%s» has the same number.") % found[int(match[1])]
            folder.faults.append(Fault(folder.shown / name, 0, problem, _("Change one of them.")))
        else:
            found[int(match[1])] = name
    return [found[number] for number in sorted(found)]
