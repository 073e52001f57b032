"""ffmpeg encodes, decodes and measures sound, in a process of its own."""

import os
import resource
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import IO

import imageio_ffmpeg
from django.conf import settings

#: ffmpeg needs no environment, and gets no secrets.
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"}
#: Bytes of address space. The program itself takes 170 MB, and a decoder some more.
MEMORY = 2**30
#: Bytes that it may write to a file: more than three hours of any recording of ours.
WRITTEN = 2**28
#: Bytes that are read of its log: from its beginning, and of its end. A damaged file may make it
#: write a line for each packet.
LOG_START, LOG_END = 2**22, 2**16


class FfmpegFailed(Exception):  # noqa: N818 - it says what happened
    """ffmpeg refused, or died. The text is the end of its log."""


class TookTooLong(FfmpegFailed):
    """ffmpeg was killed at its time limit."""


@cache
def _packaged() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def program() -> str:
    # The packaged one comes first: a clip must sound and last the same on every machine.
    return settings.FFMPEG or _packaged()


def run(arguments: Sequence[str], given: bytes = b"", seconds: float = 60) -> tuple[bytes, str]:
    """Run ffmpeg for at most `seconds`. Returns its output and its log.

    Raises FfmpegFailed, and OSError if there is no such program.
    """
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 - ours, without a shell
            [program(), "-hide_banner", "-nostats", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        with process:
            _limit(process.pid)
            try:
                output, _nothing = process.communicate(given, timeout=seconds)
            except BaseException as error:
                os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise TookTooLong(f"ffmpeg took more than {seconds:g} seconds.") from error
                raise
        text = _read(log)
    if process.returncode != 0:
        raise FfmpegFailed(text.strip()[-1000:] or f"ffmpeg ended with {process.returncode}.")
    return output, text


def _limit(pid: int) -> None:
    if hasattr(resource, "prlimit"):  # Linux alone can limit a process that runs already
        with suppress(ProcessLookupError):  # it has ended
            resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))


def _read(log: IO[bytes]) -> str:
    size = log.seek(0, os.SEEK_END)
    log.seek(0)
    text = log.read(LOG_START)
    log.seek(max(len(text), size - LOG_END))
    return (text + log.read()).decode(errors="replace")
