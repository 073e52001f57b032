"""The front page and the authors' page, in place of Wagtail's welcome."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def plant(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_type = apps.get_model("contenttypes", "ContentType").objects
    page, site = apps.get_model("wagtailcore", "Page"), apps.get_model("wagtailcore", "Site")
    locale = apps.get_model("wagtailcore", "Locale").objects.first()
    root = page.objects.get(depth=1)
    site.objects.all().delete()
    page.objects.filter(depth__gt=1).delete()

    def add(model: str, **fields: object) -> object:
        kind, _ = content_type.get_or_create(app_label="articles", model=model.lower())
        return apps.get_model("articles", model).objects.create(
            content_type=kind, locale=locale, live=True, **fields
        )

    home = add(
        "Home", title="Forside", draft_title="Forside", slug="home",
        path=root.path + "0001", depth=2, numchild=1, url_path="/home/",
    )  # fmt: skip
    add(
        "AuthorIndex", title="Forfattere", draft_title="Forfattere", slug="forfattere",
        path=home.path + "0001", depth=3, numchild=0, url_path="/home/forfattere/",
    )  # fmt: skip
    root.numchild = 1
    root.save()
    site.objects.create(hostname="localhost", root_page_id=home.pk, is_default_site=True)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
