"""The log of corrections and the day of the last review: written at once, outside versions."""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page, Revision

from accounts.models import User
from articles.models import Article, Correction
from articles.models.tree import hold


class ReviewForm(forms.Form):
    #: A digest of what was stored when the form was opened.
    read = forms.CharField(required=False, widget=forms.HiddenInput)
    reviewed_on = forms.DateField(
        label=gettext_lazy("Last reviewed by the editors"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy(
            "When somebody last saw to it that what the article says still holds."
        ),
    )


class CorrectionForm(forms.Form):
    made_on = forms.DateField(
        label=gettext_lazy("Date"), widget=AdminDateInput, initial=timezone.localdate
    )
    text = forms.CharField(
        label=gettext_lazy("What was corrected"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Shown to everyone."),
    )


Corrections = forms.formset_factory(CorrectionForm, extra=1, can_delete=True, max_num=200)


def may_correct(user: User, article: Article) -> bool:
    """Readers see it at once, so it takes the right to publish."""
    can_publish: bool = article.permissions_for_user(user).can_publish()
    return can_publish and article.alias_of_id is None  # it shows those of the article it follows


def keep_corrections(request: HttpRequest, page: Page) -> None:
    """A hook before an alias becomes an article of its own: it keeps the log of what it showed."""
    rows = Correction.objects.filter(article=page.alias_of_id or 0)
    if request.method == "POST":
        Correction.objects.bulk_create(
            Correction(
                article_id=page.pk, made_on=row.made_on, text=row.text, sort_order=row.sort_order
            )
            for row in rows
        )


def corrections(request: HttpRequest, pk: int) -> HttpResponse:
    article, user = get_object_or_404(Article, pk=pk), cast(User, request.user)
    if not may_correct(user, article):
        raise PermissionDenied
    is_overtaken = False
    if request.method == "POST":
        # Not bound to what is stored by now: a row that is the same would count as left empty.
        rows, review = Corrections(request.POST), ReviewForm(request.POST)
        with transaction.atomic():
            hold(pk)
            article = Article.objects.get(pk=pk)
            is_overtaken = request.POST.get("read") != digest_of(article)
            if not is_overtaken and rows.is_valid() and review.is_valid():
                article.correct(list(kept(rows)), review.cleaned_data["reviewed_on"], user)
                forget_unshown(article)
                text = _("The corrections of «%s» are saved, and shown to readers.")
                messages.success(request, text % article.title)
                return redirect("wagtailadmin_pages:edit", article.pk)
    stored = list(article.corrections.values("made_on", "text"))
    waiting = list(unshown(article, stored))
    if is_overtaken or request.method != "POST":
        own = [row for row in written(rows) if row not in stored] if is_overtaken else waiting
        day = review["reviewed_on"].value() if is_overtaken else article.reviewed_on
        rows = Corrections(initial=[*stored, *own])
        review = ReviewForm(initial={"reviewed_on": day, "read": digest_of(article)})
    context = {
        "article": article,
        "rows": rows,
        "review": review,
        "waiting": len(waiting),
        "is_overtaken": is_overtaken,
        "header_title": _("Corrections and review of «%s»") % article.get_admin_display_title(),
        "edit_url": reverse("wagtailadmin_pages:edit", args=[article.pk]),
    }
    return render(request, "wagtailadmin/desk/corrections.html", context)


def kept(rows: Any) -> Iterator[tuple[date, str]]:
    for form in rows:
        values = form.cleaned_data
        if values and not values.get("DELETE") and values.get("text"):
            yield values["made_on"], values["text"]


def written(rows: Any) -> Iterator[dict[str, Any]]:
    """What was posted and not deleted, also where it isn't right."""
    for form in rows:
        is_right = form.is_valid() and form.cleaned_data
        row = {name: form[name].value() for name in ("made_on", "text")}
        if row["text"] and not form["DELETE"].value():
            yield row | ({"made_on": form.cleaned_data["made_on"]} if is_right else {})


def digest_of(article: Article) -> str:
    """What two editors' forms are told apart by."""
    rows = [(str(day), text) for day, text in article.corrections.values_list("made_on", "text")]
    return hashlib.sha256(repr((article.reviewed_on, rows)).encode()).hexdigest()


def newer_revisions(article: Article) -> "QuerySet[Revision]":
    return Revision.page_revisions.filter(
        object_id=str(article.pk), pk__gt=article.live_revision_id or 0
    )


def unshown(article: Article, stored: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Corrections in drafts from when they were a part of the versions. Nobody has shown them yet,
    so they are offered here, and none is lost."""
    known = {(row["made_on"], row["text"]) for row in stored}
    for rows in newer_revisions(article).values_list("content__corrections", flat=True):
        for row in rows or ():
            day = row["made_on"]  # None in an automatic save without a date
            found = date.fromisoformat(day) if day else timezone.localdate(), row["text"]
            if found not in known:
                known.add(found)
                yield {"made_on": found[0], "text": found[1]}


def forget_unshown(article: Article) -> None:
    """They have been shown or deleted now, and aren't offered again."""
    for revision in (
        newer_revisions(article).filter(content__has_key="corrections").select_for_update()
    ):
        del revision.content["corrections"]
        revision.save(update_fields=["content"])
