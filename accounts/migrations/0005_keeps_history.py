from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_former_addresses")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="keeps_history",
            field=models.BooleanField(default=True, verbose_name="reading is remembered"),
        ),
    ]
