"""Citations, checked against the rules of their styles. The expected texts are written by hand."""

import re
from datetime import date

import pytest

from articles.citations import Name, Work
from articles.models import Author
from tests import factories
from tests.articles.test_reading import body_of

RAGNHILD, TORBJORN = Name("Sætervåg", "Ragnhild"), Name("Åsvoll", "Torbjørn Aas")
IDUN = Name("Kjærbekk", "Anne-Idun")
URL = "https://fagserien.example/lede-salg/trakten/"


def work(*names: Name, **fields) -> Work:
    values = {
        "title": "Trakten viser hvor det stopper",
        "series": "Å lede salg",
        "url": URL,
        "names": names,
        "published": date(2026, 9, 15),
        "fetched": date(2026, 11, 24),
    }
    return Work(**{**values, **fields})


TITLE = "<i>Trakten viser hvor det stopper</i>"


@pytest.mark.parametrize(
    ("cited", "expected"),
    [
        (work(RAGNHILD), f"Sætervåg, R. (2026, 15. september). {TITLE}. Fagserien. {URL}"),
        (
            work(RAGNHILD, TORBJORN),
            f"Sætervåg, R. & Åsvoll, T. A. (2026, 15. september). {TITLE}. Fagserien. {URL}",
        ),
        (
            work(RAGNHILD, TORBJORN, IDUN),
            "Sætervåg, R., Åsvoll, T. A. & Kjærbekk, A.-I. (2026, 15. september). "
            f"{TITLE}. Fagserien. {URL}",
        ),
        (work(), f"{TITLE}. (2026, 15. september). Fagserien. {URL}"),
        (work(RAGNHILD, published=None), f"Sætervåg, R. (u.å.). {TITLE}. Fagserien. {URL}"),
        (
            work(Name("Sokrates", ""), title="Hva er salg?"),
            f"Sokrates. (2026, 15. september). <i>Hva er salg?</i> Fagserien. {URL}",
        ),
    ],
)
def test_apa(cited, expected):
    assert cited.apa().replace("&amp;", "&") == expected


def test_apa_lists_twenty_names_and_of_more_the_first_nineteen_and_the_last():
    names = [Name(f"N{n}", "A") for n in range(22)]
    assert "A. & N19, A. (" in work(*names[:20]).apa().replace("&amp;", "&")
    assert "N18, A., … N21, A. (" in work(*names).apa()


@pytest.mark.parametrize(
    ("cited", "expected"),
    [
        (work(RAGNHILD), f"Sætervåg, R. (2026) {TITLE}."),
        (work(RAGNHILD, TORBJORN), f"Sætervåg, R. og Åsvoll, T. A. (2026) {TITLE}."),
        (
            work(RAGNHILD, TORBJORN, IDUN),
            f"Sætervåg, R., Åsvoll, T. A. og Kjærbekk, A.-I. (2026) {TITLE}.",
        ),
        (work(RAGNHILD, TORBJORN, IDUN, RAGNHILD), f"Sætervåg, R. et al. (2026) {TITLE}."),
        (work(), f"{TITLE} (2026)"),
        (work(RAGNHILD, published=None), f"Sætervåg, R. (u.å.) {TITLE}."),
    ],
)
def test_harvard(cited, expected):
    rest = f" Tilgjengelig fra: {URL} (Hentet: 24. november 2026)."
    assert cited.harvard() == expected + rest


QUOTED = "«Trakten viser hvor det stopper». Fagserien. 15. september 2026"


@pytest.mark.parametrize(
    ("cited", "expected"),
    [
        (work(RAGNHILD), f"Sætervåg, Ragnhild. {QUOTED}. {URL}."),
        (
            work(RAGNHILD, TORBJORN),
            f"Sætervåg, Ragnhild, og Torbjørn Aas Åsvoll. {QUOTED}. {URL}.",
        ),
        (
            work(RAGNHILD, TORBJORN, IDUN),
            f"Sætervåg, Ragnhild, Torbjørn Aas Åsvoll og Anne-Idun Kjærbekk. {QUOTED}. {URL}.",
        ),
        (
            work(),
            f"Fagserien. «Trakten viser hvor det stopper». 15. september 2026. {URL}.",
        ),
        (
            work(RAGNHILD, published=None, title="Hva er salg?"),
            f"Sætervåg, Ragnhild. «Hva er salg?» Fagserien. Åpnet 24. november 2026. {URL}.",
        ),
    ],
)
def test_chicago(cited, expected):
    assert cited.chicago() == expected


