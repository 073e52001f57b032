"""Template precompilation turns the fixed parts of a template into text, with the same result."""

from pathlib import Path

import pytest
from django.template import Context, Engine
from django.template.base import TextNode
from django.utils import translation

from delivery.template_precompilation import OURS

LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
LIBRARIES = {"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"}
BEFORE = """{% load i18n static %}<p>{% translate "Read on" %}
{% translate "Open" context "article" %}
{% static "css/base.css" %} {% url "articles:home" %}
{% blocktranslate trimmed %}
Write to us
{% endblocktranslate %}</p>"""
AFTER = """{% load i18n static %}{% if x %}{% translate x %}{% else %}
{% translate "Save" as y %}{{ y }}{% endif %}
{% static x %}{% url x %}{% blocktranslate %}Hello {{ x }}{% endblocktranslate %}
{% translate "Read on"|upper %}"""


@pytest.fixture
def engines(tmp_path, monkeypatch):
    """The precompiling template engine and Django's own, for the same folder."""
    monkeypatch.setattr("delivery.template_precompilation.OURS", tmp_path)
    monkeypatch.setattr("delivery.template_precompilation.PANEL", tmp_path / "wagtailadmin")
    (tmp_path / "wagtailadmin").mkdir()
    options = {"dirs": [str(tmp_path)], "libraries": LIBRARIES}
    precompiling = Engine(loaders=[("delivery.template_precompilation.Loader", LOADERS)], **options)
    return tmp_path, precompiling, Engine(loaders=LOADERS, **options)


def test_what_is_fixed_is_one_piece_of_text(engines):
    folder, precompiling, plain = engines
    (folder / "x.html").write_text(BEFORE)
    compiled = precompiling.get_template("x.html")
    assert [type(node) for node in compiled.nodelist][1:] == [TextNode]
    assert compiled.render(Context()) == plain.get_template("x.html").render(Context())
    assert "Les videre" in compiled.render(Context())


def test_what_depends_on_the_context_stays(engines):
    folder, precompiling, plain = engines
    (folder / "x.html").write_text(AFTER)
    for x in ("articles:home", "robots"):
        context = {"x": "articles:home" if x == "robots" else x}
        expected = plain.get_template("x.html").render(Context(context))
        assert precompiling.get_template("x.html").render(Context(context)) == expected


def test_the_panel_and_other_peoples_templates_are_left_alone(engines):
    folder, precompiling, _ = engines
    (folder / "wagtailadmin" / "x.html").write_text('{% load i18n %}{% translate "Members" %}')
    template = precompiling.get_template("wagtailadmin/x.html")
    assert template.render(Context()) == "Medlemmer"
    with translation.override("en"):
        assert template.render(Context()) == "Members"


def test_every_template_of_ours_is_compiled(settings):
    engine = Engine.get_default()
    left = set()
    for path in Path(OURS).rglob("*.html"):
        name = str(path.relative_to(OURS))
        if name.startswith("wagtailadmin/"):
            continue
        left |= {
            node.filter_expression.token
            for node in _translations(engine.get_template(name))
            if not node.asvar
        }
    assert left == set()


def _translations(template):
    from django.templatetags.i18n import TranslateNode

    return template.nodelist.get_nodes_by_type(TranslateNode)
