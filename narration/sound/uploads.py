"""A recording that an editor uploads, read by a person: checked, and made into our format.

ffmpeg reads the file in a process of its own, without network and other files, and the content
decides the format, never the name.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from narration.sound import clips, ffmpeg, frames, loudness

#: Formats that hold sound and name no other file: ffmpeg also knows playlists.
FORMATS = "mp3,mov,ogg,wav,flac,aac"
CODECS = (
    "mp3float,mp3,aac,alac,vorbis,opus,flac,"
    "pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le"
)
MAX_SECONDS = 3 * 60 * 60
#: Bytes of a file that aren't sound: tags, a cover, and a tenth for what the format itself needs.
MAX_OTHER, OTHER_PART = 5 * 1024 * 1024, 0.1
#: A file is damaged if less than this part of the time that it states is there.
WHOLE = 0.95
#: Bytes: from here on, a WAV file states no real length.
UNKNOWN_LENGTH = 0x7FFF_0000
#: LUFS. Below this there is nothing to hear, and a gain would only raise the noise.
SILENT = -60.0
#: Seconds for each run of ffmpeg. On two weak cores three hours of sound take two minutes.
PATIENCE = 30 * 60
#: The limiter takes some of a large gain away. It is corrected so often, until it is so near (LU).
ROUNDS, NEAR = 3, 0.5


class NotSound(Exception):  # noqa: N818 - it says what is wrong with the file
    """The file can't be used. The text is for the editor, in the language that is active."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)


NOT_SOUND = _(
    "The file is not a sound recording that can be used. Save it as MP3, M4A, OGG, FLAC or WAV."
)
DAMAGED = _("The sound file is damaged, or a part of it is missing. Export it once more.")


@dataclass(frozen=True)
class Measured:
    """What was found by decoding the whole file. `sound_bytes` is the size of its sound alone."""

    seconds: float
    stated_seconds: float | None
    sound_bytes: int
    integrated: float


def normalise(source: Path, target: Path) -> float:
    """Write the recording in `source` to `target` as frames. Returns how many seconds it lasts.

    Raises NotSound, and ffmpeg.FfmpegFailed for what isn't the file's fault. `target` may then be
    there, and is of no use.
    """
    size = source.stat().st_size
    if size > settings.MAX_RECORDING_MB * 1024 * 1024:
        raise NotSound(
            _("The file is larger than %(size)s MB. Save it as MP3 first.")
            % {"size": settings.MAX_RECORDING_MB}
        )
    try:
        if _is_cut_wav(source, size):
            raise NotSound(DAMAGED)
        measured = _measure(source)
        _judge(measured, size)
        gain = loudness.TARGET - measured.integrated
        for _round in range(ROUNDS):
            _encode(source, target, gain)
            missing = loudness.TARGET - loudness.measure(target, PATIENCE).integrated
            if abs(missing) <= NEAR:
                break
            gain += missing
    except ffmpeg.TookTooLong:
        raise NotSound(_("It takes too long to read the file. Save it as MP3 first.")) from None
    return frames.seconds(target.stat().st_size)


def _judge(measured: Measured, size: int) -> None:
    """Raises NotSound."""
    if measured.seconds > MAX_SECONDS:
        raise NotSound(_("The recording lasts more than three hours. Divide it."))
    other = size - measured.sound_bytes
    if other > MAX_OTHER + OTHER_PART * measured.sound_bytes:
        raise NotSound(
            _(
                "%(size)s MB of the file is something else than sound, such as a picture or a film."
                " Export the sound alone."
            )
            % {"size": round(other / 1024 / 1024)}
        )
    if measured.seconds < WHOLE * (measured.stated_seconds or 0):
        raise NotSound(DAMAGED)
    if measured.seconds < frames.FRAME_SECONDS or measured.integrated <= SILENT:
        raise NotSound(_("There is nothing to hear in the recording."))


def _is_cut_wav(source: Path, size: int) -> bool:
    """Whether a WAV file states to be longer than it is. ffmpeg takes what is there."""
    with source.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return False
    stated = int.from_bytes(head[4:8], "little") + 8
    # A program that can't know the length beforehand states the greatest there is, or about it.
    return size < WHOLE * stated and stated < UNKNOWN_LENGTH


def _reading(source: Path) -> list[str]:
    """The arguments of ffmpeg that open `source`, and keep it from opening anything else."""
    return [
        *("-nostdin", "-loglevel", "info", "-threads", "1", "-filter_threads", "1"),
        *("-format_whitelist", FORMATS, "-codec_whitelist", CODECS, "-protocol_whitelist", "file"),
        *("-t", str(MAX_SECONDS + 1), "-i", f"file:{source.resolve()}"),
    ]


def _measure(source: Path) -> Measured:
    """Raises NotSound and ffmpeg.TookTooLong."""
    heard = f"aresample={frames.RATE},aformat=sample_fmts=s16:channel_layouts=mono"
    try:
        _output, log = ffmpeg.run(
            [
                *_reading(source),
                *("-map", "0:a:0", "-af", f"{heard},ebur128=framelog=quiet"),
                *("-c:a", "pcm_s16le", "-f", "null", "-"),
                *("-map", "0:a:0", "-c", "copy", "-f", "null", "-"),
            ],
            seconds=PATIENCE,
        )
    except ffmpeg.TookTooLong:
        raise
    except ffmpeg.FfmpegFailed:
        raise NotSound(NOT_SOUND) from None
    # First the decoded sound, and then the sound as it lies in the file.
    sizes = [int(found) * 1024 for found in re.findall(r" audio:(\d+)KiB ", log)]
    if len(sizes) != 2 or not sizes[0]:  # noqa: PLR2004 - the two outputs
        raise NotSound(DAMAGED)
    return Measured(
        seconds=sizes[0] / 2 / frames.RATE,
        stated_seconds=_stated(log),
        sound_bytes=sizes[1],
        integrated=loudness.summary(log, "I", "LUFS"),
    )


def _stated(log: str) -> float | None:
    """The seconds that a file says it lasts, if it does and ffmpeg doesn't have to guess."""
    found = re.search(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", log, re.MULTILINE)
    if not found or "Estimating duration" in log:
        return None
    hours, minutes, seconds = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _encode(source: Path, target: Path, gain: float) -> None:
    """Raises ffmpeg.FfmpegFailed."""
    heard = f"aresample={frames.RATE},aformat=channel_layouts=mono,{clips.louder(gain)}"
    ffmpeg.run(
        [
            *("-y", *_reading(source), "-map", "0:a:0", "-af", heard),
            *(*frames.ENCODING, f"file:{target.resolve()}"),
        ],
        seconds=PATIENCE,
    )
