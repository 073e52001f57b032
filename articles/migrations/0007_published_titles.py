"""The title of a draft stays in the draft, as `AddressedPage.save` keeps it from now on."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F


def keep_in_draft(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    pages = apps.get_model("wagtailcore", "Page").objects.filter(live=True)
    pages.exclude(draft_title=F("title")).update(draft_title=F("title"))


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_sort_key"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(keep_in_draft, migrations.RunPython.noop)]
