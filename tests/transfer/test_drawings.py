"""Drawings go in and out with a folder of files."""

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from tests.articles.test_drawings import ATTACKS, GOOD, NORMAL
from tests.transfer.conftest import FIRST_PART, SeriesOnDisk, everything, files_in

LINE = '![En trakt.](bilder/trakten.svg "I år.")'


@pytest.fixture
def drawn(on_disk: SeriesOnDisk, db) -> SeriesOnDisk:
    on_disk.write("bilder/trakten.svg", GOOD)
    on_disk.change(FIRST_PART, "Siste avsnitt.", f"{LINE}\n\nSiste avsnitt.")
    return on_disk


def test_a_drawing_goes_in_and_out_with_a_folder(drawn, tmp_path):
    drawn.load()
    article = Article.objects.get(slug="den-forste-koppen")
    assert 'class="drawing"' in article.passages.get().html
    assert [b["value"]["svg"] for b in article.body.raw_data if b["type"] == "drawing"] == [NORMAL]
    call_command("export_series", "--to", str(tmp_path / "ut"))
    files = files_in(tmp_path / "ut/kaffe-pa-kontoret")
    assert files["bilder/trakten.svg"].decode() == NORMAL
    assert LINE in files[FIRST_PART].decode()
    before = everything()
    call_command("import_series", str(tmp_path / "ut/kaffe-pa-kontoret"))
    assert everything() == before


def test_a_changed_drawing_is_a_new_edition(drawn):
    drawn.load()
    drawn.change("bilder/trakten.svg", "i alt", "til sammen")
    drawn.load()
    passage = Article.objects.get(slug="den-forste-koppen").passages.get()
    assert "til sammen" in passage.html


@pytest.mark.parametrize("attack", ["script", "onclick", "document type", "left open"])
def test_a_fault_in_a_drawing_is_told_with_its_line_and_stops_the_import(attack, drawn):
    drawn.write("bilder/trakten.svg", ATTACKS[attack])
    with pytest.raises(CommandError, match=r"bilder/trakten\.svg:\d+: "):
        drawn.load()
    assert not Article.objects.exists()


@pytest.mark.parametrize("name", ["bilder/borte.svg", "../trakten.svg", "https://a.no/b.svg"])
def test_a_drawing_that_is_not_in_the_folder_is_a_fault_of_the_article(name, drawn):
    drawn.change(FIRST_PART, "bilder/trakten.svg", name)
    with pytest.raises(CommandError, match=rf"{FIRST_PART}:\d+: "):
        drawn.load()
    assert not Article.objects.exists()
