"""Links to our own pages must lead to something that readers can open."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from articles.models import Article, Author, Definition, Series, SimplePage, Subject
from articles.models.tree import parent_is_live
from articles.publishing.content_checks import advice, body_of, fault
from articles.publishing.findings import Finding, checker
from articles.publishing.links import Link, leads_into_panel, links_in, own_path

#: What a route of a reading page shows, by the route's name. Each takes the parts of the address.
SHOWN: dict[str, Callable[..., "list[QuerySet[Any]]"]] = {
    "articles:article": lambda series, slug: [Article.objects.at(series, slug)],
    "articles:section": lambda slug: [
        Series.objects.for_readers().filter(slug=slug),
        SimplePage.objects.for_readers().filter(slug=slug),
    ],
    "articles:author": lambda slug: [Author.objects.for_readers().filter(slug=slug)],
    "articles:term": lambda slug: [Definition.objects.live().filter(slug=slug)],
    "articles:subject": lambda slug: [Subject.objects.filter(slug=slug)],
}


def is_there(path: str) -> bool:
    """Whether a reader who asks for `path` gets a page, and not «not found».

    An unpublished page is not there: nobody may learn of it by asking.
    """
    if path.startswith(settings.STATIC_URL):
        return True
    found = path if path.endswith("/") or "." in path.rsplit("/", 1)[-1] else f"{path}/"
    try:
        match = resolve(found)
    except Resolver404:
        return is_redirected(path)
    shown = SHOWN.get(match.view_name)
    if shown is None:
        return True
    return any(rows.exists() for rows in shown(**match.kwargs)) or is_redirected(path)


def is_redirected(path: str) -> bool:
    return bool(Redirect.objects.filter(old_path=Redirect.normalise_path(path)).exists())


@checker(gettext_lazy("Links to our own pages"))
def links(page: Any) -> Iterator[Finding]:
    """Each kind of page with a text, whatever blocks it is made of."""
    found = [
        (bound.id, link)
        for bound in body_of(page)
        for source in bound.block.sources(bound.value)
        for link in links_in(source)
    ]
    chosen = {link.page for _block, link in found if link.page is not None}
    stored = set(Page.objects.filter(pk__in=chosen).values_list("pk", flat=True)) if chosen else ()
    live = Page.objects.live().filter(parent_is_live("path"), pk__in=chosen)
    shown = set(live.values_list("pk", flat=True)) if chosen else ()
    for block, link in found:
        if link.page is None:
            if is_dead(link):
                text = _("The link «%(text)s» leads to %(address)s, which doesn't exist here.")
                yield fault(text % {"text": link.text, "address": link.address}, block)
        elif link.page not in stored:
            yield fault(_("The link «%s» leads to a page that is deleted.") % link.text, block)
        elif link.page not in shown and link.page != page.pk:
            text = _("The link «%s» leads to a page that isn't published yet.") % link.text
            yield advice(text, block)


def is_dead(link: Link) -> bool:
    path = own_path(link.address)
    return path is not None and not leads_into_panel(link.address) and not is_there(path)
