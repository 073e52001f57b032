"""The tables that are written by hand, in `narration/ear/data/`."""

import tomllib
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def table(file: str, name: str) -> dict[str, str]:
    """Returns a table of `file`, such as the abbreviations and what they mean."""
    return dict(tomllib.loads((_DATA / file).read_text("utf-8"))[name])


#: Lists of words by their names, such as "neuter_nouns".
LISTS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in tomllib.loads((_DATA / "lists.toml").read_text("utf-8")).items()
}
