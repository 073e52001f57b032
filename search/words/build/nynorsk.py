"""Makes the nynorsk forms of a bokmål headword, by the regular differences of the two.

The rules make more forms than nynorsk has. A form that nobody writes does no harm, and a form that
bokmål has already is left alone.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from search.words.build.dictionary import Article
from search.words.table import DATA

#: A root stands at the start of a word, or after one of these.
PREFIXES = (
    "an", "at", "av", "be", "bi", "etter", "for", "fra", "fram", "frem", "full", "før", "gjen",
    "gjennom", "igjen", "inn", "innen", "mang", "med", "mellom", "mis", "mot", "ned", "ny", "om",
    "opp", "over", "på", "sam", "sammen", "selv", "sjøl", "stor", "til", "u", "under", "ut", "van",
    "vel", "ved", "vid",
)  # fmt: skip
#: (ending of bokmal, of nynorsk, the classes that have it)
ENDINGS = (
    ("lig", "leg", ("adj", "other")),
    ("ligvis", "legvis", ("other",)),
    ("nerisk", "narisk", ("adj",)),
    ("lighet", "legheit", ("noun",)),
    ("lighet", "leik", ("noun",)),
    ("het", "heit", ("noun",)),
    ("het", "leik", ("noun",)),
    ("somhet", "semd", ("noun",)),
    ("ighet", "semd", ("noun",)),
    ("som", "sam", ("adj",)),
    ("løs", "laus", ("adj",)),
    ("løshet", "løyse", ("noun",)),
    ("ende", "ande", ("adj", "noun", "other")),
    ("else", "ing", ("noun",)),
    ("else", "sle", ("noun",)),
    ("else", "nad", ("noun",)),
    ("ning", "ing", ("noun",)),
    ("er", "ar", ("noun", "other")),
    ("ere", "are", ("adj", "other")),
    ("et", "a", ("adj", "other")),
    ("es", "ast", ("verb",)),
    ("es", "est", ("verb",)),
    ("es", "st", ("verb",)),
    ("sel", "sle", ("noun",)),
    ("en", "an", ("other",)),
    ("sted", "stad", ("noun",)),
)
_ROOTS = [
    tuple(line.split("\t")) for line in (DATA / "nynorsk-roots.tsv").read_text("utf-8").splitlines()
]


def nynorsk_forms(article: Article, lemmas: Iterable[str]) -> set[str]:
    """Returns the forms of a headword that nynorsk spells as `lemmas`."""
    made = {twin for form in article.forms for twin in _respelled(form)}
    for lemma in lemmas:
        made.update(inflected(lemma, article))
    made.update(twin for form in list(made) for twin in _palatal(form, article.kind))
    return made - article.forms.keys()


def nynorsk_lemmas(article: Article) -> set[str]:
    """Returns the headword as nynorsk may spell it, bokmål's own spellings among them."""
    return {lemma for spelling in article.spellings for lemma in _lemmas(spelling, article.kind)}


def _lemmas(spelling: str, kind: str) -> Iterator[str]:
    for word in {spelling, *_respelled(spelling)}:
        yield word
        for bokmal, nynorsk, kinds in ENDINGS:
            if kind in kinds and word.endswith(bokmal) and len(word) > len(bokmal) + 1:
                stem = word.removesuffix(bokmal)
                yield stem + nynorsk
                if nynorsk == "leg" and stem.endswith("e"):
                    yield stem[:-1] + nynorsk


def _respelled(word: str) -> Iterator[str]:
    """Yields the word with a nynorsk root at its start, or after a prefix."""
    for prefix in ("", *PREFIXES):
        if not word.startswith(prefix):
            continue
        rest = word.removeprefix(prefix)
        for bokmal, nynorsk in _ROOTS:
            if rest.startswith(bokmal):
                yield prefix + nynorsk + rest.removeprefix(bokmal)
    if "hv" in word:
        yield word.replace("hv", "kv")


def _palatal(form: str, kind: str) -> Iterator[str]:
    """Yields "byggje" for "bygge", "tenkjer" for "tenker"."""
    if kind not in ("verb", "noun"):
        return
    for hard, soft in (("gge", "ggje"), ("kke", "kkje"), ("nge", "ngje"), ("nke", "nkje"),
                       ("rke", "rkje"), ("lge", "lgje"), ("rge", "rgje"), ("ske", "skje"),
                       ("øke", "økje"), ("eke", "ekje"), ("ike", "ikje"), ("yke", "ykje"),
                       ("øye", "øye"), ("åke", "åkje"), ("gga", "ggja"), ("nka", "nkja"),
                       ("kka", "kkja"), ("nga", "ngja"), ("rka", "rkja"), ("lga", "lgja"),
                       ("ska", "skja"), ("øka", "økja"), ("rga", "rgja")):  # fmt: skip
        start, found, end = form.rpartition(hard)
        if found and len(start) > 0 and len(end) <= 3:
            yield start + soft + end


def inflected(lemma: str, article: Article) -> Iterator[str]:
    """Yields a nynorsk lemma and the forms that its class has in nynorsk."""
    yield lemma
    if article.kind == "noun":
        yield from nouns(lemma, article.genders)
    elif article.kind == "verb":
        strong = any(
            "Past" in tags and not form.endswith(("te", "de", "et", "a"))
            for form, tags in article.forms.items()
        )
        yield from verbs(lemma, strong)
    elif article.kind == "adj":
        yield from adjectives(lemma)


def nouns(lemma: str, genders: Iterable[str]) -> Iterator[str]:
    stem = lemma[:-1] if lemma.endswith("e") and len(lemma) > 3 else lemma
    stems = {stem}
    if lemma.endswith(("el", "en", "er")) and len(lemma) > 4:
        before = lemma[:-2]  # "artikkel" becomes "artiklar"
        stems.add((before[:-1] if before[-2] == before[-1] else before) + lemma[-1])
    if "masc" in genders or "fem" in genders:
        for one, ending in product(stems, ("ar", "ane", "er", "ene", "en")):
            yield one + ending
    if stem != lemma:
        yield stem + "a"
    if lemma.endswith(("om", "am")):
        yield from (lemma + "m" + ending for ending in ("en", "ar", "ane"))
    if "fem" in genders:
        yield stem + "a"
        yield stem + "or"
        yield stem + "one"
    if "neuter" in genders:
        yield stem + "et"
        yield stem + "a"


def verbs(lemma: str, strong: bool) -> Iterator[str]:
    """Yields the forms of both weak classes, and the strong present and participle."""
    stem = lemma[:-1] if lemma.endswith("e") and len(lemma) > 3 else lemma
    yield from (stem + ending for ending in ("a", "e", "ar", "ast", "ande", "est", "st"))
    if stem != lemma:
        yield from (stem + ending for ending in ("er", "te", "t", "de", "d", "tt"))
    if strong and stem != lemma:
        yield stem[:-1] if stem[-2:] in ("mm", "nn") and len(stem) > 4 else stem
        yield from (stem + ending for ending in ("en", "ne", "i"))


def adjectives(lemma: str) -> Iterator[str]:
    yield from (lemma + ending for ending in ("e", "t", "are", "ast", "aste"))
    if lemma.endswith("en"):
        short = lemma[:-2] + "n"
        yield from (short + "e", lemma[:-1] + "t", lemma[:-2] + "i")