def test_chicago_lists_six_names_and_of_more_the_first_three():
    names = [Name(f"N{n}", "A") for n in range(7)]
    assert "N0, A, A N1, A N2, A N3, A N4 og A N5. «" in work(*names[:6]).chicago()
    assert work(*names).chicago().startswith("N0, A, A N1, A N2, et al. «")


def test_bibtex_escapes_what_tex_takes_for_commands():
    entry = work(RAGNHILD, TORBJORN, title="100 % & _mer_ {salg} $ # ~ ^ \\").bibtex()
    assert entry.startswith("@misc{saetervag2026100,\n")
    assert "author = {Sætervåg, Ragnhild and Åsvoll, Torbjørn Aas}" in entry
    assert (
        r"title = {{100 \% \& \_mer\_ \textbraceleft{}salg\textbraceright{} \$ \#"
        r" \textasciitilde{} \textasciicircum{} \textbackslash{}}}" in entry
    )
    assert "month = {9}" in entry
    assert entry.endswith("\n}\n")


def test_bibtex_and_ris_leave_out_what_there_is_not():
    entry = work(published=None).bibtex()
    assert entry.startswith("@misc{fagserienuatrakten,")
    assert "author" not in entry
    assert "year = {" not in entry
    record = work(published=None).ris()
    assert "AU  -" not in record
    assert "PY  -" not in record


def test_ris_is_a_record_of_tagged_lines():
    assert work(RAGNHILD, TORBJORN).ris().split("\r\n") == [
        "TY  - ELEC",
        "AU  - Sætervåg, Ragnhild",
        "AU  - Åsvoll, Torbjørn Aas",
        "TI  - Trakten viser hvor det stopper",
        "T2  - Å lede salg",
        "PB  - Fagserien",
        "PY  - 2026",
        "DA  - 2026/09/15",
        "Y2  - 2026/11/24",
        f"UR  - {URL}",
        "LA  - nb",
        "ER  - ",
        "",
    ]


@pytest.mark.django_db
def test_a_family_name_of_two_words_is_what_the_author_says():
    author = factories.make_author(name="Kari Ytre Bø")
    assert Name.of(author) == ("Bø", "Kari Ytre")
    author.family_name = "Ytre Bø"
    assert Name.of(author) == ("Ytre Bø", "Kari")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("whole", "family", "name", "initials"),
    [
        ("J.R.R. Tolkien", "", ("Tolkien", "J.R.R."), "J. R. R."),
        ("Henrik Ibsen jr.", "Ibsen", ("Ibsen", "Henrik jr."), "H. j."),
        ("Norsk Regnskapsforum", "Norsk Regnskapsforum", ("Norsk Regnskapsforum", ""), ""),
        ("Kari", "", ("Kari", ""), ""),
    ],
)
def test_names_are_taken_apart(whole, family, name, initials):
    found = Name.of(Author(title=whole, family_name=family))
    assert found == name
    assert found.initials == initials


def test_an_organisation_is_one_name_to_bibtex():
    assert "author = {{Salg and Service}}" in work(Name("Salg and Service", "")).bibtex()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("format", "type"),
    [("bib", "application/x-bibtex"), ("ris", "application/x-research-info-systems")],
)
def test_the_files_name_the_by_line_in_its_order(series, visitor, format, type):
    authors = [factories.make_author(), factories.make_author("a-a", "Anna Aas")]
    article = factories.make_article(series, authors=authors)
    answer = visitor.get(f"{article.get_absolute_url()}sitering.{format}")
    assert answer["Content-Type"] == f"{type}; charset=utf-8"
    text = answer.content.decode()
    assert text.index("Ytrøy, Kari") < text.index("Aas, Anna")
    assert visitor.get(f"{article.get_absolute_url()}sitering.doc").status_code == 404


@pytest.mark.django_db
def test_the_article_page_cites_itself(series, visitor):
    article = factories.make_article(series, authors=[factories.make_author()], title="A & B")
    page = body_of(visitor, article.get_absolute_url())
    assert "<i>A &amp; B</i>" in page
    files = re.findall(r'<a href="([^"]+)" download', page)
    assert [visitor.get(file).status_code for file in files] == [200, 200]
