"""The lists of words that are written by hand, in `search/data/lists.toml`."""

import tomllib

from search.words.table import DATA

LISTS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in tomllib.loads((DATA / "lists.toml").read_text("utf-8")).items()
}
