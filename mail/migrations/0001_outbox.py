import django.utils.timezone
from django.db import migrations, models


def move_content_type(apps, schema_editor):
    content_types = apps.get_model("contenttypes", "ContentType").objects
    content_types.filter(app_label="accounts", model="message").update(app_label="mail")


class Migration(migrations.Migration):
    """The table is where it was: accounts made it."""

    initial = True
    dependencies = [("accounts", "0007_mail"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("subject", models.CharField(max_length=255)),
                        ("recipient", models.CharField(db_index=True, max_length=254)),
                        ("message_id", models.CharField(max_length=255, unique=True)),
                        ("source", models.BinaryField()),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("error", models.TextField(blank=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("failed_at", models.DateTimeField(null=True)),
                        ("is_held", models.BooleanField(default=False)),
                    ],
                    options={
                        "db_table": "accounts_message",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("failed_at", None), ("sent_at", None)),
                                fields=["due_at"],
                                name="outbox_due",
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.RunPython(move_content_type, migrations.RunPython.noop),
    ]
