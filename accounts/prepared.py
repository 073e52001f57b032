"""Queries whose SQL is built once, and then run with other values."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar, Generic, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
Value = int | str


@dataclass(frozen=True)
class Slot:
    """A parameter of the SQL that comes from a value."""

    number: int
    #: What stands around it, as in «prefix%»; "" before and after for the value itself.
    before: str = ""
    after: str = ""

    def filled(self, values: tuple[Value, ...]) -> Value:
        value = values[self.number]
        return f"{self.before}{value}{self.after}" if self.before or self.after else value


@dataclass(frozen=True)
class Built:
    rows: Any  # a query set: what is asked of it below is not in Django's types
    compiler: SQLCompiler
    sql: str
    params: list[Any]


class Prepared(Generic[Row]):
    """What the query set `build(*values)` would give, as a list.

    To build the SQL for a row or two takes the ORM several times longer than the database takes to
    answer: on the pages that everyone reads it was half of the time. `build` is called once, with
    marks in place of the values, so it must not look at them. Each value is a number or a text
    without wildcards, and always of the same kind; a number must fit the column, for nobody checks
    it here.
    """

    built: "ClassVar[dict[Prepared[Any], Built]]" = {}

    def __init__(self, build: "Callable[..., QuerySet[Any, Any]]") -> None:
        self.build = build

    def __call__(self, *values: Value) -> list[Row]:
        built = self.built.get(self) or self._built(values)
        params = tuple(p.filled(values) if isinstance(p, Slot) else p for p in built.params)
        # A copy, since the connection is the thread's own. That the SQL is there already is all
        # that differs from how Django goes through a query set.
        compiler = copy(built.compiler)
        compiler.connection = connections[built.rows.db]
        compiler.as_sql = lambda *args, **options: (built.sql, params)  # type: ignore[method-assign]
        query = built.rows.query
        rows = SimpleNamespace(
            db=built.rows.db,
            _fields=built.rows._fields,
            _known_related_objects={},
            query=SimpleNamespace(
                get_compiler=lambda *args, **options: compiler,
                extra_select=query.extra_select,
                values_select=query.values_select,
                annotation_select=query.annotation_select,
            ),
        )
        return list(built.rows._iterable_class(rows))

    def first(self, *values: Value) -> Row | None:
        return next(iter(self(*values)), None)

    def _built(self, values: tuple[Value, ...]) -> Built:
        """Raises ValueError where a value doesn't come into the query as it is."""
        marks = [
            1_900_000_000 + number if isinstance(value, int) else f"\1{number}\1"
            for number, value in enumerate(values)
        ]
        rows = self.build(*marks)
        compiler = rows.query.get_compiler(using=rows.db)
        sql, params = compiler.as_sql()
        slots = [_slot(param, marks) for param in params]
        found = {slot.number for slot in slots if isinstance(slot, Slot)}
        if found != set(range(len(values))):
            raise ValueError(f"{found} of the values stand in {sql}")
        self.built[self] = Built(rows, compiler, sql, slots)
        return self.built[self]


def _slot(param: Any, marks: list[int | str]) -> Any:
    for number, mark in enumerate(marks):
        if param == mark:
            return Slot(number)
        if isinstance(mark, str) and isinstance(param, str) and mark in param:
            return Slot(number, *param.split(mark))
    return param
