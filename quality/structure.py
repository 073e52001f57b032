"""Which room imports which: `python -m quality.structure` prints what breaks the order.

Imports run downward in ROOMS and may skip floors. No modules import each other in a circle. The
same holds for templates: a room's template loads no tag of a room above it.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: From top to bottom.
ROOMS = [
    "portal",
    "transfer",
    "reading",
    "sponsors",
    "articles",
    "accounts",
    "mail",
    "delivery",
    "worker",
]
#: Folders of templates that aren't called what their room is. What stands outside all folders is
#: the frame of every page, and so lies below them all.
TEMPLATES = {"account": "accounts", "allauth": "accounts", "mfa": "accounts", "": "delivery"}

Graph = dict[str, set[str]]


def modules() -> dict[str, Path]:
    """Those of the rooms, by their dotted names; without migrations, which are history."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imports() -> Graph:
    """What each module imports of the rooms, anywhere in it."""
    known = modules()
    return {
        name: {_module(target, known) for target in _imported(path)} - {name, ""}
        for name, path in known.items()
    }


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _module(name: str, known: dict[str, Path]) -> str:
    """The module that `name`, of a module or of something in one, leads to; "" for no room's."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def is_upward(room: str, other: str) -> bool:
    return ROOMS.index(other) < ROOMS.index(room)


def upward_imports(graph: Graph) -> list[str]:
    return sorted(
        f"{name} → {target}"
        for name, targets in graph.items()
        for target in targets
        if is_upward(name.split(".")[0], target.split(".")[0])
    )


def circles(graph: Graph) -> list[list[str]]:
    """The modules that reach each other, a circle a list."""
    reached = {name: _reachable(graph, name) for name in graph}
    found = {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in graph
        if name in reached[name]
    }
    return sorted(sorted(circle) for circle in found)


def _reachable(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph[name]
    return found


def upward_tags() -> list[str]:
    """Of the templates: «articles/page.html → reading.templatetags.x»."""
    owners = {
        path.stem: path.relative_to(ROOT).parts[0]
        for room in ROOMS
        for path in (ROOT / room).glob("templatetags/*.py")
    }
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        name = path.relative_to(ROOT / "templates")
        folder = name.parts[0] if len(name.parts) > 1 else ""
        room = TEMPLATES.get(folder, folder)
        loaded = re.findall(r"{% load ([\w ]+?) %}", path.read_text())
        for tag in " ".join(loaded).split():
            if room in ROOMS and tag in owners and is_upward(room, owners[tag]):
                found.append(f"{name} → {owners[tag]}.templatetags.{tag}")
    return found


def main() -> int:
    graph = imports()
    faults = {
        "upward imports": upward_imports(graph),
        "circles": [" ↔ ".join(circle) for circle in circles(graph)],
        "tags of a room above": upward_tags(),
    }
    print(f"{len(graph)} modules in {len(ROOMS)} rooms")
    for name, found in faults.items():
        print(f"{name}: {len(found)}")
        for line in found:
            print(f"  {line}")
    return 1 if any(faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
