"""What to ask the index for, in each database's own language."""

from dataclasses import dataclass

from django.db import connection

#: The quotation mark, or, and, and not.
SIGNS = {
    "sqlite": ('"', " OR ", " AND ", " NOT "),
    "postgresql": ("'", " | ", " & ", " & !"),
}
#: Tokens, of which a document must have at least one.
Choice = tuple[str, ...]


@dataclass(frozen=True)
class Formula:
    """A document must have a token of each of `choices`, and none of `excluded`.

    The tokens are letters and digits with signs that no query has, so nothing needs escaping but
    the quotation marks themselves.
    """

    choices: tuple[Choice, ...]
    excluded: Choice = ()

    def __str__(self) -> str:
        """An expression of FTS5 on SQLite, and a `tsquery` on PostgreSQL."""
        quote, either, both, without = SIGNS[connection.vendor]
        asked = both.join(_either(choice, quote, either) for choice in self.choices)
        if not self.excluded:
            return asked
        return f"({asked}){without}{_either(self.excluded, quote, either)}"


def _either(choice: Choice, quote: str, either: str) -> str:
    return f"({either.join(f'{quote}{token}{quote}' for token in choice)})"
