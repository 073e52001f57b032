"""Checks which room imports which: `python -m quality.structure` prints each breach of the order.

A room imports only from rooms below it in ROOMS, at any distance. Modules never import each other
in a circle. A room's template loads no tag of a room above it.
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
    "analytics",
    "search",
    "narration",
    "newsletter",
    "reading",
    "sponsors",
    "desk",
    "articles",
    "accounts",
    "mail",
    "delivery",
    "worker",
]
#: Template folders that aren't named after their room. The templates outside all folders frame
#: every page, so they count as delivery's, below those of the rooms that have pages.
TEMPLATES = {"account": "accounts", "allauth": "accounts", "mfa": "accounts", "": "delivery"}

Graph = dict[str, set[str]]


def modules() -> dict[str, Path]:
    """Returns the rooms' modules by dotted name. Leaves out migrations, which are history."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imports() -> Graph:
    """Returns the modules of rooms that each module imports, at its top or within functions."""
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
    """Returns the module that `name` is or is defined in, or "" if it belongs to no room."""
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
    """Returns the modules that import each other, with a list for each circle."""
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
    """Returns templates with tags from above: «articles/page.html → reading.templatetags.x»."""
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
