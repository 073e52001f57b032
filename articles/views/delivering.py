"""Hands out files, with byte ranges (RFC 9110, section 14), or lets nginx do it."""

import re
from collections.abc import Iterator
from http import HTTPStatus

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

from articles.views.pictures import tell_missing

CHUNK = 64 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def deliver(
    request: HttpRequest, file: FieldFile, size: int, tag: str, kind: str = "audio/mpeg"
) -> HttpResponseBase:
    """`file` of `size` bytes and type `kind`, or the one range of it that is asked for.

    Several ranges at once are answered with the whole file, as the standard allows. Raises Http404,
    and tells the operator, if the file is missing.
    """
    etag = f'"{tag}"'
    if settings.NGINX_SENDS_FILES:
        response: HttpResponseBase = HttpResponse(content_type=kind)
        response["X-Accel-Redirect"] = f"/{settings.NGINX_FILES}/{file.name}"
        return response
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    first, last, status = 0, size - 1, HTTPStatus.OK
    asked = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked and request.headers.get("If-Range", etag) == etag and any(asked.groups()):
        first, last = _span(asked[1], asked[2], size)
        status = HTTPStatus.PARTIAL_CONTENT
        if first > last:
            refused = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            refused["Content-Range"] = f"bytes */{size}"
            return refused
    if not file.storage.exists(file.name or ""):
        tell_missing(file.name or "")
        raise Http404
    # The middleware makes a GET of a HEAD, whose body nobody sends.
    is_head = request.META["REQUEST_METHOD"] == "HEAD"
    response = StreamingHttpResponse(
        () if is_head else _read(file, first, last),
        status=status,
        content_type=kind,
    )
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    if status == HTTPStatus.PARTIAL_CONTENT:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte that are asked for; the first is greater if there are none."""
    if not first:  # the last so many
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last) if last else size - 1, size - 1)


def _read(file: FieldFile, first: int, last: int) -> Iterator[bytes]:
    with file.open("rb") as opened:
        opened.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := opened.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
