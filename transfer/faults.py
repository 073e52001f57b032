"""Faults in a folder: where each one is, and how to correct it."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError


class Fault(Exception):  # noqa: N818 — “fault” is the usual term
    """One fault in one file. `line` is 1-based; 0 means the file as a whole."""

    def __init__(self, file: PurePath | str, line: int, problem: str, remedy: str) -> None:
        super().__init__(file, line, problem, remedy)
        self.file, self.line, self.problem, self.remedy = str(file), line, problem, remedy

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.problem} {self.remedy}".strip()


class Faults(Exception):  # noqa: N818
    """All the faults that were found before anything was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def messages(error: Any) -> Iterator[str]:
    """Yields the texts of a ValidationError, and of the errors that blocks nest in it."""
    if isinstance(error, dict):
        for inner in error.values():
            yield from messages(inner)
        return
    nested = [
        getattr(error, name, None) or []
        for name in ("block_errors", "cell_errors", "non_block_errors")
    ]
    if any(nested):
        for inner in nested:
            yield from messages(inner)
    elif isinstance(error, ValidationError):
        yield from error.messages
    elif isinstance(error, str):
        yield error
    elif isinstance(error, list) or hasattr(error, "as_data"):
        for inner in getattr(error, "as_data", lambda: error)():
            yield from messages(inner)
