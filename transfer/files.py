"""The contents of a folder's files, once they are read and checked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from accounts.access import Access
from transfer.by_lines import ByLine
from transfer.markdown import ParsedBlock
from transfer.pdfs import PdfFile
from transfer.pictures import PictureFile
from transfer.promotion import Promotion
from transfer.richtext import Node

#: Receives progress: the number of articles that are done, and the total.
Tell = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    pass


@dataclass(frozen=True)
class AuthorFile:
    file: Path
    title: str
    slug: str
    family_name: str
    born: int | None
    role: str
    portrait: PictureFile | None
    links: dict[str, str]
    bio: tuple[Node, ...]


@dataclass(frozen=True)
class SubjectFile:
    file: Path
    title: str
    slug: str
    description: str


@dataclass(frozen=True)
class SponsorLine:
    text: str
    url: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class TextFile:
    """An article or a simple page. A simple page uses none of the fields below `files`."""

    file: Path
    title: str
    slug: str
    lead: str
    blocks: list[ParsedBlock]
    pictures: dict[str, PictureFile]
    files: dict[str, PdfFile] = field(default_factory=dict)
    by_line: ByLine = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    access: Access = Access.MEMBERS
    published: datetime | None = None
    is_draft: bool = False
    #: The day that a part which isn't written yet is planned for.
    planned_on: date | None = None
    sponsor: SponsorLine | None = None
    shows_contents: bool = False
    reviewed_on: date | None = None
    corrections: tuple[tuple[date, str], ...] = ()
    promotion: Promotion = field(default_factory=Promotion)


@dataclass(frozen=True)
class SeriesFile:
    file: Path
    title: str
    slug: str
    lead: str
    picture: PictureFile | None
    subjects: list[str]
    announces: bool
    promotion: Promotion


@dataclass(frozen=True)
class Parts:
    """The articles of a folder in order. Each is read again when its turn comes, because all of
    them together may not fit in memory."""

    names: list[str]
    #: Raises Faults if a file has become wrong since it was checked.
    read: Callable[[str], TextFile]

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[TextFile]:
        return map(self.read, self.names)


@dataclass(frozen=True)
class SeriesFolder:
    head: SeriesFile
    authors: list[AuthorFile]
    subjects: list[SubjectFile]
    parts: Parts
