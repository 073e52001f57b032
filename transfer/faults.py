"""Faults in a folder: where each one is, and how to correct it."""

from pathlib import PurePath


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
