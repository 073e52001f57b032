"""Whether the portal itself has the page that a link leads to."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from articles.models import Definition, Subject
from articles.models.base import address_of
from articles.models.tree import parent_is_live
from desk.models import LinkedAddress

#: Views that show one published thing. Any other view's address is there if it resolves.
OF_ONE = {
    "articles:section",
    "articles:article",
    "articles:author",
    "articles:author_series",
    "articles:term",
    "articles:subject",
}


class OurAddresses:
    """All that readers can open at the moment, in three queries however many links are checked."""

    def __init__(self) -> None:
        pages = Page.objects.live().filter(parent_is_live("path"), depth__gt=1)
        self.known = {address_of(page) for page in pages.only("url_path")}
        self.known |= {
            reverse("articles:term", args=[slug])
            for slug in Definition.objects.live().values_list("slug", flat=True)
        }
        self.known |= {
            reverse("articles:subject", args=[slug])
            for slug in Subject.objects.for_readers().values_list("slug", flat=True)
        }
        self.redirected = set(Redirect.objects.values_list("old_path", flat=True))

    def fault_of(self, url: str) -> str:
        """Why a reader who follows the link finds nothing, or "" if all is well."""
        path = unquote(urlsplit(url).path)
        if path.startswith("/admin/"):
            return _("leads into the panel, which readers can't open")
        if Redirect.normalise_path(path) in self.redirected:
            return ""
        try:
            name = resolve(path).view_name
        except Resolver404:
            return _("there is no such page here")
        page = path.removesuffix("serier/") if name == "articles:author_series" else path
        if name in OF_ONE and page not in self.known:
            return _("the page isn't published")
        return ""


def check_ours(addresses: Iterable[LinkedAddress]) -> None:
    ours = OurAddresses()
    for address in addresses:
        if fault := ours.fault_of(address.url):
            address.note_failure(404, fault)
        else:
            address.note_answer(200)
