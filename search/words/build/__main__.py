"""Builds the word list from the packages in a folder: `python -m search.words.build folder`."""

import sys
from pathlib import Path

from search.words.build.compounds import learnt, packed, weights
from search.words.build.dictionary import Article, articles
from search.words.build.nynorsk import nynorsk_forms, nynorsk_lemmas
from search.words.build.nynorsk_list import Forms, listed, spellings, words
from search.words.table import DATA, pack

_IMPERATIVE = {"Imp", "Imp <SPass>"}
_PASSIVE = {"Inf Pass", "Pres Pass"}
#: More lemmas than these for one form are rare words that only disturb.
_MOST_LEMMAS = 4
_LESS = 2 << 4


def main() -> None:
    packages = Path(sys.argv[1])
    found = articles(packages)
    productivity = learnt(found)
    found = [article.led_by(productivity.cuts) for article in found]
    weight = weights(productivity, found)
    for word, targets in words():
        first = max(_as_first(target, weight) for target in targets)
        weight[word] = max(weight.get(word, 0), first)
    usual, rare = bokmal(found)
    named, made = listed(found, usual)
    ruled = by_rule(found, packages, set(productivity.cuts), weight)
    lemmas_of = {form: [*lemmas, *named.pop(form, ())] for form, lemmas in usual.items()} | named
    by_nynorsk = {form: [*made.get(form, ()), *ruled.get(form, ())] for form in {*made, *ruled}}
    for forms in (by_nynorsk, rare):
        lemmas_of = forms | lemmas_of
    lemmas_of = {
        form: list(dict.fromkeys(lemmas))[:_MOST_LEMMAS] for form, lemmas in lemmas_of.items()
    }
    pack(lemmas_of, weight, packed(productivity, found), DATA)


def bokmal(found: list[Article]) -> tuple[Forms, Forms]:
    """Returns the lemmas of each form, and of those that are only imperatives or passives. A form
    that is a headword has itself first."""
    usual: Forms = {}
    rare: Forms = {}
    for article in found:
        for form, tags in article.forms.items():
            forms = usual if not tags or tags - _IMPERATIVE - _PASSIVE else rare
            forms.setdefault(form, []).append(article.lemma)
    for article in found:
        if article.kind == "verb" and len(article.lemma) > 3 and article.lemma.endswith("e"):
            infinitive = article.lemma[:-1] + "a"  # nynorsk's other one
            usual.setdefault(infinitive, []).append(article.lemma)
    for form, lemmas in usual.items():
        lemmas[:] = sorted(dict.fromkeys(lemmas), key=lambda lemma: lemma != form)
    return usual, rare


def by_rule(
    found: list[Article], packages: Path, compounds: set[str], weight: dict[str, int]
) -> Forms:
    """Returns the lemmas of the forms that nynorsk has by rule. Their spellings begin compounds as
    readily as bokmål's do: that goes into `weight`."""
    made: Forms = {}
    spelt = spellings(packages)
    for article in found:
        if article.kind == "prefix":
            continue
        lemmas = nynorsk_lemmas(article) if article.lemma not in compounds else set()
        lemmas |= {word for lemma in (*lemmas, article.lemma) for word in spelt.get(lemma, ())}
        forms = nynorsk_forms(article, lemmas) if article.lemma not in compounds else lemmas
        for form in forms:
            made.setdefault(form, []).append(article.lemma)
        for lemma in lemmas:
            weight[lemma] = max(weight.get(lemma, 0), _as_first(article.lemma, weight))
    return made


def _as_first(bokmal: str, weight: dict[str, int]) -> int:
    """Returns what a nynorsk word weighs as a first part: a little less than its bokmål word."""
    return max(0, weight.get(bokmal, 0) - _LESS) & 0xF0


if __name__ == "__main__":
    main()
