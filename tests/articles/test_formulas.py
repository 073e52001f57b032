"""Formulas: LaTeX becomes MathML, and nothing but what is on the list gets out."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.blocks import StreamBlockValidationError

from accounts.access import Access
from articles.publishing.blocks import ArticleBody
from articles.publishing.formulas import ELEMENTS, VALUES, FormulaError, mathml
from articles.publishing.rendering import TAGS, RenderError, render
from tests.factories import block


def formula(latex: str, said: str = ""):
    return block("formula", {"latex": latex, "said": said}, id="abc")


def test_a_formula_becomes_mathml_with_what_is_said():
    html = mathml(r"\frac{a}{b} < 1", "a delt på b")
    assert html == (
        '<math display="block" alttext="a delt på b" aria-label="a delt på b">'
        "<mfrac><mi>a</mi><mi>b</mi></mfrac><mo>&lt;</mo><mn>1</mn></math>"
    )


@pytest.mark.parametrize(
    "latex",
    [
        r"E = mc^2",
        r"\sum_{i=1}^{n} x_i",
        r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}",
        r"\begin{pmatrix}a & b \\ c & d\end{pmatrix}",
        "\\begin{align}\na &= b \\\\\n\n&= c\n\\end{align}",
        r"f(x) = \begin{cases}1 & x > 0 \\ 0 & \text{ellers}\end{cases}",
        r"\left( \frac12 \right) \hat y \overline{x} \binom nk \mathbb{R} \to \infty",
        "$$ x^2 $$",
        r"\text{Dekning} = \text{Pris} - 310\,000~\text{kr}",
    ],
)
def test_what_editors_write_is_understood_and_has_no_styles_or_numbers(latex):
    soup = BeautifulSoup(mathml(latex), "html.parser")
    assert soup.math["alttext"]
    assert not soup.find(style=True)
    assert "(1)" not in soup.get_text()


@pytest.mark.parametrize(
    ("latex", "told"),
    [
        ("", "Skriv formelen"),
        (r"\foo x", r"\foo"),
        (r"\frac{1", "parentes"),
        (r"\href{javascript:alert(1)}{x}", r"\href"),
        (r"\newcommand{\a}{\a\a}\a", "LaTeX"),
        (r"\color{red}{x}", "farge"),
        (r"\cancel{x}", "menclose"),
        ("x" * 2001, "for lang"),
        ("x &amp; y", "LaTeX"),
    ],
)
def test_a_bad_formula_is_refused_at_its_block(latex, told):
    with pytest.raises(FormulaError) as caught:
        mathml(latex)
    assert told in caught.value.messages[0]
    body = ArticleBody().to_python([formula("x"), formula(latex)])
    with pytest.raises(StreamBlockValidationError) as refused:
        ArticleBody().clean(body)
    assert list(refused.value.block_errors) == [1]
    with pytest.raises(RenderError):
        render(body, Access.PUBLIC)


def safe(html: str) -> bool:
    soup = BeautifulSoup(html, "html.parser")
    known = {*VALUES, "alttext", "aria-label", "class"}
    return all(tag.name in ELEMENTS and set(tag.attrs) <= known for tag in soup.find_all(True))


PARTS = st.sampled_from(
    [
        *(r"\text{<script>alert(1)</script>}", r"\text{</math><img src=x onerror=alert(1)>}"),
        *(
            "<",
            ">",
            "&",
            '"',
            "'",
            "&lt;script&gt;",
            "<!--",
            "]]>",
            r"\href{x}{y}",
            r"\style{a}{b}",
        ),
        *(r"\frac", "{", "}", "^", "_", r"\sqrt", r"\begin{align}", r"\end{align}", "&", r"\\"),
        *(
            r"\mathrm{a}",
            r"\unicode{60}",
            r"\class{a}{b}",
            r"\id{a}{b}",
            r"\label{a}",
            r"\tag{<b>}",
        ),
    ]
)


@settings(max_examples=60)
@given(st.lists(PARTS, max_size=6).map("".join) | st.text(max_size=30))
def test_whatever_is_let_in_has_only_what_is_on_the_list(latex):
    try:
        html = mathml(latex, '"><script>alert(1)</script>')
    except FormulaError:
        return
    assert safe(html)
    assert "<script" not in html


def test_rich_text_has_no_formulas():
    assert not TAGS & ELEMENTS


def test_it_is_said_and_its_letters_are_no_words_of_the_article():
    [bound] = ArticleBody().to_python([formula(r"\frac{a}{b}", "a delt på b")])
    [passage] = render([bound], Access.PUBLIC)
    assert 'id="b-abc"' in passage.html
    assert passage.text == ""
    assert bound.block.search_text(bound.value) == "a delt på b"
    assert [each.text for each in bound.block.spoken(bound.value, "abc")] == [
        "Formel: a delt på b."
    ]
    assert bound.block.advice(bound.value) == []
    [silent] = ArticleBody().to_python([formula(r"x + y")])
    assert silent.block.advice(silent.value)
    assert silent.block.spoken(silent.value, "abc")[0].text == "Formel: x + y."
