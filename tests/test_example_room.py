"""A room needs no line outside itself but its name: proven in a house of its own."""

import os
import subprocess
import sys

from tests.separate import ROOT

#: What must hold with the room in the house, beside what it says of itself.
HELD = [
    "tests/example_room/test_room.py",
    "tests/leaks/test_leaks.py::test_every_route_stands_in_the_sweep",
    "tests/leaks/test_leaks.py::test_who_may_not_read_on_is_told_nothing[pending]",
    "tests/leaks/test_leaks.py::test_a_planted_leak_is_caught"
    "[the_longest_word_of_the_whole_text_is_shown]",
]


def test_the_example_room_works_with_nothing_but_its_name():
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider"]
    told = subprocess.run(
        [*command, "--ds=tests.example_room.settings", *HELD],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DJANGO_SETT"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-5000:] + told.stderr[-2000:]
    assert "10 passed" in told.stdout.replace("\n", " "), told.stdout


def test_nothing_outside_names_the_room():
    named = [
        path
        for room in ("portal", "transfer", "reading", "articles", "accounts", "mail", "delivery")
        for path in (ROOT / room).rglob("*.py")
        if "example_room" in path.read_text()
    ]
    assert named == []
