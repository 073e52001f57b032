from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("narration", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="hashes",
            field=models.JSONField(default=list, db_default=[]),
        ),
    ]
