"""Serves pictures through the gate."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from accounts.access import VISITOR, Reader
from articles.models import Picture
from articles.models.rights import edits_all

#: Seconds. The address holds the file's hash, so the file never changes. A day limits how long
#: caches keep a picture that is no longer public.
PUBLIC_MAX_AGE = 24 * 60 * 60


@login_not_required
@require_safe
# A browser that opens a picture alone builds a page around it, with an inline style.
@csp_update({"style-src": [UNSAFE_INLINE]})
def picture(request: HttpRequest, pk: int, file_hash: str, width: int, format: str) -> HttpResponse:
    """One picture in one width and format, for readers of a text that shows it.

    Others get a 404, which does not reveal whether the picture exists.
    """
    found = get_object_or_404(Picture, pk=pk, file_hash=file_hash)
    is_public = found.is_readable_by(VISITOR)
    if not is_public and not may_see(request, found):
        raise Http404
    if width not in found.widths or format not in found.formats:
        raise Http404
    with found.rendition(width, format).file.open("rb") as file:
        response = HttpResponse(file.read(), content_type=f"image/{format}")
    response["Cache-Control"] = (
        f"public, max-age={PUBLIC_MAX_AGE}" if is_public else "private, no-store"
    )
    return response


def may_see(request: HttpRequest, picture: Picture) -> bool:
    """Whether the user may see it as a reader, or as staff who work on an unpublished text."""
    if picture.is_readable_by(Reader.of(request)):
        return True
    is_staff = request.user.is_authenticated and request.user.is_staff
    return is_staff and Picture.objects.known_to(request.user).filter(pk=picture.pk).exists()


@require_admin_access
@require_safe
def panel_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """An original or a rendition, for users who may see the picture in the panel."""
    if ".." in path or not default_storage.exists(path):
        raise Http404
    of_picture = Q(file=path) | Q(renditions__file=path)
    seen = Picture.objects.known_to(request.user).filter(of_picture)
    # No index leads from a file to its picture. Editors see all pictures, so they skip the query.
    if not edits_all(request.user) and not seen.exists():
        raise Http404
    try:
        return FileResponse(default_storage.open(path))
    except IsADirectoryError:
        raise Http404 from None
