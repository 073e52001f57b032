"""Who may do what in the panel: editors, writers, member managers."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

VERBS = ("add", "change", "delete", "view")
PANEL = [("wagtailadmin", "admin", "access_admin")]
PICTURES = [("wagtailimages", "image", "add_image"), ("wagtailimages", "image", "choose_image")]
GROUPS = {
    "Editors": {
        "rights": [
            *PANEL,
            ("articles", "article", "change_article_access"),
            *(("sponsors", "sponsorship", f"{verb}_sponsorship") for verb in VERBS),
            *(("wagtailredirects", "redirect", f"{verb}_redirect") for verb in VERBS),
        ],
        "pictures": [*PICTURES, ("wagtailimages", "image", "change_image")],
        "pages": ["add", "change", "publish", "bulk_delete", "lock", "unlock"],
    },
    # Who may add pages may change their own, and submit them for review.
    "Writers": {"rights": PANEL, "pictures": PICTURES, "pages": ["add"]},
    "Member managers": {
        "rights": [*PANEL, ("accounts", "user", "manage_members")],
        "pictures": [],
        "pages": [],
    },
}  # fmt: skip


def make_groups(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    groups = apps.get_model("auth", "Group").objects
    home = apps.get_model("wagtailcore", "Page").objects.get(depth=2)
    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)

    def right(app_label: str, model: str, codename: str) -> object:
        # Django makes permissions after the last migration; these are wanted now.
        kind, _ = content_types.get_or_create(app_label=app_label, model=model)
        found, _ = permissions.get_or_create(
            content_type=kind, codename=codename, defaults={"name": codename.replace("_", " ")}
        )
        return found

    groups.filter(name="Moderators").delete()
    for name, may in GROUPS.items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.set(right(*r) for r in may["rights"])
        group.page_permissions.all().delete()
        group.collection_permissions.all().delete()
        for verb in may["pages"]:
            permission = right("wagtailcore", "page", f"{verb}_page")
            group.page_permissions.create(page=home, permission=permission)
        for picture in may["pictures"]:
            group.collection_permissions.create(collection=collection, permission=right(*picture))

    task = apps.get_model("wagtailcore", "GroupApprovalTask").objects.first()
    if task:
        task.groups.set([groups.get(name="Editors")])
        task.name = "Godkjenning i redaksjonen"
        task.save()
        apps.get_model("wagtailcore", "Workflow").objects.update(name="Gjennomsyn i redaksjonen")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("articles", "0002_tree"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sponsors", "0001_initial"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        # Its own migrations give every group of the panel rights to documents.
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
