"""An editor's own recording: each usual format becomes ours, and nothing else does any harm."""

import io
import random
import struct
import zipfile
from pathlib import Path

import pytest
from django.utils import translation
from mutagen.id3 import APIC, ID3
from PIL import Image

from narration.engines.espeak import EspeakEngine
from narration.sound import clips, ffmpeg, frames, loudness, uploads
from narration.sound.uploads import NotSound, normalise

TEXT = "Norske kommuner bruker hvert år store summer på vedlikehold av veier og skoler."
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def mp3() -> bytes:
    """A reading of five seconds, at a fourth of our loudness."""
    with EspeakEngine() as engine:
        return clips.encode(engine.synthesise(TEXT), 0.4, -3).data


@pytest.fixture(scope="module")
def made(mp3, tmp_path_factory):
    """Returns a function that makes a file of the reading with ffmpeg."""
    folder = tmp_path_factory.mktemp("made")

    def make(name: str, *arguments: str) -> Path:
        path = folder / name
        if not path.exists():
            ffmpeg.run(["-y", "-f", "mp3", "-i", "pipe:0", *arguments, str(path)], mp3)
        return path

    return make


@pytest.fixture(scope="module")
def wav(made) -> bytes:
    return made("read.wav").read_bytes()


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "target"


def refusal(path: Path, data: bytes, target: Path) -> str:
    """Returns what the editor is told."""
    path.write_bytes(data)
    with pytest.raises(NotSound) as raised:
        normalise(path, target)
    return str(raised.value)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("a.mp3", ["-c:a", "libmp3lame", "-q:a", "4", "-ar", "44100", "-ac", "2"]),
        ("a.m4a", ["-c:a", "aac"]),
        ("a.aac", ["-c:a", "aac", "-f", "adts"]),
        ("lossless.m4a", ["-c:a", "alac"]),
        ("a.ogg", ["-c:a", "libvorbis"]),
        ("a.opus", ["-c:a", "libopus"]),
        ("a.flac", ["-c:a", "flac"]),
        ("a.wav", ["-ar", "48000", "-ac", "2"]),
        ("24.wav", ["-c:a", "pcm_s24le"]),
        ("8.wav", ["-c:a", "pcm_u8", "-ar", "16000"]),
    ],
)
def test_each_usual_format_becomes_ours(made, mp3, target, name, arguments):
    # The name tells nothing.
    source = made(name, *arguments).rename(target.with_name("upload"))
    seconds = normalise(source, target)
    assert frames.are_frames(target.read_bytes())
    assert seconds == pytest.approx(frames.seconds(mp3), abs=0.2)
    assert seconds == frames.seconds(target.read_bytes())
    measured = loudness.measure(target)
    assert measured.integrated == pytest.approx(-16, abs=1)
    assert measured.peak <= -1


def test_a_cover_of_ordinary_size_is_left_out(mp3, target):
    cover = io.BytesIO()
    Image.effect_noise((900, 900), 90).save(cover, "PNG")
    tag, file = ID3(), io.BytesIO()
    tag.add(APIC(mime="image/png", data=cover.getvalue()))
    tag.save(file)
    source = target.with_name("upload")
    source.write_bytes(file.getvalue() + mp3)
    assert normalise(source, target) == pytest.approx(frames.seconds(mp3), abs=0.1)
    assert frames.are_frames(target.read_bytes())


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.mp3", b"x" * 1000)
    return file.getvalue()


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (50, 50)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"Dette er en tekst. " * 500,
        b"<!doctype html><title>404</title>" * 50,
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        zipped(),
        png(),
        b"%PDF-1.7\n" + b"1 0 obj\n" * 300,
        b"MZ" + bytes(5000),
        bytes(200_000),
        b"#EXTM3U\nhttp://127.0.0.1:9/a.mp3\nfile:///etc/passwd\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"[playlist]\nFile1=http://127.0.0.1:9/\nNumberOfEntries=1\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
        b"RIFF\xff\xff\xff\xffWAVE",
        b"RIFF\x10\0\0\0WAVEfmt \xff\xff\xff\xff" + bytes(100),
        b"fLaC\x00\xff\xff\xff" + bytes(1000),
        b"OggS" + b"\xff" * 3000,
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
        b"\0\0\0\x20ftypM4A \0\0\0\0" + b"\x7f\xff\xff\xffmoov" + bytes(1000),
    ],
    ids=range(21),
)
def test_a_file_that_is_no_sound_is_refused(tmp_path, target, data):
    told = refusal(tmp_path / "upload.mp3", data, target)
    assert "not a sound recording" in told or "damaged" in told


