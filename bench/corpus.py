"""Fills a portal with articles in words that are distributed as words are, and indexes them.

Run it with the portal's settings, on a migrated database.
"""

import bisect
import itertools
import random
from collections import defaultdict
from collections.abc import Iterator

from django.db import connection, transaction

from accounts.access import Access
from articles.models import Article, Passage, PublishedMetadata, Series
from bench import filling
from bench.words import PARTS
from search.indexing import index_tokens, name_page, starts_of
from search.models import Document, Entry, IndexRow, Section, Word
from search.models.documents import TOP, Span
from search.sections import values_of
from search.vocabulary import LEAD, TEXT, TITLE, Text, Vocabulary, weigh
from search.words.keys import STOP_WORDS, VERSION
from search.words.table import Table

#: Words of an article, of which the first are open to everyone.
WORDS, OPEN = 300, 75
#: The words of all articles together. Real ones grow so with the length of the whole.
VOCABULARY = 60_000
#: The share of function words in running Norwegian text, as counted in the demo.
FUNCTION_WORDS = 0.45


class Language:
    """Draws function words, and other words of the word list by Zipf's law: the n-th commonest one
    time in n."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        forms = [form for form in Table().trie.iterkeys() if form.isalpha() and len(form) > 2]
        self.random.shuffle(forms)
        self.words = forms[:VOCABULARY]
        self.function_words = sorted(STOP_WORDS)
        self.shares = list(itertools.accumulate(1 / n for n in range(1, len(self.words) + 1)))

    def word(self) -> str:
        if self.random.random() < FUNCTION_WORDS:
            return self.random.choice(self.function_words)
        return self.words[bisect.bisect(self.shares, self.random.random() * self.shares[-1])]

    def sentence(self, words: int) -> str:
        return " ".join(self.word() for _ in range(words)).capitalize() + "."


def fill(articles: int) -> None:
    language = Language()
    words: defaultdict[Span, set[bytes]] = defaultdict(set)
    with transaction.atomic():
        series = list(filling.write(filling.make_series(articles // PARTS)))
        for page in series:
            name_page(page)
    for batch in filling.batches(_parts(series, language)):
        with transaction.atomic():
            written = list(filling.write(batch))
            passages = Passage.objects.bulk_create(_passages(written, language))
            gate = {"access": int(Access.MEMBERS), "teaser": "", "words": WORDS - OPEN}
            PublishedMetadata.objects.bulk_create(
                PublishedMetadata(article_id=part.pk, words=WORDS, gates=[gate]) for part in written
            )
            for n, part in enumerate(written):
                _index(part, passages[2 * n : 2 * n + 2], words)
    with transaction.atomic():
        for span, held in words.items():
            Word.objects.bulk_create((Word.of(span, word.decode()) for word in held), 500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _index(part: Article, passages: list[Passage], words: dict[Span, set[bytes]]) -> None:
    """Stores what `index_article` does, in fewer statements."""
    public, members = int(Access.PUBLIC), int(Access.MEMBERS)
    texts = [Text(TITLE, public, part.title), Text(LEAD, public, part.lead)]
    texts += [Text(TEXT, passage.access, passage.text) for passage in passages]
    for number, span in enumerate((Span(public, members), Span(members, TOP))):
        vocabulary = Vocabulary.of(weigh(texts, span.low))
        key = Document.key_of(part.pk, number)
        Document.objects.create(
            pk=key, page_id=part.pk, low=span.low, high=span.high,
            vocabulary=vocabulary.packed, version=VERSION,
        )  # fmt: skip
        IndexRow.add(key, index_tokens(span, vocabulary))
        words[span].update(vocabulary.words)
    Section.objects.bulk_create(
        Section.of(passage, *values) for passage in passages for values in values_of(passage)
    )
    starts = starts_of(part.title)
    Entry.objects.bulk_create(Entry(start=s, is_whole=w, page_id=part.pk) for s, w in starts)


def _parts(series: list[Series], language: Language) -> Iterator[Article]:
    for one in series:
        for n in range(one.numchild):
            fields = {"title": f"{language.sentence(4)[:-1]} {n}", "slug": f"del-{n}"}
            lead = language.sentence(20)
            yield filling.page(Article, one, n + 1, lead=lead, access=Access.MEMBERS, **fields)


def _passages(parts: list[Article], language: Language) -> Iterator[Passage]:
    for part in parts:
        for n, (access, words) in enumerate(
            ((Access.PUBLIC, OPEN), (Access.MEMBERS, WORDS - OPEN))
        ):
            lines = [language.sentence(25) for _ in range(words // 25)]
            html = "".join(f'<p id="b-{n}-{m}">{line}</p>\n' for m, line in enumerate(lines))
            text = " ".join(lines)
            yield Passage(
                page_id=part.pk, position=n, access=access, html=html, text=text, words=words
            )
