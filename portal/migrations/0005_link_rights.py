"""Editors choose whether links to other sites are checked."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from delivery.data_steps import in_batches


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="desk", model="linksettings"
    )
    right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename="change_linksettings",
        defaults={"name": "Can change Links"},
    )

    def give_to(groups: list[Any]) -> None:
        for group in groups:
            group.permissions.add(right)

    in_batches(apps.get_model("auth", "Group").objects.filter(name="Editors"), give_to)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("desk", "0001_initial"), ("portal", "0004_newsletter_rights")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
