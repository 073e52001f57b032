import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0012_subjects"),
    ]

    operations = [
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
                    ("drawing", 16),
                    ("gate", 19),
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
                        "articles.publishing.drawing_blocks.SvgBlock",
                        (),
                        {
                            "help_text": "Colours are classes, such as fill-accent. Scripts and links are refused.",
                            "label": "SVG",
                        },
                    ),
                    15: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "What the drawing shows, for those who can't see it.",
                            "label": "Alternative text",
                            "max_length": 1000,
                            "required": False,
                        },
                    ),
                    16: (
                        "wagtail.blocks.StructBlock",
                        [[("svg", 14), ("alt", 15), ("caption", 3)]],
                        {},
                    ),
                    17: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Shown to everyone at the gate. Everything below is for members only.",
                            "label": "What the next part answers",
                            "max_length": 200,
                            "required": False,
                        },
                    ),
                    18: ("articles.publishing.blocks.LevelBlock", (), {"required": False}),
                    19: ("wagtail.blocks.StructBlock", [[("teaser", 17), ("level", 18)]], {}),
                },
                verbose_name="text",
            ),
        ),
        migrations.AlterField(
            model_name="simplepage",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("text", 0),
                    ("picture", 4),
                    ("definition", 7),
                    ("table", 10),
                    ("footnote", 13),
                    ("drawing", 16),
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
                        "articles.publishing.drawing_blocks.SvgBlock",
                        (),
                        {
                            "help_text": "Colours are classes, such as fill-accent. Scripts and links are refused.",
                            "label": "SVG",
                        },
                    ),
                    15: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "What the drawing shows, for those who can't see it.",
                            "label": "Alternative text",
                            "max_length": 1000,
                            "required": False,
                        },
                    ),
                    16: (
                        "wagtail.blocks.StructBlock",
                        [[("svg", 14), ("alt", 15), ("caption", 3)]],
                        {},
                    ),
                },
                verbose_name="text",
            ),
        ),
    ]
