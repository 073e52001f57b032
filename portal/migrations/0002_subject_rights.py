"""Editors keep the list of subjects."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

VERBS = ("add", "change", "delete", "view")


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="articles", model="subject"
    )
    editors, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Editors")
    for verb in VERBS:
        right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=kind,
            codename=f"{verb}_subject",
            defaults={"name": f"{verb} subject"},
        )
        editors.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_subjects"), ("portal", "0001_groups")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
