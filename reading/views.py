"""What a member has read, saved and begun, and the forms that record it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from django import forms
from django.contrib import messages
from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.post_only import post_only
from accounts.sign_in.same_origin import same_origin
from articles.models import Article, Series
from delivery.pagination import Page, page_number, paginate
from reading.forms import PositionForm, SwitchForm
from reading.models import (
    Reading,
    ReadingQuerySet,
    SetAside,
    keep_history,
    wipe_history,
    with_articles,
)
from reading.progress import in_progress

#: Articles from each list in the overview, and on a page of the list itself.
FIRST, PAGE = 12, 30


@dataclass(frozen=True)
class Shelf:
    """One list of a member's articles."""

    title: Promise
    #: The link from the overview to the list, and the text of an empty list.
    everything: Promise
    nothing: Promise
    rows: Callable[[ReadingQuerySet], ReadingQuerySet]

    def page(self, user: User, size: int, number: int = 1) -> Page:
        """Raises Http404 for a page that doesn't exist."""
        page = paginate(self.rows(Reading.objects.of(user)), size, number)
        return replace(page, rows=with_articles(page))


#: By the name in the list's address.
SHELVES = {
    "pabegynt": Shelf(
        gettext_lazy("Begun"),
        gettext_lazy("All that you have begun"),
        gettext_lazy("What you are in the middle of will stand here."),
        ReadingQuerySet.begun,
    ),
    "lagret": Shelf(
        gettext_lazy("Saved for later"),
        gettext_lazy("All that you have saved"),
        gettext_lazy("Save an article at its top, and it waits for you here."),
        ReadingQuerySet.saved,
    ),
    "lest": Shelf(
        pgettext_lazy("finished", "Read"),
        gettext_lazy("All that you have read"),
        gettext_lazy("What you have read to its end will stand here."),
        ReadingQuerySet.finished,
    ),
}


def article_at(pk: int) -> Article:
    """Raises Http404 for an article that readers may not know of."""
    if pk > BigIntegerField.MAX_BIGINT:  # SQLite can't take a larger number
        raise Http404
    return get_object_or_404(Article.objects.for_readers(), pk=pk)


def series_at(pk: int) -> Series:
    """Raises Http404 for a series that readers may not know of."""
    if pk > BigIntegerField.MAX_BIGINT:
        raise Http404
    return get_object_or_404(Series.objects.for_readers(), pk=pk)


def address_at(pk: int) -> str:
    return article_at(pk).get_absolute_url()


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Shows what is begun, saved and read, and whether a history is kept."""
    user = cast(User, request.user)
    shelves = [
        (name, shelf, shelf.page(user, FIRST))
        for name, shelf in SHELVES.items()
        if user.keeps_history or name == "lagret"
    ]
    aside = Series.objects.for_readers().filter(pk__in=SetAside.objects.of(user).values("series"))
    found = in_progress(user) if user.keeps_history else []
    context = {
        "found": found,
        "set_aside": [series for series in aside if series.pk not in {f.series.pk for f in found}],
        "shelves": shelves,
        "keeps_history": user.keeps_history,
    }
    return render(request, "reading/overview.html", context)


@never_cache
@require_safe
def shelf(request: HttpRequest, name: str) -> HttpResponse:
    """Shows the whole of one list. The overview shows only its first articles."""
    if name not in SHELVES:
        raise Http404
    number = page_number(request)
    try:
        page = SHELVES[name].page(cast(User, request.user), PAGE, number)
    except Http404:
        # The last article on that page was just taken off the list.
        return redirect("reading:shelf", name)
    context = {"name": name, "shelf": SHELVES[name], "page": page}
    return render(request, "reading/shelf.html", context)


@same_origin
@post_only(address_at)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Stores the reading position. Stores nothing for a member who keeps no history."""
    article, user = article_at(pk), cast(User, request.user)
    form = PositionForm(request.POST)
    if not form.is_valid():
        return refused(form)
    if user.keeps_history:
        Reading.of(user, article).keep_position(**form.cleaned_data)
    return redirect(article.get_absolute_url())


@same_origin
@post_only(address_at)
def finished(request: HttpRequest, pk: int) -> HttpResponse:
    article, user = article_at(pk), cast(User, request.user)
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return refused(form)
    if user.keeps_history:
        Reading.of(user, article).finish(form.is_on)
    return back_to(article, form)


@same_origin
@post_only(address_at)
def saved(request: HttpRequest, pk: int) -> HttpResponse:
    article, user = article_at(pk), cast(User, request.user)
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return refused(form)
    Reading.of(user, article).keep(form.is_on)
    return back_to(article, form)


@same_origin
@post_only("reading:overview")
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets a series aside, or takes it up again."""
    series = series_at(pk)
    user, form = cast(User, request.user), SwitchForm(request.POST)
    if not form.is_valid():
        return refused(form)
    if form.is_on and user.keeps_history:
        SetAside.objects.update_or_create(
            user=user, series=series, defaults={"set_at": timezone.now()}
        )
        messages.success(request, _("The series is set aside. It comes back when you read on."))
    else:
        SetAside.objects.of(user).filter(series=series).delete()
    return redirect("reading:overview")


@same_origin
@post_only("reading:overview")
def history(request: HttpRequest) -> HttpResponse:
    """Switches the history on or off. Switching it off also wipes it."""
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return refused(form)
    keep_history(cast(User, request.user), form.is_on)
    on, off = _("Your reading is remembered."), _("Your history is wiped, and none is kept.")
    messages.success(request, on if form.is_on else off)
    return redirect("reading:overview")


@same_origin
@post_only("reading:overview")
def wipe(request: HttpRequest) -> HttpResponse:
    wipe_history(cast(User, request.user))
    messages.success(request, _("Your history is wiped."))
    return redirect("reading:overview")


def back_to(article: Article, form: SwitchForm) -> HttpResponse:
    """Redirects to where the button was, so that it moves nobody in the text. When an article is
    taken off a list, the next one has its row."""
    address = article.get_absolute_url()
    saved_articles = reverse("reading:shelf", args=["lagret"])
    row = f"#rad-{form.cleaned_data['row'] or 1}"
    places = {
        "top": f"{address}#lagring",
        "list": f"{reverse('reading:overview')}{row}",
        "shelf": f"{saved_articles}?side={form.cleaned_data['side'] or 1}{row}",
    }
    return redirect(places.get(form.cleaned_data["back"], f"{address}#lesingen"))


def refused(form: forms.Form) -> HttpResponse:
    """Reports the form's errors. No page of ours sends a form with errors."""
    return HttpResponseBadRequest(form.errors.as_text(), content_type="text/plain; charset=utf-8")
