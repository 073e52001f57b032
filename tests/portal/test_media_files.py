"""What lies in the media folder without a row, and what is missing there."""

import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from articles.jobs import prepare_pictures_left
from articles.models import Picture
from portal import media_files
from portal.media_files import missing, ownerless
from tests import factories
from tests.portal.test_media_storage import files_in
from worker.health import Level, conditions

DAY = 24 * 60 * 60


def lay(media: Path, name: str, days: float = 2) -> Path:
    """Puts a file into the media folder, as old as that."""
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    age(path, days)
    return path


def age(path: Path, days: float = 2) -> None:
    then = time.time() - days * DAY
    os.utime(path, (then, then))


@pytest.fixture
def picture(db, media) -> Picture:
    """A picture with all its files, a month old."""
    picture = factories.make_picture(size=(60, 40))
    picture.prepare()
    for name in files_in(media):
        age(media / name, 30)
    return picture


def test_what_no_row_names_is_removed_when_it_is_a_day_old(picture, media, capsys):
    kept = files_in(media)
    old = [lay(media, name) for name in ("images/a.webp", "original_images/b.png", "c", "d/e.part")]
    young = [lay(media, "images/ny.webp", 0.9), lay(media, "images/.nfs01")]
    call_command("clean_media", dry_run=True)
    assert all(path.exists() for path in old)
    told = capsys.readouterr().out
    call_command("clean_media")
    assert capsys.readouterr().out == told.replace("ville blitt", "er")
    names = ["c", "d/e.part", "images/a.webp", "original_images/b.png"]
    assert told.splitlines() == [*names, "4 filer ville blitt fjernet."]
    assert files_in(media) == kept | {str(path.relative_to(media)) for path in young}
    assert missing() == []


def test_an_empty_portal_has_nothing_to_remove(db, media, capsys):
    call_command("clean_media", verbosity=0)
    assert capsys.readouterr().out == ""
    assert (missing(), ownerless()) == ([], [])


def test_the_files_of_another_database_are_left_alone(picture, media, monkeypatch):
    monkeypatch.setattr(media_files, "MANY", 4)
    for n in range(5):
        lay(media, f"images/{n}.webp")
    before = files_in(media)
    with pytest.raises(CommandError, match=r"5 av 9 filer .* --force"):
        call_command("clean_media")
    assert files_in(media) == before
    call_command("clean_media", force=True)
    assert len(files_in(media)) == 4


def test_a_file_that_goes_while_it_is_looked_at_is_no_fault(db, media, monkeypatch):
    lay(media, "images/a.part").unlink()
    monkeypatch.setattr(media_files, "stored", lambda: iter(["images/a.part"]))
    assert ownerless() == []


def test_missing_files_are_named(picture, media):
    assert missing() == []
    gone = picture.renditions.get(filter_spec="width-60|format-avif").file.name
    default_storage.delete(gone)
    assert missing() == [gone]
    (media / picture.file.name).unlink()
    assert missing() == sorted([gone, picture.file.name])


def test_the_worker_cleans(picture, media):
    old = lay(media, "images/a.webp")
    call_command("worker", "--once")
    assert not old.exists()


def test_the_doctor_tells_of_the_media_folder(picture, media, monkeypatch):
    assert [each.level for each in conditions["media"].findings()] == [Level.GREEN]
    lay(media, "images/a.webp")
    assert [each.level for each in conditions["media"].findings()] == [Level.GREEN, Level.AMBER]
    monkeypatch.setattr(media_files, "MANY", 0)
    for name in files_in(media):
        default_storage.delete(name)
    lay(media, "images/b.webp")
    findings = conditions["media"].findings()
    assert [each.level for each in findings] == [Level.RED, Level.AMBER]
    assert "4 bildefiler mangler: images/" in findings[0].text


def test_the_remedy_for_missing_renditions_makes_them_again(picture, at_once):
    for rendition in picture.renditions.all():
        default_storage.delete(rendition.file.name)
    with at_once():
        call_command("wagtail_update_image_renditions", purge_only=True, stdout=StringIO())
    prepare_pictures_left()
    call_command("worker", "--once")
    picture.refresh_from_db()
    assert (picture.is_prepared, missing()) == (True, [])
