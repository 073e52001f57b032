"""Editors send letters."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from delivery.data_steps import in_batches


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="newsletter", model="letter"
    )
    right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename="send_letter",
        defaults={"name": "Can send letters to members"},
    )

    def give_to(groups: list[Any]) -> None:
        for group in groups:
            group.permissions.add(right)

    in_batches(apps.get_model("auth", "Group").objects.filter(name="Editors"), give_to)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("newsletter", "0001_initial"), ("portal", "0003_narration_rights")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
