from django.db import migrations, models


def fill(apps, schema_editor):
    """From the passages, which had to be counted on every reading until now."""
    Imprint = apps.get_model("articles", "Imprint")
    Passage = apps.get_model("articles", "Passage")
    for imprint in Imprint.objects.iterator():
        passages = Passage.objects.filter(page_id=imprint.article_id).order_by("position")
        facts = list(passages.values_list("access", "words", "teaser"))
        locked = [(words, teaser) for access, words, teaser in facts if access > 0]
        imprint.words = sum(words for _, words, _ in facts)
        imprint.locked_words = sum(words for words, _ in locked)
        imprint.is_locked = bool(locked)
        imprint.teaser = locked[0][1] if locked else ""
        imprint.save(update_fields=["words", "locked_words", "is_locked", "teaser"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_content_version")]

    operations = [
        migrations.AddField("imprint", "words", models.PositiveIntegerField(default=0)),
        migrations.AddField("imprint", "locked_words", models.PositiveIntegerField(default=0)),
        migrations.AddField("imprint", "is_locked", models.BooleanField(default=True)),
        migrations.AddField(
            "imprint", "teaser", models.CharField(blank=True, max_length=200, default="")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
