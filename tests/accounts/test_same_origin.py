"""Forms without a CSRF token are accepted from our own pages, and from nowhere else."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.sign_in.same_origin import same_origin


@same_origin
def view(request):
    return HttpResponse("ok")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://testserver"},
    ],
)
def test_a_page_of_ours_may_send_a_form(headers):
    assert view(RequestFactory().post("/", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "http://example.no"},
        {"Origin": "https://testserver"},
        {"Origin": "null"},
        {"Referer": "http://testserver/"},
    ],
)
def test_nobody_else_may(headers):
    with pytest.raises(PermissionDenied):
        view(RequestFactory().post("/", headers=headers))
