"""The one format of all recordings, and its arithmetic.

MP3 with a constant bit rate of 64 kbit/s, mono, 24,000 Hz: MPEG-2 Layer III. Each frame holds 576
samples in exactly 192 bytes, without padding, and needs no other frame, as the bit reservoir is
off. So recordings are joined by joining their bytes and cut between any two frames, and a time is
a byte: frame * FRAME_BYTES, frame * FRAME_SECONDS.
"""

import math

RATE = 24_000
FRAME_SAMPLES = 576
FRAME_BYTES = 192
FRAME_SECONDS = FRAME_SAMPLES / RATE
#: The first four bytes of each frame: sync, version, layer, no checksum, 64 kbit/s, 24,000 Hz, no
#: padding, mono. The very last bits are flags that a decoder doesn't need.
HEADER = bytes.fromhex("fff384c4")
#: What ffmpeg takes to write it: frames alone, without tags and without an index in front.
ENCODING = (
    *("-map_metadata", "-1", "-ac", "1", "-ar", str(RATE), "-c:a", "libmp3lame", "-b:a", "64k"),
    *("-reservoir", "0", "-write_xing", "0", "-id3v2_version", "0", "-write_id3v1", "0"),
    *("-f", "mp3"),
)
#: Samples that a decoder gives before the first sample that was encoded: 576 of the encoder LAME,
#: and 529 of the decoder. Measured with ffmpeg as well.
DELAY_SAMPLES = 1105
DELAY_SECONDS = DELAY_SAMPLES / RATE


def seconds(data: bytes | int) -> float:
    """How long frames last. Takes the frames, or their length in bytes."""
    length = data if isinstance(data, int) else len(data)
    return length // FRAME_BYTES * FRAME_SECONDS


def offset(time: float) -> int:
    """The byte where the frame begins in which `time` (seconds) lies."""
    # A time that was made from a frame must find that frame again, in spite of rounding.
    return max(0, math.floor(time / FRAME_SECONDS + 1e-6)) * FRAME_BYTES


def cut(data: bytes, time: float) -> tuple[bytes, bytes]:
    """`data` before and from the frame in which `time` (seconds) lies."""
    return data[: offset(time)], data[offset(time) :]


def are_frames(data: bytes) -> bool:
    """Whether `data` is whole frames of our format, and nothing else."""
    return len(data) % FRAME_BYTES == 0 and all(
        data.startswith(HEADER, at) for at in range(0, len(data), FRAME_BYTES)
    )
