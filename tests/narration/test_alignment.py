"""The sentences of a recording that a person read: where they begin."""

import array
import random

import pytest

from narration.engines.base import Sound
from narration.engines.espeak import EspeakEngine
from narration.sound import clips, frames
from narration.sound.alignment import align, silences

TEXT = [
    "Norske kommuner bruker hvert år store summer på vedlikehold av veier, skoler og sykehjem.",
    "Likevel viser undersøkelser at etterslepet vokser.",
    "Hva skyldes det?",
    "Forskerne peker på flere forhold som virker sammen over tid.",
    "For det første blir bygningene eldre, og mange av dem ble reist etter krigen.",
    "Ikke uten videre.",
    "For det andre er pengene bundet til andre oppgaver, slik at vedlikeholdet kommer sist i køen.",
    "I en rapport fra i fjor sammenlignet de tall fra over hundre kommuner, både små og store.",
    "Resultatet var tydelig: de som planla for flere år om gangen, klarte seg best.",
]


@pytest.fixture(scope="module")
def spoken() -> list[array.array]:
    """The sentences as samples at 22,050 Hz, without silence around them."""
    with EspeakEngine() as engine:
        return [clips._trimmed(engine.synthesise(sentence))[0] for sentence in TEXT]


def recorded(spoken, pauses, path, before: float = 0.7) -> tuple[list[float], float]:
    """Writes a reading with those pauses. Returns where its sentences begin, and its length."""
    rate, starts = 22_050, []
    samples = array.array("h", [0] * int(before * rate))
    for sentence, pause in zip(spoken, pauses, strict=True):
        starts.append(frames.DELAY_SECONDS + len(samples) / rate)
        samples.extend(sentence)
        samples.extend([0] * int(pause * rate))
    # The first and last sample are loud, so that nothing is trimmed.
    edge = array.array("h", [9000])
    sound = Sound((edge + samples + edge).tobytes(), rate)
    clip = clips.encode(sound, 0, 6)
    path.write_bytes(clip.data)
    return starts, clip.seconds


def test_each_sentence_is_found_after_its_pause(spoken, tmp_path):
    chance = random.Random(4)  # noqa: S311
    pauses = [chance.uniform(0.3, 0.9) for _sentence in TEXT]
    starts, seconds = recorded(spoken, pauses, tmp_path / "read.mp3")
    pauses_found = silences(tmp_path / "read.mp3")
    assert len(pauses_found) > len(TEXT)  # commas are pauses, too
    found = align(TEXT, seconds, pauses_found)
    assert [abs(a - b) < 0.05 for a, b in zip(found, starts, strict=True)] == [True] * len(TEXT)


def test_sentences_that_run_into_each_other_disturb_no_others(spoken, tmp_path):
    pauses = [0.6] * len(TEXT)
    pauses[3] = 0.0
    starts, seconds = recorded(spoken, pauses, tmp_path / "read.mp3")
    found = align(TEXT, seconds, silences(tmp_path / "read.mp3"))
    errors = [abs(a - b) for a, b in zip(found, starts, strict=True)]
    assert errors.pop(4) < 1.5
    assert max(errors) < 0.05


def test_a_long_pause_counts_for_more_than_a_short_one():
    """The short pause, at a comma, lies just where the second sentence is expected."""
    assert align(["a" * 100, "b" * 100], 21, [(10, 10.2), (10.7, 11.5)]) == [0, 11.5]


def test_a_recording_without_pauses_is_divided_by_characters():
    assert align(["a" * 10, "b" * 30, "c" * 10], 50, []) == pytest.approx([0, 10, 40])


def test_sentences_begin_in_order_whatever_the_pauses():
    chance = random.Random(1)  # noqa: S311
    for _try in range(200):
        seconds = chance.uniform(0.5, 200)
        edges = sorted(chance.uniform(0, seconds) for _edge in range(2 * chance.randrange(40)))
        pauses = list(zip(edges[::2], edges[1::2], strict=True))
        text = ["a" * chance.randrange(1, 200) for _sentence in range(chance.randrange(1, 40))]
        found = align(text, seconds, pauses)
        assert len(found) == len(text)
        assert found == sorted(found)
        assert found[0] >= 0
        assert found[-1] <= seconds


def test_nothing_read_has_no_starts():
    assert align([], 10, []) == []
    assert align(["Alt."], 10, [(0, 1.5)]) == [1.5]
    assert align(["Alt."], 10, [(0, 10)]) == [10]
