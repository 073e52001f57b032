"""Clips: their format, where the speech is heard, how loud it is, and that they join quietly."""

import array
import math

import pytest

from narration.checks import ffmpeg_is_there
from narration.engines.base import Sound, Unreadable
from narration.engines.espeak import EspeakEngine
from narration.sound import clips, ffmpeg, frames, loudness
from tests.narration.decoding import decoded, loudest, onset

SENTENCES = [
    "Hva skyldes det?",
    "Forskerne peker på flere forhold som virker sammen over tid.",
    "Samtidig finnes det unntak som er verdt å merke seg.",
    "Ikke uten videre.",
    "Etter fem år var etterslepet halvert, uten at skattene økte.",
]
PAUSE = 0.4


def tone(seconds: float, rate: int = 22_050, before: float = 0, volume: int = 9000) -> Sound:
    samples = [0] * int(before * rate)
    samples += [
        round(volume * math.sin(2 * math.pi * 500 * at / rate)) for at in range(int(seconds * rate))
    ]
    return Sound(array.array("h", samples + [0] * rate).tobytes(), rate)


@pytest.fixture(scope="module")
def gain() -> float:
    with EspeakEngine() as engine:
        return loudness.gain_for(engine)


@pytest.fixture(scope="module")
def read(gain) -> list[clips.Clip]:
    with EspeakEngine() as engine:
        sounds = [engine.synthesise(sentence) for sentence in SENTENCES]
    return [clips.encode(sound, PAUSE, gain) for sound in sounds]


def test_a_clip_is_whole_frames_of_the_one_format(read):
    assert all(frames.are_frames(clip.data) for clip in read)
    # The frame's side information begins with how far back in the bit reservoir its data begins.
    assert {clip.data[at + 4] for clip in read for at in range(0, len(clip.data), 192)} == {0}


def test_the_frames_last_as_long_as_they_say(read):
    data = b"".join(clip.data for clip in read)
    assert len(decoded(data)) / frames.RATE == pytest.approx(frames.seconds(data))
    assert sum(clip.seconds for clip in read) == pytest.approx(frames.seconds(data))


def test_speech_is_heard_where_the_clip_says(read):
    samples = decoded(b"".join(clip.data for clip in read))
    start = 0
    for clip in read:
        end = start + round(clip.seconds * frames.RATE)
        assert abs(onset(samples[start:end]) - clip.onset) < 0.020
        start = end


def test_silence_before_the_speech_is_trimmed():
    early, late = (clips.encode(tone(0.5, before=before), 0.2, 0) for before in (0, 0.8))
    assert late.seconds - early.seconds < 0.05
    assert late.onset < 0.060
    for clip in (early, late):
        assert abs(onset(decoded(clip.data), 0.1) - clip.onset) < 0.004


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100])
def test_any_rate_becomes_ours(rate):
    clip = clips.encode(tone(1, rate), 0, 0)
    assert clip.seconds == pytest.approx(1.1, abs=0.05)
    assert abs(onset(decoded(clip.data), 0.1) - clip.onset) < 0.004


@pytest.mark.parametrize("pause", [0.0, 0.4, 1.5])
def test_the_pause_is_silent_and_as_long_as_asked(pause):
    samples = decoded(clips.encode(tone(0.5), pause, 0).data)
    last = max(at for at, value in enumerate(samples) if abs(value) > 90)
    assert (len(samples) - last) / frames.RATE == pytest.approx(pause, abs=0.055)


def test_joins_are_quiet(read):
    samples = decoded(b"".join(clip.data for clip in read))
    at = 0
    for clip in read[:-1]:
        at += round(clip.seconds * frames.RATE)
        assert loudest(samples[at - 240 : at + 240]) < 30  # of 32,768: −60 dB


def test_joins_without_a_pause_are_quiet():
    clip = clips.encode(tone(0.5), 0, 0)
    samples = decoded(clip.data * 3)
    at = round(clip.seconds * frames.RATE)
    assert loudest(samples[at - 24 : at + 24]) < 300


def test_a_clip_decodes_alone_as_among_others(read):
    among = decoded(b"".join(clip.data for clip in read[:3]))
    start, end = (round(sum(c.seconds for c in read[:n]) * frames.RATE) for n in (1, 2))
    alone = decoded(read[1].data)
    assert max(abs(a - b) for a, b in zip(among[start:end], alone, strict=True)) < 30


def test_the_voice_is_as_loud_as_podcasts_are(read):
    measured = loudness.measure(b"".join(clip.data for clip in read))
    assert measured.integrated == pytest.approx(-16, abs=1)
    assert measured.peak <= -1


def test_no_gain_makes_the_peaks_too_high():
    assert loudness.measure(clips.encode(tone(2, volume=30_000), 0, 20).data).peak <= -1


def test_the_gain_is_measured_once(monkeypatch, gain):
    monkeypatch.setattr(EspeakEngine, "synthesise", None)
    assert loudness.gain_for(EspeakEngine()) == gain


@pytest.mark.parametrize("samples", [b"", bytes(44_100), b"\x01\x00\xff\xff" * 9000])
def test_silence_is_unreadable(samples):
    with pytest.raises(Unreadable):
        clips.encode(Sound(samples, 22_050), PAUSE, 0)


def test_ffmpeg_is_killed_at_its_time_limit():
    # `-re` reads as slowly as the sound plays.
    with pytest.raises(ffmpeg.FfmpegFailed, match="more than"):
        ffmpeg.run(
            ["-re", "-f", "lavfi", "-i", "anullsrc", "-t", "1000", "-f", "null", "-"], seconds=0.5
        )


def test_the_owner_may_name_another_ffmpeg(settings):
    settings.FFMPEG = "/bin/false"
    with pytest.raises(ffmpeg.FfmpegFailed, match="ended with 1"):
        clips.encode(tone(0.1), 0, 0)


def test_an_ffmpeg_that_is_missing_is_an_error(settings):
    assert ffmpeg_is_there() == []
    settings.FFMPEG = "/bin/false"
    assert ffmpeg_is_there() == []
    settings.FFMPEG = "/nowhere/ffmpeg"
    assert [error.id for error in ffmpeg_is_there()] == ["narration.E003"]


def test_a_time_is_a_byte(read):
    data = b"".join(clip.data for clip in read)
    for frame in range(0, len(data) // 192, 7):
        assert frames.offset(frame * frames.FRAME_SECONDS) == 192 * frame
    before, after = frames.cut(data, read[0].seconds)
    assert (before, after[: len(read[1].data)]) == (read[0].data, read[1].data)
    before, after = frames.cut(data, 1.0)
    assert before + after == data
    assert 0 <= 1.0 - frames.seconds(before) < frames.FRAME_SECONDS
    assert frames.cut(data, -1)[0] == b""
    assert frames.cut(data, 1e6) == (data, b"")


def test_other_bytes_are_no_frames(read):
    data = read[0].data
    assert not frames.are_frames(data[:-1])
    assert not frames.are_frames(b"ID3\x04" + data[4:])
