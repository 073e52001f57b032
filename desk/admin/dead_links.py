"""The report of dead links, and its line on the panel's start page."""

from collections.abc import Iterator
from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from accounts.models import User
from articles.models.rights import edits_all, own_pages
from desk.cares import Care, carer
from desk.models import Link, LinkedAddress, LinkSettings
from desk.models.links import LinkQuerySet

#: Links on a page of the report.
A_PAGE = 50


def links_of(user: User) -> LinkQuerySet:
    """The dead links that `user` may see: a writer's are those of their own pages."""
    dead: LinkQuerySet = Link.objects.dead()
    return dead if edits_all(user) else dead.within(own_pages(user))


@require_admin_access
def dead_links(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    shows_ignored = request.GET.get("vis") == "oversett"
    links = links_of(user).filter(address__ignored_at__isnull=not shows_ignored)
    context = {
        "page": Paginator(links, A_PAGE).get_page(request.GET.get("p")),
        "shows_ignored": shows_ignored,
        "checks_outward": LinkSettings.load().checks_outward,
        "is_editor": edits_all(user),
        "may_switch": user.has_perm("desk.change_linksettings"),
    }
    return render(request, "wagtailadmin/desk/dead_links.html", context)


@require_POST
@require_admin_access
def ignore_link(request: HttpRequest, pk: int) -> HttpResponse:
    """For editors: the panel's guard keeps others out (portal/panel_guard.py)."""
    address = get_object_or_404(LinkedAddress, pk=pk)
    address.ignored_at = None if address.ignored_at else timezone.now()
    address.save(update_fields=["ignored_at"])
    return redirect("dead_links")


@carer
def dead_links_care(request: HttpRequest) -> Iterator[Care]:
    count = links_of(cast(User, request.user)).filter(address__ignored_at=None).count()
    if count:
        words = ngettext("%(count)d dead link", "%(count)d dead links", count)
        yield Care(words % {"count": count}, reverse("dead_links"), order=20)


class DeadLinksItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user = cast(User, request.user)
        return edits_all(user) or own_pages(user).exists()
