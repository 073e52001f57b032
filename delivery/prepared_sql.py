"""Queries whose SQL is built once and then run with different values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, ForeignKey, Lookup, Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)
Value = int | str | bytes


@BigIntegerField.register_lookup
@ForeignKey.register_lookup
class Among(Lookup):  # type: ignore[type-arg]
    """`article__among="3,4,7"` works as `in`, but its SQL is the same for any number of values."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self.process_lhs(compiler, connection)
        listed = "(SELECT value FROM json_each('[' || %s || ']'))"
        return f"{lhs} IN {listed}", [*params, self.rhs]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY (string_to_array(%s, ',')::bigint[])", [*params, self.rhs]


@dataclass(frozen=True)
class Slot:
    """An SQL parameter that is filled from a value."""

    number: int
    #: The text around the value, as in «prefix%». Both are "" for the value alone.
    before: str = ""
    after: str = ""

    def filled(self, values: tuple[Value, ...]) -> Value:
        value = values[self.number]
        if isinstance(value, str):
            return f"{self.before}{value}{self.after}"
        return value


@dataclass(frozen=True)
class Built(Generic[Row]):
    """The SQL, and the rules by which Django turns its rows into instances. Both are found once."""

    db: str
    sql: str
    params: list[Any]
    model: type[Row]
    names: list[str]
    columns: slice
    #: Django's own populators for the objects from `select_related`.
    related: list[Any]
    annotations: list[tuple[str, int]]
    #: (column, its converters, the expression)
    converters: list[tuple[int, list[Any], Any]]

    @classmethod
    def of(cls, rows: "QuerySet[Any, Any]", marks: "list[Value]") -> "Built[Row]":
        compiler = rows.query.get_compiler(using=rows.db)
        sql, params = compiler.as_sql()
        select, info = compiler.select or [], compiler.klass_info or {}
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        converters = compiler.get_converters([column for column, *_ in select])
        return cls(
            rows.db,
            sql,
            [_slot(param, marks) for param in params],
            info["model"],
            [column.target.attname for column, *_ in select[columns]],
            columns,
            get_related_populators(info, select, rows.db),  # type: ignore[call-arg]
            list((compiler.annotation_col_map or {}).items()),
            [(n, each[0], each[1]) for n, each in converters.items()],
        )

    def instance(self, row: list[Any], connection: BaseDatabaseWrapper) -> Row:
        for n, converters, expression in self.converters:
            for convert in converters:
                row[n] = convert(row[n], expression, connection)
        made = self.model.from_db(self.db, self.names, row[self.columns])
        for related in self.related:
            related.populate(row, made)
        for name, n in self.annotations:
            setattr(made, name, row[n])
        return made


class Prepared(Generic[Row]):
    """The instances that the query set `build(*values)` would return, as a list.

    For a row or two, the ORM takes several times longer to build the SQL and to map its columns
    than the database takes to answer. On the most read pages this was half of the time. `build` is
    called once, with marks in place of the values, so it must not inspect them. Each value is a
    number, a text without wildcards, or bytes, and always of the same type. A number must fit the
    column, because nothing here checks it.
    """

    built: "ClassVar[dict[Prepared[Any], Built[Any]]]" = {}

    def __init__(self, build: "Callable[..., QuerySet[Any, Any]]") -> None:
        self.build = build

    def __call__(self, *values: Value) -> list[Row]:
        built = self.built.get(self) or self._built(values)
        connection = connections[built.db]
        with connection.cursor() as cursor:
            params = [p.filled(values) if isinstance(p, Slot) else p for p in built.params]
            cursor.execute(built.sql, params)
            found = cursor.fetchall()
        return [built.instance(list(row), connection) for row in found]

    def first(self, *values: Value) -> Row | None:
        return next(iter(self(*values)), None)

    def _built(self, values: tuple[Value, ...]) -> Built[Row]:
        """Raises ValueError if a value does not reach the query unchanged."""
        marks = [_mark(number, value) for number, value in enumerate(values)]
        built: Built[Row] = Built.of(self.build(*marks), marks)
        found = {slot.number for slot in built.params if isinstance(slot, Slot)}
        if found != set(range(len(values))):
            raise ValueError(f"{found} of the values stand in {built.sql}")
        self.built[self] = built
        return built


def _mark(number: int, value: Value) -> Value:
    if isinstance(value, int):
        return 1_900_000_000 + number
    return f"\1{number}\1" if isinstance(value, str) else f"\1{number}\1".encode()


def _slot(param: Any, marks: list[Value]) -> Any:
    for number, mark in enumerate(marks):
        # A driver wraps bytes: sqlite3 in a memoryview, psycopg in a Binary.
        if mark in (param, getattr(param, "obj", None)):
            return Slot(number)
        if isinstance(mark, str) and isinstance(param, str) and mark in param:
            return Slot(number, *param.split(mark))
    return param
