"""Builds the word list from the packages in a folder: `python -m search.words.build folder`."""

import sys
from collections import defaultdict
from pathlib import Path

from search.words.build.compounds import Cut, learnt, weights
from search.words.build.dictionary import Article, articles
from search.words.build.nynorsk import nynorsk_forms, nynorsk_lemmas
from search.words.table import DATA, pack

_IMPERATIVE = {"Imp", "Imp <SPass>"}
_PASSIVE = {"Inf Pass", "Pres Pass"}
#: More lemmas than these for one form are rare words that only disturb.
_MOST_LEMMAS = 4


def main() -> None:
    found = articles(Path(sys.argv[1]))
    productivity = learnt(found)
    lemmas_of = bokmal(found)
    weight = weights(productivity, found)
    known = set(lemmas_of)
    for article in found:
        if article.lemma in productivity.cuts or article.kind == "prefix":
            continue  # the parts of a nynorsk compound are found when it is read
        for lemma in nynorsk_lemmas(article):
            weight[lemma] = max(weight.get(lemma, 0), weight.get(article.lemma, 0) & 0xF0)
        for form in nynorsk_forms(article):
            if form not in known and article.lemma not in lemmas_of.setdefault(form, []):
                lemmas_of[form].append(article.lemma)
    lemmas_of = {form: lemmas[:_MOST_LEMMAS] for form, lemmas in lemmas_of.items()}
    pack(lemmas_of, weight, _packed(productivity.cuts), DATA)


def bokmal(found: list[Article]) -> dict[str, list[str]]:
    """Returns the lemmas of each form. A form that is a headword has itself first."""
    rare: dict[str, list[str]] = defaultdict(list)
    lemmas_of: dict[str, list[str]] = {}
    for article in found:
        for form, tags in article.forms.items():
            usual = not tags or tags - _IMPERATIVE - _PASSIVE
            place = lemmas_of.setdefault(form, []) if usual else rare[form]
            if article.lemma not in place:
                place.append(article.lemma)
    for form, lemmas in rare.items():
        lemmas_of.setdefault(form, lemmas)
    for form, lemmas in lemmas_of.items():
        lemmas.sort(key=lambda lemma: lemma != form)
    return lemmas_of


def _packed(cuts: dict[str, Cut]) -> dict[str, int]:
    return {
        word: len(cut.joint) << 6 | len(cut.first + cut.joint)
        for word, cut in cuts.items()
        if len(cut.first + cut.joint) < 1 << 6
    }


if __name__ == "__main__":
    main()
