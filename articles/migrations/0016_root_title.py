"""The page above the front page is called «Root». Editors meet it in lists and choosers."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from delivery.data_steps import in_batches


def rename(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    pages = apps.get_model("wagtailcore", "Page").objects

    def change(some: list[Any]) -> None:
        for page in some:
            page.title = page.draft_title = "Nettstedet"
            page.save(update_fields=["title", "draft_title"])

    in_batches(pages.filter(depth=1, title="Root"), change)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0015_published_names")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
