"""From blocks to safe HTML."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from wagtail.blocks import StreamBlockValidationError

from accounts.access import Access, Reader
from accounts.models import State, User
from articles.models import Article, Passage
from articles.models.passages import readable_among
from articles.publishing.blocks import ArticleBody
from articles.publishing.rendering import MAX_DEPTH, MAX_SIZE, RenderError, render, sanitise
from tests import factories
from tests.factories import block, gate, text


def body(*blocks):
    return Article._meta.get_field("body").to_python(list(blocks))


def html_of(*blocks) -> str:
    return "\n".join(passage.html for passage in render(body(*blocks), Access.PUBLIC))


def complaints(*blocks) -> dict[int, str]:
    with pytest.raises(StreamBlockValidationError) as caught:
        ArticleBody().clean(body(*blocks))
    return {i: " ".join(error.messages) for i, error in caught.value.block_errors.items()}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        "<svg><script>alert(1)</script></svg>",
        '<math><mtext><img src=x onerror="alert(1)"></mtext></math>',
        '<p style="position:fixed" id="les-videre" class="gate">x</p>',
        "<iframe src='https://ond.example'></iframe>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<form action='https://ond.example'><input name=x></form>",
        '<img src="x" srcset="y">',
    ],
)
def test_hostile_rich_text_is_disarmed(hostile):
    html = html_of(text(f"<p>før</p>{hostile}<p>etter</p>", id="x"))
    for bad in ["<script", "<svg", "<math", "<iframe", "<form", "<input", "<img"]:
        assert bad not in html
    for bad in ["onclick=", "javascript:", "data:", "style=", "les-videre", "class="]:
        assert bad not in html


@given(st.text(alphabet="<>/abp \"'=&;!-x[]", max_size=200))
def test_whatever_is_written_comes_out_well_formed(source):
    once = sanitise(source)
    assert sanitise(once) == once


def test_each_paragraph_has_an_address_of_its_own():
    html = html_of(text("<h2>En</h2><p>To</p><ul><li>Tre</li></ul>", id="abc"))
    assert html.count('id="b-abc-') == 3
    assert '<p id="b-abc-2">To</p>' in html


@pytest.mark.parametrize(
    "href",
    [
        "/admin/",
        "/admin",
        "/ADMIN/pages/7/edit/",
        "/%61dmin/pages/7/edit/",
        "http://localhost:8000/admin/pages/7/edit/#_ftn1",
        "HTTP://LOCALHOST:8000/admin/pages/7/edit/",
        "//localhost:8000/admin/",
        "http://localhost:8000//admin//pages/",
        "#_ftn1",
        "#",
        "http://[",
    ],
)
def test_no_link_leads_into_the_panel_or_to_a_place_that_is_not_there(href, settings):
    settings.SITE_URL = "http://localhost:8000"
    html = html_of(text(f'<p>Se <a href="{href}"><b>noten</b></a>.</p>', id="x"))
    assert html == '<p id="b-x-1">Se <b>noten</b>.</p>'


def test_other_links_stay():
    for href in ["/administrasjon/", "https://eksempel.no/admin/", "mailto:a@b.no", "#b-x-1"]:
        assert f'<a href="{href}">' in html_of(text(f'<p><a href="{href}">x</a></p>', id="x"))


def test_the_empty_lines_that_a_chosen_block_leaves_are_not_published():
    source = "<h2>En</h2><p></p><p>\xa0<br/></p><p>To</p><ul><li></li></ul><hr/><p> </p>"
    html = html_of(text(source, id="abc"))
    assert html == '<h2 id="b-abc-1">En</h2><p id="b-abc-4">To</p><hr id="b-abc-6"/>'


def test_letters_are_stored_as_letters():
    assert "æøå «»" in html_of(text("<p>æøå «»</p>"))


def test_signs_that_are_text_stay_text():
    html = html_of(text("<p>a &lt;script&gt; &amp;lt; b &amp; c</p>", id="x"))
    assert html == '<p id="b-x-1">a &lt;script&gt; &amp;lt; b &amp; c</p>'


def test_a_text_is_rendered_in_norwegian_whoever_publishes_it():
    definition = block("definition", {"term": "Ål", "text": "<p>En fisk.</p>"})
    with translation.override("en"):
        assert "Definisjon" in html_of(definition)


def test_footnotes_are_numbered_as_the_text_refers_to_them():
    html = html_of(
        text("<p>a[^b] c[^a] igjen[^b]</p>"),
        block("footnote", {"label": "a", "text": "<p>Note a</p>"}),
        block("footnote", {"label": "b", "text": "<p>Note b</p>"}),
    )
    assert html.index("Note b") < html.index("Note a")
    assert html.count('href="#fotnote-1"') == 2
    assert html.count('id="fotnote-1-i-teksten"') == 1


def test_a_mark_leads_to_its_note_and_the_note_to_the_first_mark():
    html = html_of(
        text("<p>a[^a]a[^a] c[^ingen].</p>", id="x"),
        block("footnote", {"label": "a", "text": "<p>A</p>"}),
    )
    link = '<a href="#fotnote-1" role="doc-noteref">1</a>'
    assert html == (
        f'<p id="b-x-1">a<sup class="footnote-mark" id="fotnote-1-i-teksten">{link}</sup>'
        f'a<sup class="footnote-mark">{link}</sup> c[^ingen].</p>\n'
        '<section class="footnotes" role="doc-endnotes" aria-label="Fotnoter"><ol start="1">\n'
        '<li id="fotnote-1">A <a href="#fotnote-1-i-teksten" role="doc-backlink"'
        ' aria-label="Tilbake til teksten">↩</a></li>\n</ol></section>'
    )


def test_a_footnote_stands_in_its_line_as_it_was_written():
    note = "<p> Se <i>Salg</i>, <b>s. 4</b>. </p>"
    html = html_of(text("<p>a[^a]</p>"), block("footnote", {"label": "a", "text": note}))
    assert '<li id="fotnote-1"> Se <i>Salg</i>, <b>s. 4</b>.  <a' in html
    assert html.count("<p") == html.count("</p>") == 1


def test_a_footnote_belongs_to_the_passage_that_first_refers_to_it():
    note = block("footnote", {"label": "1", "text": "<p>Noten</p>"})
    locked = render(body(note, text("<p>a</p>"), gate(), text("<p>b[^1]</p>")), Access.MEMBERS)
    assert ["Noten" in passage.html for passage in locked] == [False, True]
    free = render(body(text("<p>a[^1]</p>"), gate(), text("<p>b[^1]</p>"), note), Access.MEMBERS)
    assert ["Noten" in passage.html for passage in free] == [True, False]


def test_words_are_counted_in_what_is_read():
    (passage,) = render(body(text("<p>En to</p><p>tre <b>fire</b></p>")), Access.PUBLIC)
    assert (passage.text, passage.words) == ("En to tre fire", 4)


def test_a_word_is_one_though_its_type_changes():
    source = "<h2>P<b>unk</b>t</h2><p>en<br/>linje<i>r</i>[^1]</p><ul><li>a</li><li>b</li></ul>"
    note = block("footnote", {"label": "1", "text": "<p>note</p>"})
    (passage,) = render(body(text(source), note), Access.PUBLIC)
    assert passage.text.startswith("Punkt en linjer 1 a b")
    assert passage.contents[0]["text"] == "Punkt"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("x" * (MAX_SIZE + 1), "for lang for én blokk"),
        ("<ul><li>" * MAX_DEPTH + "x" + "</li></ul>" * MAX_DEPTH, "for mange nivåer"),
        ("<br>" + "<div>" * (MAX_DEPTH + 1), "for mange nivåer"),
        ("<i>x</i>" * MAX_DEPTH + "<div>" * (MAX_DEPTH + 1), "for mange nivåer"),
        ("</i>" * MAX_DEPTH + "<div>" * (MAX_DEPTH + 1), "for mange nivåer"),
        ("<div/>" * (MAX_DEPTH + 1), "for mange nivåer"),
    ],
)
def test_a_text_beyond_measure_is_refused(source, why):
    with pytest.raises(RenderError, match=why):
        sanitise(source)


def test_as_long_as_may_be_is_taken():
    assert sanitise("x" * MAX_SIZE) == "x" * MAX_SIZE


@pytest.mark.parametrize("source", ["<br>", "<HR/>", "<p>x</p>"])
def test_what_stands_beside_each_other_is_not_deep(source):
    sanitise(source * (MAX_DEPTH + 1))


def test_a_link_that_is_taken_away_leaves_its_words_and_the_other_links():
    bad = '<a href="javascript:alert(1)">&lt;script&gt; &amp;lt;</a>'
    good = '<a href="https://eksempel.no">b</a>'
    assert sanitise(f"<p>{bad} {good}</p>") == f"<p>&lt;script&gt; &amp;lt; {good}</p>"


@pytest.mark.parametrize("scheme", ["ftp", "ssh", "bitcoin", "magnet", "sms"])
def test_links_lead_to_the_web_and_to_people(scheme):
    assert sanitise(f'<p><a href="{scheme}:x">a</a></p>') == "<p>a</p>"


def test_no_address_is_left_but_that_of_a_link():
    source = (
        '<blockquote cite="https://spor.example/">a</blockquote><ol start="7"><li>b</li></ol>'
        '<p>d <a href="https://eksempel.no" hreflang="en">f</a></p>'
    )
    assert sanitise(source) == (
        '<blockquote>a</blockquote><ol><li>b</li></ol><p>d <a href="https://eksempel.no">f</a></p>'
    )


def test_a_gate_without_a_teaser_has_none():
    for access in (Access.PUBLIC, Access.MEMBERS):
        assert [p.teaser for p in render(body(text("<p>a</p>")), access)] == [""]
    cut = body(text("<p>a</p>"), block("gate", {}), text("<p>b</p>"))
    assert [p.teaser for p in render(cut, Access.MEMBERS)] == ["", ""]


def test_as_deep_as_may_be_is_taken_and_one_deeper_is_not():
    deepest = "<div>" * MAX_DEPTH + "x" + "</div>" * MAX_DEPTH
    assert "x" in sanitise(deepest)
    with pytest.raises(RenderError):
        sanitise(f"<div>{deepest}</div>")


def test_each_fault_is_shown_at_its_block_in_norwegian():
    found = complaints(
        text("<p>a[^x]</p>"),
        gate(),
        gate(),
        block("footnote", {"label": "1", "text": "<p>a</p>"}),
        block("definition", {"term": "!", "text": "<p>a</p>"}),
    )
    assert "[^x]" in found[0]
    assert "sperre" in found[2]
    assert "[^1]" in found[3]
    assert "Begrepet" in found[4]


@pytest.mark.django_db
def test_a_picture_that_is_gone_is_a_fault_at_its_block():
    picture = factories.make_picture()
    missing = block("picture", {"picture": picture.pk, "alt": "", "caption": ""})
    picture.delete()
    assert 0 in complaints(missing)


@pytest.mark.parametrize(
    "below",
    [
        [],
        [text("<p></p>")],
        [text("<p>&nbsp;</p>"), block("footnote", {"label": "1", "text": "<p>n</p>"})],
    ],
)
def test_a_gate_with_nothing_to_see_below_it_is_a_fault(below):
    assert "etter sperren" in complaints(text("<p>a[^1]</p>"), gate(), *below)[1]


def test_a_mark_with_a_style_inside_it_is_no_mark():
    note = block("footnote", {"label": "1", "text": "<p>n</p>"})
    assert "[^1]" in complaints(text("<p>a[^<b>1</b>]</p>"), note)[1]
    html_of(text("<p>a<b>[^1]</b></p>"), note)


def test_a_draft_may_be_saved_with_faults():
    faulty = body(text("<p>a[^x]</p>"), gate(), gate())
    with pytest.raises(StreamBlockValidationError):
        ArticleBody().clean(faulty)
    kept = ArticleBody().clean_deferred(faulty)
    assert [block.block_type for block in kept] == ["text", "gate", "gate"]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [None, *State])
def test_a_preview_follows_the_same_rule_as_the_stored_passages(state, article):
    reader = Reader.of_user(User(state=state) if state else AnonymousUser())
    stored = Passage.objects.readable_by(reader).filter(page=article)
    previewed = readable_among(article.rendered(), article, reader)
    assert [p.html for p in previewed] == [p.html for p in stored]


def test_no_line_ends_inside_a_number(series, visitor):
    body = [factories.text("<p>Fra 130 000 til 1 310 000, 12 10 og 5 0000.</p>")]
    article = factories.make_article(series, body)
    passage = article.passages.get()
    assert "130\xa0000 til 1\xa0310\xa0000, 12 10 og 5 0000." in passage.html
    assert "130 000 til 1 310 000" in passage.text


def note(label: str) -> dict:
    return block("footnote", {"label": label, "text": "<p>n</p>"})


def test_each_fault_of_a_footnote_is_told_at_its_block():
    ArticleBody().clean(body(text("<p>a[^1]</p>"), note("1")))
    ArticleBody().clean(body(text("<p>a[^<b>2</b>]</p>")))  # it isn't rendered as one either
    again = complaints(text("<p>a[^1]</p>"), note("1"), note("1"))
    assert again == {2: "Det finnes allerede en fotnote [^1]."}
    assert complaints(text("<p>a</p>"), note("1")) == {1: "Ingenting i teksten viser til [^1]."}
    assert complaints(text("<p>a[^2]</p>")) == {0: "Det finnes ingen fotnote [^2]."}


def test_each_gate_is_judged_by_itself():
    assert set(complaints(text("<p>a</p>"), gate(), gate(), gate())) == {1, 2, 3}
