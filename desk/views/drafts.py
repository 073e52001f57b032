"""A draft for somebody outside, who has a link to it and no log-in."""

import re
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page, Revision

from accounts.access import MEMBER
from accounts.impersonation import visitor_at
from accounts.models import Limit
from articles.models import Picture
from articles.models.passages import PassagePage, readable_among
from articles.publishing.previews import Viewing, shown
from articles.views.pictures import file_of
from desk.models import DraftLink

#: How often one link may be opened an hour. Pictures are not counted.
AN_HOUR = 300
HOUR = 60 * 60
ADDRESS = re.compile(r"/bilde/(\d+)/")
HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def link_of(token: str) -> DraftLink:
    """Raises Http404, which tells nothing of why the link doesn't work."""
    link = DraftLink.objects.opened_by(token)
    if link is None:
        raise Http404
    return link


@login_not_required
@require_safe
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """The newest draft as a member would read it, in a page that is a visitor's.

    It looks at no session and sets no cookie, whoever opens it.
    """
    link = link_of(token)
    if not has_room(link):
        return render(visitor_at(request.path), "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    page = newest(link)
    # Fragments are the visitor's, and lead back to the page, never to this address.
    viewing = Viewing(visitor_at(page.get_absolute_url()), MEMBER, AnonymousUser())
    answer = shown(page, viewing, draft_link=link)
    shared = {str(pk) for pk in pictures_of(page)}
    prefix = reverse("desk:draft", args=[token])

    def through_link(found: "re.Match[str]") -> str:
        return f"{prefix}bilde/{found[1]}/" if found[1] in shared else found[0]

    link.count()
    html = ADDRESS.sub(through_link, answer.content.decode())
    return HttpResponse(html, headers=HEADERS)


def has_room(link: DraftLink) -> bool:
    """Whether the link may be opened once more within the hour. Counts it, if the database can be
    written to."""
    try:
        return counted(link)
    except OperationalError:
        return True


def counted(link: DraftLink) -> bool:
    with Limit.objects.counting({"draft": str(link.pk)}, {"draft": HOUR}) as counts:
        is_free = counts["draft"].within(HOUR) < AN_HOUR
        if is_free:
            counts["draft"].add()
    return is_free


def newest(link: DraftLink) -> Any:
    page: Page = link.page.specific
    return page.get_latest_revision_as_object()


def pictures_of(page: Any) -> set[int]:
    """The pictures that a member would be shown if the draft were published."""
    found = {
        getattr(page, name, None) for name in ("picture_id", "portrait_id", "share_picture_id")
    }
    if isinstance(page, PassagePage):
        for passage in readable_among(page.rendered(), page, MEMBER):
            found |= set(passage.pictures)
    return {pk for pk in found if pk}


@lru_cache(maxsize=100)
def shared_pictures(revision: int, saved_at: datetime) -> set[int]:
    """The pictures of a draft as it was saved then. The whole draft is rendered to find them, and a
    browser asks for each of them by itself."""
    return pictures_of(Revision.objects.get(pk=revision).as_object())


@login_not_required
@require_safe
def picture(
    request: HttpRequest, token: str, pk: int, file_hash: str, *, width: int, format: str
) -> HttpResponse:
    """A picture of the draft, through its link alone. The gate stays as it is for everyone."""
    link = link_of(token)
    page = link.page
    if page.latest_revision_id is None:  # such as an alias: it shows what it follows
        found = pictures_of(newest(link))
    else:
        found = shared_pictures(page.latest_revision_id, page.latest_revision_created_at)
    if pk not in found:
        raise Http404
    data, kind = file_of(Picture.objects.all(), pk, file_hash, width, format)
    return HttpResponse(data, kind, headers=HEADERS)
