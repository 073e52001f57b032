"""Rules of the house that a test can hold."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Which rooms each room may import, top to bottom.
ROOMS = {
    "portal": {"reading", "sponsors", "transfer", "articles", "accounts"},
    "reading": {"articles", "accounts"},
    "transfer": {"sponsors", "articles", "accounts"},
    "sponsors": {"articles", "accounts"},
    "articles": {"accounts"},
    "accounts": set(),
}
#: Templates that may show stored, sanitised HTML as it is.
SAFE = {"articles/_passages.html", "articles/_bio.html", "articles/term.html"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    return {name.split(".")[0] for name in names}


def test_imports_run_one_way():
    for room, below in ROOMS.items():
        for path in (ROOT / room).rglob("*.py"):
            wrong = imported(path) & set(ROOMS) - below - {room}
            if path.name == "settings.py" or "migrations" in path.parts:
                wrong.discard("portal")
            assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_unescaped_html_stands_in_these_templates_only():
    found = {
        str(path.relative_to(ROOT / "templates"))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text())
    }
    assert found == SAFE


def test_no_module_is_left_to_grow():
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            # The settings are one table, and stay in one file.
            if "migrations" not in path.parts and path.name != "settings.py":
                assert len(path.read_text().splitlines()) <= 330, path
