"""Each line of the list before publishing, both when it is there and when it is not."""

import pytest
from wagtail.contrib.redirects.models import Redirect

from accounts.access import Access
from articles.models import Article
from articles.publishing.findings import Severity, findings
from tests import factories
from tests.factories import block, gate, text

pytestmark = pytest.mark.django_db

LEAD = "Ingressen forteller hva artikkelen gir deg, på en god linje."
OPEN = text("<h2>Først</h2><p>" + "ord " * 12 + "</p>", id="11111111-0000-4000-8000-000000000001")
LOCKED = text("<p>" + "låst " * 20 + "</p>", id="11111111-0000-4000-8000-000000000002")


def shown(image, **value):
    return block("picture", {"picture": image.pk, "alt": "En stolpe", "caption": "", **value})


def good_body():
    return [OPEN, shown(factories.make_picture()), gate(), LOCKED]


def fit_article(series, body=None, **fields):
    values = {"authors": [factories.make_author()], "lead": LEAD, **fields}
    return factories.draft_article(series, good_body() if body is None else body, **values)


def told(article: Article, severity: Severity) -> str:
    return "\n".join(f.message for f in findings(article) if f.severity is severity)


def test_a_good_article_has_no_findings(series):
    assert findings(fit_article(series)) == []


def test_what_stops_comes_first(series):
    article = fit_article(series, lead="Kort.", authors=[])
    assert [f.severity for f in findings(article)] == sorted(
        (f.severity for f in findings(article)), reverse=True
    )


@pytest.mark.parametrize(
    ("change", "message", "field"),
    [
        ({"title": " "}, "Tittelen mangler", "title"),
        ({"title": "Uten tittel"}, "Tittelen mangler", "title"),
        ({"lead": ""}, "Ingressen mangler", "lead"),
        ({"by_line": []}, "har ingen forfatter", "by_line"),
        ({"body": []}, "Teksten mangler", "body"),
    ],
)
def test_what_is_missing_stops(series, change, message, field):
    article = fit_article(series)
    for name, value in change.items():
        setattr(article, name, value)
    assert message in told(article, Severity.FAULT)
    assert field in {f.field for f in findings(article) if f.severity is Severity.FAULT}


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (lambda picture: shown(picture, alt=""), "ingen alternativ tekst"),
        (lambda picture: shown(picture, picture=None), "Bildet er borte"),
        (lambda picture: text('<p><a href="/admin/pages/4/edit/#_ftn1">1</a></p>'), "redaksjonen"),
        (lambda picture: text('<p><a href="/finnes/ikke/">a b</a></p>'), "ikke finnes her"),
        (lambda picture: text('<p><a linktype="page" id="99999">x</a></p>'), "er slettet"),
        (lambda picture: text("<p>Se noten.[^9]</p>"), "[^9]"),
    ],
    ids=["alt", "gone", "panel", "address", "page", "footnote"],
)
def test_a_block_that_can_t_be_published_stops_and_is_named(series, kind, message):
    wrong = kind(factories.make_picture())
    article = fit_article(series, [OPEN, wrong, gate(), LOCKED])
    found = [f for f in findings(article) if f.severity is Severity.FAULT]
    assert [message in f.message for f in found] == [True], found
    assert found[0].block_id == wrong["id"]


def test_a_gate_with_nothing_behind_stops(series):
    article = fit_article(series, [OPEN, shown(factories.make_picture()), gate()])
    assert "ingenting etter sperren" in told(article, Severity.FAULT)


def test_a_picture_that_is_decoration_needs_no_text(series):
    picture = shown(factories.make_picture(), alt="", is_decoration=True)
    article = fit_article(series, [OPEN, picture, gate(), LOCKED])
    assert told(article, Severity.FAULT) == ""
    assert 'alt=""' in article.rendered()[0].html


@pytest.mark.parametrize(
    "address",
    ["/serien/", "/serien", "http://testserver/ordbok/", "/gammel-adresse/", "https://a.no/x/",
     "mailto:a@b.no", "#b-1", "/serien/ute/?fra=x#y"],
)  # fmt: skip
def test_a_link_that_leads_somewhere_stops_nothing(series, address, settings):
    settings.SITE_URL = "http://testserver"
    Redirect.add_redirect("/gammel-adresse/", "/serien/")
    factories.make_article(series, slug="ute")
    link = text(f'<h2>A</h2><p><a href="{address}">en lenke til noe</a> {"ord " * 15}</p>')
    article = fit_article(series, [link, shown(factories.make_picture()), gate(), LOCKED])
    assert findings(article) == []


