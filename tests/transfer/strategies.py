"""Any rich text that the panel's features allow, with the characters that Markdown reads."""

from hypothesis import strategies as st

from transfer.richtext import Item, Line, List, Rule, Run

SIGNS = "ab1.-+=#>|:~*_`[]()<>!&;\\^\"' \n\u00a0«–é€😀/"
TRAPS = [
    "[^a]", "![^a]", "[^_b](x)", "[^a]: b", "&amp;", "&#65;", "1.", "1. x", "- a", "---", "===",
    ":::", "::: x", "https://a.b", "<b>", "<!--more-->", "<a@b.no>", "    x", "# x", "[a](b)",
    "```", "*", "| a | b |", "| --- |", "[a]: b", ": a", "\\",
]  # fmt: skip
HREFS = [
    "https://a.no/x_(y)*z", "/a/b/", "#x", "mailto:a@b.no", "tel:+4712345678",
    "https://a.no/?a=1&amp;b=<>\\|`", "https://a.no/å b",
]  # fmt: skip

text = (
    st.text(alphabet=st.sampled_from(SIGNS), max_size=12)
    | st.text(max_size=8)
    | st.sampled_from(TRAPS)
)
href = st.just("") | st.just("") | st.sampled_from(HREFS)
runs = st.lists(
    st.builds(Run, text, st.booleans(), st.booleans(), href), min_size=1, max_size=5
).map(tuple)


def lines(*kinds: str) -> st.SearchStrategy[Line]:
    return st.builds(Line, st.sampled_from(kinds), runs)


def list_of(lists: st.SearchStrategy[List] | None = None) -> st.SearchStrategy[List]:
    below = st.lists(lists, max_size=2).map(tuple) if lists is not None else st.just(())
    item = st.builds(Item, runs, below)
    items = st.lists(item, min_size=1, max_size=3).map(tuple)
    return st.builds(List, st.booleans(), items)


lists = list_of(list_of(list_of()))
inline = st.lists(lines("p"), max_size=3)
boxed = st.lists(lines("p", "blockquote") | lists, max_size=3)
running = st.lists(
    lines("p", "p", "h2", "h3", "h4", "blockquote") | st.just(Rule()) | lists, max_size=4
)
