"""A drawing is read strictly: what isn't on the list is refused with its line."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from wagtail.blocks import StreamBlockValidationError

from accounts.access import Access
from articles.publishing.blocks import ArticleBody
from articles.publishing.drawings import (
    ELEMENTS,
    VALUES,
    Drawing,
    DrawingError,
    without_drawings,
)
from articles.publishing.rendering import TAGS, RenderError, render
from tests import factories
from tests.factories import block, gate, text

SVG = 'xmlns="http://www.w3.org/2000/svg"'
HEAD = f'<svg {SVG} viewBox="0 0 360 200"><title>Trakten</title>'
GOOD = f"""<?xml version="1.0" encoding="utf-8"?>
<!-- drawn by hand -->
{HEAD}
  <g class="fill-link" transform="translate(10 200)"><rect x="0" y="0" width="100" height="20"/></g>
  <path class="stroke-accent" fill="none" d="M 0 100 L 100 200 300 400"/>
  <polyline points="0 100 200 300" stroke="currentColor" stroke-dasharray="4 4"/>
  <text x="10" y="20" text-anchor="middle">310 000 &lt;kr&gt;
  <tspan class="text-strong">i alt</tspan></text>
</svg>"""
WORDS = '310 000 &lt;kr&gt; <tspan class="text-strong">i alt</tspan>'
NORMAL = f"""<svg {SVG} viewBox="0,0,360,200">
  <title>Trakten</title>
  <g class="fill-link" transform="translate(10,200)">
    <rect x="0" y="0" width="100" height="20"/>
  </g>
  <path class="stroke-accent" fill="none" d="M 0,100 L 100,200,300,400"/>
  <polyline points="0,100,200,300" stroke="currentColor" stroke-dasharray="4,4"/>
  <text x="10" y="20" text-anchor="middle">{WORDS}</text>
