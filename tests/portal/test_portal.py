"""Health, errors, settings and the worker."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIRequest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.sessions import SessionStore
from articles.models import Passage, PublishedMetadata
from articles.views import reading
from mail.models import Message
from portal import checks
from portal.middleware import content_security_policy
from portal.secret import secret_key
from portal.wsgi import django_application
from tests import factories
from tests.separate import settings_under_https
from worker import heartbeat

pytestmark = pytest.mark.django_db


def test_a_browser_that_shows_a_file_by_itself_finds_an_icon(visitor):
    answer = visitor.get("/favicon.ico")
    assert answer.url == "/static/img/favicon.png"
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert not answer.cookies


def test_health_tells_of_web_database_and_worker_and_of_no_version(visitor):
    cache.set(heartbeat.KEY, time.time(), None)
    answer = visitor.get("/healthz")
    assert answer.status_code == 200
    names = ["web", "database", "migrations", "disk", "mail", "worker", "jobs", "search"]
    assert answer.json() == dict.fromkeys(names, "ok")
    assert "Server" not in answer


def test_health_tells_of_a_worker_that_is_late(visitor):
    cache.set(heartbeat.KEY, time.time() - 61, None)
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "late")


def test_a_database_that_is_away_is_a_503_in_the_portal_s_dress(visitor, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(reading.Series.objects, "for_readers", away)
    answer = visitor.get("/serien/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "base.css" in answer.content.decode()


def test_so_it_is_when_it_is_missed_before_any_view(monkeypatch):
    def away(*args, **kwargs):
        raise InterfaceError

    monkeypatch.setattr(SessionStore, "load", away)
    client = Client(headers={"cookie": "medlem=oppdiktet"}, raise_request_exception=False)
    answer = client.get("/serien/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


def test_no_content_type_is_too_odd_for_a_request():
    environ = RequestFactory().post("/").environ | {"CONTENT_TYPE": "text/plain; x*=nope''y"}
    with pytest.raises(ValueError, match="nope"):
        WSGIRequest(environ)
    request = django_application.request_class(environ)
    assert (request.content_type, request.content_params) == ("", {})


def test_a_fault_of_ours_is_a_500_in_the_portal_s_dress(monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError

    monkeypatch.setattr(reading.Series.objects, "for_readers", broken)
    answer = Client(raise_request_exception=False).get("/serien/")
    assert answer.status_code == 500
    assert "base.css" in answer.content.decode()


def test_an_old_form_is_explained(member):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/konto/logg-inn/", {"login": member.email, "password": "x"})
    assert answer.status_code == 403
    assert "base.css" in answer.content.decode()


@pytest.fixture
def worker():
    """Returns a function that runs the worker until nothing is due."""
    return lambda: call_command("worker", "--once")


def test_the_worker_does_all_its_jobs_and_one_that_fails_stops_no_other(
    settings, monkeypatch, worker
):
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr("articles.models.Picture.prepare", lambda self: 1 / 0)
    factories.make_picture()
    Message.objects.create(
        subject="Hei", recipient="a@b.no", message_id="<1@x>", source=b"From: x@y.no\n\nhei"
    )
    worker()
    assert Message.objects.get().sent_at
    assert heartbeat.age() < heartbeat.MAX_AGE


def test_the_worker_prepares_pictures_so_that_no_reader_waits(worker):
    picture = factories.make_picture(size=(500, 400))
    worker()
    picture.refresh_from_db()
    assert picture.is_prepared
    assert picture.renditions.count() == len(picture.widths) * len(picture.formats)


def test_republish_mends_what_was_harmed(article, capsys):
    Passage.objects.filter(page=article).update(html="ødelagt")
    call_command("republish")
    assert capsys.readouterr().out == "1 side ble endret.\n"
    call_command("republish")
    assert capsys.readouterr().out == "0 sider ble endret.\n"


def test_a_secret_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path):
    path = tmp_path / "new" / "secret_key"
    first = secret_key(path)
    assert secret_key(path) == first
    assert len(first) > 50
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://fagserien.no", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://fagserien.no", False),
        ("http://192.168.1.10", False),
        ("fagserien.no", False),
    ],
)
def test_http_is_for_this_machine_only(settings, url, is_safe):
    settings.SITE = urlsplit(url)
    settings.IS_HTTPS = url.startswith("https")
    assert (checks.site_url_is_safe() == []) is is_safe


def test_under_https_no_other_host_can_set_the_cookies_of_a_log_in(settings, member):
    for name, value in settings_under_https().items():
        setattr(settings, name, value)
    client = Client(enforce_csrf_checks=True, headers={"origin": "https://testserver"})
    client.get("/konto/logg-inn/passord/", secure=True)
    form = {"login": member.email, "password": "langt-passord"}
    form["csrfmiddlewaretoken"] = client.cookies["__Host-csrftoken"].value
    answer = client.post("/konto/logg-inn/passord/", form, secure=True)
    paths = {"__Host-csrftoken": "/", "__Host-medlem": "/", "__Secure-enhet": "/konto/"}
    assert set(answer.cookies) == set(paths)
    for name, cookie in answer.cookies.items():
        # RFC 6265bis, 4.1.3: browsers require this for cookies with the prefixes.
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, paths[name], "")
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert member.email in client.get("/konto/", secure=True).content.decode()


def rights(group: str) -> set[str]:
    found = Group.objects.get(name=group)
    own = found.permissions.values_list("codename", flat=True)
    pages = found.page_permissions.values_list("permission__codename", flat=True)
    pictures = found.collection_permissions.values_list("permission__codename", flat=True)
    return {*own, *pages, *pictures}


@pytest.mark.parametrize(
    ("group", "may"),
    [
        (
            "Editors",
            {
                "access_admin",
                "change_article_access",
                "change_linksettings",
                "change_newslettersettings",
                "send_letter",
                *(f"{verb}_subject" for verb in ("add", "change", "delete", "view")),
                *(f"{verb}_pronunciation" for verb in ("add", "change", "delete", "view")),
                *(f"{verb}_wordreport" for verb in ("change", "delete", "view")),
                *(f"{verb}_sponsorship" for verb in ("add", "change", "delete", "view")),
                *(f"{verb}_redirect" for verb in ("add", "change", "delete", "view")),
                *(f"{verb}_image" for verb in ("add", "change", "choose")),
                *(f"{verb}_page" for verb in ("add", "change", "publish", "bulk_delete")),
                *(f"{verb}_page" for verb in ("lock", "unlock")),
            },
        ),
        ("Writers", {"access_admin", "add_image", "choose_image", "add_page"}),
        ("Member managers", {"access_admin", "manage_members"}),
    ],
)
def test_a_group_of_the_panel_may_just_this(group, may):
    assert rights(group) == may


def test_there_are_no_other_groups():
    names = set(Group.objects.values_list("name", flat=True))
    assert names == {"Editors", "Writers", "Member managers", "Staff managers"}


def test_a_variable_set_to_nothing_is_not_set():
    names = ("PORT", "PORTAL_DATA", "SITE_URL", "DATABASE_URL", "EMAIL_URL", "DEBUG")
    env = {**os.environ, **dict.fromkeys((*names, "TRUSTED_PROXIES", "LOG_LEVEL"), "")}
    code = "from portal import settings as s; print(s.SITE_URL, s.PORTAL_DATA.name, s.DEBUG)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**env, "SECRET_KEY": "x" * 50},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "http://localhost:8000 var False\n", done.stderr


def test_what_an_earlier_version_published_is_rendered_again_at_start(article, capsys):
    PublishedMetadata.objects.all().delete()
    Passage.objects.update(contents=[{"id": "x", "level": 2, "text": "Gammelt"}])
    call_command("prepare")
    assert PublishedMetadata.objects.filter(article=article).exists()
    assert not Passage.objects.exclude(contents=[]).exists()
    call_command("prepare")
    assert capsys.readouterr().out.count("endret") == 1


def test_each_answer_has_the_policy_that_django_csp_would_give_it(rf, settings):
    def answer(**own: object) -> HttpResponse:
        response = HttpResponse()
        header = own.pop("header", None)
        vars(response).update(own)
        if header:
            response[HEADER] = header
        return response

    ours = content_security_policy(lambda request: HttpResponse())
    theirs = CSPMiddleware(lambda request: HttpResponse())
    kinds = [
        {"header": "default-src https:"},
        {"_csp_replace": {"frame-ancestors": ["'self'"]}},
        {"_csp_exempt": True},
        {},
        {"_csp_config": {"default-src": ["'none'"]}},
        {"_csp_update": {"img-src": ["https:"]}},
    ]
    for kind in [*kinds, *reversed(kinds)]:
        given = [middleware.process_response(rf.get("/"), answer(**kind)).headers.get(HEADER)
                 for middleware in (ours, theirs)]  # fmt: skip
        assert given[0] == given[1]
    assert ours.usual


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL's connections")
def test_a_connection_that_the_server_has_closed_is_noticed_without_asking(db):
    own = connection.copy()
    try:
        own.ensure_connection()
        with CaptureQueriesContext(own) as asked:
            assert own.is_usable()
        assert not asked.captured_queries
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [own.connection.info.backend_pid])
        for _ in range(50):
            if not own.is_usable():
                break
            time.sleep(0.1)
        assert not own.is_usable()
    finally:
        own.close()
