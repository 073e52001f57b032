"""Import and export also carry the reading aids: contents, review date and corrections."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.access import Access
from articles.models import Article, Author, PublishedMetadata, Series
from tests.transfer.conftest import SECOND_PART, everything, files_in

HEAD = "published: 2026-02-10T06:30\n"
AIDS = f"""{HEAD}contents: open
reviewed: 2026-03-01
corrections: [2026-03-02 Prisen på en svart kopp var feil., '2026-02-11 Et navn, og et til.']
"""


@pytest.fixture
def aided(on_disk, db):
    on_disk.change("serie.md", "kanne.jpg\n", "kanne.jpg\ncoming: shown\n")
    on_disk.change("forfattere/ase-lunde.md", "born:", "family_name: Åse Lunde\nborn:")
    on_disk.change(SECOND_PART, HEAD, AIDS)
    on_disk.load()
    return on_disk


def test_the_aids_are_read(aided):
    article = Article.objects.get(slug="andre-kopp")
    assert (article.shows_contents, article.reviewed_on) == (True, date(2026, 3, 1))
    assert [h["text"] for h in PublishedMetadata.objects.get(article=article).contents] == [
        "Regnestykket"
    ]
    assert list(article.corrections.values_list("made_on", "text")) == [
        (date(2026, 3, 2), "Prisen på en svart kopp var feil."),
        (date(2026, 2, 11), "Et navn, og et til."),
    ]
    assert timezone.localdate(article.last_published_at) == date(2026, 3, 2)
    assert Series.objects.get().announces
    assert Author.objects.get(slug="ase-lunde").family_name == "Åse Lunde"


def test_the_aids_come_out_as_they_went_in(aided, tmp_path):
    call_command("export_series", "--to", str(tmp_path / "ut"))
    files = files_in(tmp_path / "ut/kaffe-pa-kontoret")
    assert AIDS.removeprefix(HEAD) in files[SECOND_PART].decode()
    assert "coming: shown\n" in files["serie.md"].decode()
    before = everything()
    call_command("import_series", str(tmp_path / "ut/kaffe-pa-kontoret"))
    assert everything() == before


def test_taken_away_in_the_file_they_are_taken_away(aided):
    aided.change(SECOND_PART, AIDS, HEAD)
    aided.load()
    article = Article.objects.get(slug="andre-kopp")
    assert (article.shows_contents, article.reviewed_on) == (False, None)
    assert not article.corrections.exists()


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("contents: ja", 8),
        ("reviewed: i fjor", 8),
        ("corrections: Et navn", 8),
        ("corrections: [Et navn uten dato]", 8),
        ("corrections: [2026-13-40 Et navn]", 8),
        (f"corrections: [2026-01-01 {'x' * 501}]", 8),
    ],
)
def test_a_fault_in_them_stops_the_import(wrong, line, on_disk, db):
    on_disk.change(SECOND_PART, HEAD, f"{HEAD}{wrong}\n")
    on_disk.change(SECOND_PART, "- ase-lunde\n- bo-tangen\n", "- bo-tangen\n")
    with pytest.raises(CommandError, match=rf"{SECOND_PART}:{line}\b"):
        on_disk.load()
    assert not Article.objects.exists()


def test_an_hour_that_does_not_exist_stands_for_the_next(on_disk, db, capsys):
    on_disk.change(SECOND_PART, HEAD, "published: 2026-03-29T02:30\n")
    on_disk.load()
    capsys.readouterr()
    on_disk.load()
    assert "0 endret" in capsys.readouterr().out


def test_an_alias_is_left_out_and_left_alone(first, on_disk, tmp_path):
    series = Series.objects.get()
    first.create_alias(parent=series, update_slug="et-annet-sted")
    call_command("export_series", "--to", str(tmp_path / "ut"))
    assert not [name for name in files_in(tmp_path / "ut") if "annet-sted" in name]
    on_disk.change(SECOND_PART, "slug: andre-kopp", "slug: et-annet-sted")
    with pytest.raises(CommandError, match=f"{SECOND_PART}:3"):
        on_disk.load()
    assert Article.objects.get(slug="et-annet-sted").access == Access.PUBLIC


def test_a_day_that_a_part_is_planned_for_comes_out_as_it_went_in(on_disk, db, tmp_path, capsys):
    day = timezone.localdate() + timedelta(days=9)
    on_disk.change("serie.md", "kanne.jpg\n", "kanne.jpg\ncoming: shown\n")
    on_disk.change(SECOND_PART, HEAD, f"published: draft\nplanned: {day}\n")
    on_disk.load()
    assert [(part.title, part.at) for part in Series.objects.get().coming()] == [("12", day)]
    call_command("export_series", "--to", str(tmp_path / "ut"))
    files = files_in(tmp_path / "ut/kaffe-pa-kontoret")
    assert f"published: draft\nplanned: {day}\n" in files[SECOND_PART].decode()
    capsys.readouterr()
    call_command("import_series", str(tmp_path / "ut/kaffe-pa-kontoret"))
    assert "0 endret" in capsys.readouterr().out
    on_disk.change(SECOND_PART, f"planned: {day}\n", "")
    on_disk.load()
    assert not Series.objects.get().coming()


def test_what_was_published_once_is_not_planned(on_disk, db, capsys):
    on_disk.load()
    on_disk.change(SECOND_PART, HEAD, "published: draft\nplanned: 2030-01-01\n")
    on_disk.load()
    capsys.readouterr()
    on_disk.load()
    assert "0 endret" in capsys.readouterr().out


def test_only_a_draft_is_planned(on_disk, db):
    on_disk.change(SECOND_PART, HEAD, f"{HEAD}planned: 2030-01-01\n")
    with pytest.raises(CommandError, match="Bare en kladd planlegges"):
        on_disk.load()
