"""The portal accepts only the HTTP methods that it uses, and only input that it can handle."""

import io

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from tests.conftest import OURS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/konto/", "/konto/logg-inn/", "/admin/", "/healthz"])
def test_what_nobody_sends_meets_no_view(as_editor, path, method):
    answer = as_editor.generic(method, path, headers={"x-secret": "gjenta-meg"})
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert b"gjenta-meg" not in answer.content


def test_no_script_reads_the_token_of_forms(member):
    client = Client(headers=OURS)
    client.get("/konto/logg-inn/passord/")
    assert client.cookies["csrftoken"]["httponly"]
    assert client.cookies["csrftoken"]["samesite"] == "Lax"


@pytest.mark.parametrize(("name", "is_taken"), [("inn.csv", True), ("inn.xlsx", False)])
def test_redirects_come_in_as_text_only(as_editor, name, is_taken):
    file = io.BytesIO(b"fra,til\n/gammel/,/om/\n")
    file.name = name
    answer = as_editor.post("/admin/redirects/import/", {"import_file": file})
    if is_taken:
        assert b"from_index" in answer.content
    else:
        assert answer.url == "/admin/redirects/import/"
    assert not Redirect.objects.exists()
