"""The tag before a recording: what apps read of it, and that the sound is found behind it."""

import io

from mutagen.id3 import ID3

from narration.engines.base import Sound
from narration.sound import clips, ffmpeg, frames
from narration.sound.tags import tagged
from tests.narration.test_clips import tone

FULL = {
    "title": "Vann på avveie",
    "reader": "Lest av syntetisk stemme",
    "album": "Elvene våre",
    "track": 3,
    "is_synthetic": True,
    "chapters": [(0, "Innledning"), (61.5, "Snø & is")],
    "seconds": 120.25,
}


def test_a_tag_holds_what_apps_show():
    tag = ID3(io.BytesIO(tagged(**FULL)))
    shown = {name: str(tag[name]) for name in ("TIT2", "TPE1", "TALB", "TRCK", "TLAN")}
    assert list(shown.values()) == [
        "Vann på avveie",
        "Lest av syntetisk stemme",
        "Elvene våre",
        "3",
        "nob",
    ]


def test_a_synthetic_voice_is_marked_for_machines():
    assert str(ID3(io.BytesIO(tagged(**FULL)))["TXXX:synthetic-speech"]) == "true"
    human = tagged(title="Vann", reader="Lest av Kari", is_synthetic=False)
    assert not ID3(io.BytesIO(human)).getall("TXXX")


def test_chapters_follow_each_other():
    tag = ID3(io.BytesIO(tagged(**FULL)))
    assert tag["CTOC:toc"].child_element_ids == ["c0", "c1"]
    chapters = [tag[f"CHAP:{name}"] for name in tag["CTOC:toc"].child_element_ids]
    assert [(c.start_time, c.end_time) for c in chapters] == [(0, 61_500), (61_500, 120_250)]
    assert [str(c.sub_frames["TIT2"]) for c in chapters] == ["Innledning", "Snø & is"]
    assert not ID3(io.BytesIO(tagged(title="a", reader="b", is_synthetic=True))).getall("CHAP")


def test_equal_tags_are_equal_bytes():
    assert tagged(**FULL) == tagged(**FULL)


def test_a_tag_holds_nothing_in_reserve():
    assert not tagged(**FULL).endswith(bytes(10))


def test_the_sound_stands_right_behind_the_tag(tmp_path):
    sound: Sound = tone(1)
    data = clips.encode(sound, 0.5, 0).data
    tag = tagged(**FULL)
    # The size in a tag's header leaves out the header's ten bytes, and has seven bits a byte.
    size = sum(byte << shift for byte, shift in zip(tag[6:10], (21, 14, 7, 0), strict=True))
    assert len(tag) == size + 10
    path = tmp_path / "stream.mp3"
    path.write_bytes(tag + data)
    _output, log = ffmpeg.run(["-i", str(path), "-f", "null", "-"])
    assert "Vann på avveie" in log
    assert "Snø & is" in log
    # ffmpeg adds the two frames that the decoder's delay takes.
    assert f"Duration: 00:00:0{frames.seconds(data):.2f}" in log
