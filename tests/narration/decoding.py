"""What a listener hears of frames: ffmpeg decodes them to samples."""

import array

from narration.sound import ffmpeg, frames


def decoded(data: bytes) -> "array.array[int]":
    output, _log = ffmpeg.run(
        [
            *("-loglevel", "error", "-f", "mp3", "-i", "pipe:0"),
            *("-f", "s16le", "-ar", str(frames.RATE), "pipe:1"),
        ],
        data,
    )
    return array.array("h", output)


def loudest(samples) -> int:
    return max(abs(value) for value in samples)


def onset(samples, part: float = 0.01) -> float:
    """Seconds until a sample is louder than `part` of the loudest."""
    threshold = part * loudest(samples)
    return next(at for at, value in enumerate(samples) if abs(value) > threshold) / frames.RATE
