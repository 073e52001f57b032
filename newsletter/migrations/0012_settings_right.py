"""Editors choose when mail is sent, and write the welcome."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from delivery.data_steps import in_batches


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="newsletter", model="newslettersettings"
    )
    right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename="change_newslettersettings",
        defaults={"name": "Can change Notices and welcome"},
    )

    def give_to(groups: list[Any]) -> None:
        for group in groups:
            group.permissions.add(right)

    in_batches(apps.get_model("auth", "Group").objects.filter(name="Editors"), give_to)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("newsletter", "0011_settings_and_editions"),
        ("portal", "0001_groups"),
    ]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
