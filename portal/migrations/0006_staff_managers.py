"""A role for those who invite staff and change their roles. The first editor gets it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

RIGHTS = [
    ("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"),
    ("accounts", "user", "manage_staff", "Can invite staff, and change their roles"),
]


def make_group(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Staff managers")
    for app_label, model, codename, name in RIGHTS:
        kind, _ = content_types.get_or_create(app_label=app_label, model=model)
        right, _ = permissions.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        group.permissions.add(right)
    users = apps.get_model("accounts", "User").objects.filter(is_active=True)
    if first := users.filter(groups__name="Editors").order_by("pk").first():
        first.groups.add(group)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("accounts", "0010_notes_labels_and_invitations"),
        ("portal", "0005_link_rights"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
