"""Markdown can carry everything that the panel can write."""

import re
from functools import lru_cache

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from articles.publishing.blocks import BOXED, INLINE, TEXT
from tests.transfer import strategies as some
from transfer.faults import Fault
from transfer.html import read_html, write_html
from transfer.markdown import read_blocks, read_inline
from transfer.richtext import Item, List, Node, normal
from transfer.writing import write_body, write_nodes

#: Each feature of the panel's editor, as Markdown and as the panel stores it.
FEATURES = {
    "h2": ("## Tittel", "<h2>Tittel</h2>"),
    "h3": ("### Tittel", "<h3>Tittel</h3>"),
    "h4": ("#### Tittel", "<h4>Tittel</h4>"),
    "bold": ("Et **fett** ord", "<p>Et <b>fett</b> ord</p>"),
    "italic": ("Et *skrått* ord", "<p>Et <i>skrått</i> ord</p>"),
    "link": ("[Bø](https://example.no/)", '<p><a href="https://example.no/">Bø</a></p>'),
    "ol": ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    "ul": ("- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
    "blockquote": ("> a\n>\n> b", "<blockquote>a</blockquote><blockquote>b</blockquote>"),
    "hr": ("a\n\n---\n\nb", "<p>a</p><hr/><p>b</p>"),
}


converter_for = lru_cache(ContentstateConverter)


def through_panel(html: str, features: list[str]) -> str:
    """Returns `html` as Wagtail's editor would store it."""
    converter = converter_for(tuple(features))
    stored = converter.to_database_format(converter.from_database_format(html))
    return re.sub(r' data-block-key="\w+"', "", stored)


def address_of(pk: str) -> str:
    return ""


def test_the_panel_has_the_features_that_are_carried_and_no_others():
    assert set(TEXT) == set(FEATURES)
    assert set(BOXED) == {*INLINE, "ol", "ul", "blockquote"}
    assert set(INLINE) == {"bold", "italic", "link"}


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_is_carried_as_the_panel_stores_it(feature):
    markdown, html = FEATURES[feature]
    [block] = read_blocks("01-a.md", markdown)
    assert block.stored({}) == html
    assert write_nodes(read_html(html, address_of)) == markdown
    assert through_panel(html, TEXT) == html
    if feature not in ("ol", "ul"):  # Wagtail can't read lists without the feature
        assert through_panel(html, [f for f in TEXT if f != feature]) != html


@pytest.mark.parametrize("feature", FEATURES)
def test_boxes_and_notes_take_their_own_features_only(feature):
    markdown, html = FEATURES[feature]
    box = f":::definition Ord\n{markdown}\n:::"
    if feature in BOXED:
        assert read_blocks("01-a.md", box)[0].stored({}) == {"term": "Ord", "text": html}
    else:
        with pytest.raises(Fault):
            read_blocks("01-a.md", box)
    if feature in INLINE:
        assert write_html(read_inline("a.md", markdown)) == html
    else:
        with pytest.raises(Fault):
            read_inline("a.md", markdown)


@settings(max_examples=150)
@given(some.running)
def test_any_running_text_survives_export_and_import(nodes):
    nodes = normal(nodes)
    html = write_html(nodes)
    assert read_html(html, address_of) == nodes
    markdown = write_nodes(nodes)
    blocks = read_blocks("01-a.md", markdown)
    assert [block.stored({}) for block in blocks] == ([html] if html else [])
    assert write_nodes(normal(nodes)) == markdown


@settings(max_examples=60)
@given(some.running)
def test_the_panel_keeps_what_was_imported(nodes):
    html = write_html(normal(nodes))
    assert letters(through_panel(html, TEXT)) == letters(html)
    # Wagtail may continue with numbers when bullets follow a numbered list. It also drops a hard
    # space beside a soft one.
    html = write_html(normal(bulleted(node) for node in nodes))
    assert soft_spaced(through_panel(html, TEXT)) == soft_spaced(html)


def letters(html: str) -> str:
    return "".join(BeautifulSoup(html, "html.parser").get_text().split())


def soft_spaced(html: str) -> str:
    return re.sub(r"[^\S\n]+", " ", write_nodes(read_html(html, address_of)))


def bulleted(node: Node) -> Node:
    if not isinstance(node, List):
        return node
    lists = [tuple(bulleted(each) for each in item.lists) for item in node.items]
    return List(
        False, tuple(Item(i.runs, below) for i, below in zip(node.items, lists, strict=True))
    )


TEXTS = some.text
RICH = {"inline": some.inline, "boxed": some.boxed, "running": some.running}


def stored(kind: str) -> st.SearchStrategy[str]:
    return RICH[kind].map(lambda nodes: write_html(normal(nodes)))


ROW = st.tuples(*[some.inline.map(lambda nodes: write_html(normal(nodes)[:1]))] * 2)
BLOCKS = st.one_of(
    st.builds(lambda html: {"type": "text", "value": html}, stored("running")),
    st.builds(
        lambda alt, caption: {
            "type": "picture",
            "value": {"picture": 7, "alt": alt, "caption": caption},
        },
        TEXTS,
        TEXTS,
    ),
    st.builds(
        lambda term, text: {"type": "definition", "value": {"term": term, "text": text}},
        TEXTS,
        stored("boxed"),
    ),
    st.builds(
        lambda label, text: {"type": "footnote", "value": {"label": label, "text": text}},
        st.from_regex(r"[a-z0-9_-]{1,8}", fullmatch=True),
        stored("inline"),
    ),
    st.builds(
        lambda headings, kinds, rows, caption: {
            "type": "table",
            "value": {
                "columns": [
                    {"type": kind, "heading": heading}
                    for kind, heading in zip(kinds, headings, strict=True)
                ],
                "rows": [{"values": list(row)} for row in rows],
                "caption": caption,
            },
        },
        st.tuples(TEXTS, TEXTS),
        st.tuples(*[st.sampled_from(["text", "number"])] * 2),
        st.lists(ROW, max_size=3),
        TEXTS,
    ),
)
GATE = st.builds(lambda teaser: {"type": "gate", "value": {"teaser": teaser}}, TEXTS)


@settings(max_examples=150)
@given(st.lists(BLOCKS, max_size=4), st.lists(BLOCKS, max_size=2), st.none() | GATE)
@example([{"type": "text", "value": '<p><a href="https://a.no/">^]:</a></p>'}], [], None)
def test_any_body_survives_export_and_import(before, after, gate):
    body = [*before, *([gate] if gate else []), *after]

    def written(blocks: list) -> str:
        return write_body(blocks, address_of, lambda name: "bilder/a b.png")

    markdown = written(body)
    blocks = [{"type": b.type, "value": b.stored({})} for b in read_blocks("01-a.md", markdown)]
    kinds = [b["type"] for b in body if b["type"] != "text"]
    assert [b["type"] for b in blocks if b["type"] != "text"] == kinds
    assert written(blocks) == markdown
