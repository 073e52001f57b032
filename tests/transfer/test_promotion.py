"""Import and export carry the share picture, and the title and description for search engines."""

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Picture, Series
from tests.factories import picture_bytes
from tests.transfer.conftest import FIRST_PART, everything, files_in

PROMOTED = """share_picture: bilder/kort.png
search_title: Kaffe på jobben
search_description: 'Kort fortalt: hva koppen koster.'
"""
AFTER = {"serie.md": "picture: bilder/kanne.jpg\n", FIRST_PART: "published: 2026-02-03\n"}


@pytest.fixture
def promoted(on_disk, db):
    on_disk.write("bilder/kort.png", picture_bytes(colour="navy", size=(60, 30)))
    for name, line in AFTER.items():
        on_disk.change(name, line, line + PROMOTED)
    return on_disk


def pages():
    return Series.objects.get(), Article.objects.get(slug="den-forste-koppen")


def test_a_series_and_an_article_are_promoted(promoted):
    promoted.load()
    card = Picture.objects.get(title="kort")
    for page in pages():
        assert page.share_picture == card
        assert page.seo_title == "Kaffe på jobben"
        assert page.search_description == "Kort fortalt: hva koppen koster."


def test_it_comes_out_as_it_went_in(promoted, tmp_path):
    promoted.load()
    call_command("export_series", "--to", str(tmp_path / "ut"))
    files = files_in(tmp_path / "ut/kaffe-pa-kontoret")
    for name in AFTER:
        assert PROMOTED in files[name].decode()
    assert "bilder/kort.png" in files
    before = everything()
    call_command("import_series", str(tmp_path / "ut/kaffe-pa-kontoret"))
    assert everything() == before


def test_a_live_series_is_promoted_later(on_disk, db, promoted):
    for name in AFTER:
        on_disk.change(name, PROMOTED, "")
    on_disk.load()
    assert [page.seo_title for page in pages()] == ["", ""]
    for name, line in AFTER.items():
        on_disk.change(name, line, line + PROMOTED)
    on_disk.load()
    for page in pages():
        assert (page.seo_title, page.share_picture.title) == ("Kaffe på jobben", "kort")


def test_the_share_picture_of_a_live_article_is_open_to_everyone(promoted, visitor):
    promoted.load()
    address = Picture.objects.get(title="kort").plain_address
    assert visitor.get(address).status_code == 200


def test_taken_away_in_the_file_it_is_taken_away(promoted):
    promoted.load()
    for name in AFTER:
        promoted.change(name, PROMOTED, "")
    promoted.load()
    for page in pages():
        assert (page.share_picture, page.seo_title, page.search_description) == (None, "", "")


WRONG = {
    "no such picture": ("share_picture: bilder/borte.png", "Put it there, or correct the path."),
    "a picture outside": ("share_picture: ../kort.png", "write its path within it"),
    "a picture that is none": ("share_picture: serie.md", "Use another picture."),
    "two pictures": ("share_picture: [bilder/kanne.jpg]", "Put quotes around it."),
    "a title too long": (f"search_title: {'x' * 256}", "at most 255 characters"),
    "a list for a title": ("search_title: [a, b]", "Put quotes around it."),
    "a description that is a list": ("search_description: [a]", "Put quotes around it."),
    "another name": ("seo_title: Kaffe", "Known are: "),
}


@pytest.mark.parametrize("name", AFTER)
@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_is_told_with_file_line_and_remedy(fault, name, on_disk, db, settings):
    settings.LANGUAGE_CODE = "en"
    wrong, remedy = WRONG[fault]
    on_disk.change(name, AFTER[name], f"{AFTER[name]}{wrong}\n")
    line = {"serie.md": 6, FIRST_PART: 8}[name]
    with pytest.raises(CommandError) as error:
        on_disk.load()
    assert f"{name}:{line}: " in str(error.value)
    assert remedy in str(error.value)
    assert not Series.objects.exists()
