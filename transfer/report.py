"""What an import did to one series, or would do."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """The counts are numbers of articles."""

    title: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    is_reordered: bool = False
    #: ("new" or "changed", file) of each file that made a difference
    files: list[tuple[str, str]] = field(default_factory=list)

    def add(self, file: object, is_new: bool, is_changed: bool, is_part: bool = False) -> None:
        kind = "new" if is_new else "changed" if is_changed else "unchanged"
        if is_part:
            setattr(self, kind, getattr(self, kind) + 1)
        if kind != "unchanged":
            self.files.append((kind, str(file)))
