"""Where a log-in waits, as the gate and the pages of the account ask it."""

import pytest
from django.db.models import F
from django.test import Client

from accounts.models import User
from accounts.sign_in.stages import PENDING, pending_stage
from tests.accounts.mails import code_in, newest_mail
from tests.conftest import OURS, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


def stage(client: Client) -> str:
    return pending_stage(client.get("/konto/logg-inn/").wsgi_request)


def test_a_log_in_waits_for_its_code_and_then_for_the_terms():
    client = Client(headers=OURS)
    assert stage(client) == ""
    client.post("/konto/bli-medlem/", {"email": "ny@example.no"})
    assert stage(client) == "login_by_code"
    client.post("/konto/logg-inn/kode/", {"code": code_in(newest_mail())})
    assert stage(client) == "terms"
    client.post("/konto/vilkar/", {"terms": "on"})
    assert stage(client) == ""


def test_a_sign_up_by_passkey_waits_for_its_address():
    client = Client(headers=OURS)
    client.post("/konto/bli-medlem/passnokkel/", {"email": "ny@example.no"})
    assert stage(client) == "verify_email"


def test_who_is_logged_in_waits_for_nothing(member):
    """What an unfinished log-in left in the session counts for nothing."""
    client, unfinished = logged_in(member), Client(headers=OURS)
    unfinished.post("/konto/bli-medlem/", {"email": "ny@example.no"})
    session = client.session
    session[PENDING] = unfinished.session[PENDING]
    session.save()
    assert stage(client) == ""


def test_an_unfinished_log_in_that_was_ended_waits_for_nothing(member):
    client = Client(headers=OURS)
    client.post("/konto/logg-inn/", {"email": member.email})
    assert stage(client) == "login_by_code"
    User.objects.filter(pk=member.pk).update(session_epoch=F("session_epoch") + 1)
    assert stage(client) == ""
