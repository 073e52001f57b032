import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Names alone: every table stays as it is. The content version goes to `delivery`."""

    dependencies = [("articles", "0007_published_titles")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("ContentVersion")]
        ),
        # Named first, so that the new name of the model finds the table.
        migrations.AlterModelTable("Imprint", "articles_imprint"),
        migrations.RenameModel("Imprint", "PublishedMetadata"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "publishedmetadata",
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="metadata",
                        to="articles.article",
                    ),
                ),
            ]
        ),
    ]
