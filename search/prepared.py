"""Queries of the search, with their SQL built once for all readers without grants."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from accounts.access import Reader
from delivery.prepared_sql import Prepared, Value

Row = TypeVar("Row", bound=Model)


class ForReader(Generic[Row]):
    """The rows of `build(reader, *values)`. See `Prepared` for what the values may be.

    A reader with grants has conditions of their own, so their SQL is built each time.
    """

    def __init__(self, build: "Callable[..., QuerySet[Row, Any]]") -> None:
        self.build = build
        self.prepared: Prepared[Row] = Prepared(
            lambda level, *values: build(Reader(level), *values)
        )

    def __call__(self, reader: Reader, *values: Value) -> list[Row]:
        if reader.opened:
            return list(self.build(reader, *values))
        return self.prepared(int(reader.level), *values)


def among(keys: "list[int]") -> str:
    """For the lookup `among`."""
    return ",".join(map(str, keys))
