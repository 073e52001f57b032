"""A folder's links to the portal's own pages lead somewhere, or the import stops."""

from itertools import permutations

import pytest
from django.core.management import CommandError, call_command

from accounts.access import Access, Reader
from articles.models import Article, Passage, Series
from tests import factories
from tests.transfer.conftest import FIRST_PART, SECOND_PART, SeriesOnDisk

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(on_disk, tmp_path) -> SeriesOnDisk:
    """A second folder. Each of the two links to a part of the other."""
    other = SeriesOnDisk(tmp_path / "te")
    other.change("serie.md", "slug: kaffe-pa-kontoret", "slug: te")
    other.change(SECOND_PART, "slug: andre-kopp", "slug: tekopp")
    other.change(SECOND_PART, "/kaffe-pa-kontoret/", "/te/")
    other.change(FIRST_PART, "Siste avsnitt", "[Siste](/kaffe-pa-kontoret/andre-kopp/)")
    on_disk.change(FIRST_PART, "Siste avsnitt", "[Siste](/te/tekopp/)")
    return other


@pytest.mark.parametrize("order", list(permutations([0, 1])))
def test_two_folders_link_to_each_other_in_either_order(order, on_disk, other, visitor):
    folders = [on_disk.path, other.path]
    call_command("import_series", *(str(folders[n]) for n in order))
    shown = Passage.objects.readable_by(Reader(Access.PUBLIC)).values_list("html", flat=True)
    for address in ("/te/tekopp/", "/kaffe-pa-kontoret/andre-kopp/"):
        assert any(f'href="{address}"' in html for html in shown)
        assert visitor.get(address).status_code == 200


def test_one_of_them_alone_is_refused_until_the_other_is_there(on_disk, other):
    for folder in (on_disk, other):
        with pytest.raises(CommandError, match=rf"{FIRST_PART}:16: "):
            folder.load()
    assert not Series.objects.exists()
    call_command("import_series", str(on_disk.path), str(other.path))
    on_disk.load()
    other.load()


@pytest.mark.parametrize(
    "address",
    [
        *("/kaffe-pa-kontoret/", "/kaffe-pa-kontoret/andre-kopp", "/forfattere/bo-tangen/"),
        *("/tema/kaffe/", "/ordbok/motekaffe/", "/", "/sok/?q=kopp", "/serien/delen/#b-1"),
        *("http://localhost:8000/serien/delen/", "https://example.no/borte/"),
        "/serien/kladd/",  # as in the panel, where it is advice
    ],
)
def test_a_link_may_lead_to_what_is_there_or_what_the_folder_brings(address, on_disk):
    factories.make_article(series := factories.make_series())
    factories.draft_article(series, slug="kladd")
    on_disk.write("tema/kaffe.md", "---\nname: Kaffe\nslug: kaffe\n---\n")
    on_disk.change(FIRST_PART, "Siste", f"[Siste]({address})")
    on_disk.load()
    assert Article.objects.filter(slug="andre-kopp").exists()


#: {fault: (file, its text, the replacement, the line)}
DEAD = {
    "no such page": (FIRST_PART, "Siste", "[Siste](/borte/)", 16),
    "no such part": (FIRST_PART, "Siste", "[Siste](/kaffe-pa-kontoret/borte/)", 16),
    "with the host": (FIRST_PART, "Siste", "[Siste](http://localhost:8000/borte/)", 16),
    "in a box": (SECOND_PART, "- én", "- [én](/borte/)", 12),
    "in a cell": (SECOND_PART, "Svart", "[Svart](/borte/)", 23),
    "in a footnote": (FIRST_PART, "Målt", "[Målt](/borte/)", 14),
}


@pytest.mark.parametrize("dead", DEAD)
def test_a_link_that_leads_nowhere_stops_the_import(dead, on_disk):
    name, old, new, line = DEAD[dead]
    on_disk.change(name, old, new)
    with pytest.raises(CommandError) as error:
        on_disk.load()
    assert error.value.returncode == 1
    assert str(error.value).startswith(f"{on_disk.path / name}:{line}: ")
    assert not Article.objects.filter(slug="andre-kopp").exists()


NO_AUTHOR = "authors: [ase-lunde]\n"
#: {fault: (what takes the place of the author or of the last word, the line, what is told)}
TOLD = {
    "no author": (
        *(NO_AUTHOR, "authors: []\n", 5),
        "The article has no author. Write «authors: [slug]», or «published: draft».",
        "Artikkelen har ingen forfatter. Skriv «authors: [slug]», eller «published: draft».",
    ),
    "no list of authors": (
        *(NO_AUTHOR, "", 1),
        "The article has no author. Write «authors: [slug]», or «published: draft».",
        "Artikkelen har ingen forfatter. Skriv «authors: [slug]», eller «published: draft».",
    ),
    "a dead link": (
        *("Siste", "[Siste](/borte/)", 16),
        "The link leads to /borte/, which doesn't exist here. "
        "Correct the address, or take the link away.",
        "Lenken går til /borte/, som ikke finnes her. Rett adressen, eller ta bort lenken.",
    ),
    "into the panel": (
        *("Siste", "[Siste](/admin/pages/3/edit/)", 16),
        "The link «Siste» leads into the panel, where no reader gets in. Correct the text here.",
        "Lenken «Siste» går til redaksjonen, der ingen lesere slipper inn. Rett teksten her.",
    ),
}


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("fault", TOLD)
def test_the_fault_and_its_remedy_are_told_in_both_languages(fault, language, on_disk, settings):
    settings.LANGUAGE_CODE = language
    old, new, line, *told = TOLD[fault]
    on_disk.change(FIRST_PART, old, new)
    with pytest.raises(CommandError) as error:
        on_disk.load()
    said = told[language == "nb"]
    assert str(error.value) == f"{on_disk.path / FIRST_PART}:{line}: {said}"
    assert not Series.objects.exists()


def test_a_draft_may_be_without_an_author(on_disk):
    on_disk.change(FIRST_PART, NO_AUTHOR, "authors: []\n")
    on_disk.change(FIRST_PART, "published: 2026-02-03", "published: draft")
    on_disk.load()
    assert not Article.objects.get(slug="den-forste-koppen").live
    on_disk.change(FIRST_PART, "published: draft", "published: 2099-01-01")  # scheduled
    with pytest.raises(CommandError, match=rf"{FIRST_PART}:5: "):
        on_disk.load()


def test_only_a_draft_may_be_without_a_text(on_disk):
    file = on_disk.path / FIRST_PART
    matter = file.read_text().rpartition("---\n")[0]
    file.write_text(f"{matter}---\n")
    with pytest.raises(CommandError, match=rf"{FIRST_PART}:\d+: Teksten mangler\. Skriv den"):
        on_disk.load()
    assert not Series.objects.exists()
    on_disk.change(FIRST_PART, "published: 2026-02-03", "published: draft")
    on_disk.load()
    assert not Article.objects.get(slug="den-forste-koppen").live
