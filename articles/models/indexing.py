"""When what an editor saves enters the panel's search."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model
from wagtail.search.backends import get_search_backends
from wagtail.search.index import Indexed

#: So many are indexed at a time.
AT_A_TIME = 500
Waiting = defaultdict[type[Model], set[int]]
_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def indexed_together() -> Iterator[None]:
    """What is saved within is indexed once, at the end; nothing is if it fails.

    Each one indexed by itself makes the index measure every title that it has.
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
            rows = list(model._default_manager.filter(pk__in=keys[start : start + AT_A_TIME]))
            for backend in get_search_backends(with_auto_update=True):
                backend.add_bulk(model, rows)


class IndexedTogether(Indexed):
    """One that waits for the others."""

    def get_indexed_instance(self) -> Any:
        waiting = _waiting.get()
        if waiting is None:
            return super().get_indexed_instance()
        waiting[type(self)].add(self.pk)
        return None
