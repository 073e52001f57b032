"""Engines for the tests: one that hums, and one whose sound can be read."""

import math
from array import array

from django.conf import settings

from narration import making
from narration.engines import chosen
from narration.engines.base import EngineFailed, Sound, Unreadable
from narration.sound import frames
from narration.sound.clips import Clip

RATE = 24_000


class HummingEngine:
    """A tone for each sentence, as long as its text. Counts what it is asked."""

    name, voice, language, is_natural = "humming", "humming:1", "nb", False
    #: Sentences that it can't read, and whether it fails at all.
    refused: tuple[str, ...] = ()
    fails = False

    def __init__(self) -> None:
        self.read: list[str] = []

    def is_available(self) -> bool:
        return True

    def __enter__(self) -> "HummingEngine":
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def synthesise(self, sentence: str) -> Sound:
        if self.fails:
            raise EngineFailed("den svarer ikke")
        if any(word in sentence for word in self.refused):
            raise Unreadable(sentence)
        self.read.append(sentence)
        return self.sound(sentence)

    def sound(self, sentence: str) -> Sound:
        count = max(RATE // 10, len(sentence) * RATE // 50)
        tone = array("h", (round(9000 * math.sin(n / 8)) for n in range(count)))
        return Sound(tone.tobytes(), RATE)


def readable_clip(sound: Sound, pause: float, gain: float) -> Clip:
    """Frames that hold the sentence itself, so that a sweep finds it in a file. They last 1.2 s."""
    text, room = sound.samples, frames.FRAME_BYTES - 4
    pieces = [text[at : at + room] for at in range(0, len(text), room)]
    return Clip(b"".join(frames.HEADER + piece.ljust(room, b" ") for piece in pieces), 0.0)


class ReadableEngine(HummingEngine):
    name, voice = "readable", "readable:1"

    def sound(self, sentence: str) -> Sound:
        return Sound(sentence.encode().ljust(188 * 50), RATE)


def use(patch, engine) -> None:
    """Let `engine` alone read."""
    patch.setattr(settings, "NARRATION_ENGINES", ["humming"])
    patch.setattr(making, "chosen", lambda: [engine])
    patch.setattr(making, "gain_for", lambda engine: 0.0)
    patch.setitem(chosen.ENGINES, "humming", type(engine))
    if isinstance(engine, ReadableEngine):
        patch.setattr(making.clips, "encode", readable_clip)
