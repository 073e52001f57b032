"""Rules of the house that a test can check."""

import os
import re
from pathlib import Path

import pytest

from quality import structure

ROOT = Path(__file__).parents[1]
#: Templates that may show stored, sanitised HTML as it is.
SAFE = {"articles/_passages.html", "articles/_bio.html", "articles/term.html"}


def test_imports_run_one_way():
    assert structure.upward_imports(structure.imports()) == []


def test_no_modules_import_each_other_in_a_circle():
    assert structure.circles(structure.imports()) == []


def test_no_template_loads_a_tag_of_a_room_above_its_own():
    assert structure.upward_tags() == []


def test_a_wrong_import_is_seen():
    graph = {"articles.a": {"reading.b"}, "reading.b": {"articles.c"}, "articles.c": {"articles.a"}}
    assert structure.upward_imports(graph) == ["articles.a → reading.b"]
    assert structure.circles(graph) == [["articles.a", "articles.c", "reading.b"]]


def test_unescaped_html_stands_in_these_templates_only():
    found = {
        str(path.relative_to(ROOT / "templates"))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text())
    }
    assert found == SAFE


def test_no_module_is_left_to_grow():
    for room in structure.ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            # The settings are one table, and stay in one file.
            if "migrations" not in path.parts and path.name != "settings.py":
                assert len(path.read_text().splitlines()) <= 330, path


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="the tests have one process")
@pytest.mark.xdist_group("alone")
def test_the_tests_of_a_group_share_a_process(request):
    """Where pytest-xdist doesn't find a group, it says nothing, and each process starts the
    group's servers again."""
    assert request.node.nodeid.endswith("@alone")
