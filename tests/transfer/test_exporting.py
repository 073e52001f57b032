"""From pages to files, and back."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Article, Author, Picture, Series
from sponsors.models import Sponsorship
from tests import factories
from tests.transfer.conftest import FIRST, FIRST_PART, SECOND_PART, files_in


def export(to: Path, *slugs: str) -> dict[str, bytes]:
    call_command("export_series", *slugs, "--to", str(to))
    return files_in(to)


def empty_the_database() -> None:
    for page in (*Series.objects.all(), *Author.objects.all()):
        page.delete()
    Picture.objects.all().delete()
    Sponsorship.objects.all().delete()


def test_the_files_say_what_the_pages_say(first, tmp_path):
    files = export(tmp_path / "ut", "kaffe-pa-kontoret")
    assert sorted(files) == [
        "kaffe-pa-kontoret/01-den-forste-koppen.md",
        "kaffe-pa-kontoret/02-andre-kopp.md",
        "kaffe-pa-kontoret/bilder/ase.png",
        "kaffe-pa-kontoret/bilder/kanne.jpg",
        "kaffe-pa-kontoret/bilder/kopper.png",
        "kaffe-pa-kontoret/forfattere/ase-lunde.md",
        "kaffe-pa-kontoret/forfattere/bo-tangen.md",
        "kaffe-pa-kontoret/serie.md",
    ]
    assert files[f"kaffe-pa-kontoret/{FIRST_PART}"].decode() == FIRST
    assert b"title: '12'\n" in files[f"kaffe-pa-kontoret/{SECOND_PART}"]
    assert b"born: 1968\n" in files["kaffe-pa-kontoret/forfattere/ase-lunde.md"]


def test_an_export_imported_changes_nothing_and_exports_the_same(first, tmp_path, capsys):
    once = export(tmp_path / "en")
    capsys.readouterr()
    call_command("import_series", str(tmp_path / "en" / "kaffe-pa-kontoret"))
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert export(tmp_path / "to") == once


def test_an_export_imported_into_an_empty_database_exports_the_same(first, tmp_path):
    once = export(tmp_path / "en")
    empty_the_database()
    call_command("import_series", str(tmp_path / "en" / "kaffe-pa-kontoret"))
    assert Article.objects.count() == 2
    assert export(tmp_path / "to") == once


def test_every_block_of_the_panel_comes_back(db, tmp_path):
    pictures = [
        factories.make_picture("Bilde på øya.png", colour="teal", size=(30, 20)),
        factories.make_picture("Bilde på øya.jpg", format="JPEG", size=(30, 20)),
        factories.make_picture("Bilde på øya.png", colour="red", size=(30, 20)),
        factories.make_picture("samme.png", colour="red", size=(30, 20)),
    ]
    series = factories.make_series()
    author = factories.make_author(portrait=pictures[3])
    for n, picture in enumerate(pictures):
        body = factories.every_block(lambda place: f"{place} *_[]<b>& ", picture)
        body.insert(2, factories.gate("A & B --> C"))
        factories.make_article(series, body, slug=f"del-{n}", authors=[author])
    once = export(tmp_path / "en")
    names = sorted(name for name in once if "/bilder/" in name)
    assert names == [
        "serien/bilder/bilde-pa-oya-2.png",
        "serien/bilder/bilde-pa-oya.jpg",
        "serien/bilder/bilde-pa-oya.png",
        "serien/bilder/title-_b.svg",
    ]
    empty_the_database()
    call_command("import_series", str(tmp_path / "en" / "serien"))
    assert export(tmp_path / "to") == once


def test_drafts_and_what_is_scheduled_are_exported_as_such(first, tmp_path):
    moment = timezone.now().replace(microsecond=0) + timedelta(days=3)
    second = Article.objects.get(slug="andre-kopp")
    second.unpublish()
    second.title = "Siste utkast"
    second.save_revision()
    first.unpublish()
    first.go_live_at = moment
    first.save_revision().publish()
    once = export(tmp_path / "en")
    assert b"title: Siste utkast\n" in once[f"kaffe-pa-kontoret/{SECOND_PART}"]
    assert b"published: draft\n" in once[f"kaffe-pa-kontoret/{SECOND_PART}"]
    empty_the_database()
    call_command("import_series", str(tmp_path / "en" / "kaffe-pa-kontoret"))
    assert not Article.objects.filter(live=True).exists()
    assert Article.objects.get(slug="den-forste-koppen").go_live_at == moment
    assert export(tmp_path / "to") == once


def faulty_body(first: Article) -> list[tuple[str, object]]:
    """What an automatic save stores, though it can't be published."""
    return [
        factories.text('<p>Uten note [^1] <a href="/borte/">og side</a>.</p>'),
        factories.block("picture", {"picture": factories.make_picture().pk, "alt": ""}),
        factories.block("definition", {"term": "", "text": "<p>Uten ord.</p>"}),
        factories.block("footnote", {"label": "2", "text": ""}),
        factories.block("formula", {"latex": "\\frac{", "caption": ""}),
        factories.gate("Og så?"),
    ]


