"""espeak-ng: sounds like a robot, reads everything, and comes with the portal."""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from narration.engines.process import ProcessEngine

PROGRAM = Path(__file__).with_name("espeak_process.py")
PACKAGE = "espeakng-loader"
#: Its own default is 175. Subject matter is listened to more slowly than a menu is.
WORDS_PER_MINUTE = 160


class EspeakEngine(ProcessEngine):
    name = "espeak"
    is_natural = False

    def __init__(self, language: str = "nb") -> None:
        super().__init__()
        self.language = language

    @property
    def voice(self) -> str:
        return f"espeak:{self.language}:{WORDS_PER_MINUTE}:{version(PACKAGE)}"

    def is_available(self) -> bool:
        try:
            return bool(version(PACKAGE))
        except PackageNotFoundError:
            return False

    def command(self) -> list[str | Path]:
        return [sys.executable, "-I", PROGRAM, self.language, str(WORDS_PER_MINUTE)]
