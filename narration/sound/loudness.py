"""How loud sound is, by EBU R 128, and the gain that brings an engine's voice to our loudness."""

import re
from dataclasses import dataclass
from pathlib import Path

from narration.engines.base import Engine, EngineFailed, Sound, Unreadable
from narration.sound import clips, ffmpeg

#: What podcast apps ask for, in LUFS, measured on the mono file.
TARGET = -16.0
#: Seconds between the sentences of the reference, as in an article.
PAUSE = 0.4
#: How often a gain is corrected at most, and how near (LU) is near enough.
ROUNDS, NEAR = 10, 0.1
#: About twenty seconds with every vowel and most consonants.
REFERENCE = {
    "nb": (
        "Når snøen smelter om våren, øker vannføringen i elvene gjennom hele dalen.",
        "Forskerne måler hvor mye vann som renner forbi, og sammenligner med tidligere år.",
        "Er det mer enn før, eller bare tidligere?",
        "Svaret avhenger av hvor høyt over havet målingene er gjort, og av været den vinteren.",
    ),
    "en": (
        "When the snow melts in spring, the rivers rise throughout the whole valley.",
        "Researchers measure how much water passes, and compare it with the years before.",
        "Is there more of it, or does it only come sooner?",
        "The answer depends on the height above the sea, and on the weather that winter.",
    ),
}
_gains: dict[str, float] = {}


@dataclass(frozen=True)
class Loudness:
    """`integrated` in LUFS, −70 for silence. `peak` is the true peak in dBTP."""

    integrated: float
    peak: float


def measure(recording: bytes | Path, seconds: float = 60) -> Loudness:
    """Measure frames, or a file of them, as a decoder plays them. ffmpeg gets at most `seconds`.

    Raises ffmpeg.FfmpegFailed.
    """
    source = f"file:{recording.resolve()}" if isinstance(recording, Path) else "pipe:0"
    _output, log = ffmpeg.run(
        [
            *("-loglevel", "info", "-f", "mp3", "-i", source),
            *("-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"),
        ],
        recording if isinstance(recording, bytes) else b"",
        seconds,
    )
    return Loudness(summary(log, "I", "LUFS"), summary(log, "Peak", "dBFS"))


def summary(log: str, name: str, unit: str) -> float:
    """The figure `name` of the summary that the filter ebur128 ends with."""
    found = re.findall(rf"^\s+{name}:\s+(-?[\d.]+|-inf|nan) {unit}", log, re.MULTILINE)
    if not found:
        raise ffmpeg.FfmpegFailed("ffmpeg measured no loudness.")
    return max(-70.0, float(found[-1])) if found[-1] != "nan" else -70.0


def gain_for(engine: Engine) -> float:
    """The gain (dB) that brings `engine` to TARGET. It is running.

    A synthetic voice is equally loud from text to text, so it is measured once in each process.
    Raises EngineFailed, and ffmpeg.FfmpegFailed.
    """
    if engine.voice not in _gains:
        sentences = REFERENCE.get(engine.language[:2], REFERENCE["nb"])
        try:
            reference = _joined([engine.synthesise(sentence) for sentence in sentences])
        except Unreadable as error:  # such as an unknown voice at Azure
            raise EngineFailed(f"{engine.voice} does not read an ordinary sentence.") from error
        gain, step, before = 0.0, 0.0, 0.0
        for _round in range(ROUNDS):
            now = measure(clips.encode(reference, PAUSE, gain).data).integrated
            if abs(TARGET - now) <= NEAR:
                break
            # The limiter takes some of each gain away, and more of it each time.
            kept = max(0.2, min(1.0, (now - before) / step)) if step else 1.0
            step, before = (TARGET - now) / kept, now
            gain += step
        _gains[engine.voice] = round(gain, 2)
    return _gains[engine.voice]


def _joined(sounds: list[Sound]) -> Sound:
    rate = sounds[0].rate
    silence = bytes(2 * int(PAUSE * rate))
    return Sound(silence.join(sound.samples for sound in sounds), rate)
