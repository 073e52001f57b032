"""What every engine gives, and how it fails."""

import re
from dataclasses import dataclass
from typing import Protocol, Self

#: Characters. No sentence is this long. A longer one would also fill the pipe to an engine, which
#: takes 64 kB, before the engine reads it.
LONGEST_SENTENCE = 5000
#: A NUL ends a C string, half of a surrogate pair has no UTF-8, and XML takes none of these.
NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


class EngineFailed(Exception):  # noqa: N818 - it says what happened
    """The engine can't work now: its process died or hung, or its service is away.

    The same sentence may succeed later. `retry_after` is in seconds, if the service has named a
    time.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreadable(Exception):  # noqa: N818
    """The engine works, and this sentence gives no sound. To try again is of no use."""


@dataclass(frozen=True)
class Sound:
    """`samples` are signed 16-bit mono in the machine's byte order, `rate` of them a second."""

    samples: bytes
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / 2 / self.rate


class Engine(Protocol):
    """It is used within `with engine:`, which starts what it needs and ends it.

    `voice` tells all that changes the sound: two engines with equal voices read a sentence alike.
    """

    name: str
    is_natural: bool

    @property
    def language(self) -> str: ...

    @property
    def voice(self) -> str: ...

    def is_available(self) -> bool:
        """Whether it is installed and set up. Asks no service and starts no process."""
        ...

    def synthesise(self, sentence: str) -> Sound:
        """Raises EngineFailed or Unreadable."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *args: object) -> None: ...


def readable(sentence: str) -> str:
    """`sentence` without the characters that no engine takes. Raises Unreadable."""
    text = NO_TEXT.sub(" ", sentence).strip()
    if not any(character.isalnum() for character in text):
        raise Unreadable("The sentence has neither a letter nor a digit.")
    if len(text) > LONGEST_SENTENCE:
        raise Unreadable(f"The sentence is longer than {LONGEST_SENTENCE} characters.")
    return text
