"""A fault stops an import: it names file, line and remedy, exits with 1, and writes nothing."""

import re

import pytest
from django.core.management import CommandError, call_command

from articles.models import Home, Passage, Series, SimplePage, Subject
from tests import factories
from tests.transfer.conftest import FIRST, FIRST_PART, SECOND_PART, everything, files_in

AASE = "forfattere/ase-lunde.md"


def refused(on_disk, media) -> str:
    """Returns what the command says when it refuses the folder."""
    before = everything(), files_in(media)
    with pytest.raises(CommandError) as error:
        on_disk.load()
    assert error.value.returncode == 1
    assert (everything(), files_in(media)) == before
    return str(error.value)


#: (file, its text, the replacement, the line of the fault)
WRONG = {
    "unknown key": (FIRST_PART, "access: open", "acces: open", 6),
    "missing title": (FIRST_PART, "title: Den første koppen", "title: ''", 2),
    "missing lead": ("serie.md", "lead: To deler om kaffe og møter.\n", "", 1),
    "missing slug": (AASE, "slug: ase-lunde\n", "", 1),
    "key twice": (FIRST_PART, "access: open", "access: open\naccess: open", 7),
    "broken yaml": (FIRST_PART, "title: Den", "title: Den: første", 2),
    "yaml tab": (FIRST_PART, "access: open", "access:\n\t- open", 7),
    "nested too deeply": (FIRST_PART, "[ase-lunde]", "[[ase-lunde]]", 5),
    "no front matter": (FIRST_PART, "---\ntitle", "title", 1),
    "slug not in form": (FIRST_PART, "slug: den-forste-koppen", "slug: Den første", 3),
    "slug of another part": (SECOND_PART, "slug: andre-kopp", "slug: den-forste-koppen", 3),
    "slug of the portal": ("serie.md", "slug: kaffe-pa-kontoret", "slug: admin", 3),
    "title too long": (FIRST_PART, "title: Den", "title: " + "x" * 256, 2),
    "lead too long": (FIRST_PART, "lead: Hvorfor", "lead: " + "x" * 501, 4),
    "unknown author": (FIRST_PART, "[ase-lunde]", "[ola-norvik]", 5),
    "author twice": (FIRST_PART, "[ase-lunde]", "[ase-lunde, ase-lunde]", 5),
    "unknown illustrator": (FIRST_PART, "access:", "illustrators: [ola-norvik]\naccess:", 6),
    "author in two roles": (FIRST_PART, "access:", "reviewers: [ase-lunde]\naccess:", 6),
    "authors not a list": (FIRST_PART, "[ase-lunde]", "ase-lunde", 5),
    "unknown access": (FIRST_PART, "access: open", "access: ja", 6),
    "no date": (FIRST_PART, "published: 2026-02-03", "published: no", 7),
    "day before all others": (FIRST_PART, "published: 2026-02-03", "published: 0001-01-01", 7),
    "day after all others": (FIRST_PART, "access:", "reviewed: 9999-12-31T23:59-14:00\naccess:", 6),
    "not a year": (AASE, "born: 1968", "born: i fjor", 4),
    "year out of range": (AASE, "born: 1968", "born: 3000", 4),
    "bad link of an author": (AASE, "https://example.no/ase", "javascript:x", 7),
    "bad sponsor": (FIRST_PART, "sponsor: '[", "sponsor:\n  tekst: '[", 8),
    "text in the series": ("serie.md", "kanne.jpg\n---\n", "kanne.jpg\n---\nHei\n", 7),
    "series picture missing": ("serie.md", "kanne.jpg", "borte.jpg", 5),
    "portrait missing": (AASE, "bilder/ase.png", "bilder/borte.png", 6),
    "picture missing": (FIRST_PART, "bilder/kopper.png", "bilder/borte.png", 12),
    "picture outside": (FIRST_PART, "bilder/kopper.png", "../kopper.png", 12),
    "picture from the root": (FIRST_PART, "bilder/kopper.png", "/etc/hostname", 12),
    "picture elsewhere": (FIRST_PART, "bilder/kopper.png", "https://a.no/b.png", 12),
    "picture that is none": (FIRST_PART, "bilder/kopper.png", "serie.md", 12),
    "picture in a text": (FIRST_PART, "Siste avsnitt.", "Siste\n![a](bilder/kopper.png)", 17),
    "no alt": (FIRST_PART, "![To kopper]", "![]", 12),
    "decorative drawing": (FIRST_PART, 'png "Koppene står klare.")', "svg){decoration}", 12),
    "alt in bold": (FIRST_PART, "![To kopper]", "![To **kopper**]", 12),
    "alt too long": (FIRST_PART, "![To kopper]", "![" + "x" * 1001 + "]", 12),
    "heading of level 1": (FIRST_PART, "Siste", "# Siste", 16),
    "heading of level 5": (FIRST_PART, "Siste", "##### Siste", 16),
    "underlined heading": (FIRST_PART, "Siste avsnitt.", "Siste avsnitt.\n---", 16),
    "html": (FIRST_PART, "Siste", "a\n<b>Siste</b>", 17),
    "block of html": (FIRST_PART, "Siste", "<div>Siste", 16),
    "code": (FIRST_PART, "Siste", "`Siste`", 16),
    "indented code": (FIRST_PART, "Det beg", "    Det beg", 10),
    "fence": (FIRST_PART, "Siste", "```\nSiste", 16),
    "other box": (FIRST_PART, "Siste avsnitt.", ":::note\nSiste\n:::", 16),
    "box left open": (FIRST_PART, "Siste avsnitt.", ":::definition Ord\nSiste", 16),
    "box without a term": (FIRST_PART, "Siste avsnitt.", ":::definition\nSiste\n:::", 16),
    "stray end of a box": (FIRST_PART, "Siste avsnitt.", "Siste\n:::", 17),
    "heading in a box": (SECOND_PART, "- én", "## én", 15),
    "reference": (FIRST_PART, "Siste avsnitt.", "[Siste]\n\n[siste]: https://a.no", 18),
    "bad link": (FIRST_PART, "Siste", "[Siste](javascript:x)", 16),
    "relative link": (FIRST_PART, "Siste", "[Siste](annen.md)", 16),
    "title of a link": (FIRST_PART, "Siste", '[Siste](/a/ "t")', 16),
    "link without text": (FIRST_PART, "Siste", "[](/a/)", 16),
    "list from 17": (FIRST_PART, "Siste", "17. mai", 16),
    "two paragraphs in an item": (FIRST_PART, "Siste", "- a\n\n  b", 18),
    "two lists in an item": (FIRST_PART, "Siste", "- a\n  - b\n  1. c", 18),
    "mixed lists": (FIRST_PART, "Siste", "- a\n  1. b\n     - c", 18),
    "list in a quote": (SECOND_PART, "> Den", "> - Den", 30),
    "gate twice": (SECOND_PART, "> Den er dyr.", "<!--more-->", 30),
    "gate last": (FIRST_PART, "Siste avsnitt.", "<!--more-->", 16),
    "gate in a box": (SECOND_PART, "- én", "<!--more-->", 15),
    "teaser too long": (SECOND_PART, "<!--more Hva", "<!--more " + "x" * 201, 19),
    "footnote without text": (FIRST_PART, " Målt i **tre** uker.", "", 14),
    "footnote nobody refers to": (FIRST_PART, "møterommet.[^1]", "møterommet.", 14),
    "footnote that is missing": (FIRST_PART, "Siste", "Siste[^2]", 16),
    "bad mark of a footnote": (FIRST_PART, "[^1]:", "[^a.b]:", 14),
    "list in a footnote": (FIRST_PART, "Målt i **tre** uker.", "- tre", 14),
    "row too long": (SECOND_PART, "| Svart | 12 |", "| Svart | 12 | 13 |", 25),
    "row too short": (SECOND_PART, "| Svart | 12 |", "| Svart |", 25),
    "bold heading of a table": (SECOND_PART, "| Kopp |", "| **Kopp** |", 23),
    "yaml of many lists": (FIRST_PART, "title: Den", "title: " + "[" * 5000 + "Den", 2),
    "yaml of many mappings": (FIRST_PART, "title: Den", "title: " + "{a: " * 5000 + "Den", 2),
    "yaml of many keys": (FIRST_PART, "access: open", "? " * 5000, 6),
    "yaml within itself": (FIRST_PART, "[ase-lunde]", "&a [*a]", 5),
    "head too long": (FIRST_PART, "[ase-lunde]", f"[{','.join('x' * 50_001)}]", 1),
    "style in style": (FIRST_PART, "Siste", "\n\n" + "**a _b " * 300 + "_ **" * 300, 18),
    "marks without end": (FIRST_PART, "Siste", "\n\n" + "*a " * 5001, 18),
    "list in list": (FIRST_PART, "Siste", "\n\n" + "- " * 40, 18),
    "list in list in list": (FIRST_PART, "Siste", "\n\n" + "- " * 5000, 18),
    "quote in quote": (FIRST_PART, "Siste", "\n\n" + ">" * 5000, 18),
    "text too long": (FIRST_PART, "Siste", "\n\n" + "lang " * 100_001, 18),
    "footnote too long": (FIRST_PART, "Målt", "Målt " * 100_001, 14),
    "bio too long": (AASE, "Bor i", "Bor i " * 100_001, 10),
    "path too long": (FIRST_PART, "bilder/kopper.png", "a/" * 5000 + "kopper.png", 12),
    "list in a bio": (AASE, "Bor i", "- Bor i", 12),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_is_told_with_file_line_and_remedy(fault, on_disk, db, media):
    name, old, new, line = WRONG[fault]
    on_disk.change(name, old, new)
    told = refused(on_disk, media)
    assert told.startswith(f"{on_disk.path / name}:{line}: "), told
    assert len(re.findall(r"[.»] \S", told)) >= 1, told  # the problem, and then the remedy


def test_a_fault_leaves_what_is_there_as_it_was(on_disk, first, media):
    on_disk.change(FIRST_PART, "Siste avsnitt.", "Nytt avsnitt.")
    on_disk.change(SECOND_PART, "bo-tangen", "ola-norvik")
    assert f"{SECOND_PART}:5" in refused(on_disk, media)


def test_faults_of_several_files_are_told_together(on_disk, db, media):
    on_disk.change(FIRST_PART, "access: open", "access: ja")
    on_disk.change(AASE, "born: 1968", "born: x")
    told = refused(on_disk, media).splitlines()
    assert [FIRST_PART in line or AASE in line for line in told] == [True, True]


def test_a_fault_in_one_series_stops_them_all(on_disk, db, tmp_path):
    other = type(on_disk)(tmp_path / "annen")
    other.change("serie.md", "slug: kaffe-pa-kontoret", "slug: annen")
    other.change(FIRST_PART, "access: open", "access: ja")
    with pytest.raises(CommandError):
        call_command("import_series", str(on_disk.path), str(other.path))
    assert not Series.objects.exists()


def test_bytes_that_are_not_utf8_are_a_fault_at_their_line(on_disk, db, media):
    data = (on_disk.path / FIRST_PART).read_bytes()
    on_disk.write(FIRST_PART, data.replace(b"Siste", "Så".encode("latin-1")))
    assert f"{FIRST_PART}:16: " in refused(on_disk, media)


def test_the_same_folder_twice_is_a_fault(on_disk, db):
    with pytest.raises(CommandError, match=r"serie\.md"):
        call_command("import_series", str(on_disk.path), str(on_disk.path))


def test_two_folders_must_say_the_same_of_an_author(on_disk, db, tmp_path):
    other = type(on_disk)(tmp_path / "annen")
    other.change("serie.md", "slug: kaffe-pa-kontoret", "slug: annen")
    call_command("import_series", str(on_disk.path), str(other.path), "--dry-run")
    other.change(AASE, "born: 1968", "born: 1969")
    with pytest.raises(CommandError, match=r"annen/forfattere/ase-lunde\.md"):
        call_command("import_series", str(on_disk.path), str(other.path))


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_two_subjects_can_t_have_one_name(on_disk, db, tmp_path, is_elsewhere):
    other = type(on_disk)(tmp_path / "annen")
    other.change("serie.md", "slug: kaffe-pa-kontoret", "slug: annen")
    on_disk.write("tema/kaffe.md", "---\nname: Kaffe\nslug: kaffe\n---\n")
    second = other if is_elsewhere else on_disk
    second.write("tema/te.md", "---\nname: Kaffe\nslug: te\n---\n")
    with pytest.raises(CommandError, match=r"tema/te\.md.*«Kaffe»"):
        call_command("import_series", str(on_disk.path), str(other.path))
    assert not Subject.objects.exists()


@pytest.mark.parametrize("name", ["bilder/kopper.png", FIRST_PART, "serie.md", AASE])
def test_a_symlink_out_of_the_folder_is_not_followed(name, on_disk, db, media, tmp_path):
    path = on_disk.path / name
    outside = tmp_path / "utenfor"
    path.rename(outside)
    path.symlink_to(outside)
    told = refused(on_disk, media)
    assert told.startswith(str(on_disk.path))
    assert f"{FIRST_PART}:12: " in told or name in told


@pytest.mark.parametrize("name", ["bilder", "forfattere"])
def test_nor_is_a_folder_that_is_a_symlink(name, on_disk, db, media, tmp_path):
    (on_disk.path / name).rename(tmp_path / "utenfor")
    (on_disk.path / name).symlink_to(tmp_path / "utenfor")
    refused(on_disk, media)


def test_a_symlink_within_the_folder_is_fine(on_disk, db):
    path = on_disk.path / "bilder/kopper.png"
    path.rename(on_disk.path / "bilder/andre.png")
    path.symlink_to("andre.png")
    on_disk.load()
    assert Series.objects.exists()


def test_two_parts_with_one_number_are_a_fault(on_disk, db, media):
    (on_disk.path / SECOND_PART).rename(on_disk.path / "1-andre-kopp.md")
    assert "1-andre-kopp.md: " in refused(on_disk, media)


def test_a_text_without_a_number_is_a_fault(on_disk, db, media):
    on_disk.write("notater.md", "Husk melk.")
    assert "notater.md: " in refused(on_disk, media)


def test_a_folder_without_a_series_is_a_fault(db, tmp_path):
    with pytest.raises(CommandError, match=r"serie\.md"):
        call_command("import_series", str(tmp_path / "finnes-ikke"))


def test_an_address_that_another_kind_of_page_has_is_a_fault(on_disk, db, media):
    factories.make_page(slug="kaffe-pa-kontoret")
    assert "serie.md:3: " in refused(on_disk, media)
    assert SimplePage.objects.child_of(Home.objects.get()).count() == 1


def test_a_picture_too_large_is_refused_before_it_is_read(on_disk, db, media, monkeypatch):
    monkeypatch.setattr("transfer.folders.MAX_PICTURE", 10)
    assert f"{FIRST_PART}:12: " in refused(on_disk, media)


def test_a_link_that_leads_to_itself_is_told_as_any_file_that_is_missing(on_disk, db, media):
    (on_disk.path / "bilder" / "kopper.png").unlink()
    (on_disk.path / "bilder" / "kopper.png").symlink_to("kopper.png")
    assert f"{FIRST_PART}:12: " in refused(on_disk, media)


def test_what_lies_deep_in_a_list_is_never_lost_without_a_word(on_disk, db, media):
    """The parser leaves out text below its own nesting limit."""
    told, kept = [], []
    for depth in (12, 20, 29, 31, 34, 36, 69, 80):
        on_disk.write(FIRST_PART, FIRST.replace("Siste avsnitt.", "- " * depth + f"dypt{depth}"))
        try:
            on_disk.load()
        except CommandError as error:
            told.append(f"{FIRST_PART}:16: " in str(error))
        else:
            kept.append(Passage.objects.filter(html__contains=f"dypt{depth}").exists())
    assert all(told)
    assert all(kept)
    assert told
    assert kept
