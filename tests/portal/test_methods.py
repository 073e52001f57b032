"""The portal accepts only the HTTP methods that it uses, and only input that it can handle."""

import io

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from portal import middleware
from tests.conftest import OURS, logged_in

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


@pytest.mark.parametrize("who", ["visitor", "member"])
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/konto/logg-inn/", "/konto/logg-inn/passnokkel/", "/sok/", "/e-post/"),
        *("/e-post/x/", "/admin/", "/admin/pages/add/x/", "/admin/redirects/import/"),
    ],
)
def test_no_reader_sends_a_large_form(path, who, member):
    """Parts with odd headers take seconds for each megabyte."""
    client = logged_in(member) if who == "member" else Client(headers=OURS)
    limit = middleware.MOST_SENT
    sent = {"content_type": "application/x-www-form-urlencoded"}
    assert client.post(path, "a" * (limit + 1), **sent).status_code == 413
    assert client.post(path, "a" * limit, **sent).status_code != 413
    for length in ("0" * 20 + "5000000", "9" * 30, "x"):
        answer = client.post(path, "a" * limit, CONTENT_LENGTH=length, **sent)
        assert answer.status_code == 413


def test_editors_send_large_forms(as_editor):
    name = "x" * (middleware.MOST_SENT + 1)
    assert as_editor.post("/admin/redirects/import/", {"x": name}).status_code != 413
