"""Serves pictures through the gate."""

import logging
from functools import lru_cache
from typing import TypeVar

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db.models import BigAutoField, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from accounts.access import Reader
from articles.models import Picture, ShareCard
from articles.models.pictures import SHOWN, PictureQuerySet, spec_of
from articles.models.rights import edits_all

logger = logging.getLogger(__name__)

Response = TypeVar("Response", bound=HttpResponseBase)

#: Seconds. The address holds the file's hash, so the file never changes. A day limits how long
#: browsers keep a picture that is no longer public.
PUBLIC_MAX_AGE = 24 * 60 * 60
#: Seconds that nginx shows a public picture before it asks again whether it still is public.
NGINX_MAX_AGE = 60


@login_not_required
@require_safe
# A browser that opens a picture alone builds a page around it, with an inline style.
@csp_update({"style-src": [UNSAFE_INLINE]})
def picture(request: HttpRequest, pk: int, file_hash: str, width: int, format: str) -> HttpResponse:
    """One picture in one width and format, for readers of a text that shows it.

    Others get a 404, which does not reveal whether the picture exists. Nothing is made or written
    here: another file stands in for a rendition that the worker has not made yet.
    """
    found = shown_to(request, pk, file_hash, spec_of(width, format))
    if found is None or width not in found.widths or format not in found.formats:
        raise Http404
    if found.made is None:
        data, kind = read(found.stand_in(width)), f"image/{found.plain_format}"
        return HttpResponse(data, kind, headers={"Cache-Control": "private, no-store"})
    tag = f'"{file_hash}-{width}-{format}"'
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(read(found.made), content_type=f"image/{format}")
    response["ETag"] = tag
    return kept(request, response)


def file_of(
    pictures: PictureQuerySet, pk: int, file_hash: str, width: int, format: str
) -> tuple[bytes, str]:
    """The bytes of one of `pictures` at an address, and their type. Raises Http404.

    For those to whom another rule than the gate's opens the picture.
    """
    found = pictures.at(pk, file_hash, spec_of(width, format)).first() if is_key(pk) else None
    if found is None or width not in found.widths or format not in found.formats:
        raise Http404
    if found.made is None:
        return read(found.stand_in(width)), f"image/{found.plain_format}"
    return read(found.made), f"image/{format}"


def is_key(pk: int) -> bool:
    return pk <= BigAutoField.MAX_BIGINT


@login_not_required
@require_safe
@csp_update({"style-src": [UNSAFE_INLINE]})
def card(request: HttpRequest, pk: int, file_hash: str) -> HttpResponse:
    """The card of a page that readers may know of. A withdrawn page's is a 404."""
    cards = ShareCard.objects.shown().filter(page=pk, file_hash=file_hash)
    found = cards.first() if is_key(pk) else None
    if found is None:
        raise Http404
    response = get_conditional_response(request, etag=f'"{file_hash}"')
    if response is None:
        response = HttpResponse(read(str(found.file.name)), content_type="image/png")
    response["ETag"] = f'"{file_hash}"'
    return kept(request, response)


def kept(request: HttpRequest, response: Response) -> Response:
    """`response`, a public picture or sound, with how long it may be kept."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        response["Cache-Control"] = "private, no-store"
        return response
    # Older versions of nginx require this header to come first.
    response["X-Accel-Expires"] = str(NGINX_MAX_AGE)
    response["Cache-Control"] = f"public, max-age={PUBLIC_MAX_AGE}"
    return response


def shown_to(request: HttpRequest, pk: int, file_hash: str, spec: str) -> Picture | None:
    """The picture, if the user may see it as a reader, or as staff who work on an unpublished
    text."""
    if not is_key(pk):
        return None
    reader, user = Reader.of(request), request.user
    found: Picture | None
    if reader.opened:
        found = Picture.objects.readable_by(reader).at(pk, file_hash, spec).first()
    else:
        found = SHOWN.first(int(reader.level), pk, file_hash, spec)
    if found is None and user.is_authenticated and user.is_staff:
        found = Picture.objects.known_to(user).at(pk, file_hash, spec).first()
    return found


def read(name: str) -> bytes:
    """The file's bytes. Raises Http404, and tells the operator once, if the file is missing."""
    try:
        with default_storage.open(name) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        tell_missing(name)
        raise Http404 from None
    return data


@lru_cache(maxsize=10_000)
def tell_missing(name: str) -> None:
    logger.error("The file %s is missing in the media folder", name)


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
