"""The choice moves to the member's own row."""

from django.db import migrations


def move(apps, schema_editor):
    chosen = apps.get_model("reading", "Preferences").objects.filter(keeps_history=False)
    users = apps.get_model("accounts", "User").objects.filter(pk__in=chosen.values("user"))
    users.update(keeps_history=False)


def move_back(apps, schema_editor):
    preferences = apps.get_model("reading", "Preferences").objects
    users = apps.get_model("accounts", "User").objects.filter(keeps_history=False)
    preferences.bulk_create(preferences.model(user=user, keeps_history=False) for user in users)


class Migration(migrations.Migration):
    dependencies = [("reading", "0001_initial"), ("accounts", "0005_keeps_history")]

    operations = [
        migrations.RunPython(move, move_back),
        migrations.DeleteModel("Preferences"),
    ]
