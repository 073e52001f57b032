from django.db import migrations, models

from articles.slugs import sort_key


def fill(apps, schema_editor):
    for name, field in (("Author", "title"), ("Definition", "term")):
        model = apps.get_model("articles", name)
        for row in model.objects.only("pk", field).iterator():
            model.objects.filter(pk=row.pk).update(sort_key=sort_key(getattr(row, field)))


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_imprint")]

    operations = [
        migrations.AddField(
            "author", "sort_key", models.CharField(max_length=200, default="", editable=False)
        ),
        migrations.AddField(
            "definition", "sort_key", models.CharField(max_length=200, default="", editable=False)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "author",
            "sort_key",
            models.CharField(max_length=200, db_index=True, editable=False),
        ),
        migrations.AlterField(
            "definition",
            "sort_key",
            models.CharField(max_length=200, db_index=True, editable=False),
        ),
    ]
