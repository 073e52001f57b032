"""Byte ranges, as players and podcast apps ask for them."""

import pytest

from narration.sound.frames import FRAME_BYTES


@pytest.fixture
def sound(free) -> bytes:
    return free.read()


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-", (0, None)),
        ("bytes=100-199", (100, 199)),
        (f"bytes={FRAME_BYTES}-999999999", (FRAME_BYTES, None)),
        ("bytes=-10", (-10, None)),
        ("bytes=-99999999", (0, None)),
    ],
)
def test_a_range_is_given(free, sound, visitor, asked, span):
    first, last = span
    response = visitor.get(free.sound_url, headers={"range": asked})
    wanted = sound[first : None if last is None else last + 1]
    assert response.status_code == 206
    assert b"".join(response.streaming_content) == wanted
    assert response["Content-Length"] == str(len(wanted))
    begins = first % len(sound)
    assert response["Content-Range"] == f"bytes {begins}-{begins + len(wanted) - 1}/{len(sound)}"


@pytest.mark.parametrize("asked", ["bytes={size}-", "bytes=-0", "bytes=5-2"])
def test_a_range_beyond_the_end_is_refused(free, sound, visitor, asked):
    response = visitor.get(free.sound_url, headers={"range": asked.format(size=len(sound))})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(sound)}"
    assert response.content == b""


@pytest.mark.parametrize(
    "asked", ["", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", "bytes=0-0" + "0" * 99]
)
def test_what_is_no_single_range_gets_the_whole(free, sound, visitor, asked):
    response = visitor.get(free.sound_url, headers={"range": asked})
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == sound


def test_a_head_tells_of_it_without_a_byte(free, sound, visitor):
    response = visitor.head(free.sound_url)
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(sound))
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Type"] == "audio/mpeg"
    assert response.streaming


def test_what_a_player_has_already_is_not_sent_again(free, visitor):
    tag = visitor.head(free.sound_url)["ETag"]
    assert visitor.get(free.sound_url, headers={"if-none-match": tag}).status_code == 304


def test_a_range_of_an_older_file_gets_the_whole_new_one(free, visitor):
    headers = {"range": "bytes=0-0", "if-range": '"gammel"'}
    assert visitor.get(free.sound_url, headers=headers).status_code == 200


def test_nginx_hands_it_out_after_our_yes(free, whole, visitor, settings):
    settings.NGINX_SENDS_FILES = True
    response = visitor.get(free.sound_url)
    assert response["X-Accel-Redirect"] == f"/{settings.NGINX_FILES}/{free.file.name}"
    assert response.content == b""
    refused = visitor.get(whole.sound_url)
    assert refused.status_code == 404
    assert "X-Accel-Redirect" not in refused


def test_a_missing_file_is_not_found(free, visitor, caplog):
    free.file.storage.delete(free.file.name)
    assert visitor.get(free.sound_url).status_code == 404
    assert f"The file {free.file.name} is missing" in caplog.text


def test_names_tell_nothing(free, recorded):
    assert recorded.slug not in free.file.name
    assert str(recorded.pk) not in free.sound_url.strip("/").split("/")
