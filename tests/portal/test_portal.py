"""Health, errors, settings and the worker."""

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from accounts.models import Message
from articles.models import Passage
from articles.views import reading
from portal import checks
from portal.cache import LosableRedisCache
from portal.secret import secret_key
from portal.views import HEARTBEAT_KEY
from tests import factories

pytestmark = pytest.mark.django_db


def test_health_tells_of_web_database_and_worker_and_of_no_version(visitor):
    cache.set(HEARTBEAT_KEY, time.time(), None)
    answer = visitor.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"web": "ok", "database": "ok", "worker": "ok"}
    assert "Server" not in answer


def test_health_tells_of_a_worker_that_is_late(visitor):
    cache.set(HEARTBEAT_KEY, time.time() - 61, None)
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


def test_the_worker_does_all_its_jobs_and_one_that_fails_stops_no_other(
    settings, monkeypatch, series
):
    settings.EMAIL_BACKEND = "accounts.outbox.OutboxBackend"
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr("articles.models.Picture.prepare", lambda self: 1 / 0)
    factories.make_picture()
    Message.objects.create(
        subject="Hei", recipients=["a@b.no"], message_id="<1@x>", source=b"From: x@y.no\n\nhei"
    )
    call_command("worker", "--once")
    assert Message.objects.get().sent_at
    assert time.time() - cache.get(HEARTBEAT_KEY) < 5


def test_the_worker_prepares_pictures_so_that_no_reader_waits():
    picture = factories.make_picture(size=(500, 400))
    call_command("worker", "--once")
    picture.refresh_from_db()
    assert picture.is_prepared
    assert picture.renditions.count() == len(picture.widths) * len(picture.formats)


def test_republish_mends_what_was_harmed(article, capsys):
    Passage.objects.filter(page=article).update(html="ødelagt")
    call_command("republish")
    assert "1 " in capsys.readouterr().out
    call_command("republish")
    assert "0 " in capsys.readouterr().out


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


def test_redis_away_is_a_miss():
    lost = LosableRedisCache("redis://127.0.0.1:1/0", {})
    lost.set("a", 1)
    assert lost.get("a", 2) == 2
    assert lost.get_many(["a"]) == {}
    lost.delete("a")
