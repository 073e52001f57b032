"""The index itself: a full-text table of each database's own kind, with the same tokens in both.

SQLite has a contentless FTS5 table, and PostgreSQL a table with a `tsvector` and a GIN index. Both
answer which documents hold some tokens, and neither ranks them: their rankings would differ, and
would count words that the reader may not read.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Lookup

SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING"
    " fts5(tokens, content='', columnsize=0, detail=none, tokenize='ascii')",
)
POSTGRESQL = (
    "CREATE TABLE IF NOT EXISTS {table} (rowid bigint PRIMARY KEY, tokens tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS {table}_tokens ON {table}"
    " USING gin (tokens) WITH (fastupdate = off)",
    # For a token that its statistics don't know, PostgreSQL assumes many documents, and would look
    # through all of them rather than use the index: 100 ms at 10,000 articles.
    """CREATE OR REPLACE FUNCTION search_holding(asked tsquery, most integer) RETURNS SETOF bigint
    LANGUAGE sql STABLE
    SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off
    AS 'SELECT rowid FROM search_index WHERE tokens @@ asked LIMIT most'""",
)
#: From so many documents on, a formula isn't rare.
RARE = 2000
NEW = "search_index_new"


class Tokens(models.Field):  # type: ignore[type-arg]
    """The column of tokens. It can be searched, but not read."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"


@Tokens.register_lookup
class Holds(Lookup):  # type: ignore[type-arg]
    """`tokens__holds=text`: whether a document's tokens satisfy a formula, in the text that it is
    for this database (`Formula.text`)."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "search_index MATCH %s", [self.rhs]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} @@ %s::tsquery", [*params, self.rhs]


class IndexRow(models.Model):
    """The tokens of one document. The table is no table of Django's: `create_table` makes it."""

    document = models.OneToOneField(
        "search.Document",
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        related_name="index_row",
    )
    tokens = Tokens()

    class Meta:
        managed = False
        db_table = "search_index"

    def __str__(self) -> str:
        return str(self.document_id)

    # A contentless table of SQLite is given the old tokens again to forget them.

    @classmethod
    def add(cls, document: int, tokens: Iterable[str], table: str = "search_index") -> None:
        cls._run(
            f"INSERT INTO {table} (rowid, tokens) VALUES (%s, %s)",  # noqa: S608 — our own name
            f"INSERT INTO {table} (rowid, tokens) VALUES (%s, array_to_tsvector(%s))"  # noqa: S608
            " ON CONFLICT (rowid) DO UPDATE SET tokens = EXCLUDED.tokens",
            document,
            tokens,
        )

    @classmethod
    def remove(cls, document: int, tokens: Iterable[str]) -> None:
        cls._run(
            "INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', %s, %s)",
            "DELETE FROM search_index WHERE rowid = %s",
            document,
            tokens,
        )

    @classmethod
    def _run(cls, sqlite: str, postgresql: str, document: int, tokens: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                given: list[Any] = [document, list(tokens)]
                cursor.execute(postgresql, given[: postgresql.count("%s")])
            else:
                cursor.execute(sqlite, [document, " ".join(tokens)])

    @classmethod
    def rare(cls, formula: str) -> list[int] | None:
        """The documents that satisfy `formula`, in no order. None if there are RARE or more, and on
        SQLite, which needs no such list."""
        if connection.vendor != "postgresql":
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT search_holding(%s::tsquery, %s)", [formula, RARE])
            keys = [key for (key,) in cursor.fetchall()]
        return keys if len(keys) < RARE else None

    @classmethod
    def create_table(cls, table: str = "search_index") -> None:
        """Make the table if it is missing."""
        with connection.cursor() as cursor:
            for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
                cursor.execute(statement.format(table=table))

    @classmethod
    def drop_table(cls, table: str = "search_index") -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {table}")

    @classmethod
    @contextmanager
    def made_anew(cls) -> Iterator[str]:
        """Within it, fill the table with the yielded name. It then takes the place of the old one.

        Readers use the old one until the end, and keep it if anything is raised. Nobody can publish
        meanwhile.
        """
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("LOCK TABLE search_document IN SHARE ROW EXCLUSIVE MODE")
            cls.drop_table(NEW)
            cls.create_table(NEW)
            yield NEW
            cls.drop_table()
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {NEW} RENAME TO search_index")
                if connection.vendor == "postgresql":
                    cursor.execute(f"ALTER INDEX {NEW}_tokens RENAME TO search_index_tokens")
                    cursor.execute(f"ALTER INDEX {NEW}_pkey RENAME TO search_index_pkey")
