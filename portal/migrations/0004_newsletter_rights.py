"""Editors send letters, choose when news leaves, and write the welcome."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from delivery.data_steps import in_batches

RIGHTS = [
    ("letter", "send_letter", "Can send letters to members"),
    ("newslettersettings", "change_newslettersettings", "Can change Notices and welcome"),
]


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    rights = [
        permissions.get_or_create(
            content_type=content_types.get_or_create(app_label="newsletter", model=model)[0],
            codename=codename,
            defaults={"name": name},
        )[0]
        for model, codename, name in RIGHTS
    ]

    def give_to(groups: list[Any]) -> None:
        for group in groups:
            group.permissions.add(*rights)

    in_batches(apps.get_model("auth", "Group").objects.filter(name="Editors"), give_to)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("newsletter", "0001_initial"), ("portal", "0003_narration_rights")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
