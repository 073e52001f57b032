"""Quotes with a source, fact boxes, lists of steps, and code."""

import pytest
from bs4 import BeautifulSoup
from wagtail.blocks import StreamBlockValidationError

from accounts.access import Access
from articles.publishing.blocks import ArticleBody
from articles.publishing.highlighting import LANGUAGES, highlighted
from articles.publishing.rendering import render
from tests.factories import block, text

NOTE = block("footnote", {"label": "1", "text": "<p>Noten</p>"})
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def quote(html: str = "<p>Salg er et fag.</p>", **more: str):
    return block("quote", {"text": html, "who": "", "source": "", "url": "", **more}, id="abc")


def facts(html: str = "<ul><li>Ett</li></ul>", title: str = "Kort fortalt"):
    return block("facts", {"title": title, "text": html}, id="abc")


def steps(*each: str, title: str = "Slik gjør du"):
    return block("steps", {"title": title, "steps": list(each)}, id="abc")


def code(source: str, language: str = "python", caption: str = ""):
    return block("code", {"language": language, "code": source, "caption": caption}, id="abc")


def html_of(*stored) -> BeautifulSoup:
    [passage] = render(ArticleBody().to_python(list(stored)), Access.PUBLIC)
    return BeautifulSoup(passage.html, "html.parser")


def said(stored) -> str:
    [bound] = ArticleBody().to_python([stored])
    return " ".join(each.text for each in bound.block.spoken(bound.value, "abc"))


def test_a_quote_has_who_said_it_and_a_link_to_where():
    shown = quote("<p>Ja.[^1]</p><p>Nei.</p>", who="Kari", source="Boken", url="https://a.no/b")
    figure = html_of(shown, NOTE).figure
    assert figure["id"] == "b-abc"
    assert [p["id"] for p in figure.blockquote.find_all("p")] == ["b-abc-1", "b-abc-2"]
    assert figure.blockquote.sup
    assert figure.figcaption.get_text() == "Kari, Boken"
    assert figure.cite.a["href"] == "https://a.no/b"
    assert said(shown) == "Sitat: Kari, Boken. Ja. Nei. Sitat slutt."


def test_a_quote_without_a_source_says_so_to_its_editor_only():
    assert not html_of(quote()).figcaption
    [bound] = ArticleBody().to_python([quote()])
    assert bound.block.advice(bound.value)
    [bound] = ArticleBody().to_python([quote(who="Kari")])
    assert not bound.block.advice(bound.value)


def test_a_fact_box_is_named_by_its_title():
    aside = html_of(facts()).aside
    title = aside.find(id=aside["aria-labelledby"])
    assert title.get_text(" ", strip=True) == "Fakta Kort fortalt"
    assert said(facts()) == "Fakta: Kort fortalt. Ett"


def test_steps_are_numbered_and_their_paragraphs_are_numbered_through():
    shown = steps("<p>En.</p><p>Mer.</p>", "<p>To[^1].</p><ul><li>u</li></ul>")
    found = html_of(shown, NOTE)
    items = found.find(class_="steps").ol.find_all("li", recursive=False)
    assert [[each["id"] for each in item.find_all(id=True, recursive=False)] for item in items] == [
        ["b-abc-1", "b-abc-2"],
        ["b-abc-4", "b-abc-5"],
    ]
    assert said(shown) == "Slik gjør du. Trinn 1. En. Mer. Trinn 2. To. u"


def test_code_is_coloured_by_classes_and_can_be_copied_as_it_was():
    source = 'def f(x):\n    return "<b>&amp;" # seq 1 100 [^1]'
    found = html_of(code(source, caption="En funksjon"))
    assert found.pre.get_text() == source
    assert {"code-k", "code-nf"} <= {span["class"][0] for span in found.pre.find_all("span")}
    assert found.find(class_="code-language").get_text() == "Python"
    assert said(code(source, caption="En funksjon")) == "Kode: En funksjon."
    assert said(code(source)) == "Kode utelatt."


@pytest.mark.parametrize("language", [name for name, _label in LANGUAGES])
def test_no_language_lets_anything_through(language):
    source = f"{EVIL} <!-- x --> </code></pre>\n<?php {EVIL} ?>\n{{% {EVIL} %}}"
    soup = BeautifulSoup(highlighted(source, language), "html.parser")
    assert soup.get_text() == source
    assert {tag.name for tag in soup.find_all(True)} <= {"span"}
    assert {name for tag in soup.find_all(True) for name in tag.attrs} <= {"class"}


def test_long_code_has_no_colours():
    """Pygments takes the square of some code."""
    code = "int a;" + "\n" * 3_988 + "int b;"
    assert "<span" in highlighted(code, "java")
    assert highlighted(f"{code}\n", "java") == f"{code}\n"


@pytest.mark.parametrize(
    "stored",
    [
        quote(f"<p>a{EVIL}</p>", who=EVIL, source=EVIL, url="https://a.no/"),
        facts(f"<p>a{EVIL}</p>", EVIL),
        steps(f"<p>a{EVIL}</p>", "<p>b</p></li></ol><hr><p>c</p>", title=EVIL),
        code(EVIL, "python", EVIL),
    ],
)
def test_words_stay_words(stored):
    found = html_of(text("<p>før</p>"), stored, text("<p>etter</p>"))
    assert not found.find(["script", "img", "iframe", "hr"])
    assert not [tag for tag in found.find_all(True) if any(name[:2] == "on" for name in tag.attrs)]


@pytest.mark.parametrize(
    "stored",
    [
        quote("<p></p>", who="Kari"),
        quote(url="javascript:alert(1)"),
        quote("<p>a[^x]</p>"),
        facts("<p> </p>"),
        facts(title=" "),
        steps(),
        steps("<p>En</p>", "<p></p>"),
        code("  \n "),
        code("a" * 20_001),
        code("a", "klingon"),
    ],
)
def test_what_is_wanting_is_refused_at_its_block(stored):
    body = ArticleBody().to_python([text("<p>a</p>"), stored])
    with pytest.raises(StreamBlockValidationError) as caught:
        ArticleBody().clean(body)
    assert list(caught.value.block_errors) == [1]
