"""Queries whose SQL is built once, and then run with other values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey, Lookup, Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)
Value = int | str


@ForeignKey.register_lookup
class Among(Lookup):  # type: ignore[type-arg]
    """`article__among="3,4,7"`: `in`, where the SQL is the same however many there are."""

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
    """A parameter of the SQL that comes from a value."""

    number: int
    #: What stands around it, as in «prefix%»; "" before and after for the value itself.
    before: str = ""
    after: str = ""

    def filled(self, values: tuple[Value, ...]) -> Value:
        value = values[self.number]
        return f"{self.before}{value}{self.after}" if self.before or self.after else value


@dataclass(frozen=True)
class Built(Generic[Row]):
    """The SQL, and how Django makes instances of its rows, found out once."""

    db: str
    sql: str
    params: list[Any]
    model: type[Row]
    names: list[str]
    columns: slice
    #: Django's own makers of what `select_related` brings along.
    related: list[Any]
    annotations: list[tuple[str, int]]
    #: (column, its converters, the expression)
    converters: list[tuple[int, list[Any], Any]]

    @classmethod
    def of(cls, rows: "QuerySet[Any, Any]", marks: "list[int | str]") -> "Built[Row]":
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
    """What the query set `build(*values)` would give, as a list of instances.

    To build the SQL for a row or two, and to find out how its columns make an instance, takes the
    ORM several times longer than the database takes to answer: on the pages that everyone reads it
    was half of the time. `build` is called once, with marks in place of the values, so it must not
    look at them. Each value is a number or a text without wildcards, and always of the same kind;
    a number must fit the column, for nobody checks it here.
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
        """Raises ValueError where a value doesn't come into the query as it is."""
        marks = [
            1_900_000_000 + number if isinstance(value, int) else f"\1{number}\1"
            for number, value in enumerate(values)
        ]
        built: Built[Row] = Built.of(self.build(*marks), marks)
        found = {slot.number for slot in built.params if isinstance(slot, Slot)}
        if found != set(range(len(values))):
            raise ValueError(f"{found} of the values stand in {built.sql}")
        self.built[self] = built
        return built


def _slot(param: Any, marks: list[int | str]) -> Any:
    for number, mark in enumerate(marks):
        if param == mark:
            return Slot(number)
        if isinstance(mark, str) and isinstance(param, str) and mark in param:
            return Slot(number, *param.split(mark))
    return param
