"""Editors keep the list of subjects."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from delivery.data_steps import in_batches

VERBS = ("add", "change", "delete", "view")


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="articles", model="subject"
    )
    of_subjects = apps.get_model("auth", "Permission").objects
    rights = [
        of_subjects.get_or_create(
            content_type=kind,
            codename=f"{verb}_subject",
            defaults={"name": f"{verb} subject"},
        )[0]
        for verb in VERBS
    ]

    def give_to(groups: list[Any]) -> None:
        for group in groups:
            group.permissions.add(*rights)

    in_batches(apps.get_model("auth", "Group").objects.filter(name="Editors"), give_to)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0012_subjects"), ("portal", "0001_groups")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
