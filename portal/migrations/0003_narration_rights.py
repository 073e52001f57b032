"""Editors keep the list of pronunciations, and see the words that listeners report."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from delivery.data_steps import in_batches

RIGHTS = [
    *(("pronunciation", verb) for verb in ("add", "change", "delete", "view")),
    *(("wordreport", verb) for verb in ("change", "delete", "view")),
]


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    rights = [
        permissions.get_or_create(
            content_type=content_types.get_or_create(app_label="narration", model=model)[0],
            codename=f"{verb}_{model}",
            defaults={"name": f"{verb} {model}"},
        )[0]
        for model, verb in RIGHTS
    ]

    def give_to(groups: list[Any]) -> None:
        for group in groups:
            group.permissions.add(*rights)

    in_batches(apps.get_model("auth", "Group").objects.filter(name="Editors"), give_to)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("narration", "0001_initial"), ("portal", "0002_subject_rights")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