def test_a_draft_comes_back_whatever_is_missing_in_it(first, tmp_path, capsys):
    series = Series.objects.get()
    series.add_child(instance=Article(title="Kommer", live=False))
    draft = factories.draft_article(series, faulty_body(first), slug="kladd", lead="")
    draft.save_revision(clean=False)
    once = export(tmp_path / "en")
    folder = tmp_path / "en" / "kaffe-pa-kontoret"
    capsys.readouterr()
    call_command("import_series", str(folder))
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert export(tmp_path / "to") == once
    part = folder / "03-kommer.md"
    part.write_text(part.read_text().replace("title: Kommer", "title: Kommer snart"))
    call_command("import_series", str(folder))
    assert Article.objects.get(slug="kommer").get_latest_revision().content["lead"] == ""
    part.write_text(part.read_text().replace("title: Kommer snart", "title: Kommer"))
    empty_the_database()
    call_command("import_series", str(folder))
    assert Article.objects.live().count() == 2
    assert export(tmp_path / "tre") == once


def test_a_draft_of_other_address_comes_back_as_the_same_article(first, tmp_path, capsys):
    first.unpublish()
    first.slug = first.title = "ny"
    first.save_revision()
    series = Series.objects.get()
    series.unpublish()
    series.slug, series.title = "nye-serien", "Nye serien"
    series.save_revision()
    before = list(Article.objects.values("pk", "slug", "live"))
    once = export(tmp_path / "en")
    capsys.readouterr()
    call_command("import_series", str(tmp_path / "en" / "kaffe-pa-kontoret"))
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert list(Article.objects.values("pk", "slug", "live")) == before
    assert Series.objects.get().latest_revision.content["slug"] == "nye-serien"
    assert export(tmp_path / "to") == once


def test_the_longest_addresses_and_titles_come_back(db, tmp_path):
    """No file system has room for 255 characters and an ending."""
    ends = ("en", "to")
    slugs = ["ae" * 126 + end for end in ends]
    pictures = [factories.make_picture(colour=colour) for colour in ("teal", "red")]
    for picture, end in zip(pictures, ends, strict=True):
        picture.title = "æ" * 253 + end
        picture.save()
    authors = [factories.make_author(slug, title) for slug, title in zip(slugs, ends, strict=True)]
    series = factories.make_series(slugs[0])
    for slug, picture in zip(slugs, pictures, strict=True):
        shown = factories.block("picture", {"picture": picture.pk, "alt": "Et bilde"})
        drawn = factories.drawing("Ord", title="ø" * 255)
        factories.make_article(series, [shown, drawn], slug=slug, authors=authors)
    once = export(tmp_path / "en")
    stem = "ae" * 50
    assert sorted(name.partition("/")[2] for name in once) == [
        f"01-{stem}.md",
        f"02-{stem}.md",
        f"bilder/{stem}-2.png",
        f"bilder/{stem}.png",
        f"bilder/{'o' * 100}.svg",
        f"forfattere/{stem}-2.md",
        f"forfattere/{stem}.md",
        "serie.md",
    ]
    empty_the_database()
    call_command("import_series", str(tmp_path / "en" / slugs[0]))
    assert {*Author.objects.values_list("slug", "title")} == {*zip(slugs, ends, strict=True)}
    assert export(tmp_path / "to") == once


def test_links_to_pages_are_written_as_addresses(first, tmp_path):
    link = f'<p><a linktype="page" id="{first.pk}">hit</a> <a linktype="page" id="0">bort</a></p>'
    factories.make_article(factories.make_series(), [factories.text(link)])
    files = export(tmp_path / "ut", "serien")
    assert b"[hit](/kaffe-pa-kontoret/den-forste-koppen/) bort\n" in files["serien/01-delen.md"]


def test_an_unknown_series_is_refused(db, tmp_path):
    with pytest.raises(CommandError, match="finnes-ikke"):
        export(tmp_path / "ut", "finnes-ikke")


@pytest.mark.parametrize("name", ["03-gammel.md", "forfattere/gammel.md", "tema/gammelt.md"])
def test_text_left_from_an_earlier_export_is_named_and_not_removed(first, tmp_path, name):
    export(tmp_path / "ut")
    left = tmp_path / "ut/kaffe-pa-kontoret" / name
    left.parent.mkdir(exist_ok=True)
    left.write_text("gammelt")
    with pytest.raises(CommandError, match=re.escape(name)):
        export(tmp_path / "ut")
    assert left.exists()
