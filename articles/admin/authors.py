"""Authors in the panel: none is deleted out of a by-line, and a writer starts in their own."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.models import Page

from accounts.models import User
from articles.models import Article, ArticleAuthor, Author
from articles.models.rights import pages_known_to
from articles.slugs import sort_key

#: The most suggestions.
SHOWN = 8


class OwnPageMenuItem(MenuItem):
    """Leads authors who log in to their own page."""

    def is_shown(self, request: HttpRequest) -> bool:
        author = Author.objects.filter(user=cast(User, request.user)).only("pk").first()
        if author is None:
            return False
        self.url = reverse("wagtailadmin_pages:edit", args=[author.pk])
        return True


def sign(sender: type, page: Page, **kwargs: object) -> None:
    """A new article is by the user who begins it, if they are an author."""
    author = Author.objects.filter(user=page.owner_id or 0).first()
    if isinstance(page, Article) and author:
        page.by_line = [ArticleAuthor(author=author)]


def keep_named(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A hook before a page is deleted."""
    if says_who_is_named(request, [page]):
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


def keep_all_named(
    request: HttpRequest, action_type: str, pages: list[Page], action: BulkAction
) -> HttpResponse | None:
    """A hook before a bulk action."""
    if action_type == "delete" and says_who_is_named(request, pages):
        return redirect(action.next_url)
    return None


def says_who_is_named(request: HttpRequest, pages: list[Page]) -> bool:
    is_named = False
    for author in Author.objects.filter(pk__in=[page.pk for page in pages]):
        if not (count := author.articles().count()):
            continue
        is_named = True
        message = ngettext(
            "«%(name)s» stands in the by-line of %(count)d article, and can't be deleted."
            " Unpublish the page instead: then the article keeps the name.",
            "«%(name)s» stands in the by-line of %(count)d articles, and can't be deleted."
            " Unpublish the page instead: then the articles keep the name.",
            count,
        )
        messages.error(request, message % {"name": author.title, "count": count})
    return is_named


def author_suggestions(request: HttpRequest) -> JsonResponse:
    """The authors with a name in which a word begins with what is typed, in alphabetical order."""
    user = cast(User, request.user)
    if not user_has_any_page_permission(user):
        return JsonResponse({"authors": []}, status=403)
    typed = sort_key(request.GET.get("q", "").strip()[:100])
    known = Author.objects.filter(pk__in=pages_known_to(user).values("pk"))
    found = known.filter(sort_key__contains=typed).order_by("sort_key", "pk")
    rows = [row for row in found.select_related("portrait")[: 20 * SHOWN] if starts(row, typed)]
    authors = [
        {
            "id": author.pk,
            "name": author.title,
            "role": author.role,
            "portrait": author.portrait.plain_address if author.live and author.portrait else "",
        }
        for author in rows[:SHOWN]
    ]
    return JsonResponse({"authors": authors})


def starts(author: Author, typed: str) -> bool:
    """Whether a word of the name starts so. Two digits stand for each letter, «00» for a space."""
    whole = "00" + author.sort_key
    return any(
        whole[at : at + 2] == "00" and whole[at + 2 :].startswith(typed)
        for at in range(0, len(whole), 2)
    )