def test_an_unpublished_page_s_address_is_told_like_one_that_isn_t_there(series):
    factories.draft_article(series, slug="hemmelig")
    article = fit_article(series)
    messages = []
    for slug in ("hemmelig", "finnes-ikke"):
        link = text(f'<p><a href="/serien/{slug}/">x y</a></p>')
        article.body = Article._meta.get_field("body").to_python([link])
        messages.append(told(article, Severity.FAULT).replace(slug, ""))
    assert messages[0] == messages[1] != ""


def test_a_chosen_page_that_waits_is_only_told(series):
    waiting = factories.draft_article(series, slug="venter")
    link = text(f'<h2>A</h2><p><a linktype="page" id="{waiting.pk}">neste del</a></p>')
    article = fit_article(series, [link, shown(factories.make_picture()), gate(), LOCKED])
    assert told(article, Severity.FAULT) == ""
    assert "ikke er publisert ennå" in told(article, Severity.ADVICE)


SENTENCE = "Dette er " + "ord " * 40 + "slutt."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda p: [OPEN, shown(p)], "Det er ingen sperre"),
        (lambda p: [text("<h2>A</h2><h4>B</h4><p>" + "ord " * 9 + "</p>"), shown(p), gate(),
                    LOCKED], "hopper fra nivå 2 til nivå 4"),
        (lambda p: [text('<p><a href="https://a.no">Klikk her</a> ' + "o " * 9 + "</p>"), shown(p),
                    gate(), LOCKED], "«Klikk her»"),
        (lambda p: [OPEN, gate(), LOCKED], "har ikke noe bilde"),
        (lambda p: [text("<p>Ett ord.</p>"), shown(p), gate(), LOCKED, LOCKED],
         "Bare 5 % av teksten"),
        (lambda p: [OPEN, shown(p), gate(), text("<p>To ord.</p>")], "Så mye som 87 %"),
        (lambda p: [text(f"<p>{SENTENCE}</p>"), shown(p), gate(), LOCKED, LOCKED],
         "Én setning har 43 ord"),
        (lambda p: [OPEN, shown(p), gate(), LOCKED, long_table()], "41 rader"),
    ],
    ids=["gate", "jump", "here", "picture", "little", "much", "sentence", "table"],
)  # fmt: skip
def test_what_an_editor_should_think_of_is_told_and_stops_nothing(series, body, message):
    article = fit_article(series, body(factories.make_picture()))
    assert message in told(article, Severity.ADVICE)
    assert told(article, Severity.FAULT) == ""


def long_table():
    rows = [{"values": ["<p>a</p>"]} for _ in range(41)]
    columns = [{"type": "text", "heading": "A"}]
    return block("table", {"columns": columns, "rows": rows, "caption": ""})


def test_an_open_article_with_a_gate_is_told_of_it(series):
    article = fit_article(series)
    article.access = Access.PUBLIC
    assert "sperren har ingen virkning" in told(article, Severity.ADVICE)


@pytest.mark.parametrize(
    ("length", "is_told"), [(39, True), (40, False), (300, False), (301, True)]
)
def test_a_lead_is_neither_short_nor_long(series, length, is_told):
    article = fit_article(series, lead="x" * length)
    assert ("Ingressen har" in told(article, Severity.ADVICE)) is is_told


def define(term: str, meaning: str):
    return block("definition", {"term": term, "text": f"<p>{meaning}</p>"})


def test_a_term_with_two_meanings_is_told(series):
    factories.make_article(series, [define("Bonus", "Noe annet.")], title="Første", slug="f")
    twice = [define("Rabatt", "En."), define("Rabatt", "To."), define("Bonus", "Lønn.")]
    article = fit_article(series, [*good_body(), *twice])
    advice = told(article, Severity.ADVICE)
    assert "«Rabatt» er definert to ganger" in advice
    assert "«Bonus» er definert annerledes i «Første»" in advice


def test_a_term_with_one_meaning_may_be_repeated(series):
    factories.make_article(series, [define("Bonus", "Lønn.")], slug="f")
    article = fit_article(series, [*good_body(), define("Bonus", "Lønn.")])
    assert findings(article) == []
