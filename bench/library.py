"""Fills a portal with articles in words that are distributed as words are, and indexes them.

Run it with the portal's settings, on a migrated database.
"""

import bisect
import itertools
import random
from collections.abc import Iterator

from django.db import connection, transaction

from accounts.access import Access
from articles.models import Article, Passage, PublishedMetadata, Series
from bench import filling
from bench.words import PARTS
from search.indexing import index_article, name_page
from search.words.table import Table

#: Words of an article, of which the first are open to everyone.
WORDS, OPEN = 300, 75
#: The words of all articles together. Real ones grow so with the length of the whole.
VOCABULARY = 60_000


class Language:
    """Draws words of the word list by Zipf's law: the n-th commonest one time in n."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        forms = [form for form in Table().trie.iterkeys() if form.isalpha() and len(form) > 2]
        self.random.shuffle(forms)
        self.words = forms[:VOCABULARY]
        self.shares = list(itertools.accumulate(1 / n for n in range(1, len(self.words) + 1)))

    def word(self) -> str:
        return self.words[bisect.bisect(self.shares, self.random.random() * self.shares[-1])]

    def sentence(self, words: int) -> str:
        return " ".join(self.word() for _ in range(words)).capitalize() + "."


def fill(articles: int) -> None:
    language = Language()
    with transaction.atomic():
        list(filling.write(filling.make_authors(filling.FEWEST_AUTHORS)))
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
                name_page(part)
                index_article(part, passages[2 * n : 2 * n + 2])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


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
