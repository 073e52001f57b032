"""ffmpeg encodes, decodes and measures sound, in a process of its own."""

import os
import resource
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from functools import cache

import imageio_ffmpeg
from django.conf import settings

#: ffmpeg needs no environment, and gets no secrets.
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"}
#: Bytes of address space. The program itself takes 170 MB, and a decoder some more.
MEMORY = 2**30


class FfmpegFailed(Exception):  # noqa: N818 - it says what happened
    """ffmpeg refused, died or was killed at its time limit. The text is the end of its log."""


@cache
def _packaged() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def program() -> str:
    # The packaged one comes first: a clip must sound and last the same on every machine.
    return settings.FFMPEG or _packaged()


def run(arguments: Sequence[str], given: bytes = b"", seconds: float = 60) -> tuple[bytes, str]:
    """Run ffmpeg for at most `seconds`. Returns its output and its log. Raises FfmpegFailed."""
    process = subprocess.Popen(  # noqa: S603 - ours, without a shell
        [program(), "-hide_banner", "-nostats", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    with process:
        if hasattr(resource, "prlimit"):  # Linux alone can limit a process that runs already
            with suppress(ProcessLookupError):
                resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            output, log = process.communicate(given, timeout=seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise FfmpegFailed(f"ffmpeg took more than {seconds:g} seconds.") from error
            raise
    text = log.decode(errors="replace")
    if process.returncode != 0:
        raise FfmpegFailed(text.strip()[-1000:] or f"ffmpeg ended with {process.returncode}.")
    return output, text
