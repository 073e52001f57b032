from typing import NamedTuple

from django.http import HttpRequest

from delivery.fragments import Shared, fragment
from sponsors.models import Sponsorship


class Line(NamedTuple):
    sponsorship: Sponsorship


@fragment("article.top", "sponsors/_line.html", takes=("article",), is_for_all=True)
def sponsor_line(request: HttpRequest, shared: Shared) -> Line | None:
    """The line at the top of an article, marked as an advertisement."""
    found = Sponsorship.objects.for_page(shared["article"])
    return Line(found) if found else None
