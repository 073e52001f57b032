"""The archive of letters, a page below the front page."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from delivery.data_steps import in_batches

STEP = 4
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def after(path: str) -> str:
    """The path of the next sibling, in treebeard's base 36."""
    number = int(path[-STEP:], 36) + 1
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = ALPHABET[digit] + digits
    return path[:-STEP] + digits.rjust(STEP, "0")


def plant(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="newsletter", model="letterindex"
    )
    pages = apps.get_model("wagtailcore", "Page").objects
    index = apps.get_model("newsletter", "LetterIndex").objects

    def plant_below(homes: list[Any]) -> None:
        for home in homes if not index.exists() else []:
            below = pages.filter(path__startswith=home.path, depth=3)
            last = below.order_by("-path").values_list("path", flat=True).first()
            # The address /brev/ is the portal's own whatever the slug is.
            slug = "brev-arkiv" if below.filter(slug="brev").exists() else "brev"
            index.create(
                content_type=kind, locale=home.locale, live=True, title="Brev",
                draft_title="Brev", slug=slug, depth=3, numchild=0,
                path=after(last) if last else home.path + "0001",
                url_path=f"{home.url_path}{slug}/",
            )  # fmt: skip
            home.numchild += 1
            home.save(update_fields=["numchild"])

    in_batches(pages.filter(depth=2), plant_below)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("newsletter", "0001_initial"),
        ("articles", "0002_tree"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
