"""Reads what no rule says: words of nynorsk's own, and words that it spells in two ways."""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from search.words.build.dictionary import Article
from search.words.build.nynorsk import PREFIXES, inflected
from search.words.table import DATA
from search.words.tokens import folded

#: form → lemmas
Forms = dict[str, list[str]]
_KINDS = {"m": ("noun", "masc"), "f": ("noun", "fem"), "n": ("noun", "neuter"), "v": ("verb", ""),
          "a": ("adj", ""), "x": ("other", "")}  # fmt: skip


def listed(articles: list[Article], bokmal: Forms) -> tuple[Forms, Forms]:
    """Returns the lemmas of the forms that `nynorsk.tsv` names, and of those that follow from it,
    given bokmål's lemmas of each form.

    A form that bokmål has for another word is left to it, unless the list names that very form.
    Raises ValueError for a word that the list translates by one that isn't in the dictionary.
    """
    by_lemma: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_lemma[article.lemma].append(article)
    named: Forms = defaultdict(list)
    made: Forms = defaultdict(list)
    for word, targets, kind, forms in _rows():
        lemmas = [lemma for target in targets for lemma in _lemmas(target, bokmal)]
        twins = [_of_kind(by_lemma[lemmas[0]][0], kind)] if kind else by_lemma[lemmas[0]]
        own = {form for article in by_lemma.get(word, ()) for form in article.forms}
        own = {form for form in own if word in bokmal.get(form, ())}  # no rare reading
        for form in {word, *forms, *own}:
            named[form] += lemmas
        for form in {form for twin in twins for form in inflected(word, twin)}:
            if set(bokmal.get(form, ())) <= {word, *lemmas}:
                made[form] += lemmas
        if kind == "v":
            _with_particles(named, (word, *forms), lemmas[0], by_lemma)
    return named, made


def _with_particles(
    named: Forms, forms: Iterable[str], verb: str, by_lemma: dict[str, list[Article]]
) -> None:
    """Adds the verbs that are made of a verb and a particle: "utskoren" as "skoren"."""
    for particle in PREFIXES:
        if "verb" in {article.kind for article in by_lemma.get(particle + verb, ())}:
            for form in forms:
                named[particle + form].append(particle + verb)


def words() -> Iterator[tuple[str, list[str]]]:
    """Yields the words of `nynorsk.tsv`, each with its targets."""
    for word, targets, _, _ in _rows():
        yield word, targets


def _rows() -> Iterator[tuple[str, list[str], str, list[str]]]:
    for line in (DATA / "nynorsk.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            word, targets, kind, named = [*line.split("\t"), "", ""][:4]
            yield word, targets.split(), kind, named.split()


def _lemmas(target: str, bokmal: Forms) -> list[str]:
    if target not in bokmal:
        raise ValueError(f"{target!r} is not in the dictionary")
    lemmas = bokmal[target]
    return [target] if target in lemmas else lemmas[:1]


def _of_kind(article: Article, kind: str) -> Article:
    name, gender = _KINDS[kind]
    return article._replace(kind=name, genders=frozenset({gender} if gender else ()))


def spellings(packages: Path) -> dict[str, set[str]]:
    """Returns, for each word that nynorsk spells in several ways, all of them."""
    (wheel,) = packages.glob("altmorph-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("altmorph/data/lemma-multi/nno.csv").decode()
    found: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        group = {folded(word) for word in row["lemma"].strip("{}").split(",")}
        group = {word for word in group if word.isalpha()}
        for word in group if len(group) > 1 else ():
            found[word] = found.get(word, set()) | group
    return found
