"""Reads sentences aloud with Piper. See process.py for what goes in and out.

It is run by its path, apart from the portal: python -I piper_process.py VOICE.onnx
"""

import json
import os
import struct
import sys
import traceback

import onnxruntime
from piper import PiperVoice, SynthesisConfig


def main(path: str) -> None:
    # What the libraries print must not come among the samples.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.nice(10)  # readers come first
    onnxruntime.set_seed(1)  # the voice has some chance in it
    voice = PiperVoice.load(path)
    # Otherwise Piper makes each sentence as loud as its loudest sound allows, so that a quiet one
    # is read louder than its neighbours.
    config = SynthesisConfig(normalize_audio=False)
    rate = voice.config.sample_rate
    for line in sys.stdin.buffer:
        # In Piper's input, what stands in [[ ]] is phonemes.
        text = json.loads(line).replace("[[", "[ [")
        try:
            samples = b"".join(chunk.audio_int16_bytes for chunk in voice.synthesize(text, config))
        except Exception:  # a sentence that the voice can't read gives no sound
            traceback.print_exc()
            samples = b""
        answers.write(struct.pack("<II", rate, len(samples)) + samples)
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
