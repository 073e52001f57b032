"""Keeps the index the same as what is published.

Everything here runs within the transaction that publishes, so that a text and its index entries
appear, and disappear, together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import DatabaseError, transaction
from wagtail.models import Page

from accounts.access import Access
from articles.models import Article, Author, Definition, Passage, Series, SimplePage, Subject
from search.formula import Formula
from search.models import Document, Entry, IndexRow, Section, Word
from search.models.documents import TOP, Span
from search.sections import values_of
from search.vocabulary import (
    AUTHOR,
    HEADING,
    LEAD,
    SERIES,
    SUBJECT,
    TERM,
    TEXT,
    TITLE,
    Text,
    Vocabulary,
    weigh,
)
from search.words.keys import VERSION
from search.words.tokens import folded, tokens

#: The pages that suggestions name.
NAMED = (Article, Series, Author, SimplePage)
#: How many words are looked up at a time.
AT_A_TIME = 500
#: How many words of a name a suggestion may begin with.
STARTS = 8


def index_article(article: Article, passages: Sequence[Passage]) -> bool:
    """Bring the documents, sections and words of `article` up to date. True if any had to change.

    Without passages it has none of them.
    """
    changes = [_store_sections(passage) for passage in passages]
    texts = list(_texts(article, passages)) if passages else []
    stored = {document.pk: document for document in Document.objects.filter(page=article.pk)}
    levels = sorted({int(Access.PUBLIC), *(p.access for p in passages)}) if passages else []
    for number, low in enumerate(levels):
        span = Span(low, levels[number + 1] if number + 1 < len(levels) else TOP)
        key = Document.key_of(article.pk, number)
        changes.append(_store(key, article, span, weigh(texts, low), stored.pop(key, None)))
    for document in stored.values():
        document.delete()
    return any(changes) or bool(stored)


def _texts(article: Article, passages: Sequence[Passage]) -> Iterator[Text]:
    public = int(Access.PUBLIC)
    series = article.path[: -article.steplen]
    yield Text(TITLE, public, article.title)
    yield Text(LEAD, public, article.lead)
    for title in Page.objects.filter(path=series).values_list("title", flat=True):
        yield Text(SERIES, public, title)
    for author in Author.objects.of(article.pk):
        yield Text(AUTHOR, public, author.name)
    for title in Subject.objects.of(article).order_by().values_list("title", flat=True):
        yield Text(SUBJECT, public, title)
    # A term is public, and its definition is a part of its passage's text.
    for term in Definition.objects.filter(passage__page=article.pk).values_list("term", flat=True):
        yield Text(TERM, public, term)
    for passage in passages:
        yield Text(TEXT, passage.access, passage.text)
        for heading in passage.contents:
            yield Text(HEADING, passage.access, heading["text"])


def _store(
    key: int, article: Article, span: Span, weights: dict[str, int], stored: Document | None
) -> bool:
    vocabulary = Vocabulary.of(weights)
    is_same = stored is not None and (
        stored.span == span
        and not stored.is_stale
        and stored.version == VERSION
        and Vocabulary(bytes(stored.vocabulary)).same_as(vocabulary)
    )
    if is_same:
        return False
    known: set[bytes] = set()
    if stored is not None:
        old = Vocabulary(bytes(stored.vocabulary))
        known = set(old.words) if stored.span == span else known
        IndexRow.remove(key, index_tokens(stored.span, old))
    Document(
        pk=key,
        page_id=article.pk,
        low=span.low,
        high=span.high,
        vocabulary=vocabulary.packed,
        version=VERSION,
    ).save(force_insert=stored is None, force_update=stored is not None)
    IndexRow.add(key, index_tokens(span, vocabulary))
    learn(span, [word for word in vocabulary.words if word not in known])
    return True


def index_tokens(span: Span, vocabulary: Vocabulary) -> list[str]:
    """The tokens of a document. Those of different spans are different tokens, so the entries of
    one span are an index of their own."""
    return [f"{span}·{token}" for token in vocabulary.tokens]


def learn(span: Span, words: Iterable[bytes]) -> None:
    """Add those of `words` that no document of `span` has had yet."""
    wanted = list(words)
    for start in range(0, len(wanted), AT_A_TIME):
        some = wanted[start : start + AT_A_TIME]
        rows = Word.objects.filter(span=str(span), word__in=some).values_list("word", flat=True)
        known = {bytes(word) for word in rows}
        new = [Word.of(span, word.decode()) for word in some if word not in known]
        Word.objects.bulk_create(new, ignore_conflicts=True)


def _store_sections(passage: Passage) -> bool:
    wanted = values_of(passage)
    stored = Section.objects.filter(passage=passage).order_by("position")
    if [section.values() for section in stored] == wanted:
        return False
    stored.delete()
    Section.objects.bulk_create(Section.of(passage, *values) for values in wanted)
    return True


# --- Names -------------------------------------------------------------------------------------


def name_page(page: Page, *, is_named: bool = True) -> bool:
    """Bring the entries of `page` up to date. True if any had to change.

    An unpublished page may have some: a query asks for live ones. An import shows a whole series by
    a single statement, which tells nobody.
    """
    return _store_entries(page.title if is_named else "", {"page_id": page.pk})


def is_named(page: Page, passages: Sequence[Passage]) -> bool:
    """Drafts that were never published have no entries."""
    return page.live or bool(passages) or not isinstance(page, Article | SimplePage)


def name_terms(page: Page) -> bool:
    """The same for the terms that `page` defines."""
    terms = list(Definition.objects.filter(passage__page=page.pk))
    changes = [_store_entries(each.term, {"definition_id": each.pk}) for each in terms]
    return any(changes)


def _store_entries(name: str, of: dict[str, int]) -> bool:
    wanted = starts_of(name)
    stored = Entry.objects.filter(**of).order_by("pk").values_list("start", "is_whole")
    if [(bytes(start), is_whole) for start, is_whole in stored] == wanted:
        return False
    Entry.objects.filter(**of).delete()
    Entry.objects.bulk_create(
        Entry(start=start, is_whole=is_whole, **of) for start, is_whole in wanted
    )
    return True


def starts_of(name: str) -> list[tuple[bytes, bool]]:
    """The entries of a name: (from one of its words on, whether that is the first one)."""
    words = [folded(token.text) for token in tokens(name)]
    starts = range(min(len(words), STARTS))
    return [(" ".join(words[start:]).encode(), start == 0) for start in starts]


# --- All of it ---------------------------------------------------------------------------------


def index_page(pk: int) -> bool:
    """Bring all that is stored of a page up to date. True if any had to change."""
    with transaction.atomic():
        locked = Page.objects.select_for_update().filter(pk=pk).first()
        page: Any = locked.specific if locked else None
        if not isinstance(page, NAMED):
            return False
        passages = list(Passage.objects.filter(page=page.pk).order_by("position"))
        changes = [name_page(page, is_named=is_named(page, passages)), name_terms(page)]
        if isinstance(page, Article):
            changes.append(index_article(page, passages))
        return any(changes)


def index_each(keys: Iterable[int]) -> None:
    """Index pages one after the other. If some can't be, the others are, and then the first error
    is raised."""
    errors = []
    for pk in keys:
        try:
            index_page(pk)
        except Exception as error:
            errors.append(error)
    if errors:
        raise errors[0]


def rebuild() -> None:
    """Make the index anew from the documents, as when it is broken."""
    with IndexRow.made_anew() as table:
        for document in Document.objects.order_by("pk").iterator(200):
            vocabulary = Vocabulary(bytes(document.vocabulary))
            IndexRow.add(document.pk, index_tokens(document.span, vocabulary), table)


def answers() -> bool:
    """Whether the index finds the newest document by one of its words."""
    document = Document.objects.first()
    if document is None:
        return True
    tokens_of_it = index_tokens(document.span, Vocabulary(bytes(document.vocabulary)))
    asked = str(Formula((tuple(tokens_of_it[:1]),)))
    try:
        with transaction.atomic(durable=False):
            return IndexRow.objects.filter(tokens__holds=asked, document=document.pk).exists()
    except DatabaseError:
        return False


def compare_words() -> int:
    """Learn the words that documents hold, and delete those that stand in none any more. Returns
    how many were deleted."""
    held: defaultdict[Span, set[bytes]] = defaultdict(set)
    for document in Document.objects.iterator(200):
        held[document.span].update(Vocabulary(bytes(document.vocabulary)).words)
    for span, words in held.items():
        learn(span, sorted(words))
    by_name = {str(span): words for span, words in held.items()}
    rows = Word.objects.values_list("pk", "span", "word").iterator()
    gone = [pk for pk, span, word in rows if bytes(word) not in by_name.get(span, ())]
    for start in range(0, len(gone), AT_A_TIME):
        Word.objects.filter(pk__in=gone[start : start + AT_A_TIME]).delete()
    return len(gone)


def empty_if_flushed() -> None:
    """A flush of the database leaves the index as it was, since Django doesn't know its table."""
    if not Document.objects.exists():
        IndexRow.drop_table()
        IndexRow.create_table()
