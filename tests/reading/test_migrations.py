"""The choice to keep no history survives the move to another table, and back."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.models import User
from tests.conftest import person

KEY = "serial" if connection.vendor == "postgresql" else "integer"


@pytest.mark.django_db
def test_who_is_not_remembered_is_known_after_the_move():
    module = import_module("reading.migrations.0002_keeps_history")
    before = [("reading", "0001_initial"), ("accounts", "0005_keeps_history")]
    apps = MigrationLoader(connection).project_state(before).apps
    with connection.cursor() as cursor:  # the old table: a test can't change the schema
        cursor.execute(
            f"CREATE TABLE reading_preferences"
            f" (id {KEY} PRIMARY KEY, keeps_history boolean, user_id bigint)"
        )
    _, yes, no = (person(f"{name}@example.no") for name in ("taus", "ja", "nei"))
    preferences = apps.get_model("reading", "Preferences").objects
    preferences.create(user_id=yes.pk, keeps_history=True)
    preferences.create(user_id=no.pk, keeps_history=False)

    module.move(apps, None)
    assert list(User.objects.filter(keeps_history=False)) == [no]

    preferences.all().delete()
    module.move_back(apps, None)
    assert [(row.user_id, row.keeps_history) for row in preferences.all()] == [(no.pk, False)]
