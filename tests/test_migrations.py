"""The migrations since the last release leave the old code what it needs."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from accounts.models import User
from delivery import data_steps
from delivery.data_steps import in_batches
from quality.migrations import BATCHES, OWN_MIGRATION, RELEASED, breaches, problems
from tests.conftest import person


def test_the_released_code_works_on_the_tables_of_this_code():
    assert list(breaches()) == []


def found(*operations, **attributes) -> list[str]:
    """What is wrong with a migration of an app that has a table already."""
    state = ProjectState()
    migrations.CreateModel(
        "Note",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("text", models.CharField(max_length=50)),
            ("day", models.DateField(null=True)),
        ],
    ).state_forwards("notes", state)
    made = type("Migration", (migrations.Migration,), {"operations": operations, **attributes})
    return list(problems(made("0002_change", "notes"), state, set()))


def step(apps, schema_editor) -> None:
    pass


EXPAND = {
    "a column that may be empty": migrations.AddField("note", "a", models.IntegerField(null=True)),
    "a column that the database fills": migrations.AddField(
        "note", "a", models.IntegerField(db_default=0)
    ),
    "a table": migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
    "an index": migrations.AddIndex("note", models.Index(fields=["day"], name="days")),
    "a longer text": migrations.AlterField("note", "text", models.CharField(max_length=90)),
    "another label": migrations.AlterField("note", "text", models.CharField("t", max_length=50)),
    "a field that only this code no longer knows": migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("note", "text")]
    ),
}
CONTRACT = {
    "a column without a default": migrations.AddField("note", "a", models.IntegerField(default=0)),
    "a column less": migrations.RemoveField("note", "text"),
    "a table less": migrations.DeleteModel("Note"),
    "another name of a column": migrations.RenameField("note", "text", "words"),
    "another name of a model": migrations.RenameModel("Note", "Remark"),
    "another table": migrations.AlterModelTable("note", "remarks"),
    "another type": migrations.AlterField("note", "text", models.IntegerField()),
    "a shorter text": migrations.AlterField("note", "text", models.CharField(max_length=20)),
    "no more NULL": migrations.AlterField("note", "day", models.DateField()),
    "a unique column": migrations.AlterField(
        "note", "text", models.CharField(max_length=50, unique=True)
    ),
    "a constraint": migrations.AddConstraint(
        "note", models.UniqueConstraint(fields=["text"], name="one_text")
    ),
    "a removal that only the database sees": migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RemoveField("note", "text")]
    ),
}


@pytest.mark.parametrize("name", EXPAND)
def test_what_old_code_does_not_notice_may_be_added(name):
    assert found(EXPAND[name]) == []


@pytest.mark.parametrize("name", CONTRACT)
def test_what_old_code_needs_is_not_taken_away(name):
    assert len(found(CONTRACT[name])) == 1


def test_a_table_of_this_release_may_change_as_it_likes():
    table = migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))])
    column = migrations.AddField("new", "a", models.IntegerField(default=0))
    assert found(table, column, migrations.RemoveField("new", "a")) == []


@pytest.mark.parametrize(
    ("version", "problems"), [("0.0.9", 0), (RELEASED["version"], 0), ("99.0", 1)]
)
def test_what_the_released_code_no_longer_uses_may_go(version, problems):
    assert len(found(CONTRACT["a column less"], unused_since=version)) == problems


def test_a_data_step_stands_alone_and_is_no_single_transaction():
    data = migrations.RunPython(step)
    assert found(data, atomic=False) == []
    assert found(data) == [BATCHES]
    assert found(EXPAND["a column that may be empty"], data, atomic=False) == [OWN_MIGRATION]
    assert found(EXPAND["a table"], migrations.RunSQL("SELECT 1")) == [OWN_MIGRATION, BATCHES]


def test_a_data_step_takes_a_few_rows_at_a_time(db, monkeypatch):
    monkeypatch.setattr(data_steps, "AT_A_TIME", 2)
    for n in range(5):
        person(f"{n}@example.no")
    batches = []
    in_batches(
        User.objects.exclude(name=""), lambda rows: batches.append([row.email[0] for row in rows])
    )
    assert batches == [["0", "1"], ["2", "3"], ["4"]]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not all tables")
@pytest.mark.django_db(transaction=True)
def test_a_data_step_lets_others_write_between_two_transactions(monkeypatch):
    monkeypatch.setattr(data_steps, "AT_A_TIME", 2)
    others = []

    def pause(seconds):
        others.append((seconds > 0.1, connection.in_atomic_block))

    monkeypatch.setattr(data_steps.time, "sleep", pause)
    for n in range(5):
        person(f"{n}@example.no")
    in_batches(User.objects.exclude(name=""), lambda rows: None)
    assert others == [(True, False)] * 2
