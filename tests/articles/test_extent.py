"""The strip that says how long an article is, and how much of it is open."""

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from accounts.access import VISITOR, Access
from articles.admin.extent import extent_of
from articles.models import Article
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = "<p>" + " ".join(["ord"] * 620) + "</p>"


def test_the_figures_are_those_that_publishing_stores(series):
    body = [factories.text(WORDS), factories.gate(), factories.text(WORDS), factories.text(WORDS)]
    article = factories.make_article(series, body)
    stored = article.metadata
    share = stored.share_before(stored.gate_for(VISITOR, article.path))
    extent = extent_of(Article.objects.get(pk=article.pk))
    assert (stored.words, share) == (1860, 33)
    said = extent["text"].replace("\N{NO-BREAK SPACE}", " ")
    assert said == f"1 860 ord · {article.minutes} min · 33 % åpent"
    assert extent["gate"] == "Sperren er blokk 2 av 4"


def test_an_article_without_a_gate_is_locked_and_an_open_one_is_open(series):
    article = factories.make_article(series, [factories.text(WORDS)])
    assert extent_of(article)["text"].endswith("hele teksten er låst")
    article.change_access(Access.PUBLIC)
    assert extent_of(article)["text"].endswith("åpen for alle")
    gated = factories.make_article(series, slug="b", access=Access.PUBLIC)
    assert extent_of(gated)["text"].endswith("åpen for alle")
    assert extent_of(gated)["gate"] == ""


def test_a_text_that_can_t_be_rendered_yet_says_nothing(series):
    article = factories.draft_article(series, [factories.text("<p>Se noten.[^1]</p>")])
    assert isinstance(extent_of(article), dict)
    assert extent_of(series) == {}


def test_the_form_and_each_automatic_save_bring_it(series, as_editor):
    article = factories.draft_article(series, [factories.text("<p>To ord.</p>")])
    article.save_revision()
    address = f"/admin/pages/{article.pk}/edit/"
    assert "2 ord · 1 min · hele teksten er låst" in as_editor.get(address).content.decode()
    rows = {name: inline_formset([]) for name in ("by_line", "corrections", "comments")}
    rows["sponsorships"] = inline_formset([])
    body = streamfield([("text", rich_text("<p>Nå er det fem ord.</p>"))])
    fields = {"title": "Delen", "slug": article.slug, "lead": "x", "body": body}
    answer = as_editor.post(
        address, nested_form_data({**fields, **rows}), headers={"accept": "application/json"}
    )
    assert answer.json()["extent"]["text"] == "5 ord · 1 min · hele teksten er låst"
