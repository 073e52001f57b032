"""An engine in a process of its own.

The engines' libraries are C, under the GPL. In a process of their own they can hang, crash and leak
without harm to the worker, and the portal isn't linked with them.

The process reads sentences from its standard input, each as JSON on a line. It answers each with a
header of two 32-bit numbers, the rate and the length in bytes, and then the samples. A length of 0
says that the sentence gives no sound. It ends at the end of its input, so it doesn't survive a
worker that is killed.
"""

import json
import os
import selectors
import signal
import struct
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from narration.engines.base import EngineFailed, Sound, Unreadable, readable

HEADER = struct.Struct("<II")
#: Bytes. 50 minutes at 22,050 Hz, so a longer answer is not sound.
LONGEST_ANSWER = 2**27
#: The whole environment of an engine: nothing secret of the portal's, no proxies, no preloads.
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"}
#: Bytes of what an engine wrote to its standard error, of which the last line tells why it died.
LAST_WORDS = 4000


class ProcessEngine:
    """A subclass names its program in `command`.

    Seconds: a sentence gets `patience` and `patience_per_character` for each of its characters.
    Starting counts as part of the first sentence.
    """

    patience = 20.0
    patience_per_character = 0.1

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._end()

    def synthesise(self, sentence: str) -> Sound:
        """A process that died or hung is started anew, and gets the sentence once more.

        Raises EngineFailed or Unreadable.
        """
        text = readable(sentence)
        try:
            rate, samples = self._ask(text)
        except (OSError, EngineFailed):
            self._end()
            try:
                rate, samples = self._ask(text)
            except (OSError, EngineFailed) as error:
                reason = self._last_words() or str(error)
                self._end()
                raise EngineFailed(reason) from error
        if not samples:
            raise Unreadable("The engine makes no sound of the sentence.")
        return Sound(samples, rate)

    def _ask(self, text: str) -> tuple[int, bytes]:
        """Raises EngineFailed or OSError. The process is then in no known state."""
        process = self._process or self._start()
        assert process.stdin is not None  # noqa: S101 - both are pipes
        deadline = time.monotonic() + self.patience + self.patience_per_character * len(text)
        process.stdin.write(json.dumps(text, ensure_ascii=False).encode() + b"\n")
        process.stdin.flush()
        rate, length = HEADER.unpack(self._read(process, HEADER.size, deadline))
        if length > LONGEST_ANSWER:
            raise EngineFailed("The engine answers with something else than sound.")
        return rate, self._read(process, length, deadline)

    def _start(self) -> subprocess.Popen[bytes]:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in _end
        self._process = subprocess.Popen(  # noqa: S603 - the command is ours
            self.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=ENVIRONMENT,
            start_new_session=True,  # so that its own children can be killed with it
        )
        return self._process

    def _read(self, process: subprocess.Popen[bytes], length: int, deadline: float) -> bytes:
        assert process.stdout is not None  # noqa: S101
        descriptor, read = process.stdout.fileno(), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while len(read) < length:
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise EngineFailed("The engine doesn't answer.")
                some = os.read(descriptor, min(length - len(read), 2**16))
                if not some:
                    raise EngineFailed("The engine's process has died.")
                read += some
        return bytes(read)

    def _last_words(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - LAST_WORDS))
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _end(self) -> None:
        process, self._process = self._process, None
        errors, self._errors = self._errors, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # an unsent sentence has nobody to go to
                    if pipe is not None:
                        pipe.close()
        if errors is not None:
            errors.close()
