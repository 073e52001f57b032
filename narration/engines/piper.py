"""Piper: natural voices on the portal's own machine. The owner installs it, with a voice."""

import hashlib
import json
import shutil
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

from narration.engines.process import ProcessEngine

PROGRAM = Path(__file__).with_name("piper_process.py")
#: Raise it when piper_process.py changes the sound.
VERSION = 1


class PiperEngine(ProcessEngine):
    name = "piper"
    is_natural = True

    @property
    def path(self) -> Path:
        """The voice: an .onnx file, with an .onnx.json file beside it."""
        return Path(settings.PIPER_VOICE)

    @property
    def voice(self) -> str:
        changed = self.path.stat()
        digest = _digest(self.path, changed.st_mtime_ns, changed.st_size)
        return f"piper:{self.path.stem}:{digest}:{VERSION}"

    @property
    def language(self) -> str:
        """Such as “nb” or “en-us”."""
        config: dict[str, Any] = json.loads(_config(self.path).read_text())
        return str(config["espeak"]["voice"])

    def is_available(self) -> bool:
        if not settings.PIPER_VOICE or not self.path.is_file() or not _config(self.path).is_file():
            return False
        if settings.PIPER_PYTHON:
            return shutil.which(settings.PIPER_PYTHON) is not None
        return find_spec("piper") is not None

    def command(self) -> list[str | Path]:
        return [settings.PIPER_PYTHON or sys.executable, "-I", PROGRAM, self.path.resolve()]


def _config(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


@cache
def _digest(path: Path, changed: int, size: int) -> str:
    """Tells voices of the same name apart. A file that has changed is read again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
