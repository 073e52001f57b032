"""Reads sentences aloud with espeak-ng. See process.py for what goes in and out.

It is run by its path, apart from the portal: python -I espeak_process.py VOICE WORDS_PER_MINUTE
"""

import ctypes
import json
import os
import struct
import sys
from pathlib import Path
from typing import Any

import espeakng_loader

# From espeak-ng's speak_lib.h.
AUDIO_OUTPUT_SYNCHRONOUS = 2
DONT_EXIT = 0x8000
RATE = 1
CHARACTERS_ARE_UTF8 = 1
POSITION_CHARACTER = 1
CallbackType = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def main(voice: str, words_per_minute: int) -> None:
    # What the library prints must not come among the samples.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.nice(10)  # readers come first
    samples = bytearray()

    @CallbackType
    def take(some: Any, count: int, events: Any) -> int:
        if some and count > 0:
            samples.extend(ctypes.string_at(some, 2 * count))
        return 0  # go on

    espeak = ctypes.CDLL(espeakng_loader.get_library_path())
    folder = str(Path(espeakng_loader.get_data_path())).encode()
    rate = espeak.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, folder, DONT_EXIT)
    if rate <= 0:
        sys.exit("espeak-ng does not find its data.")
    if espeak.espeak_SetVoiceByName(voice.encode()) != 0:
        sys.exit(f"espeak-ng has no voice {voice}.")
    espeak.espeak_SetParameter(RATE, words_per_minute, 0)
    espeak.espeak_SetSynthCallback(take)

    for line in sys.stdin.buffer:
        text = json.loads(line).encode() + b"\0"
        samples.clear()
        espeak.espeak_Synth(
            text,
            ctypes.c_size_t(len(text)),
            ctypes.c_uint(0),
            POSITION_CHARACTER,
            ctypes.c_uint(0),
            ctypes.c_uint(CHARACTERS_ARE_UTF8),
            None,
            None,
        )
        espeak.espeak_Synchronize()
        answers.write(struct.pack("<II", rate, len(samples)) + samples)
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
