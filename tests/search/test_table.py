"""The word list is packed into two files, and refuses files that don't belong together."""

import pytest

from search.words.table import DOUBLED, JOINT, Table, pack

LEMMAS = {
    "bil": ["bil"],
    "bilen": ["bil", "bile"],
    "bile": ["bile"],
    "fotball": ["fotball"],
    "fotballag": ["fotballag"],
    "salgsleder": ["salgsleder"],
    "elbil": ["elbil"],
}


@pytest.fixture
def folder(tmp_path):
    weights = {"bil": 3 << 4 | 7, "bile": 2}
    cuts = {"elbil": 2, "salgsleder": 5 | JOINT, "fotballag": 7 | DOUBLED}
    pack(LEMMAS, weights, cuts, tmp_path)
    return tmp_path


def test_a_form_has_its_lemmas_in_order(folder):
    table = Table(folder)
    assert {form: list(table.lemmas(form)) for form in LEMMAS} == LEMMAS
    assert table.lemmas("båt") == ()
    assert "bilen" in table
    assert "båt" not in table


def test_a_form_weighs_as_its_lemmas(folder):
    table = Table(folder)
    assert (table.as_first("bil"), table.as_first("bilen"), table.as_first("båt")) == (3, 0, 0)
    assert (table.as_last("bilen"), table.as_last("bile"), table.as_last("båt")) == (7, 2, 0)


def test_a_compound_has_its_parts(folder):
    table = Table(folder)
    assert table.parts("elbil") == ("el", "bil")
    assert table.parts("salgsleder") == ("salg", "leder")
    assert table.parts("fotballag") == ("fotball", "lag")
    assert table.parts("bil") == table.parts("båt") == ()


def test_the_digest_changes_with_the_data(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    pack(LEMMAS, {}, {}, other)
    assert Table(folder).digest != Table(other).digest


def test_files_that_do_not_belong_together_are_refused(folder):
    pack({"bil": ["bil"]}, {}, {}, folder / "small")
    (folder / "forms.bin").write_bytes((folder / "small" / "forms.bin").read_bytes())
    with pytest.raises(ValueError, match="belong"):
        Table(folder)


def test_no_files_are_an_error(tmp_path):
    with pytest.raises(OSError, match="forms"):
        Table(tmp_path)
