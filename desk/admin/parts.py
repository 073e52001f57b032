"""What is done with several parts of a series at once, and the parts that are only planned."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.actions.move_page import MovePageAction
from wagtail.admin.auth import require_admin_access
from wagtail.log_actions import log

from accounts.models import User
from articles.models import Article, PlannedPart, Series
from articles.models.tree import below, hold
from desk.admin import undoing
from desk.admin.board import board_page, parts_of, series_for, trail
from desk.admin.forms import MoveForm, PartsForm, PlanForm


def ticked(series: Series, keys: list[int]) -> "QuerySet[Article]":
    parts = Article.objects.filter(below(series.path), depth=series.depth + 1, pk__in=keys)
    return parts.order_by("path")


@require_POST
@require_admin_access
def change_parts(request: HttpRequest, pk: int) -> HttpResponse:
    """Access is changed here. The rest has pages of its own, which ask first."""
    series, back = series_for(request, pk), reverse("series_board", args=[pk])
    form = PartsForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, " ".join(map(str, form.errors.get("id", [_("Choose what to do.")])))
        )
        return redirect(back)
    keys, what = form.cleaned_data["id"], form.cleaned_data["do"]
    if what in PartsForm.BULK:
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", what])
        return redirect(f"{url}?{urlencode({'id': keys, 'next': back}, doseq=True)}")
    if what == "move":
        url = reverse("series_move_parts", args=[pk])
        return redirect(f"{url}?{urlencode({'id': keys}, doseq=True)}")
    _changed, refused = undoing.change(
        request, series, list(ticked(series, keys)), PartsForm.ACCESS[what]
    )
    if refused:
        messages.warning(request, _("%s of them are not yours to open or lock.") % refused)
    return redirect(back)


@require_admin_access
def move_parts(request: HttpRequest, pk: int) -> HttpResponse:
    """Wagtail's move leaves a redirect from each old address."""
    series, user = series_for(request, pk), cast(User, request.user)
    data = request.POST if request.method == "POST" else request.GET
    keys = [int(key[:18]) for key in data.getlist("id") if key.isdecimal()]
    parts = ticked(series, keys)
    others = Series.objects.exclude(pk=pk).order_by("title")
    form = MoveForm(request.POST or None, parts=parts, initial={"id": keys}).offer(others)
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["to"]
        with transaction.atomic():
            for part in parts:
                MovePageAction(part, target, pos="last-child", user=user).execute()
        said = ngettext("%(n)s part was moved.", "%(n)s parts were moved.", len(parts))
        messages.success(request, said % {"n": len(parts)})
        return redirect("series_board", target.pk)
    context = {"series": series, "parts": parts, "form": form, "header_title": _("Move parts")}
    context["breadcrumbs_items"] = trail(series, _("Move parts"))
    return render(request, "wagtailadmin/desk/move.html", context)


@require_POST
@require_admin_access
def plan_part(request: HttpRequest, pk: int) -> HttpResponse:
    """A part with a title and perhaps a day, last in the series."""
    series, user = series_for(request, pk), cast(User, request.user)
    if not series.permissions_for_user(user).can_add_subpage():
        raise PermissionDenied
    form = PlanForm(request.POST)
    if form.is_valid():
        with transaction.atomic():
            hold(series.pk)
            series.refresh_from_db(fields=["path", "depth", "numchild"])
            part = Article(title=form.cleaned_data["title"], live=False, owner=user)
            series.add_child(instance=part)
            form.instance.article = part
            form.save()
            log(instance=part, action="wagtail.create", user=user, content_changed=True)
        messages.success(request, _("«%s» is planned. Open it to write it.") % part.title)
        return redirect("series_board", pk)
    page = board_page(request, series, parts_of(series, user), None)
    return render(request, "wagtailadmin/desk/board.html", page | {"plan_form": form})


@require_admin_access
def replan_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Another title or day for a part that is still only planned."""
    planned = get_object_or_404(PlannedPart.objects.select_related("article"), article=pk)
    part = planned.article
    series = Series.objects.get(pk=part.get_parent().pk)
    series_for(request, series.pk)
    initial = {"title": part.title}
    form = PlanForm(request.POST or None, instance=planned, initial=initial)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            hold(pk)
            form.save()
            part = Article.objects.get(pk=pk)
            # A part that is being written has its title in its own form.
            if part.latest_revision_id is None and form.cleaned_data["title"] != part.title:
                part.title = part.draft_title = form.cleaned_data["title"]
                part.save(update_fields=["title", "draft_title"], clean=False)
        return redirect("series_board", series.pk)
    context = {"series": series, "part": part, "form": form, "header_title": _("Change the plan")}
    context["breadcrumbs_items"] = trail(series, part.title)
    return render(request, "wagtailadmin/desk/plan.html", context)
