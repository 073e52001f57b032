"""What the desk has added comes out byte for byte as it went in, from an empty portal as well."""

import pytest
from django.core.management import call_command

from articles.models import Article, Embed, File
from articles.models.by_lines import ArticleAuthor, Role
from tests.factories import pdf_bytes
from tests.transfer.conftest import FIRST, FIRST_PART, SeriesOnDisk, everything
from tests.transfer.test_exporting import empty_the_database, export

pytestmark = pytest.mark.django_db
LAST = "Siste avsnitt."

BY_LINE = """authors: [ase-lunde]
illustrators: [bo-tangen, eli-moe]
reviewers: [pal-vik]
"""
CHANGED = """authors: [ase-lunde]
illustrators: [bo-tangen, pal-vik]
reviewers: [eli-moe]
"""

#: {what is carried: (its Markdown, the blocks it becomes, what readers see of it)}
CARRIED = {
    "decorative picture": (
        '![](bilder/kopper.png "Koppene."){decoration}\n\n![](bilder/ase.png){decoration}',
        ["picture", "picture"],
        'alt=""',
    ),
    "quote": (
        ":::quote Kari Nordmann | Boken om kaffe | https://example.no/boken\n"
        "Kaffe er *et fag*.\n\nOg mer.\n:::",
        ["quote"],
        "Boken om kaffe",
    ),
    "quote without a source": (":::quote\nKaffe er *et fag*.\n:::", ["quote"], "et fag"),
    "facts": (
        ":::facts Kort fortalt\nTre av fire:\n\n- lykkes **ikke**\n- prøver\n:::",
        ["facts"],
        "Kort fortalt",
    ),
    "steps": (
        ":::steps Kok kaffe\n1. Finn vann.\n2. Skriv ned:\n   - gram\n   - liter\n:::",
        ["steps"],
        "Finn vann.",
    ),
    "steps of several paragraphs": (
        ":::steps\nDet ene.\n\nOg mer om det.\n\n---\n\nDet andre.\n:::",
        ["steps"],
        "Og mer om det.",
    ),
    "formula": ("$$\n\\frac{a}{b} \\le x^2\n$$\n\n: a delt på b", ["formula"], "<mfrac>"),
    "code": (
        '````python\nprint("```")  # *ikke* kursiv\n\n\nfor x in y:\n    pass\n````\n\n'
        ": Skriver tre tegn",
        ["code"],
        "Skriver tre tegn",
    ),
    "code of no language": ("```\n<b>&amp;\n```", ["code"], "&lt;b&gt;&amp;amp;"),
    "embed": (
        ":::embed https://youtu.be/abc?t=1 En video\nTretti *minutter*.\n:::",
        ["embed"],
        "Tretti",
    ),
    "file": ("[Mal for budsjett](filer/mal-for-budsjett.pdf)", ["file"], "Mal for budsjett"),
}


@pytest.fixture
def carried(request, on_disk: SeriesOnDisk) -> tuple[SeriesOnDisk, str]:
    markdown = CARRIED[request.param][0]
    on_disk.write("filer/mal-for-budsjett.pdf", pdf_bytes())
    on_disk.change(FIRST_PART, LAST, f"{markdown}\n\n{LAST}")
    on_disk.load()
    return on_disk, request.param


def blocks_of(slug: str) -> list[str]:
    return [each["type"] for each in Article.objects.get(slug=slug).body.raw_data]


@pytest.mark.parametrize("carried", CARRIED, indirect=True)
def test_a_block_comes_out_as_it_went_in(carried, tmp_path, capsys):
    on_disk, name = carried
    _markdown, kinds, seen = CARRIED[name]
    assert blocks_of("den-forste-koppen")[3:-1] == kinds
    article = Article.objects.get(slug="den-forste-koppen")
    assert seen in article.passages.get().html
    once = export(tmp_path / "en")
    part = f"kaffe-pa-kontoret/{FIRST_PART}"
    assert once[part] == (on_disk.path / FIRST_PART).read_bytes()
    before = everything()
    capsys.readouterr()
    call_command("import_series", str(tmp_path / "en/kaffe-pa-kontoret"))
    assert "0 endret" in capsys.readouterr().out
    assert everything() == before
    empty_the_database()
    File.objects.all().delete()
    Embed.objects.all().delete()
    call_command("import_series", str(tmp_path / "en/kaffe-pa-kontoret"))
    assert export(tmp_path / "to") == once


def test_a_file_to_download_is_the_same_file(on_disk, tmp_path):
    on_disk.write("filer/mal-for-budsjett.pdf", pdf_bytes("Et budsjett"))
    on_disk.change(FIRST_PART, LAST, CARRIED["file"][0])
    on_disk.load()
    files = export(tmp_path / "ut")
    assert files["kaffe-pa-kontoret/filer/mal-for-budsjett.pdf"] == pdf_bytes("Et budsjett")
    on_disk.load()
    assert File.objects.count() == 1


def test_each_role_of_the_by_line_comes_out_as_it_went_in(on_disk, tmp_path, capsys):
    for slug, name in (("eli-moe", "Eli Moe"), ("pal-vik", "Pål Vik")):
        on_disk.write(f"forfattere/{slug}.md", f"---\nname: {name}\nslug: {slug}\n---\n")
    on_disk.change(FIRST_PART, "authors: [ase-lunde]\n", BY_LINE)
    on_disk.load()
    rows = ArticleAuthor.objects.filter(article__slug="den-forste-koppen").order_by("sort_order")
    assert [(row.author.slug, row.role) for row in rows] == [
        ("ase-lunde", Role.TEXT),
        ("bo-tangen", Role.ILLUSTRATION),
        ("eli-moe", Role.ILLUSTRATION),
        ("pal-vik", Role.REVIEW),
    ]
    once = export(tmp_path / "en")
    part = f"kaffe-pa-kontoret/{FIRST_PART}"
    assert once[part].decode() == FIRST.replace("authors: [ase-lunde]\n", BY_LINE)
    capsys.readouterr()
    call_command("import_series", str(tmp_path / "en/kaffe-pa-kontoret"))
    assert "0 endret" in capsys.readouterr().out
    empty_the_database()
    call_command("import_series", str(tmp_path / "en/kaffe-pa-kontoret"))
    assert export(tmp_path / "to") == once
    on_disk.change(FIRST_PART, BY_LINE, CHANGED)
    on_disk.load()
    roles = dict(rows.all().values_list("author__slug", "role"))
    assert roles == {
        "ase-lunde": Role.TEXT,
        "bo-tangen": Role.ILLUSTRATION,
        "eli-moe": Role.REVIEW,
        "pal-vik": Role.ILLUSTRATION,
    }
