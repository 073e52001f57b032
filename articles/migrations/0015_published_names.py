"""The names that readers have seen. Until now they were the pages' titles."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from delivery.data_steps import in_batches


def keep_names(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    authors = apps.get_model("articles", "Author").objects

    def keep(some: list[Any]) -> None:
        for author in some:
            author.published_name = author.title
        authors.bulk_update(some, ["published_name"])

    in_batches(authors.filter(first_published_at__isnull=False, published_name=""), keep)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0014_desk")]

    operations = [migrations.RunPython(keep_names, migrations.RunPython.noop)]
