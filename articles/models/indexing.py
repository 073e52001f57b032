"""When what an editor saves enters the panel's search."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail.search.backends import get_search_backends
from wagtail.search.index import Indexed

#: So many are indexed at a time.
AT_A_TIME = 100
Waiting = defaultdict[type[Indexed], set[int]]
_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def indexed_together() -> Iterator[None]:
    """Pages and pictures saved within are indexed once, at the end; none are if it fails.

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
            some = keys[start : start + AT_A_TIME]
            rows = list(model.get_indexed_objects().filter(pk__in=some))
            for backend in get_search_backends(with_auto_update=True):
                backend.add_bulk(model, rows)


class IndexedTogether(Indexed):
    """Within `indexed_together` it is noted, and indexed at the end."""

    def get_indexed_instance(self) -> Any:
        waiting = _waiting.get()
        if waiting is None:
            return super().get_indexed_instance()
        waiting[type(self)].add(self.pk)
        return None
