"""docs/deploy.md names every environment variable that the portal reads, and no others."""

import ast
import re
import runpy
from collections import Counter
from pathlib import Path

from quality import structure

ROOT = Path(__file__).parents[2]
HEADING = "## Environment variables"
#: The modules that read the environment.
READERS = (
    "portal/settings.py",
    "portal/oidc_providers.py",
    "portal/esp_settings.py",
    "portal/gunicorn.py",
)


def names_read(source: str) -> set[str]:
    """Returns the names read by `env("NAME")`, `env.int("NAME")` and so on, or `os.environ.get`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case (
                ast.Call(
                    func=ast.Name("env") | ast.Attribute(ast.Name("env")),
                    args=[ast.Constant(str(name)), *_],
                )
                | ast.Call(
                    func=ast.Attribute(ast.Attribute(ast.Name("os"), "environ"), "get"),
                    args=[ast.Constant(str(name)), *_],
                )
            ):
                found.add(name)
    return found


def rows_of(document: str) -> list[list[str]]:
    """Returns the cells of the table below HEADING, without its header."""
    section = document.partition(f"\n{HEADING}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_table_names_what_is_read():
    read = set().union(*(names_read((ROOT / path).read_text()) for path in READERS))
    rows = rows_of((ROOT / "docs" / "deploy.md").read_text())
    assert Counter(row[0].strip("`") for row in rows) == Counter(read)


def test_each_variable_has_a_meaning_and_a_default():
    for row in rows_of((ROOT / "docs" / "deploy.md").read_text()):
        assert re.fullmatch(r"`[A-Z_]+`", row[0])
        assert [bool(cell) for cell in row] == [True, True, True], row


def test_no_other_module_reads_the_environment():
    found = {
        str(path.relative_to(ROOT))
        for room in structure.ROOMS
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\bos\.environ|\bgetenv\b|\benviron\.Env\(", path.read_text())
    }
    # wsgi.py only names the settings module. postgresql.py only hands the environment on.
    assert found - {*READERS, "portal/wsgi.py", "portal/backups/postgresql.py"} == set()


def test_every_way_of_reading_is_seen():
    source = 'env("A", default="")\nenv.list("B")\nos.environ.get("C") or 2\nnot_env("D")'
    assert names_read(source) == {"A", "B", "C"}


def test_a_list_may_have_spaces_around_its_commas(monkeypatch):
    settings = ROOT / "portal" / "settings.py"
    names = re.findall(r'env\.list\(\s*"(\w+)"', settings.read_text())
    assert "KNOWN_DOMAINS" in names
    for name in names:
        monkeypatch.setenv(name, " a.example, b.example ,,c.example, ")
    read = runpy.run_path(str(settings))
    for name in names:
        found = set(read[name]) - {"localhost", "127.0.0.1"}
        assert found == {"a.example", "b.example", "c.example"}, name
