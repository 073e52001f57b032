"""What a search finds, in which order, and how it shows it."""

import pytest
from django.db import ProgrammingError

from accounts.access import MEMBER, VISITOR, Access, Opened, Reader
from articles.models import Article
from search import candidates, finding, phrases
from search.candidates import Filters
from search.finding import find
from search.prepared import ForReader
from search.query import LONGEST, Query, cleaned
from search.suggesting import suggestions
from tests import factories
from tests.factories import gate, text

pytestmark = pytest.mark.django_db


def titles(asked, reader=MEMBER, **how):
    return [hit.article.title for hit in find(asked, reader, **how).hits]


def write(series, title, *paragraphs, locked=(), **fields):
    body = [text("".join(f"<p>{line}</p>" for line in paragraphs))]
    if locked:
        body += [gate(), text("".join(f"<p>{line}</p>" for line in locked))]
    slug = title.lower().replace(" ", "-").replace("å", "a").replace("ø", "o").replace("æ", "ae")
    return factories.make_article(series, body, title=title, slug=slug, **fields)


@pytest.fixture
def library(series):
    write(series, "Å holde bøker", "Alle bøkene står i hylla.", locked=["Provisjon koster mye."])
    write(series, "Språkmodeller", "En modell av språket.", locked=["Modellen gjetter ordet."])
    write(
        series,
        "Tillit",
        "Vi snakker om tillit i sosiale medier.",
        locked=["Boka handler om verksemda."],
    )
    return series


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bok", ["Å holde bøker", "Tillit"]),
        ("bøkene", ["Å holde bøker", "Tillit"]),
        ("modell", ["Språkmodeller"]),
        ("språkmodellene", ["Språkmodeller"]),
        ("virksomheten", ["Tillit"]),  # «verksemda» is nynorsk
        ("PROVISJONEN", ["Å holde bøker"]),
        ("hylle provisjon", ["Å holde bøker"]),
        ("modell hylle", []),
    ],
)
def test_a_word_is_found_in_all_its_forms(library, asked, found):
    assert titles(asked, mend=False) == found


def test_a_visitor_finds_only_what_a_visitor_may_read(library):
    assert titles("provisjon", VISITOR) == []
    assert titles("bok", VISITOR) == ["Å holde bøker"]


def test_a_title_counts_more_than_the_text_and_often_more_than_once(series):
    write(series, "Noe annet", "Frakt er dyrt.")
    write(series, "Mye annet", "Frakt og frakt. Frakt igjen, og mer frakt.")
    write(series, "Frakt", "Om båter.")
    assert titles("frakt") == ["Frakt", "Mye annet", "Noe annet"]


def test_the_form_that_was_typed_comes_first(series):
    write(series, "En", "Regnskapet er ført.")
    write(series, "To", "Regnskap er ført.")
    assert titles("regnskapet") == ["En", "To"]
    assert titles("regnskap") == ["To", "En"]


def test_a_phrase_is_found_word_by_word(series):
    write(series, "Riktig", "Vi lager fast lønn for alle.")
    write(series, "Galt", "Lønn er fast bestemt.")
    assert titles('"fast lønn"') == ["Riktig"]
    assert titles("«fast lønn»") == ["Riktig"]
    assert sorted(titles("fast lønn")) == ["Galt", "Riktig"]


@pytest.fixture
def few(monkeypatch):
    """Four candidates at a time, and twelve in all."""
    for module in (candidates, finding, phrases):
        monkeypatch.setattr(module, "MOST", 4)
    for module in (candidates, phrases):
        monkeypatch.setattr(module, "LOOKED_AT", 12)
    for name in ("HOLDING", "AMONG"):  # their SQL is built once, with the limit
        monkeypatch.setattr(candidates, name, ForReader(getattr(candidates, name).build))


