"""A small series on disk, written for the tests."""

from pathlib import Path

import pytest
from django.core.management import call_command

from articles.models import Article, Author, Passage, Picture, Series
from tests.factories import picture_bytes

SERIE = """---
title: Kaffe på kontoret
slug: kaffe-pa-kontoret
lead: To deler om kaffe og møter.
picture: bilder/kanne.jpg
---
"""

FIRST = """---
title: Den første koppen
slug: den-forste-koppen
lead: Hvorfor møtet begynner ved maskinen.
authors: [ase-lunde]
access: open
published: 2026-02-03
sponsor: '[Mølla: ferskt hver uke](https://example.no/molla)'
---
Det begynner ved *maskinen*, ikke i møterommet.[^1]

![To kopper](bilder/kopper.png "Koppene står klare.")

[^1]: Målt i **tre** uker.

Siste avsnitt.
"""

SECOND = """---
title: 12
slug: andre-kopp
lead: Hva som skjer etterpå.
authors:
- ase-lunde
- bo-tangen
published: 2026-02-10T06:30
---
Åpent avsnitt.

:::definition Møtekaffe
Kaffe som drikkes *fordi* man møtes.

- én
- to
:::

<!--more Hva koster koppen?-->

## Regnestykket

| Kopp | Pris |
| --- | ---: |
| Svart | 12 |
| Melk \\| sukker | **14** |

: Priser i kroner

> Den er dyr.

Se [første del](/kaffe-pa-kontoret/den-forste-koppen/).
"""

AASE = """---
name: Åse Lunde
slug: ase-lunde
born: 1968
role: Rådgiver
portrait: bilder/ase.png
links:
  Nettsted: https://example.no/ase
---
Skriver om **møter**.

Bor i [Bodø](https://example.no/bodo).
"""

BO = """---
name: Bo Tangen
slug: bo-tangen
---
"""


class SeriesOnDisk:
    """The folder of a series, with methods to write, change and import its files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, source in {
            "serie.md": SERIE,
            "01-den-forste-koppen.md": FIRST,
            "02-andre-kopp.md": SECOND,
            "forfattere/ase-lunde.md": AASE,
            "forfattere/bo-tangen.md": BO,
            # Trailing bytes, so that the portal re-encodes it.
            "bilder/kanne.jpg": picture_bytes("JPEG", "sienna", size=(30, 20)) + b"bak",
            "bilder/kopper.png": picture_bytes(colour="teal", size=(40, 30)),
            "bilder/ase.png": picture_bytes(colour="olive", size=(30, 30)),
        }.items():
            self.write(name, source)

    def write(self, name: str, source: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        return path

    def change(self, name: str, old: str, new: str) -> None:
        source = (self.path / name).read_text()
        assert old in source
        self.write(name, source.replace(old, new))

    def load(self, *arguments: str) -> None:
        call_command("import_series", str(self.path), *arguments)


FIRST_PART, SECOND_PART = "01-den-forste-koppen.md", "02-andre-kopp.md"


@pytest.fixture
def on_disk(tmp_path: Path) -> SeriesOnDisk:
    return SeriesOnDisk(tmp_path / "kaffe")


@pytest.fixture
def first(on_disk: SeriesOnDisk, db: None):
    """The first article of the series, after an import."""
    on_disk.load()
    return Article.objects.get(slug="den-forste-koppen")


def everything() -> dict[str, list[object]]:
    """Returns all the rows that an import might touch, to compare before and after."""
    models = (Series, Article, Author, Passage, Picture)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def files_in(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
