"""Defers the panel's search index during an import, and then indexes in batches."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail.search.backends import get_search_backends
from wagtail.search.index import Indexed

#: How many objects are indexed at a time.
AT_A_TIME = 100
Waiting = defaultdict[type[Indexed], set[int]]
_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def indexed_together() -> Iterator[None]:
    """Index the pages and pictures that the block saves once, at its end. If it raises, index none.

    Each separate update makes the index measure all of its titles again.
    """
    waiting: Waiting = defaultdict(set)
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for model, found in waiting.items():
        keys = sorted(found)
        for start in range(0, len(keys), AT_A_TIME):
            some = keys[start : start + AT_A_TIME]
            rows = list(model.get_indexed_objects().filter(pk__in=some))
            for backend in get_search_backends(with_auto_update=True):
                backend.add_bulk(model, rows)


class IndexedTogether(Indexed):
    """A model whose objects `indexed_together` collects and indexes at the end."""

    def get_indexed_instance(self) -> Any:
        waiting = _waiting.get()
        if waiting is None:
            return super().get_indexed_instance()
        waiting[type(self)].add(self.pk)
        return None
