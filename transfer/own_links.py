"""Links in the files of a folder to pages of the portal's own: each must lead somewhere."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.blocks import BoundBlock
from wagtail.models import Page

from articles.models import Article, Author, Home, Series, Subject
from articles.publishing.link_checks import is_there
from articles.publishing.links import links_in, own_path
from transfer.faults import Fault


class OwnLinks:
    """They are collected first: a part may link to a later one, and to one of another folder."""

    def __init__(self) -> None:
        #: (file, line, address)
        self.found: set[tuple[str, int, str]] = set()
        #: The addresses of what the folders hold themselves.
        self.brought: set[str] = set()

    def add(self, file: PurePath | str, values: Iterable[BoundBlock], lines: Iterable[int]) -> None:
        for bound, line in zip(values, lines, strict=True):
            for source in bound.block.sources(bound.value):
                for link in links_in(source):
                    if own_path(link.address):
                        self.found.add((str(file), line, link.address))

    def bring(self, slugs: set[tuple[type[models.Model], str]]) -> None:
        """Remembers what a folder brings, by `slugs`: another folder may link to it."""
        series = next((slug for model, slug in slugs if model is Series), "")
        above = {
            Article: f"/{series}/",
            Author: reverse("articles:authors"),
            Subject: reverse("articles:subjects"),
        }
        self.brought |= {f"{above.get(model, '/')}{slug}/" for model, slug in slugs}

    def faults(self) -> Iterator[Fault]:
        """Those that lead neither to what is stored nor to what the folders bring."""
        terms = reverse("articles:glossary")  # the terms are in the texts themselves
        for file, line, address in sorted(self.found):
            path = own_path(address) or ""
            known = path.rstrip("/") + "/"
            if known in self.brought or known.startswith(terms):
                continue
            if not is_there(path) and not is_unpublished(known):
                problem = _("The link leads to %s, which doesn't exist here.") % address
                yield Fault(file, line, problem, _("Correct the address, or take the link away."))


def is_unpublished(path: str) -> bool:
    """A page that isn't published yet may be linked to, as in the panel."""
    home = Home.objects.get().url_path
    return Page.objects.filter(live=False, url_path=home + path.removeprefix("/")).exists()
