"""The series board: the parts of a series with what an editor must know of each, in their order."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from accounts.access import Access
from accounts.models import User
from articles.admin.policies import known
from articles.admin.publishing import may_change_access
from articles.models import Article, Series, SeriesRules
from articles.models.tree import below
from articles.ordering import OrderChangedError, arrange
from desk.admin import undoing
from desk.admin.forms import OrderForm, PlanForm
from desk.columns import columns
from desk.first_part import open_first, opens_first
from desk.rows import Row, rows_of, with_facts


def series_for(request: HttpRequest, pk: int, *, to_arrange: bool = True) -> Series:
    """Raises Http404 for a series that the user may not know of, and PermissionDenied for one
    that they may not arrange."""
    user = cast(User, request.user)
    series: Series = get_object_or_404(known(Series.objects.all(), user), pk=pk)
    if to_arrange and not may_arrange(user, series):
        raise PermissionDenied
    return series


def may_arrange(user: User, series: Series) -> bool:
    return bool(series.permissions_for_user(user).can_reorder_children())


def parts_of(series: Series, user: User) -> list[Article]:
    parts = Article.objects.filter(below(series.path), depth=series.depth + 1)
    return list(with_facts(known(parts, user)).order_by("path"))


@require_admin_access
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """A POST saves the order and the rule, if the order is still the one that was read."""
    series = series_for(request, pk, to_arrange=request.method == "POST")
    user = cast(User, request.user)
    parts = parts_of(series, user)
    wanted_rule = None
    if request.method == "POST":
        form = OrderForm(request.POST)
        if form.is_valid() and save_order(request, series, form.cleaned_data):
            return redirect("series_board", series.pk)
        parts = in_order(parts, form.cleaned_data.get("order") or [])
        wanted_rule = form.cleaned_data.get("opens_first")
    return render(
        request, "wagtailadmin/desk/board.html", board_page(request, series, parts, wanted_rule)
    )


def in_order(parts: list[Article], keys: list[int]) -> list[Article]:
    """As they stood on the editor's screen. What has come since stands last."""
    place = {key: number for number, key in enumerate(keys)}
    return sorted(parts, key=lambda part: place.get(part.pk, len(place)))


def board_page(
    request: HttpRequest, series: Series, parts: list[Article], wanted_rule: bool | None
) -> dict[str, Any]:
    user = cast(User, request.user)
    rows = rows_of(parts, user)
    rule = opens_first(series)
    return {
        "series": series,
        "rows": rows,
        "columns": columns,
        "read": ",".join(str(part.pk) for part in sorted(parts, key=lambda part: part.path)),
        "has_rule": rule,
        "wants_rule": rule if wanted_rule is None else wanted_rule,
        "may_arrange": may_arrange(user, series),
        "may_open": user.has_perm("articles.change_article_access"),
        "may_add": series.permissions_for_user(user).can_add_subpage(),
        "is_unsaved": wanted_rule is not None,
        "totals": totals(rows),
        "plan_form": PlanForm(),
        "undo": undoing.offered(request, series),
        "header_title": series.title,
        "breadcrumbs_items": trail(series),
    }


def trail(series: Series | None = None, last: str = "") -> list[dict[str, str]]:
    items = [
        {"url": reverse("wagtailadmin_home"), "label": _("Today")},
        {"url": reverse("series_list"), "label": _("Series")},
    ]
    if series:
        items.append({"url": reverse("series_board", args=[series.pk]), "label": series.title})
    return [*items, {"url": "", "label": last}] if last else items


def totals(rows: list[Row]) -> dict[str, int]:
    live = [row for row in rows if row.article.live]
    return {
        "parts": len(rows),
        "live": len(live),
        "open": sum(row.is_open for row in live),
        "minutes": sum(row.minutes or 0 for row in live),
    }


def save_order(request: HttpRequest, series: Series, sent: dict[str, Any]) -> bool:
    """Save the order, the rule and the access that follows, all or nothing. False, with a message,
    if the series has changed since it was read."""
    user = cast(User, request.user)
    try:
        with transaction.atomic():
            is_moved = arrange(series, sent["read"], sent["order"], user)
            rule, _made = SeriesRules.objects.get_or_create(series=series)
            is_ruled = rule.opens_first != sent["opens_first"]
            if is_ruled:
                rule.opens_first = sent["opens_first"]
                rule.save()
            opened = open_first(series, user) if rule.opens_first else None
            if opened and (opened.pk != sent["opens"] or not may_change_access(user, opened)):
                raise OrderChangedError  # never open what the board did not tell of
            locked = lock_former(series, sent["locks"], user)
    except OrderChangedError:
        messages.error(
            request,
            _(
                "Somebody else has changed the series since you opened it. Your order stands here,"
                " and is not saved yet. Look it over, and save again."
            ),
        )
        return False
    if is_moved or is_ruled or opened or locked:
        messages.success(request, said_of(is_moved, opened, locked))
    return True


def lock_former(series: Series, pk: int | None, user: User) -> Article | None:
    if pk is None:
        return None
    parts = Article.objects.filter(below(series.path), depth=series.depth + 1)
    part = parts.filter(pk=pk, access=Access.PUBLIC).first()
    if part is None or not may_change_access(user, part):
        return None
    part.change_access(Access.MEMBERS, user)
    return part


def said_of(is_moved: bool, opened: Article | None, locked: Article | None) -> str:
    said = [_("The order is saved.") if is_moved else _("Saved.")]
    if opened:
        said.append(_("«%s» is now open to everyone.") % opened.title)
    if locked:
        said.append(_("«%s» is now for members only.") % locked.title)
    return " ".join(said)


@require_POST
@require_admin_access
def undo_access(request: HttpRequest, pk: int) -> HttpResponse:
    series = series_for(request, pk)
    count = undoing.undo(request, series)
    if count:
        messages.success(request, _("Each has its former access again."))
    return redirect("series_board", series.pk)
