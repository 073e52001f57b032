"""What needs an editor's care, for the panel's start page. Each room registers its own."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.http import HttpRequest


class Care(NamedTuple):
    """One line of the list, such as «3 recordings failed»."""

    text: str
    #: Where in the panel it is seen to.
    url: str
    #: The lowest comes first.
    order: int = 50


Carer = Callable[[HttpRequest], Iterable[Care]]
carers: list[Carer] = []


def carer(found: Carer) -> Carer:
    """Register the decorated function. It asks for what `request.user` may see, and in few
    queries: the start page calls it at each visit."""
    carers.append(found)
    return found


def cares_for(request: HttpRequest) -> Iterator[Care]:
    found = (care for carer in carers for care in carer(request))
    yield from sorted(found, key=lambda care: care.order)
