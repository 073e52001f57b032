from django.db import migrations, models


def move_content_type(apps, schema_editor):
    content_types = apps.get_model("contenttypes", "ContentType").objects
    content_types.filter(app_label="articles", model="contentversion").update(app_label="delivery")


class Migration(migrations.Migration):
    """The table is where it was: articles made it."""

    initial = True
    dependencies = [
        ("articles", "0008_delivery"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    "ContentVersion",
                    [
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField(default=0)),
                    ],
                    {"db_table": "articles_contentversion"},
                )
            ]
        ),
        migrations.RunPython(move_content_type, migrations.RunPython.noop),
    ]
