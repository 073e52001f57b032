"""What a member has read, saved and begun, and the forms that tell of it."""

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.posted import posted
from accounts.same_origin import same_origin
from articles.models import Article
from articles.views.shared import page_of, side_of
from reading.forms import PlaceForm, SwitchForm
from reading.models import Reading, keep_history, with_articles

#: Articles on a page of those that are read.
PAGE = 30


def article_at(pk: int) -> Article:
    """Raises Http404 for what readers may not know."""
    return get_object_or_404(Article.objects.for_readers(), pk=pk)


def address_at(pk: int) -> str:
    return article_at(pk).get_absolute_url()


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is begun, saved and read, and whether a history is kept."""
    readings = Reading.objects.of(cast(User, request.user))
    page = page_of(readings.finished(), PAGE, side_of(request))
    return render(
        request,
        "reading/overview.html",
        {
            "begun": with_articles(readings.begun()[:PAGE]),
            "saved": with_articles(readings.saved()[: 2 * PAGE]),
            "page": page,
            "finished": with_articles(page),
            "keeps_history": cast(User, request.user).keeps_history,
        },
    )


@same_origin
@posted(address_at)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader has come so far. Nothing is kept for who keeps no history."""
    article, user = article_at(pk), cast(User, request.user)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return refused(form)
    if user.keeps_history:
        Reading.of(user, article).keep_place(**form.cleaned_data)
    return redirect(article.get_absolute_url())


@same_origin
@posted(address_at)
def finished(request: HttpRequest, pk: int) -> HttpResponse:
    article, user = article_at(pk), cast(User, request.user)
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return refused(form)
    if user.keeps_history:
        Reading.of(user, article).finish(form.is_on)
    return back_to(article, form)


@same_origin
@posted(address_at)
def saved(request: HttpRequest, pk: int) -> HttpResponse:
    article, user = article_at(pk), cast(User, request.user)
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return refused(form)
    Reading.of(user, article).keep(form.is_on)
    return back_to(article, form)


@same_origin
@posted("reading:overview")
def history(request: HttpRequest) -> HttpResponse:
    """Whether a history is kept. Switched off, it is wiped too."""
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return refused(form)
    keep_history(cast(User, request.user), form.is_on)
    on, off = _("Your reading is remembered."), _("Your history is wiped, and none is kept.")
    messages.success(request, on if form.is_on else off)
    return redirect("reading:overview")


@same_origin
@posted("reading:overview")
def wipe(request: HttpRequest) -> HttpResponse:
    Reading.objects.of(cast(User, request.user)).wipe_history()
    messages.success(request, _("Your history is wiped."))
    return redirect("reading:overview")


def back_to(article: Article, form: SwitchForm) -> HttpResponse:
    """Where the button stood, so that nobody is moved in the text by it."""
    address = article.get_absolute_url()
    places = {"top": address, "list": reverse("reading:overview")}
    return redirect(places.get(form.cleaned_data["back"], f"{address}#lesingen"))


def refused(form: forms.Form) -> HttpResponse:
    """No page of ours sends such a form: who did is told what is wrong with it."""
    return HttpResponseBadRequest(form.errors.as_text(), content_type="text/plain; charset=utf-8")
