"""Checks that the code of the last release works on the tables of this code.

    python -m quality.migrations

Prints each step of a migration that is newer than `released.toml` and breaks the rule: expand, then
contract. An update runs the new migrations while the old code serves readers, so what old code
reads and writes must stay. A release later, when no code uses it any more, it can be taken away.
"""

import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.migrations import Migration
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

RELEASED = tomllib.loads(Path(__file__).with_name("released.toml").read_text())
DATA = (ops.RunPython, ops.RunSQL)
#: Steps that change the state alone, or that nobody who reads and writes rows notices.
HARMLESS = (
    *(ops.CreateModel, ops.AddIndex, ops.RemoveIndex, ops.RenameIndex, ops.RemoveConstraint),
    *(ops.AlterModelOptions, ops.AlterModelManagers, ops.AlterModelTableComment),
    *(ops.AlterOrderWithRespectTo, *DATA),
)

OWN_MIGRATION = (
    "A data step needs a migration of its own: the tables stay locked until both are done."
)
BATCHES = "A data step needs `atomic = False` and `in_batches` (delivery/data_steps.py)."
DEFAULT = "Old code leaves the new column {} out. Give it `null=True` or a `db_default`."
TAKEN = "Old code still needs what {} takes away. Do it one release after no code uses it any more."
STRICTER = "Old code may write rows that {} forbids."


def breaches() -> Iterator[str]:
    """Yields each breach of the rule in a migration that is newer than the last release."""
    loader = MigrationLoader(None)
    state, new = ProjectState(), set[tuple[str, str]]()
    known = {
        parent for key in RELEASED["migrations"].items() for parent in _with_parents(loader, key)
    }
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        migration = loader.graph.nodes[key]
        if key in known or not _is_ours(migration):
            migration.mutate_state(state, preserve=False)
            continue
        for problem in problems(migration, state, new):
            yield f"{key[0]}/migrations/{key[1]}.py: {problem}"


def _with_parents(loader: MigrationLoader, key: tuple[str, str]) -> list[tuple[str, str]]:
    return loader.graph.forwards_plan(key)


def _is_ours(migration: Migration) -> bool:
    file = sys.modules[type(migration).__module__].__file__ or ""
    return ".venv" not in file and "site-packages" not in file


def problems(migration: Migration, state: ProjectState, new: set[tuple[str, str]]) -> Iterator[str]:
    """Yields what is wrong with one migration. `state` comes before it, and after it at the end.

    `new` are the models (app, name) that old code doesn't know. New ones are added.
    """
    steps = list(_of_database(migration.operations))
    data = [step for step in steps if isinstance(step, DATA)]
    if data and len(data) < len(steps):
        yield OWN_MIGRATION
    if data and migration.atomic:
        yield BATCHES
    for operation in migration.operations:
        for step in _of_database([operation]):
            if isinstance(step, ops.CreateModel):
                new.add((migration.app_label, step.name_lower))
            elif (migration.app_label, _model_of(step)) not in new and not _may_contract(migration):
                yield from _problems_of(step, migration.app_label, state)
        operation.state_forwards(migration.app_label, state)


def _of_database(operations: Any) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, ops.SeparateDatabaseAndState):
            yield from _of_database(operation.database_operations)
        else:
            yield operation


def _model_of(step: Any) -> str:
    return str(getattr(step, "model_name", None) or getattr(step, "name", "")).lower()


def _may_contract(migration: Migration) -> bool:
    """Whether the released code is one that uses no more of what the migration takes away.

    The migration says which version was the first: `unused_since = "0.3.0"`."""
    since = getattr(migration, "unused_since", None)
    return since is not None and _numbers(since) <= _numbers(RELEASED["version"])


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _problems_of(step: Any, app: str, state: ProjectState) -> Iterator[str]:
    if isinstance(step, HARMLESS):
        return
    told = step.describe()
    if isinstance(step, ops.AddField):
        if not (step.field.many_to_many or step.field.null or step.field.has_db_default()):
            yield DEFAULT.format(f"{step.model_name}.{step.name}")
    elif isinstance(step, ops.AlterField):
        old = state.models[app, step.model_name_lower].get_field(step.name)
        yield from _altered(old, step.field, told)
    elif isinstance(step, ops.AddConstraint | ops.AlterUniqueTogether):
        yield STRICTER.format(told)
    else:  # also a kind of step that nobody has thought of
        yield TAKEN.format(told)


def _altered(old: Any, new: Any, told: str) -> Iterator[str]:
    (_, before, _, was), (_, after, _, becomes) = old.deconstruct(), new.deconstruct()
    if before != after or was.get("db_column") != becomes.get("db_column"):
        yield TAKEN.format(told)
    shorter = (becomes.get("max_length") or 10**9) < (was.get("max_length") or 10**9)
    if (old.null and not new.null) or (new.unique and not old.unique) or shorter:
        yield STRICTER.format(told)


def main() -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    found = list(breaches())
    print("\n".join(found) or "No migration breaks the code of the last release.")
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