def test_a_phrase_is_found_behind_many_newer_texts_that_hold_only_its_words(series, few):
    write(series, "Riktig", "Vi lager fast lønn for alle.")
    for number in range(9):
        write(series, f"Galt {number}", "Lønn er fast bestemt.")
    found = find('"fast lønn"', MEMBER)
    assert [hit.article.title for hit in found.hits] == ["Riktig"]
    assert (found.count, found.is_capped) == (1, False)
    assert find('"fast lønn"', MEMBER, filters=Filters(series="serien")).count == 1
    assert find('fast -"fast bestemt"', MEMBER).count == 1


def test_a_search_for_a_phrase_that_has_to_end_says_that_there_may_be_more(series, few):
    write(series, "Riktig", "Vi lager fast lønn for alle.")
    for number in range(12):
        write(series, f"Galt {number}", "Lønn er fast bestemt.")
    found = find('"fast lønn"', MEMBER)
    assert (found.count, found.is_capped) == (0, True)


def test_it_ends_when_it_has_looked_through_much_text(series, few, monkeypatch):
    monkeypatch.setattr(phrases, "LOOKED_THROUGH", 100)
    write(series, "Riktig", "Vi lager fast lønn for alle.")
    for number in range(9):
        write(series, f"Galt {number}", "Lønn er fast bestemt.")
    found = find('"fast lønn"', MEMBER)
    assert (found.count, found.is_capped) == (0, True)


@pytest.mark.parametrize("asked", ["ull", '"om ull"'])
def test_there_are_more_hits_only_beyond_the_most(asked, series, few):
    for number in range(4):
        write(series, f"Del nummer {number}", "Om ull.")
    found = find(asked, MEMBER)
    assert (found.count, found.is_capped) == (4, False)
    write(series, "Del nummer 4", "Om ull.")
    found = find(asked, MEMBER)
    assert (found.count, found.is_capped) == (4, True)


def test_a_phrase_is_found_without_its_accents(series):
    write(series, "Riktig", "En IDÉ om cafédrift.")
    assert titles('"ide om cafedrift"') == titles('"idé om cafédrift"') == ["Riktig"]
    assert titles('om -"ide om cafedrift"') == []


def test_a_search_holds_few_phrases():
    """Each is looked for in the whole text of up to 1,000 articles."""
    query = Query.of(" ".join(f'"a {n}" -"b {n}"' for n in range(12)))
    assert query.phrases == (("a", "0"), ("a", "1"), ("a", "2"), ("a", "3"))
    assert query.excluded_phrases == (("b", "0"), ("b", "1"), ("b", "2"), ("b", "3"))


def test_a_phrase_in_a_locked_text_is_not_found_by_a_visitor(series):
    write(series, "Låst", "Fast er noe. Lønn også.", locked=["Vi gir fast lønn."])
    assert titles('"fast lønn"', VISITOR) == []
    assert titles('"fast lønn"', MEMBER) == ["Låst"]


def test_a_word_with_a_hyphen_before_it_must_not_stand_there(series):
    write(series, "Begge", "Katt og hund.")
    write(series, "Bare katt", "Katten er her.")
    assert titles("katt -hund") == ["Bare katt"]
    assert titles("katt -hunder") == ["Bare katt"]
    assert sorted(titles("katt - hund")) == ["Begge"]


def test_a_phrase_with_a_hyphen_before_it_must_not_stand_there(series):
    write(series, "Den ene", "Åpen kilde for alle.")
    write(series, "Den andre", "Åpen dør, og kilde til glede.")
    assert titles('åpen -"åpen kilde"') == ["Den andre"]
    assert titles('åpen -"dør og kilde"') == ["Den ene"]
    assert titles('åpen -"kilde åpen"') == ["Den andre", "Den ene"]


def test_a_word_of_two_with_a_hyphen_before_it_is_excluded_as_a_phrase(series):
    write(series, "Brev", "Kundekontakt skjer i posten og på messer.")
    write(series, "Skjerm", "Kundekontakt skjer med e-post.")
    assert titles("kundekontakt -e-post") == titles('kundekontakt -"e-post"') == ["Brev"]


