"""The lists of series and of articles in the panel, by Wagtail's own list views."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.auth import require_admin_access
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.pages import page_viewset_registry
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.permissions import page_permission_policy

from accounts.models import User
from articles.admin.policies import known
from articles.models import Article, AuthorIndex, Home, Series
from articles.models.rights import edits_all, own_pages
from articles.ordering import OrderChangedError, arrange
from desk import rows, series_rows
from desk.admin.board import trail
from desk.admin.filters import ArticleFilters, SeriesFilters
from desk.admin.forms import OrderForm
from desk.columns import columns
from desk.today import titles_above


class TemplateColumn(Column):
    """A cell with a template of its own."""

    def __init__(self, name: str, template: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.cell_template_name = f"wagtailadmin/desk/cells/{template}.html"

    def get_value(self, instance: Any) -> Any:
        return getattr(instance, "row", None)


class CellColumn(Column):
    """A column that another room registered: desk/columns.py."""

    cell_template_name = "wagtailadmin/desk/cells/cell.html"

    def __init__(self, number: int, **kwargs: Any) -> None:
        super().__init__(f"room-{number}", **kwargs)
        self.number = number

    def get_value(self, instance: Article) -> Any:
        return instance.row.cells[self.number]


class DeskIndexView(IndexView):
    permission_policy = page_permission_policy
    any_permission_required = ["add", "change", "publish"]
    template_name = "wagtailadmin/desk/list.html"
    search_backend_name = None
    search_fields = ["title"]
    paginate_by = 50
    header_icon = "list-ol"
    breadcrumbs_items = [{"url": reverse_lazy("wagtailadmin_home"), "label": _("Today")}]

    @cached_property
    def index_url(self) -> str:
        return reverse(self.index_url_name)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    @property
    def changed_at(self) -> Any:
        """When a page was last changed, as far as the user may know."""
        drafted = F("latest_revision_created_at")
        if edits_all(self.user):
            return drafted
        own = own_pages(self.user).values("pk")
        return Case(When(pk__in=own, then=drafted), default=F("last_published_at"))

    def order_queryset(self, queryset: Any) -> Any:
        if self.ordering in ("latest_revision_created_at", "-latest_revision_created_at"):
            at = self.changed_at
            is_newest_first = self.ordering.startswith("-")
            order = at.desc(nulls_last=True) if is_newest_first else at.asc(nulls_last=True)
            return queryset.order_by(order, "pk")
        return super().order_queryset(queryset)


class SeriesPaginator(WagtailPaginator):
    verbose_name_plural = pgettext_lazy("many", "series")


class SeriesIndexView(DeskIndexView):
    model = Series
    page_title = _("Series")
    verbose_name_plural = pgettext_lazy("many", "series")
    index_url_name = "series_list"
    index_results_url_name = "series_list_results"
    filterset_class = SeriesFilters
    default_ordering = "path"
    # Else the count below the list says «series» of many as of one.
    paginator_class = SeriesPaginator

    def get_base_queryset(self) -> "QuerySet[Series]":
        return known(Series.objects.all(), self.user)

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        paginator, page, found, is_paginated = super().paginate_queryset(queryset, page_size)
        facts = series_rows.rows_of(list(found), self.user)
        for each in found:
            each.row = facts[each.pk]
        return paginator, page, found, is_paginated

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label=_("Title"), url_name="series_board", sort_key="title"),
            TemplateColumn("state", "series_state", label=_("State"), sort_key="live"),
            TemplateColumn("parts", "parts", label=_("Parts"), classname="wide"),
            TemplateColumn("access", "access_mix", label=_("Access")),
            TemplateColumn("next", "next", label=_("Next out"), classname="wider"),
            TemplateColumn("authors", "authors", label=_("By"), classname="wide"),
            DateColumn(
                "changed",
                label=_("Last changed"),
                accessor="row.changed_at",
                classname="wider",
            ),
        ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        home = Home.objects.get()
        if not home.permissions_for_user(self.user).can_add_subpage():
            return []
        return [HeaderButton(_("New series"), url=reverse("series_add"), icon_name="plus")]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not edits_all(self.user):
            return []
        label = _("Change the order on the front page")
        return [Button(label, url=reverse("series_order"), icon_name="order", priority=10)]


class ArticleIndexView(DeskIndexView):
    model = Article
    page_title = _("Articles")
    index_url_name = "article_list"
    index_results_url_name = "article_list_results"
    filterset_class = ArticleFilters
    default_ordering = "-latest_revision_created_at"
    header_icon = "doc-full"

    def get_base_queryset(self) -> "QuerySet[Article]":
        return known(Article.objects.all(), self.user)

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        paginator, page, found, is_paginated = super().paginate_queryset(queryset, page_size)
        # Without the facts, the database sorts short rows.
        keys = list(found.values_list("pk", flat=True))
        by_key = rows.with_facts(Article.objects.filter(pk__in=keys)).in_bulk()
        articles = [by_key[key] for key in keys if key in by_key]
        above = titles_above(articles)
        for article, row in zip(articles, rows.rows_of(articles, self.user), strict=True):
            article.row, article.series_title = row, above.get(article.path[:-4], "")
            drafted, published = article.latest_revision_created_at, article.last_published_at
            article.changed_at = drafted if row.is_own else published
        page.object_list = articles
        return paginator, page, articles, is_paginated

    @cached_property
    def columns(self) -> list[Column]:
        rooms = [
            CellColumn(n, label=each.label, classname="wider") for n, each in enumerate(columns)
        ]
        return [
            TitleColumn("title", label=_("Title"), get_url=edit_url, sort_key="title"),
            Column(
                "series",
                label=pgettext_lazy("one", "Series"),
                accessor="series_title",
                classname="wide",
            ),
            TemplateColumn("state", "state", label=_("State"), sort_key="live"),
            TemplateColumn("access", "access", label=_("Access"), sort_key="access"),
            TemplateColumn("authors", "names", label=_("By"), classname="wider"),
            TemplateColumn(
                "words",
                "words",
                label=_("Words"),
                sort_key="metadata__words",
                classname="wider",
            ),
            *rooms,
            DateColumn(
                "changed",
                label=_("Last changed"),
                accessor="changed_at",
                sort_key="latest_revision_created_at",
                classname="wider",
            ),
        ]


def edit_url(article: Article) -> str | None:
    return reverse("wagtailadmin_pages:edit", args=[article.pk]) if article.row.is_own else None


@require_admin_access
def add_series(request: HttpRequest) -> HttpResponse:
    return redirect("wagtailadmin_pages:add", "articles", "series", Home.objects.get().pk)


@require_admin_access
def order_series(request: HttpRequest) -> HttpResponse:
    """The order of the series on the front page, changed as that of the parts of a series."""
    home, user = Home.objects.get(), cast(User, request.user)
    if not home.permissions_for_user(user).can_reorder_children():
        raise PermissionDenied
    series = list(Series.objects.order_by("path").only("pk", "title", "live", "path"))
    read = [each.pk for each in series]
    is_refused = False
    if request.method == "POST":
        form = OrderForm(request.POST)
        try:
            if form.is_valid():
                arrange(home, form.cleaned_data["read"], form.cleaned_data["order"], user)
                return redirect("series_list")
        except OrderChangedError:
            is_refused = True
        place = {pk: n for n, pk in enumerate(form.cleaned_data.get("order") or [])}
        series.sort(key=lambda each: place.get(each.pk, len(place)))
    context = {
        "series": series,
        "read": ",".join(map(str, read)),
        "is_refused": is_refused,
        "header_title": _("The order on the front page"),
        "breadcrumbs_items": trail(last=str(_("The order on the front page"))),
    }
    return render(request, "wagtailadmin/desk/order.html", context)


explorer = page_viewset_registry.as_view("index", parent_page_id_kwarg="parent_page_id")


def explore(request: HttpRequest, parent_page_id: int) -> HttpResponse:
    """Wagtail's list of the pages below a page. A series has its board instead; with anything in
    the query, such as a search, it is Wagtail's list. That can't order more than fit on a page, for
    it shows all pages at once, so they are ordered on boards of ours, or not at all."""
    is_ordering = request.GET.get("ordering") == "ord"
    shows_all = is_ordering or not request.GET
    if shows_all and Series.objects.filter(pk=parent_page_id).exists():
        return redirect("series_board", parent_page_id)
    if is_ordering:
        home = Home.objects.filter(pk=parent_page_id, numchild__gt=DeskIndexView.paginate_by)
        if home.exists():
            return redirect("series_order")
        if AuthorIndex.objects.filter(pk=parent_page_id).exists():
            return redirect(reverse("wagtailadmin_explore", args=[parent_page_id]))
    answer: HttpResponse = explorer(request, parent_page_id=parent_page_id)
    return answer
