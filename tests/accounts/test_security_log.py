"""The security log: successful and failed sign-ins, and changes of credentials and rights."""

import json
import logging

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, Permission
from django.test import Client

from portal.logs import LineFormatter
from tests.accounts.mails import code_in, newest_mail
from tests.accounts.test_pending_codes import themselves
from tests.conftest import OURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
PASSWORD, NEW_PASSWORD = "langt-passord", "et-helt-annet-ord-2"


@pytest.fixture
def written(caplog):
    """Returns a function that lists the events in the security log."""
    caplog.set_level(logging.INFO, "security")

    def events() -> list[dict]:
        return [json.loads(r.message) for r in caplog.records if r.name == "security"]

    return events


def browser() -> Client:
    return Client(headers=OURS, REMOTE_ADDR="192.0.2.77")


def log_in(address: str, password: str = PASSWORD) -> None:
    browser().post("/konto/logg-inn/passord/", {"login": address, "password": password})


def test_a_log_in_is_told_with_its_way(member, written):
    log_in(member.email)
    who = {"member": member.pk, "network": "192.0.2.0/24"}
    assert {"event": "step_passed", "way": "password", **who} in written()
    assert {"event": "logged_in", "by": member.pk, **who} in written()


def test_a_wrong_password_is_told_and_not_written(member, written, caplog):
    log_in(member.email, "hemmelig-men-feil")
    log_in("Ukjent@Example.no", "hemmelig-men-feil")
    log_in("ukjent@example.no", "hemmelig-men-feil")
    known, *unknown = written()
    assert (known["event"], known["member"], known["way"]) == (
        "log_in_failed",
        member.pk,
        "password",
    )
    assert len({line["address"] for line in unknown}) == 1
    for secret in ("hemmelig", "ukjent", member.email, "192.0.2.77"):
        assert secret not in caplog.text


def test_a_wrong_code_is_told_and_not_written(member, written, caplog):
    client = browser()
    client.post("/konto/logg-inn/", {"email": member.email})
    code = code_in(newest_mail())
    client.post("/konto/logg-inn/kode/", {"code": "x"})
    client.post("/konto/logg-inn/kode/", {"code": code})
    events = [line["event"] for line in written()]
    assert events == ["log_in_failed", "step_passed", "logged_in"]
    assert code not in caplog.text


def test_a_log_in_that_is_refused_by_a_limit_is_told(member, written, caplog):
    for _ in range(6):
        log_in(member.email, "hemmelig-men-feil")
    for _ in range(4):
        browser().post("/konto/logg-inn/", {"email": member.email})
    refused = [line["what"] for line in written() if line["event"] == "over_limit"]
    assert refused == ["password", "mail"]
    levels = {line.levelname for line in caplog.records if "over_limit" in line.getMessage()}
    assert levels == {"WARNING"}


def test_a_page_that_is_refused_is_told(member, written):
    client = browser()
    client.force_login(member)
    client.get("/admin/login/")
    client.post("/konto/logg-inn/", {"email": "a@b.no"}, headers={"Sec-Fetch-Site": "cross-site"})
    refused = [(line["event"], line["path"]) for line in written() if line["event"] == "forbidden"]
    assert refused == [("forbidden", "/admin/login/"), ("forbidden", "/konto/logg-inn/")]


def test_changes_of_keys_are_told(member, written, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {"google": {"APPS": [{"client_id": "a", "secret": "b"}]}}
    client = themselves(member)
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/konto/passord/", data)
    client.post("/konto/epost/", {"email": "flyttet@example.no", "action_add": ""})
    client.post("/konto/bekreft/", {"code": code_in(newest_mail())})
    passkey = Authenticator.objects.create(user=member, type="webauthn", data={"name": "min"})
    client.post(f"/konto/passnokler/{passkey.pk}/fjern/")
    account = SocialAccount.objects.create(user=member, provider="google", uid="1")
    client.post("/konto/tilkoblinger/", {"account": account.pk})
    client.get("/konto/mine-data/fil.json")
    client.post("/konto/innlogginger/overalt/")
    events = [(line["event"], line["member"], line.get("way")) for line in written()]
    for event, way in [
        ("identity_shown", "password"),
        ("password_changed", None),
        ("address_changed", None),
        ("key_removed", "webauthn"),
        ("key_removed", "google"),
        ("own_data_taken", None),
        ("logged_out_everywhere", None),
    ]:
        assert (event, member.pk, way) in events


def test_changes_of_rights_are_told_from_both_sides(member, written):
    editors = Group.objects.get(name="Editors")
    right = Permission.objects.get(codename="manage_members")
    member.groups.add(editors)
    editors.user_set.remove(member)
    member.user_permissions.add(right)
    editors.permissions.add(right)
    member.groups.clear()
    told = [(line.get("member"), line.get("of"), line["how"], line["what"]) for line in written()]
    assert told == [
        (member.pk, None, "given", [f"group {editors.pk}"]),
        (None, f"group {editors.pk}", "taken", [f"user {member.pk}"]),
        (member.pk, None, "given", [f"permission {right.pk}"]),
        (None, f"group {editors.pk}", "given", [f"permission {right.pk}"]),
        (member.pk, None, "cleared", []),
    ]


def test_no_text_makes_a_line_of_its_own():
    formatter = LineFormatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")
    text = "a\nb\r\x1b[31m\u2028c\x00"
    line = formatter.format(logging.LogRecord("x", 20, "", 0, text, (), None))
    moment, _, rest = line.partition(" ")
    assert rest == "a\n  | b\\r\\x1b[31m\\u2028c\\x00"
    assert moment[-5:] in ("+0100", "+0200")
