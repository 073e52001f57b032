import wagtail.fields
from django.db import migrations, models


def fill(apps, schema_editor):
    """From the passages, as publishing would write it."""
    Passage = apps.get_model("articles", "Passage")
    for metadata in apps.get_model("articles", "PublishedMetadata").objects.iterator():
        locked = Passage.objects.filter(page_id=metadata.article_id, access__gt=0)
        facts = locked.order_by("position").values_list("access", "teaser", "words")
        metadata.gates = [
            {"access": access, "teaser": teaser, "words": words} for access, teaser, words in facts
        ]
        metadata.save(update_fields=["gates"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_delivery")]

    operations = [
        migrations.AddField("publishedmetadata", "gates", models.JSONField(default=list)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveField("publishedmetadata", "is_locked"),
        migrations.RemoveField("publishedmetadata", "locked_words"),
        migrations.RemoveField("publishedmetadata", "teaser"),
        migrations.AlterField(
            model_name="article",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("text", 0),
                    ("picture", 4),
                    ("definition", 7),
                    ("table", 10),
                    ("footnote", 13),
                    ("gate", 16),
                ],
                blank=True,
                block_lookup={
                    0: ("articles.publishing.blocks.TextBlock", (), {}),
                    1: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "Picture"}),
                    2: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "What the picture shows, for those who can't see it.",
                            "label": "Alternative text",
                            "max_length": 500,
                            "required": False,
                        },
                    ),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Caption", "max_length": 500, "required": False},
                    ),
                    4: (
                        "wagtail.blocks.StructBlock",
                        [[("picture", 1), ("alt", 2), ("caption", 3)]],
                        {},
                    ),
                    5: ("wagtail.blocks.CharBlock", (), {"label": "Term", "max_length": 100}),
                    6: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {
                            "features": ["bold", "italic", "link", "ol", "ul", "blockquote"],
                            "label": "Definition",
                        },
                    ),
                    7: ("wagtail.blocks.StructBlock", [[("term", 5), ("text", 6)]], {}),
                    8: ("articles.publishing.blocks.CellBlock", (), {"label": "Text"}),
                    9: ("articles.publishing.blocks.CellBlock", (), {"label": "Number"}),
                    10: (
                        "wagtail.contrib.typed_table_block.blocks.TypedTableBlock",
                        [[("text", 8), ("number", 9)]],
                        {"icon": "table", "label": "Table"},
                    ),
                    11: (
                        "wagtail.blocks.RegexBlock",
                        (),
                        {
                            "error_messages": {"invalid": "A mark is letters and digits only."},
                            "help_text": "Write [^1] in the text, and 1 here.",
                            "label": "Mark",
                            "regex": "^[\\w-]{1,20}$",
                        },
                    ),
                    12: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {"features": ["bold", "italic", "link"], "label": "Footnote"},
                    ),
                    13: ("wagtail.blocks.StructBlock", [[("label", 11), ("text", 12)]], {}),
                    14: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Shown to everyone at the gate. Everything below is for members only.",
                            "label": "What the next part answers",
                            "max_length": 200,
                            "required": False,
                        },
                    ),
                    15: ("articles.publishing.blocks.LevelBlock", (), {"required": False}),
                    16: ("wagtail.blocks.StructBlock", [[("teaser", 14), ("level", 15)]], {}),
                },
                verbose_name="text",
            ),
        ),
    ]