def test_an_excluded_phrase_in_a_locked_text_tells_a_visitor_nothing(series):
    write(series, "Delen", "Om ull.", locked=["Hemmelig sauekjøtt."])
    assert titles('ull -"hemmelig sauekjøtt"', VISITOR) == ["Delen"]
    assert titles('ull -"hemmelig sauekjøtt"', MEMBER) == []


def test_a_hidden_word_can_be_excluded_without_telling(series):
    """A visitor who excludes a word must not learn in which texts it is locked away."""
    write(series, "Låst", "Katten er her.", locked=["Hunden er gjemt."])
    assert titles("katt -hund", VISITOR) == ["Låst"]
    assert titles("katt -hund", MEMBER) == []


@pytest.mark.parametrize(
    ("asked", "searched", "found"),
    [
        ("provisjn", "provisjon", ["Å holde bøker"]),
        ("tilitt", "tillit", ["Tillit"]),
        ("virk somheten", "virksomheten", ["Tillit"]),
        ("sosialemedier", "sosiale medier", ["Tillit"]),
        ("provisjonshylle", "provisjon hylle", ["Å holde bøker"]),
    ],
)
def test_a_slip_is_mended(library, asked, searched, found):
    mended = find(asked, MEMBER)
    assert (mended.asked, mended.searched, mended.is_mended) == (asked, searched, True)
    assert [hit.article.title for hit in mended.hits] == found
    assert titles(asked, mend=False) == []


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("sosialemedier bok", "sosiale medier bok"),
        ("bok sosialemedier hylle -x", "bok sosiale medier hylle -x"),
        ("bok, bok sallg", "bok, bok salg"),
        ("sallg sallg bok", "salg bok"),
        ('bok "sallg"', 'bok "salg"'),
    ],
)
def test_what_was_searched_for_reads_as_what_was_typed(series, asked, searched):
    write(series, "Delen", "Bok om sosiale medier, hylle og salg.")
    assert find(asked, MEMBER).searched == searched


def test_a_mended_search_still_holds_the_phrases_that_were_typed_right(series):
    write(series, "Den ene", "Åpen kilde gir salg.")
    write(series, "Den andre", "Åpen dør, og kilde til salg.")
    assert titles('"åpen kilde" sallg') == ["Den ene"]


def test_a_compound_of_the_word_list_stays_whole(library):
    assert titles("bokhylle") == []


def test_a_word_that_is_found_is_not_mended(library):
    assert not find("hylla", MEMBER).is_mended


def test_the_speller_does_not_know_locked_words(library):
    assert find("provisjn", VISITOR).searched == "provisjn"


def test_the_last_word_may_be_begun(library):
    begun = find("provis", MEMBER)
    assert [hit.article.title for hit in begun.hits] == ["Å holde bøker"]
    assert not begun.is_mended
    assert titles("provis", VISITOR) == []


def test_a_hit_leads_to_its_paragraph_under_its_heading(series):
    identity = "bbbbbbbb-0000-4000-8000-000000000001"
    body = [
        text("<p>Innledning.</p>"),
        text("<h2>Om fisk</h2><p>Torsk.</p><p>Laks &amp; <b>ørret</b>.</p>", id=identity),
    ]
    factories.make_article(series, body, access=Access.PUBLIC)
    (hit,) = find("ørret", VISITOR).hits
    assert hit.heading == "Om fisk"
    assert hit.url == f"/serien/delen/#b-{identity}-3"
    assert hit.snippet == "Laks &amp; <mark>ørret</mark>."


def test_the_snippet_is_escaped(series):
    write(series, "Farlig", "&lt;script&gt;alert(1)&lt;/script&gt; og &lt;mark&gt; om sild")
    (hit,) = find("sild script", MEMBER).hits
    assert "<script" not in hit.snippet
    assert hit.snippet.count("<mark>") == hit.snippet.count("</mark>") == 3


