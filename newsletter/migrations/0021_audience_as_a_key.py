"""The audience of a sending is a key, which outlives what it names: an empty reference would mean
everybody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0012_settings_right")]

    operations = [
        migrations.RemoveField("sending", "page"),
        migrations.RemoveField("sending", "subject"),
        migrations.AddField(
            "sending",
            "about",
            models.CharField(db_default="brev", default="brev", max_length=40),
        ),
    ]
