"""«Hjelp» in the panel: the editors' guide and its pictures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from wagtail.admin.auth import require_admin_access

from desk.guide import PICTURES, guide


@require_admin_access
def show_guide(request: HttpRequest) -> HttpResponse:
    return render(request, "wagtailadmin/desk/guide.html", {"guide": guide()})


@require_admin_access
@cache_control(private=True, max_age=3600)
def guide_picture(request: HttpRequest, name: str) -> HttpResponse:
    """One of the files that lie in the folder now: the name is never made into a path."""
    found = {path.name: path for path in PICTURES.glob("*.webp")}
    if name not in found:
        raise Http404
    return HttpResponse(found[name].read_bytes(), content_type="image/webp")
