"""The Markdown of quotes, facts, steps, formulas, code, cards and files, both ways."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.publishing.blocks import ArticleBody
from articles.publishing.highlighting import LANGUAGES
from articles.publishing.highlighting import normal as normal_code
from tests.factories import block
from tests.transfer import strategies
from transfer.faults import Fault
from transfer.html import write_html
from transfer.markdown import read_blocks
from transfer.richtext import normal, plain
from transfer.writing import write_body

line = strategies.text.map(plain)


def rich(nodes) -> str:
    return write_html(normal(nodes))


inline = strategies.inline.map(rich)
box = st.lists(strategies.lines("p") | strategies.lists, max_size=3).map(rich)
quotes = st.fixed_dictionaries({"text": box, "who": line, "source": line, "url": line})
facts = st.fixed_dictionaries({"title": line, "text": box})
step = st.lists(strategies.lines("p"), min_size=1, max_size=2).map(rich).filter(bool)
steps = st.fixed_dictionaries({"title": line, "steps": st.lists(step, min_size=1, max_size=3)})
codes = st.fixed_dictionaries(
    {
        "code": (st.text(max_size=30) | st.lists(strategies.text, max_size=4).map("\n".join)).map(
            normal_code
        ),
        "language": st.sampled_from([name for name, _label in LANGUAGES]),
        "caption": line,
    }
)
formulas = st.fixed_dictionaries(
    {
        "latex": st.sampled_from(["x", "x^2\n+ 1", r"\frac{a}{b}", "a_{1}*b*c", "a | b"]),
        "said": line,
    }
)
cards = st.fixed_dictionaries(
    {"url": st.just("https://youtu.be/abc?t=1"), "title": line, "caption": inline}
)
blocks = st.one_of(
    st.tuples(st.just(name), values)
    for name, values in {
        "quote": quotes, "facts": facts, "steps": steps, "code": codes, "formula": formulas,
        "embed": cards,
    }.items()
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(blocks, min_size=1, max_size=3))
def test_what_is_written_is_read_the_same(found):
    stored = [block(name, value) for name, value in found]
    markdown = write_body(stored, str, str)
    read = read_blocks("01-a.md", markdown)
    assert [b.type for b in read] == [name for name, _value in found]
    again = [{"type": b.type, "value": b.stored({})} for b in read]
    assert write_body(again, str, str) == markdown
    for (name, value), other in zip(found, again, strict=True):
        assert ArticleBody().child_blocks[name].to_markdown(value) == ArticleBody().child_blocks[
            name
        ].to_markdown(other["value"])


MARKDOWN = """\
:::quote Kari Nordmann | Boken | https://example.no/boken
Salg er *et fag*.
:::

:::facts Kort fortalt
- Ett
- To
:::

:::steps Sett et budsjett
1. Finn tallene.
2. Skriv dem opp:
   - inntekter
   - utgifter
:::

:::steps
Det ene.

Og mer om det.

---

Det andre.
:::

```python
print(1)
```

: Skriver 1

$$
\\frac{a}{b}
$$

: a delt på b

:::embed https://youtu.be/abc En video
Tretti minutter.
:::

[Mal for budsjett](filer/mal.pdf)"""


def test_the_forms_are_those_that_people_write():
    found = read_blocks("01-a.md", MARKDOWN)
    kinds = ["quote", "facts", "steps", "steps", "code", "formula", "embed", "file"]
    assert [b.type for b in found] == kinds
    assert found[0].stored({})["who"] == "Kari Nordmann"
    assert found[2].stored({})["steps"][1] == (
        "<p>Skriv dem opp:</p><ul><li>inntekter</li><li>utgifter</li></ul>"
    )
    assert found[3].stored({})["steps"] == [
        "<p>Det ene.</p><p>Og mer om det.</p>",
        "<p>Det andre.</p>",
    ]
    assert found[6].stored({}) == {
        "url": "https://youtu.be/abc",
        "title": "En video",
        "caption": "<p>Tretti minutter.</p>",
    }
    stored = [{"type": b.type, "value": b.stored({})} for b in found]
    assert write_body(stored, str, str) == MARKDOWN


@pytest.mark.parametrize(
    ("markdown", "latex"),
    [("$$ x $$", "x"), ("$$x\n+y$$", "x\n+y"), ("a\n$$\nx\n$$", "x"), ("$$\n\nx\n\n$$", "x")],
)
def test_other_ways_to_write_a_formula_are_read(markdown, latex):
    assert read_blocks("01-a.md", markdown)[-1].stored({})["latex"] == latex


@pytest.mark.parametrize("text", ["$$ x", "100 $ og 200 $", "a $$ b", "[a](https://a.no/x.pdf)"])
def test_what_is_no_formula_and_no_file_stays_a_text(text):
    assert [b.type for b in read_blocks("01-a.md", text)] == ["text"]


@pytest.mark.parametrize(
    "markdown",
    [
        ":::facts Kort\n```\na\n```\n:::",
        "- a\n\n  $$\n  x\n  $$",
        "    kode",
        ":::facts Kort\n[a](filer/a.pdf)\n:::",
        "tekst [a](filer/a.pdf) tekst",
    ],
)
def test_what_can_t_be_carried_there_is_a_fault(markdown):
    with pytest.raises(Fault):
        [b.stored({}) for b in read_blocks("01-a.md", markdown)]


@pytest.mark.parametrize(
    ("written", "name"), [("js", "javascript"), ("Python", "python"), ("", "")]
)
def test_other_names_of_a_language_are_known(written, name):
    [found] = read_blocks("01-a.md", f"```{written}\na\n```")
    assert found.stored({})["language"] == name


def test_a_fourth_part_of_a_quote_is_refused():
    [found] = read_blocks("01-a.md", ":::quote a | b | c | d\na\n:::")
    with pytest.raises(ValidationError):
        found.stored({})
