"""A written sentence becomes the words that a speech engine says right."""

import csv
import io
import re
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from narration.ear.spoken import spoken
from narration.management.commands.spoken import Command

with (Path(__file__).parent / "spoken.tsv").open(encoding="utf-8") as _file:
    CASES = [row for row in csv.reader(_file, delimiter="\t", quoting=csv.QUOTE_NONE) if row]


@pytest.mark.parametrize("kind", sorted({kind for kind, *_ in CASES}))
def test_each_case_is_read_as_the_table_says(kind):
    """A test for each case would take a minute to begin and end."""
    rows = [(written, said) for of, written, said in CASES if of == kind]
    assert [(written, spoken(written)) for written, _said in rows] == rows


def test_the_table_holds_no_case_twice():
    written = [case[1] for case in CASES]
    assert len(written) == len(set(written))


SIGNS = st.sampled_from("0123456789 .,:;-–/%§()kr°²½$€+&@#'\"«»AaBbIVXxÅåsnmgtl\0\n🙂\u202e\u00a0")
TEXTS = st.text(SIGNS, max_size=40) | st.text(max_size=40)


@given(TEXTS)
def test_no_text_breaks_it_and_no_figure_or_sign_is_left(text):
    said = spoken(text)
    assert not re.search(r"[\d§%$€£&@#*<>=+\\\x00-\x1f]", said)
    assert not re.search(r"(?<!\w)kr(?!\w)", said)
    assert "  " not in said
    assert said == said.strip()


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "1",
            "1 ",
            "1.",
            "A",
            "A.",
            "(",
            "-",
            "§ 1, ",
            "1–",
            "a@",
            "a.",
            "kr ",
            "1 250 ",
            "½",
        ),
        *("IV ", "kl. 10–", "æ", "«", "…", "1/", "1,", "http://a.", "Kari S. ", "den 1. mai, "),
        *(" ;", " ; ,", " (", " 😀", '" '),
    ],
)
def test_the_time_grows_no_faster_than_the_text(unit):
    def seconds(size):
        text = unit * (size // len(unit))
        times = []
        for _ in range(3):
            start = time.process_time()
            spoken(text)
            times.append(time.process_time() - start)
        return min(times)

    # Eight times the text takes eight times as long; by a square law it would take 64 times.
    assert seconds(16_000) < 24 * max(seconds(2_000), 0.001)


def test_the_editors_words_go_first_and_stay_as_they_are():
    words = {"OnNet": "ånn nett", "crm": "kundesystem", "CRM-system": "si ar em", "§ 5": "par. 5"}
    assert spoken("Vi bruker OnNet og CRM.", words) == "Vi bruker ånn nett og kundesystem."
    assert spoken("Et CRM-system etter § 5", words) == "Et si ar em etter par. 5"


def test_an_editors_word_with_a_capital_inside_needs_its_capitals():
    words = {"OnNet": "ånn nett", "Kari": "kæri"}
    assert spoken("onnet", words) == "onnet"
    assert spoken("ca. 5", {"cA": "ka"}) == "cirka fem"
    assert spoken("KARI og kari", words) == "kæri og kæri"


def test_an_editors_word_is_a_whole_word():
    assert spoken("leder, lederen, teamleder", {"leder": "LEDER"}) == "LEDER, lederen, teamleder"


def test_an_editors_word_may_be_nothing_or_signs():
    assert spoken("C++ er gøy", {"C++": "se pluss pluss", "": "x"}) == "se pluss pluss er gøy"
    assert spoken("a b", {"a": ""}) == "b"
    assert spoken("OnNet b", {"OnNet": ""}) == "b"
    assert spoken("ſ", {"s": "ess"}) == "ſ"


def test_marks_of_our_own_in_a_text_are_taken_out():
    assert spoken("a\U000f0000b c", {"c": "d"}) == "ab d"


@pytest.fixture
def command(monkeypatch):
    def run(source):
        said = io.BytesIO()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(source)))
        monkeypatch.setattr("sys.stdout", io.TextIOWrapper(said, write_through=True))
        call_command(Command(), plain=True)
        return said.getvalue()

    return run


def test_the_command_prints_a_line_for_a_line(command):
    lines = [b"kl. 10", b"", b"\0", b"\xff\xfe 5 %", "🙂\u202eא".encode(), b"1 " * 50_000, b"slutt"]
    said = command(b"\n".join(lines)).split(b"\n")
    assert len(said) == len(lines) + 1
    assert said[0] == b"klokken ti"
    assert said[1] == b""
    assert said[3].endswith(b"fem prosent")
    assert said[6:] == [b"slutt", b""]


def test_the_command_says_nothing_for_nothing(command):
    assert command(b"") == b""
    assert command(b"\n\n") == b"\n\n"