</svg>
"""


def test_a_drawing_is_written_in_its_normal_form_and_stays_so():
    assert Drawing.read(GOOD).normal() == NORMAL
    assert Drawing.read(NORMAL).normal() == NORMAL


def inside(part: str) -> str:
    return f"{HEAD}\n{part}\n</svg>"


#: Attacks from the known lists: OWASP's evasion sheet, html5sec.org, the SVG papers of Heiderich,
#: DOMPurify's and nh3's past mutations, and those on XML itself.
ATTACKS = {
    "script": inside("<script>alert(1)</script>"),
    "script with a link": inside('<script href="https://a.no/x.js"/>'),
    "script of another space": inside(
        '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>'
    ),
    "script with a prefix": inside('<s:script xmlns:s="http://www.w3.org/2000/svg"/>'),
    "script in capitals": inside("<SCRIPT>alert(1)</SCRIPT>"),
    "onload of the root": f'<svg {SVG} viewBox="0 0 9 9" onload="alert(1)"><title>a</title></svg>',
    "onclick": inside('<rect onclick="alert(1)" width="9" height="9"/>'),
    "onfocusin": inside('<g onfocusin="alert(1)"/>'),
    "autofocus": inside('<text autofocus="" tabindex="0">a</text>'),
    "foreignObject": inside("<foreignObject><p>a</p></foreignObject>"),
    "foreignObject with a frame": inside(
        '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'
    ),
    "html": inside('<div xmlns="http://www.w3.org/1999/xhtml">a</div>'),
    "html without a space": '<svg viewBox="0 0 9 9"><title>a</title></svg>',
    "mathml": inside('<math xmlns="http://www.w3.org/1998/Math/MathML"/>'),
    "link": inside('<a href="javascript:alert(1)"><text>a</text></a>'),
    "xlink": inside(
        '<a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:alert(1)"/>'
    ),
    "use of another file": inside('<use href="https://a.no/b.svg#c"/>'),
    "use of a data URL": inside('<use href="data:image/svg+xml;base64,PHN2Zz4="/>'),
    "image": inside('<image href="https://a.no/pixel.png"/>'),
    "feImage": inside('<filter><feImage href="https://a.no/x"/></filter>'),
    "style element": inside("<style>@import url(https://a.no/x.css)</style>"),
    "style attribute": inside('<rect style="background:url(https://a.no)"/>'),
    "fill by address": inside('<rect fill="url(https://a.no/x#y)"/>'),
    "fill with a fallback": inside('<rect fill="none url(x)"/>'),
    "fill by variable": inside('<rect fill="var(--x, url(https://a.no))"/>'),
    "filter": inside('<rect filter="url(#a)"/>'),
    "mask": inside('<rect mask="url(https://a.no/x)"/>'),
    "clip path": inside('<clipPath><rect width="9"/></clipPath>'),
    "marker": inside('<path d="M0 0" marker-end="url(https://a.no/x)"/>'),
    "cursor": inside('<rect cursor="url(https://a.no/x), auto"/>'),
    "animation of a link": inside('<animate attributeName="href" to="javascript:alert(1)"/>'),
    "set": inside('<set attributeName="onmouseover" to="alert(1)"/>'),
    "animateTransform": inside('<animateTransform onbegin="alert(1)"/>'),
    "handler": inside('<handler type="text/javascript">alert(1)</handler>'),
    "switch": inside("<switch><g/></switch>"),
    "symbol": inside("<symbol/>"),
    "defs": inside("<defs/>"),
    "metadata": inside("<metadata/>"),
    "desc": inside("<desc><script/></desc>"),
    "element in the title": f'<svg {SVG} viewBox="0 0 9 9"><title><g/>a</title></svg>',
    "html in the title": f'<svg {SVG} viewBox="0 0 9 9"><title><style><a id="</style>"/></style>'
    "</title></svg>",
    "style in text": inside("<text><style>a</style></text>"),
    "svg in svg": inside(f"<svg {SVG}/>"),
    "id": inside('<g id="innhold"/>'),
    "name": inside('<g name="body"/>'),
    "class of the page": inside('<g class="skip"/>'),
    "class of two kinds": inside('<g class="fill-link gate"/>'),
    "role": inside('<g role="alert"/>'),
    "data": inside('<g data-module="https://a.no/x.js"/>'),
    "base": inside('<g xml:base="https://a.no/"/>'),
    "document type": f"<!DOCTYPE svg>{HEAD}</svg>",
    "entity": f'<!DOCTYPE svg [<!ENTITY a "b">]>{HEAD}<text>&a;</text></svg>',
    "outer entity": f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}<text>&a;</text></svg>',
    "billion laughs": '<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>',
    "outer document type": f'<!DOCTYPE svg SYSTEM "https://a.no/x.dtd">{HEAD}</svg>',
    "unknown entity": inside("<text>&nbsp;</text>"),
    "stylesheet": f'<?xml-stylesheet href="https://a.no/x.xsl"?>{HEAD}</svg>',
    "php": inside("<?php echo 1 ?>"),
    "words outside": inside("alert(1)"),
    "cdata outside": inside("<![CDATA[<script>alert(1)</script>]]>"),
    "left open": f"{HEAD}<g>",
    "two roots": f"{HEAD}</svg>{HEAD}</svg>",
    "no svg": f"<g {SVG}/>",
    "nothing": "",
    "attribute twice": inside('<rect x="1" x="2"/>'),
    "huge number": inside('<rect width="1e99"/>'),
    "nan": inside('<rect width="NaN"/>'),
    "percent": inside('<rect width="100%"/>'),
    "path with a script": inside('<path d="M0 0;alert(1)"/>'),
    "transform with an address": inside('<g transform="url(#a)"/>'),
    "no size": f"<svg {SVG}><title>a</title></svg>",
    "empty size": f'<svg {SVG} viewBox="0 0 0 9"><title>a</title></svg>',
    "no title": f'<svg {SVG} viewBox="0 0 9 9"><g/></svg>',
    "empty title": f'<svg {SVG} viewBox="0 0 9 9"><title> </title></svg>',
    "second title": inside("<title>b</title>"),
    "too deep": inside("<g>" * 20 + "</g>" * 20),
    "too many": inside("<g/>" * 2001),
    "too large": inside(f"<text>{'a' * 100_001}</text>"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_and_never_published(attack):
    with pytest.raises(DrawingError) as caught:
        Drawing.read(ATTACKS[attack])
    assert caught.value.line >= 1
    stored = [block("drawing", {"svg": ATTACKS[attack], "alt": "", "caption": ""})]
    body = ArticleBody().to_python(stored)
    with pytest.raises(StreamBlockValidationError):
        ArticleBody().clean(body)
    with pytest.raises(RenderError):
        render(body, Access.PUBLIC)


def test_the_line_of_what_is_refused_is_told():
    with pytest.raises(DrawingError) as caught:
        Drawing.read(inside('<rect\n  onclick="x"/>'))
    assert caught.value.line == 2
    assert "onclick" in caught.value.messages[0]


def test_words_stay_words():
    words = "</title><script>alert(1)</script><!-- ]]> --> \" ' &amp;"
    drawing = factories.drawing(words, words, alt=words, caption=words)
    [passage] = render(ArticleBody().to_python([drawing]), Access.PUBLIC)
    soup = BeautifulSoup(passage.html, "html.parser")
    assert not soup.find("script")
    for name in ("title", "text", "desc", "figcaption"):
        assert soup.find(name).text == words


def safe(html: str) -> bool:
    """Whether the HTML has only the elements and attributes of a drawing."""
    soup = BeautifulSoup(html, "html.parser")
    known = {*ELEMENTS, "desc"}
    allowed = {name.lower() for name in VALUES} | {"role", "aria-labelledby", "id", "class"}
    return all(
        tag.name in known and set(tag.attrs) <= allowed and "url" not in str(tag.attrs)
        for tag in soup.find_all(True)
    )


names = st.sampled_from([*ELEMENTS, "script", "a", "style", "use", "foreignObject", "p"])
values = st.sampled_from(
    ["1", "none", "fill-link", "M0 0", "url(#a)", "x:y", "javascript:1", '"><']
)
attributes = st.dictionaries(
    st.sampled_from([*VALUES, "onload", "href", "style", "id"]), values, max_size=2
)


@st.composite
def elements(draw, depth: int = 3) -> str:
    name, written = draw(names), draw(attributes)
    quoted = "".join(
        f' {k}="{v.replace("<", "&lt;").replace(chr(34), "&quot;")}"' for k, v in written.items()
    )
    inner = draw(st.sampled_from(["", "a", "&lt;script>", "<![CDATA[<b>]]>", "<!--<b>-->"]))
    if depth:
        inner += "".join(draw(st.lists(elements(depth - 1), max_size=2)))
    return f"<{name}{quoted}>{inner}</{name}>"


@given(st.lists(elements(), max_size=2).map("".join) | st.text(max_size=40))
def test_whatever_is_let_in_has_only_what_is_on_the_list(part):
    try:
        drawing = Drawing.read(inside(part))
    except DrawingError:
        return
    assert safe(drawing.shown("b-1", "Hva den viser"))
    assert Drawing.read(drawing.normal()).normal() == drawing.normal()


def test_rich_text_has_no_drawings():
    assert not TAGS & {"svg", "math", "path", "g", "title"}
    [passage] = render(ArticleBody().to_python([text(f"<p>a</p>{HEAD}</svg>")]), Access.PUBLIC)
    assert "<svg" not in passage.html


DRAWING = factories.drawing("Henvendelse", "Trakten", alt="En trakt.", caption="I år.")


def test_it_is_named_and_described_and_its_labels_are_no_text_of_the_article():
    [bound] = ArticleBody().to_python([{**DRAWING, "id": "abc"}])
    [passage] = render([bound], Access.PUBLIC)
    assert '<figure class="drawn" id="b-abc">' in passage.html
    assert 'role="img" aria-labelledby="title-b-abc desc-b-abc"' in passage.html
    assert '<title id="title-b-abc">Trakten</title>' in passage.html
    assert '<desc id="desc-b-abc">En trakt.</desc>' in passage.html
    assert "<figcaption>I år.</figcaption>" in passage.html
    assert passage.text == "I år."
    assert bound.block.search_text(bound.value) == "I år."
    [spoken] = bound.block.spoken(bound.value, "abc")
    assert (spoken.address, spoken.text) == ("b-abc", "Tegning: I år.")


def test_without_a_description_it_has_its_title():
    [bound] = ArticleBody().to_python([factories.drawing("a", "Trakten")])
    [passage] = render([bound], Access.PUBLIC)
    assert re.search(r'aria-labelledby="title-b-[\w-]+"', passage.html)
    [spoken] = bound.block.spoken(bound.value, "abc")
    assert spoken.text == "Tegning: Trakten."


def test_its_numbers_are_not_joined_by_spaces_that_do_not_break():
    stored = [block("drawing", {"svg": GOOD, "alt": "", "caption": ""})]
    [passage] = render(ArticleBody().to_python(stored), Access.PUBLIC)
    assert "310\N{NO-BREAK SPACE}000" in passage.html
    assert passage.html.count("\N{NO-BREAK SPACE}") == 1


@pytest.mark.django_db
def test_a_locked_drawing_is_for_members(series, visitor, as_member):
    article = factories.make_article(series, [text("<p>a</p>"), gate(), DRAWING])
    path = article.get_absolute_url()
    assert "Henvendelse" in as_member.get(path).content.decode()
    page = visitor.get(path).content.decode()
    assert "Henvendelse" not in page
    assert "En trakt." not in page


@pytest.mark.django_db
def test_a_feed_has_its_description_instead(series, visitor):
    factories.make_article(series, [DRAWING, text("<p>a</p>")], access=Access.PUBLIC)
    feed = visitor.get("/feed/serie/serien.json").json()["items"][0]["content_html"]
    assert "<svg" not in feed
    assert "<p>En trakt.</p>" in feed
    assert without_drawings("<p>a</p>") == "<p>a</p>"