def test_no_other_file_is_read(tmp_path, made, target):
    """A playlist of a file that is there, and would be sound."""
    (tmp_path / "a.mp3").write_bytes(made("a.mp3", "-c:a", "libmp3lame").read_bytes())
    segments = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\na.mp3\n#EXT-X-ENDLIST\n"
    for playlist in (segments, "ffconcat version 1.0\nfile a.mp3\n"):
        assert "not a sound" in refusal(tmp_path / "a.m3u8", playlist.encode(), target)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("half.m4a", ["-c:a", "aac"]),
        ("fast.m4a", ["-c:a", "aac", "-movflags", "+faststart"]),
        ("half.flac", []),
        ("half.mp3", ["-c:a", "libmp3lame"]),
        ("half.wav", []),
    ],
)
def test_half_a_file_is_refused(made, tmp_path, target, name, arguments):
    data = made(name, *arguments).read_bytes()
    told = refusal(tmp_path / "half", data[: len(data) * 6 // 10], target)
    assert "damaged" in told or "not a sound" in told


def test_a_wav_file_of_unknown_length_is_taken(wav, target):
    """Programs that write to a pipe leave the length open."""
    source = target.with_name("upload")
    source.write_bytes(wav[:4] + b"\xff" * 4 + wav[8:])
    assert normalise(source, target) > 4


def test_a_wav_header_that_lies_is_refused(wav, tmp_path, target):
    told = refusal(tmp_path / "a", wav[:4] + struct.pack("<I", 10**9) + wav[8:], target)
    assert "damaged" in told


@pytest.mark.parametrize("kind", ["a.mp3", "a.m4a", "a.ogg", "a.flac"])
def test_noise_in_a_file_never_crashes_anything(made, target, kind):
    """What comes out is our format, or a refusal."""
    chance = random.Random(kind)  # noqa: S311
    data = bytearray(made(f"noise-{kind}").read_bytes())
    source = target.with_name("upload")
    for _round in range(2):
        for _byte in range(40):
            data[chance.randrange(len(data))] = chance.randrange(256)
        source.write_bytes(data)
        try:
            normalise(source, target)
        except NotSound:
            continue
        assert frames.are_frames(target.read_bytes())


def test_a_film_without_sound_is_refused(tmp_path, target):
    film = tmp_path / "film.mp4"
    ffmpeg.run(["-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-c:v", "mpeg4", str(film)])
    assert "not a sound" in refusal(film, film.read_bytes(), target)


def test_a_film_with_sound_is_refused(made, tmp_path, target, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_OTHER", 0)
    film = [
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=320x240:d=4",
        "-c:v",
        "mpeg4",
        "-b:v",
        "2M",
        "-c:a",
        "aac",
    ]
    assert "something else than sound" in refusal(
        tmp_path / "a", made("film.mp4", *film).read_bytes(), target
    )


def test_a_huge_picture_in_the_file_is_refused(mp3, tmp_path, target):
    tag, file = ID3(), io.BytesIO()
    tag.add(APIC(mime="image/png", data=bytes(50 * MEGABYTE)))
    tag.save(file)
    told = refusal(tmp_path / "a.mp3", file.getvalue() + mp3, target)
    assert told.startswith("50 MB of the file is something else than sound")


def test_waste_behind_the_sound_is_refused(wav, tmp_path, target):
    assert "else than sound" in refusal(tmp_path / "a", wav + bytes(8 * MEGABYTE), target)


@pytest.mark.parametrize("volume", [0, 0.0002])
def test_silence_is_refused(made, tmp_path, target, volume):
    quiet = made(f"{volume}.wav", "-af", f"volume={volume}").read_bytes()
    assert "nothing to hear" in refusal(tmp_path / "a", quiet, target)


def test_a_recording_without_an_end_is_cut_off_and_refused(tmp_path, target, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_SECONDS", 20)
    long = tmp_path / "long.flac"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=d=40", str(long)])
    assert "more than three hours" in refusal(long, long.read_bytes(), target)


def test_a_file_that_is_too_large_is_refused_unread(settings, wav, tmp_path, target, monkeypatch):
    monkeypatch.setattr(ffmpeg, "run", None)
    settings.MAX_RECORDING_MB = 0
    assert "larger than 0 MB" in refusal(tmp_path / "a", wav, target)


def test_a_file_that_takes_too_long_is_refused(wav, tmp_path, target, monkeypatch):
    monkeypatch.setattr(uploads, "PATIENCE", 0.001)
    assert "takes too long" in refusal(tmp_path / "a", wav, target)


def test_a_full_disk_is_not_the_file_s_fault(wav, tmp_path):
    source = tmp_path / "a"
    source.write_bytes(wav)
    with pytest.raises(ffmpeg.FfmpegFailed, match="No space left"):
        normalise(source, Path("/dev/full"))


def test_ffmpeg_gets_no_more_memory_than_its_limit(wav, tmp_path, target, monkeypatch):
    source = tmp_path / "a"
    source.write_bytes(wav)
    monkeypatch.setattr(ffmpeg, "MEMORY", 2**26)
    with pytest.raises((NotSound, ffmpeg.FfmpegFailed)):
        normalise(source, target)


def test_a_long_log_is_read_in_part(tmp_path, monkeypatch):
    monkeypatch.setattr(ffmpeg, "LOG_START", 100)
    monkeypatch.setattr(ffmpeg, "LOG_END", 50)
    path = tmp_path / "log"
    path.write_bytes(b"a" * 100 + b"b" * 1000 + b"c" * 50)
    with path.open("rb") as log:
        assert ffmpeg._read(log) == "a" * 100 + "c" * 50
    path.write_bytes(b"a" * 120)
    with path.open("rb") as log:
        assert ffmpeg._read(log) == "a" * 120


def test_the_editor_is_told_in_norwegian(tmp_path, target):
    with translation.override("nb"):
        assert refusal(tmp_path / "a", b"tekst", target).startswith("Filen er ikke et lydopptak")
