"""The panel's search: Wagtail's own backend for either database, with cleaned queries.

Wagtail's SQLite backend puts each word in quotes but does not escape a quote within it. SQLite then
raises a database error. PostgreSQL refuses a word without letters or digits.
"""

import re
from typing import Any

from modelsearch.backends import database
from modelsearch.backends.base import BaseSearchBackend
from modelsearch.query import And, Phrase, PlainText

#: SQLite's parser fails at 256 words, and PostgreSQL at a word of 2,046 bytes.
MAX_WORDS, MAX_LENGTH = 32, 100


def fit(text: str) -> str:
    words = re.sub(r"""["'\\\x00-\x1f]""", " ", text).split()
    words = [word[:MAX_LENGTH] for word in words if re.search(r"\w", word[:MAX_LENGTH])]
    return " ".join(words[:MAX_WORDS])


def made_fit(query: Any) -> Any:
    """The cleaned query: a text, or Wagtail's query object for a text with phrases. "" if empty."""
    if isinstance(query, str):
        return fit(query)
    if isinstance(query, PlainText):
        text = fit(query.query_string)
        return PlainText(text, operator=query.operator, boost=query.boost) if text else ""
    if isinstance(query, Phrase):
        text = fit(query.query_string)
        return Phrase(text) if text else ""
    if isinstance(query, And):
        parts = [part for part in map(made_fit, query.subqueries) if part][:MAX_WORDS]
        return And(parts) if parts else ""
    return query


class MadeFit:
    def _search(self, compiler: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super()._search(compiler, made_fit(query), *args, **kwargs)  # type: ignore[misc]


def SearchBackend(params: dict[str, Any]) -> BaseSearchBackend:  # noqa: N802
    """Wagtail looks for this name."""
    backend: BaseSearchBackend = database.SearchBackend(params)
    backend.__class__ = type("SearchBackend", (MadeFit, type(backend)), {})
    return backend
