"""One sentence as a clip: trimmed, at the right loudness, encoded, with a pause at its end."""

import array
import math
from dataclasses import dataclass

from narration.engines.base import Sound, Unreadable
from narration.sound import ffmpeg, frames

#: A sample counts as speech if it is louder than this part of the loudest one (−46 dB).
SPEECH = 0.005
#: A sound whose loudest sample is below this (of 32,768) is silence.
SILENCE = 64
#: Seconds of the engine's own sound that stay before and after the speech. They are faded, so that
#: nothing clicks where clips meet.
BEFORE, AFTER = 0.010, 0.030
WINDOW = 0.002  # seconds
#: dBFS. MP3 raises peaks at this bit rate: the true peak came out up to 2 dB higher.
LIMIT = -3.5


@dataclass(frozen=True)
class Clip:
    """`data` is whole frames. `onset` is where the speech is heard, in seconds from its start."""

    data: bytes
    onset: float

    @property
    def seconds(self) -> float:
        return frames.seconds(self.data)


def encode(sound: Sound, pause: float, gain: float) -> Clip:
    """Encode the speech in `sound`, changed by `gain` (dB), and then `pause` seconds of silence.

    The clip begins with the encoder's delay, which is silent. So the speech of two clips in a row
    is `pause` and 46 ms apart, and up to a frame more.

    Raises Unreadable for silence, and ffmpeg.FfmpegFailed.
    """
    samples, before = _trimmed(sound)
    length = frames.DELAY_SECONDS + len(samples) / sound.rate + pause
    count = math.ceil(length / frames.FRAME_SECONDS)
    # As many samples as the frames hold, so that the encoder fills them all.
    total = math.ceil(count * frames.FRAME_SECONDS * sound.rate)
    samples.extend([0] * (total - len(samples)))
    data, _log = ffmpeg.run(
        [
            *("-loglevel", "error", "-f", "s16le", "-ar", str(sound.rate), "-ac", "1"),
            *("-i", "pipe:0", "-af", louder(gain), *frames.ENCODING, "pipe:1"),
        ],
        samples.tobytes(),
    )
    kept = data[: count * frames.FRAME_BYTES]
    if len(kept) < count * frames.FRAME_BYTES or not frames.are_frames(kept):
        raise ffmpeg.FfmpegFailed("ffmpeg wrote other frames than it was asked for.")
    return Clip(kept, frames.DELAY_SECONDS + before)


def louder(gain: float) -> str:
    """The filters of ffmpeg that change sound by `gain` (dB) and hold its peaks below LIMIT."""
    # At 96 kHz the limiter sees the peaks between the samples, too. `latency` takes the delay of
    # the limiter away again.
    return (
        f"volume={gain:.2f}dB,aresample=96000,"
        f"alimiter=limit={10 ** (LIMIT / 20):.4f}:level=0:latency=1,aresample={frames.RATE}"
    )


def _trimmed(sound: Sound) -> "tuple[array.array[int], float]":
    """The speech in `sound`, and how many seconds lie before it is heard. Raises Unreadable."""
    samples = array.array("h", sound.samples)
    window = max(1, int(WINDOW * sound.rate))
    peaks = [
        max(max(part), -min(part))  # noqa: PLW3301 - as fast as C
        for part in (samples[at : at + window] for at in range(0, len(samples), window))
    ]
    loudest = max(peaks, default=0)
    if loudest < SILENCE:
        raise Unreadable("The engine makes no sound of the sentence.")
    heard = [index for index, peak in enumerate(peaks) if peak > SPEECH * loudest]
    first, last = heard[0] * window, (heard[-1] + 1) * window
    start = max(0, first - int(BEFORE * sound.rate))
    end = min(len(samples), last + int(AFTER * sound.rate))
    speech = samples[start:end]
    _fade(speech, int(BEFORE * sound.rate), int(AFTER * sound.rate))
    return speech, (first - start) / sound.rate


def _fade(samples: "array.array[int]", at_start: int, at_end: int) -> None:
    for index in range(min(at_start, len(samples))):
        samples[index] = samples[index] * index // at_start
    for index in range(min(at_end, len(samples))):
        samples[-1 - index] = samples[-1 - index] * index // at_end