def test_the_snippet_is_cut_between_words_around_the_word(series):
    write(series, "Langt", f"{'foran ' * 60}sild {'bak ' * 80}")
    (hit,) = find("sild", MEMBER).hits
    assert hit.snippet.startswith("… foran")
    assert hit.snippet.endswith("bak …")
    assert "<mark>sild</mark>" in hit.snippet
    assert len(hit.snippet) < 300


def test_found_by_its_title_an_article_shows_its_lead(series):
    write(series, "Makrell", "Om noe helt annet.", lead="Alt om fisken.")
    (hit,) = find("makrell", VISITOR).hits
    assert (hit.url, hit.heading, hit.snippet) == ("/serien/makrell/", "", "Alt om fisken.")


def test_a_part_has_its_number(series):
    write(series, "Første", "Om gulrot.")
    assert find("gulrot", MEMBER).hits[0].part is None
    write(series, "Andre", "Om kålrot.")
    assert find("kålrot", MEMBER).hits[0].part == 2


@pytest.fixture
def defined(series):
    body = [
        text("<p>Innledning.</p>"),
        gate(),
        factories.block("definition", {"term": "Dekningsgrad", "text": "<p>En andel.</p>"}),
    ]
    return factories.make_article(series, body)


def test_a_term_is_answered_with_its_definition(defined):
    answer = find("dekningsgraden", MEMBER).answer
    assert (answer.term, answer.url) == ("Dekningsgrad", "/ordbok/dekningsgrad/")
    assert "En andel" in answer.html


def test_a_visitor_is_answered_with_the_term_alone_where_its_definition_is_locked(defined):
    answer = find("dekningsgrad", VISITOR).answer
    assert (answer.term, answer.html) == ("Dekningsgrad", "")


@pytest.fixture
def shelf():
    sales = factories.make_subject("Salg")
    author = factories.make_author()
    one, two = factories.make_series("en", "En"), factories.make_series("to", "To")
    one.subjects.add(sales)
    one.save_revision().publish()
    write(one, "Kort", "Om ull.", authors=[author])
    write(two, "Lang", " ".join(["Om ull."] * 2_000))
    return sales


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ["Lang", "Kort"]),
        (Filters(subject="salg"), ["Kort"]),
        (Filters(series="to"), ["Lang"]),
        (Filters(author="kari-ytroy"), []),
        (Filters(author="kari-ytreoy"), ["Kort"]),
        (Filters(minutes="kort"), ["Kort"]),
        (Filters(minutes="lang"), ["Lang"]),
        (Filters(minutes="tull"), ["Lang", "Kort"]),
        (Filters(series="finnes-ikke"), []),
    ],
)
def test_hits_can_be_filtered(shelf, filters, found):
    assert titles("ull", filters=filters) == found


def test_facets_tell_what_the_hits_have_in_common(shelf):
    facets = find("ull", MEMBER).facets
    assert [(f.slug, f.hits) for f in facets.series] == [("en", 1), ("to", 1)]
    assert [(f.title, f.hits) for f in facets.subjects] == [("Salg", 1)]
    assert [(f.title, f.hits) for f in facets.authors] == [("Kari Ytrøy", 1)]


def test_hits_can_be_ordered_by_date(shelf):
    Article.objects.filter(title="Kort").update(first_published_at="2026-02-01T12:00:00Z")
    Article.objects.filter(title="Lang").update(first_published_at="2026-01-01T12:00:00Z")
    assert titles("ull", order="date") == ["Kort", "Lang"]
    assert titles("ull") == ["Lang", "Kort"]


def test_a_hit_without_a_date_is_the_last_by_date(shelf):
    Article.objects.filter(title="Kort").update(first_published_at=None)
    assert titles("ull", order="date") == ["Lang", "Kort"]


