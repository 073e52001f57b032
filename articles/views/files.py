"""Hands out files to download, through the gate."""

from csp.constants import NONE
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.db.models import BigAutoField
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import VISITOR, Reader
from articles.models import File
from articles.views.delivering import deliver
from articles.views.pictures import kept


@login_not_required
@require_safe
# Should a browser open the file after all, nothing in it may run or fetch.
@csp_replace({"default-src": [NONE], "sandbox": True})
def file(request: HttpRequest, pk: int, file_hash: str, name: str) -> HttpResponseBase:
    """One file, for readers of a text that offers it.

    Others get a 404, which does not reveal whether the file exists.
    """
    found = shown_to(request, pk, file_hash)
    if found is None or found.name != name:
        raise Http404
    response = deliver(request, found.file, found.size, file_hash, "application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    if is_public(found):
        kept(request, response)
    else:
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
    return response


def shown_to(request: HttpRequest, pk: int, file_hash: str) -> File | None:
    """The file, if the user may have it as a reader, or as staff who work on a draft."""
    if pk > BigAutoField.MAX_BIGINT:
        return None
    at = File.objects.filter(pk=pk, file_hash=file_hash)
    found = at.readable_by(Reader.of(request)).first()
    user = request.user
    if found is None and user.is_authenticated and user.is_staff:
        found = at.known_to(user).first()
    return found


def is_public(file: File) -> bool:
    return File.objects.readable_by(VISITOR).filter(pk=file.pk).exists()
