from django.db import migrations


class Migration(migrations.Migration):
    """The outbox goes to `mail`; its table stays as it is."""

    dependencies = [("accounts", "0006_limits")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Message")])
    ]