def test_hits_come_ten_to_a_page(series):
    for number in range(12):
        write(series, f"Del nummer {number}", "Om ull.")
    first, second = find("ull", MEMBER), find("ull", MEMBER, page=2)
    assert (len(first.hits), len(second.hits)) == (10, 2)
    assert (first.count, first.pages, second.page) == (12, 2, 2)
    assert find("ull", MEMBER, page=99).page == 2


def test_a_grant_opens_the_search_of_its_article_and_no_other(series):
    one = write(series, "Åpnet", "Om ull.", locked=["Hemmelig sauekjøtt."])
    write(series, "Lukket", "Om ull.", locked=["Hemmelig sauekjøtt."])
    reader = Reader(Access.PUBLIC, (Opened(int(Access.MEMBERS), one.path, one.pk),))
    assert titles("sauekjøtt", reader) == ["Åpnet"]
    assert sorted(titles("ull", reader)) == ["Lukket", "Åpnet"]
    assert titles("sauekjøtt", VISITOR) == []


def test_an_unpublished_article_or_series_is_not_found(library):
    Article.objects.get(title="Tillit").unpublish()
    assert titles("tillit") == []
    library.unpublish()
    assert titles("bok") == []


@pytest.mark.parametrize(
    "asked",
    ["", " ", "\x00", "-", "- -", '"', '""', "«»", '"-"', "-\x00-", "AND", "OR NOT", "NEAR(", "*",
     "a" * 4_000, '"' * 999, "( ) : ^ ' \\ & | !", "tokens:x", "%s %(x)s {0}", "🙂", "\ud800",
     "-ull", '-"ull"', "ull\u2028-", "ʼ’'`´", "²³ ½", "漢字", "e\u0301" * 300],
)  # fmt: skip
def test_whatever_is_typed_has_an_answer(library, asked):
    for reader in (VISITOR, MEMBER):
        found = find(asked, reader)
        assert found.hits == () or isinstance(found.hits, list)
        assert len(found.asked) <= LONGEST
        assert not found.is_fallback


@pytest.mark.parametrize("asked", ["⑴", "½ liter", "ﷺ", "وسلم", "coŀlecció"])
def test_a_letter_that_stands_for_several_signs_is_a_word_as_any(series, asked):
    write(series, "Delen", "⑴ Bruk ½ liter. ﷺ coŀlecció", "وسلم")
    found = find(asked, MEMBER, mend=False)
    assert (found.count, found.is_fallback) == (1, False)


def test_what_is_typed_is_cleaned():
    assert cleaned("  to\x00 \n ord\u200b ") == "to ord"


def test_function_words_do_not_narrow_a_search():
    assert [each.word for each in Query.of("prisen på en båt").words] == ["prisen", "båt"]
    assert [each.word for each in Query.of("å være").words] == ["å", "være"]


def test_without_its_index_the_search_looks_at_titles(series, monkeypatch, caplog):
    def gone(*arguments):
        raise ProgrammingError("no such table: hemmeligord")

    write(series, "Om gulrøtter", "Tekst.")
    monkeypatch.setattr(candidates, "_found", gone)
    found = find("gulrøtter", VISITOR)
    assert found.is_fallback
    assert [hit.article.title for hit in found.hits] == ["Om gulrøtter"]
    assert "hemmeligord" not in caplog.text


def test_suggestions_are_names_that_begin_so(defined, shelf):
    assert [s.title for s in suggestions("kari")] == ["Kari Ytrøy"]
    assert [(s.kind, s.title) for s in suggestions("deknings")] == [("term", "Dekningsgrad")]
    assert [(s.kind, s.title) for s in suggestions("sal")] == [("subject", "Salg")]
    assert [(s.kind, s.hint) for s in suggestions("kort")] == [("article", "En")]
    assert [s.title for s in suggestions("prøve")] == ["Serien på prøve"]
    assert suggestions("k") == suggestions("") == suggestions("\x00") == []


def test_a_name_that_is_not_published_is_not_suggested(shelf):
    Article.objects.get(title="Kort").unpublish()
    assert suggestions("kort") == []
