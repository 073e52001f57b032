from typing import NamedTuple

from django.http import HttpRequest

from accounts.access import Reader
from articles.models import Passage
from delivery.fragments import Shared, fragment
from tests.example_room.models import LongestWord


class Longest(NamedTuple):
    word: str
    may_thank: bool


@fragment("article.after", "example_room/_longest.html", takes=("article",), order=50)
def longest_word(request: HttpRequest, shared: Shared) -> Longest | None:
    """The longest word that this reader may read."""
    readable = Passage.objects.readable_by(Reader.of(request)).filter(page=shared["article"].pk)
    words = LongestWord.objects.filter(passage__in=readable).values_list("word", flat=True)
    longest = max(words, key=len, default="")
    return Longest(longest, request.user.is_authenticated) if longest else None


class Offer(NamedTuple):
    is_authenticated: bool


@fragment("gate.offers", "example_room/_offer.html", takes=("gate",))
def offer(request: HttpRequest, shared: Shared) -> Offer:
    return Offer(request.user.is_authenticated)


class Tab(NamedTuple):
    is_here: bool


@fragment("account.tabs", "example_room/_tab.html")
def thanks_tab(request: HttpRequest, shared: Shared) -> Tab:
    match = request.resolver_match
    return Tab(match is not None and match.view_name == "example_room:thanks")
