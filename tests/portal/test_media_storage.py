"""Files are stored whole or not at all, also when the disk is full."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from articles.models import Picture
from tests.articles.test_pictures import noise, saved


def files_in(media: Path) -> set[str]:
    return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The kernel lets nobody write further into a file: a write fails midway, as on a full disk."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The signal of such a write would end the process without a word. Python ignores it from its
    # start on; nothing that was loaded since may change that.
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_leaves_no_part_of_a_file(media):
    media.mkdir()
    with files_of_at_most(100_000):
        for _ in range(3):
            with pytest.raises(OSError, match="File too large"):
                default_storage.save("images/a.png", ContentFile(b"x" * 1_000_000))
    assert files_in(media) == set()
    assert default_storage.save("images/a.png", ContentFile(b"x" * 1_000_000)) == "images/a.png"
    assert (media / "images/a.png").stat().st_size == 1_000_000


def test_a_worker_that_meets_a_full_disk_prepares_the_picture_later(db, media):
    noisy = noise(size=(300, 200)).resize((700, 460), Image.Resampling.NEAREST)
    picture = Picture.from_bytes(saved(noisy, "PNG"), "bilde.png")
    before = files_in(media)
    with files_of_at_most(10_000):
        for _ in range(3):
            with pytest.raises(OSError, match="File too large"):
                picture.prepare()
    assert files_in(media) == before
    picture.prepare()
    assert len(files_in(media)) == 1 + len(picture.widths) * len(picture.formats)


def test_two_files_of_one_name_are_both_kept(media, monkeypatch):
    """Both ask for a free name before either is written."""
    for data in (b"en", b"to"):
        with monkeypatch.context() as patch:
            patch.setattr(default_storage, "exists", lambda name: False)
            patch.setattr(default_storage, "get_available_name", free_names())
            default_storage.save("a.png", ContentFile(data))
    assert {(media / name).read_bytes() for name in files_in(media)} == {b"en", b"to"}


def free_names():
    names = iter(["a.png", "a_2.png"])
    return lambda name, max_length=None: next(names) if name == "a.png" else name
