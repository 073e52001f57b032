"""The texts of a validation error, which blocks nest in one another."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError


def messages(error: Any) -> Iterator[str]:
    """Yields the texts of a ValidationError, and of the errors that blocks nest in it."""
    if isinstance(error, dict):
        for inner in error.values():
            yield from messages(inner)
        return
    nested = [
        getattr(error, name, None) or []
        for name in ("block_errors", "cell_errors", "non_block_errors")
    ]
    if any(nested):
        for inner in nested:
            yield from messages(inner)
    elif isinstance(error, ValidationError):
        yield from error.messages
    elif isinstance(error, str):
        yield error
    elif isinstance(error, list) or hasattr(error, "as_data"):
        for inner in getattr(error, "as_data", lambda: error)():
            yield from messages(inner)
