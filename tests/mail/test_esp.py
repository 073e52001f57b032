"""Mail by an ESP's API: what the API gets, what its answers mean, what its webhooks tell."""

import base64
import hashlib
import hmac
import json
import types

import environ
import pytest
from django.test import Client
from django.urls import include, path

from mail import outbox
from mail.checks import (
    mail_comes_back_to_an_address,
    the_esp_can_be_used,
    the_webhook_is_closed_to_others,
)
from mail.models import AddressState, Message, Outcome, Priority, Reason
from mail.urls import VIEWS, webhooks
from portal.esp_settings import ESPS, anymail
from tests.mail.fake_esp import TAKEN, FakeEsp, fake_esp
from tests.mail.inbox import due_now
from tests.mail.returned import sent

pytestmark = [
    pytest.mark.django_db,
    # anymail no longer tests against SendGrid; docs/deploy.md says so.
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]
SECRET = "portal:hemmelig"
OUT = "https://portal.example/brev/av/x/alt/"


@pytest.fixture
def api():
    with fake_esp() as esp:
        yield esp


@pytest.fixture
def use(settings, api):
    """Sends by an ESP, whose API is `api`."""

    def use(name: str, **more: str) -> FakeEsp:
        env = environ.Env()
        env.ENVIRON = {"ESP": name, "ESP_API_KEY": "nokkel", "ESP_WEBHOOK_SECRET": SECRET}
        env.ENVIRON |= {"ESP_API_URL": api.url, **more}
        settings.ESP, settings.ESP_WEBHOOK_SECRET = name, SECRET
        settings.ANYMAIL = anymail(env, 10)
        settings.OUTBOX_DELIVERY_BACKEND = f"anymail.backends.{ESPS[name].backend}.EmailBackend"
        api.answer = TAKEN[name]
        return api

    return use


def write(*names: str, priority: Priority = Priority.NEWS) -> None:
    for name in names:
        to = f"{name}@example.no"
        outbox.send("accounts/email/leaving", to, priority=priority, unsubscribe=OUT)


def test_both_lists_name_the_same_esps():
    assert VIEWS.keys() == ESPS.keys()


def flat(value) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda b: b.decode())


@pytest.mark.parametrize("name", TAKEN)
def test_the_api_gets_both_texts_the_headers_and_the_number(name, use):
    api = use(name)
    write("leser")
    stored = Message.objects.get()
    assert outbox.deliver() == 1
    (taken,) = api.taken
    told = flat(taken)
    for part in (OUT, "One-Click", stored.message_id, "auto-generated", str(stored.pk)):
        assert part in told, part
    assert "leser@example.no" in told
    assert "Kontoen din hos Fagserien blir snart slettet" in told
    assert "<p" in told
    assert "nokkel" in flat(api.headers) or base64.b64encode(b"api:nokkel").decode() in flat(
        api.headers
    )
    assert Message.objects.get().sent_at


@pytest.mark.parametrize("name", [name for name, esp in ESPS.items() if esp.can_say_no])
def test_an_esp_is_told_to_count_no_opened_mails_and_no_clicks(name, use):
    api = use(name)
    write("leser")
    outbox.deliver()
    (taken,) = api.taken
    told = {
        "postmark": lambda: (taken["TrackOpens"], taken["TrackLinks"]) == (False, "None"),
        "mailgun": lambda: (
            flat([taken["o:tracking-opens"], taken["o:tracking-clicks"]]).count("no") == 2
        ),
        "sendgrid": lambda: all(not each["enable"] for each in taken["tracking_settings"].values()),
    }
    assert told[name]()


def test_news_goes_in_its_own_stream_and_codes_do_not(use, settings):
    api = use("postmark")
    settings.ESP_NEWS_STREAM = "broadcast"
    write("nytt")
    write("kode", priority=Priority.CODE)
    outbox.deliver()
    assert [mail.get("MessageStream") for mail in api.taken] == [None, "broadcast"]


def test_many_mails_go_over_one_session(use):
    use("postmark")
    write("en", "to", "tre")
    outbox.server.open()
    assert outbox.deliver() == 3


REFUSED = {
    "ErrorCode": 406,
    "Message": "You tried to send to a recipient that has been marked as inactive.\n"
    "Found inactive addresses: avvist@example.no.\nInactive recipients are ones that have"
    " generated a hard bounce, a spam complaint, or a manual suppression.",
}


def test_a_recipient_whom_the_esp_refuses_is_given_up_and_stopped(use):
    api = use("postmark")
    api.answer = (422, REFUSED)
    write("avvist")
    assert outbox.deliver() == 0
    assert Message.objects.given_up().get().outcome == Outcome.BOUNCED
    assert "406" in AddressState.of("avvist@example.no").said


@pytest.mark.parametrize(
    ("status", "tries", "waits"),
    [
        (401, [1, 0], True),  # our key
        (429, [1, 0], True),  # our rate
        (500, [1, 0], True),
        (422, [1, 1], False),  # this mail, or a setting: each waits for itself
        (400, [1, 1], False),
    ],
)
def test_a_fault_that_may_be_ours_gives_up_no_mail(use, status, tries, waits):
    api = use("postmark")
    api.answer = (status, {"ErrorCode": 400, "Message": "Sender signature not found"})
    write("en", "to")
    assert outbox.deliver() == 0
    rows = Message.objects.order_by("pk")
    assert [mail.tries for mail in rows] == tries
    assert not Message.objects.given_up()
    assert not AddressState.objects.exists()
    assert outbox.server.is_resting == waits
    assert rows[0].error.startswith(f"{status} ")
    assert "Sender signature not found" in rows[0].error
    api.answer = TAKEN["postmark"]
    due_now()
    assert outbox.deliver() == 2


def test_a_mail_that_is_too_long_for_the_esp_is_given_up(use):
    use("postmark").answer = (413, {})
    write("en")
    outbox.deliver()
    assert Message.objects.given_up().exists()
    assert not AddressState.objects.exists()


def test_an_api_that_is_away_costs_no_mail(use, settings):
    use("postmark")
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:1/"}
    write("en", "to")
    assert outbox.deliver() == 0
    assert outbox.server.is_resting
    assert "ConnectionError" in Message.objects.order_by("pk")[0].error
    assert not Message.objects.given_up()


# The webhooks.


@pytest.fixture
def hook(settings, use):
    """Posts what an ESP's webhook sends, with the secret. Returns the status."""

    def hook(name: str, data, secret: str = SECRET, **headers: str) -> int:
        use(name, **headers.pop("env", {}))
        urls = types.ModuleType("urls_of_test")
        from portal import urls as real

        urls.urlpatterns = [
            path("e-post/", include((webhooks(name, SECRET), "mail"))),
            *real.urlpatterns,
        ]
        for handler in ("handler400", "handler403", "handler404", "handler500"):
            setattr(urls, handler, getattr(real, handler))
        settings.ROOT_URLCONF = urls
        if secret:
            coded = base64.b64encode(secret.encode()).decode()
            headers["Authorization"] = f"Basic {coded}"
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        body = data if isinstance(data, bytes | str) else json.dumps(data)
        answer = client.post(
            f"/e-post/hendelser/{name}/", body, "application/json", headers=headers
        )
        return answer.status_code

    return hook


def postmark(mail: Message | None, kind: str = "HardBounce", **more) -> dict:
    return {
        "RecordType": "Bounce",
        "Type": kind,
        "MessageID": "pm-1",
        "Email": mail.recipient if mail else "ukjent@example.no",
        "BouncedAt": "2026-11-28T10:00:00Z",
        "Details": "",
        "Description": "x",
        "Metadata": {"mail": str(mail.pk)} if mail else {},
        **more,
    }


def test_a_hard_bounce_stops_the_address(hook):
    mail = sent()
    assert hook("postmark", postmark(mail)) == 200
    mail.refresh_from_db()
    assert mail.outcome == Outcome.BOUNCED
    assert AddressState.of("leser@example.no").reason == Reason.BOUNCED


def test_a_soft_bounce_that_is_told_twice_counts_once(hook):
    mail = sent()
    for _ in range(2):
        hook("postmark", postmark(mail, "SoftBounce"))
    assert AddressState.objects.get().soft_bounces == 1


def test_what_is_blocked_by_policy_stops_nobody(hook):
    hook("postmark", postmark(sent(), "Blocked"))
    hook("postmark", postmark(sent(), "HardBounce", Details="smtp;550 5.7.1 spam"))
    assert not AddressState.objects.exists()


def test_an_arrival_is_noted(hook):
    mail = sent()
    event = {
        "RecordType": "Delivery",
        "MessageID": "pm-1",
        "Recipient": mail.recipient,
        "DeliveredAt": "2026-11-28T10:00:00Z",
        "Metadata": {"mail": str(mail.pk)},
    }
    assert hook("postmark", event) == 200
    mail.refresh_from_db()
    assert mail.outcome == Outcome.DELIVERED


def test_a_complaint_stops_the_address(hook):
    hook("postmark", postmark(sent(), "SpamComplaint", RecordType="SpamComplaint"))
    assert AddressState.of("leser@example.no").reason == Reason.COMPLAINED


def test_a_filter_that_calls_it_spam_is_no_reader_who_complains(hook):
    mail = sent()
    hook("postmark", postmark(mail, "SpamNotification"))
    assert not AddressState.objects.exists()
    mail.refresh_from_db()
    assert mail.outcome == Outcome.BOUNCED


@pytest.mark.parametrize(
    ("reason", "outcome", "is_stopped"),
    [
        ("Bounced Address", Outcome.BOUNCED, True),
        ("Unsubscribed Address", Outcome.UNSUBSCRIBED, False),
        ("Spam Content", Outcome.BOUNCED, False),
    ],
)
def test_an_esp_that_does_not_send_says_why(hook, reason, outcome, is_stopped):
    mail = sent()
    event = {"event": "dropped", "reason": reason, "email": mail.recipient}
    hook("sendgrid", [{**event, "timestamp": 1796000000, "mail": str(mail.pk)}])
    mail.refresh_from_db()
    assert mail.outcome == outcome
    assert bool(AddressState.of(mail.recipient)) is is_stopped


def test_an_event_without_our_number_still_stops_the_address(hook):
    assert hook("postmark", postmark(None)) == 200
    assert AddressState.of("ukjent@example.no")


def test_the_number_of_another_installation_changes_no_mail_of_ours(hook):
    mail = sent()
    hook("postmark", postmark(mail, Email="annen@example.no"))
    mail.refresh_from_db()
    assert mail.outcome == Outcome.UNKNOWN


@pytest.mark.parametrize("address", ["", None, "x", "a\0b@x.no", "a" * 300 + "@x.no", "a b@x.no"])
def test_an_odd_address_is_passed_over(hook, address):
    assert hook("postmark", postmark(None, Email=address, Details="\0 550 5.1.1")) == 200
    assert not AddressState.objects.exists()


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "9" * 30, None, "1; DROP"])
def test_an_odd_number_is_no_number(hook, number):
    assert hook("postmark", postmark(sent(), Metadata={"mail": number})) == 200


def brevo(mail: Message, event: str, reason: str = "") -> dict:
    custom = json.dumps({"mail": str(mail.pk)})
    return {
        "event": event,
        "email": mail.recipient,
        "ts_epoch": 1796000000000,
        "reason": reason,
        "X-Mailin-custom": custom,
    }


def mailgun(mail: Message, severity: str, message: str, key: str = "signatur") -> dict:
    signed = hmac.new(key.encode(), b"1796000000token", hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": "1796000000", "token": "token", "signature": signed},
        "event-data": {
            "event": "failed",
            "severity": severity,
            "recipient": mail.recipient,
            "timestamp": 1796000000.0,
            "user-variables": {"mail": str(mail.pk)},
            "delivery-status": {"message": message, "description": ""},
        },
    }


def sendgrid(mail: Message, kind: str, reason: str) -> list:
    event = {"event": "bounce", "type": kind, "reason": reason, "email": mail.recipient}
    return [{**event, "timestamp": 1796000000, "mail": str(mail.pk)}]


UNKNOWN = "550 5.1.1 User unknown"


@pytest.mark.parametrize(
    ("name", "make", "is_stopped"),
    [
        ("brevo", lambda mail: brevo(mail, "hard_bounce"), True),
        ("brevo", lambda mail: brevo(mail, "invalid_email"), True),
        ("brevo", lambda mail: brevo(mail, "soft_bounce", "452 4.2.2 full"), False),
        ("brevo", lambda mail: brevo(mail, "blocked"), False),
        ("mailgun", lambda mail: mailgun(mail, "permanent", UNKNOWN), True),
        ("mailgun", lambda mail: mailgun(mail, "permanent", "Not delivering"), True),
        ("mailgun", lambda mail: mailgun(mail, "permanent", "552 5.2.2 full"), False),
        ("mailgun", lambda mail: mailgun(mail, "temporary", "452 4.2.2 full"), False),
        ("sendgrid", lambda mail: sendgrid(mail, "bounce", UNKNOWN), True),
        ("sendgrid", lambda mail: sendgrid(mail, "blocked", "550 5.7.1 spam"), False),
    ],
)
def test_each_esp_s_own_words_are_understood(hook, name, make, is_stopped):
    env = {"ESP_SIGNING_KEY": "signatur"} if name == "mailgun" else {}
    assert hook(name, make(sent()), env=env) == 200
    assert bool(AddressState.of("leser@example.no")) is is_stopped


@pytest.mark.parametrize("secret", ["", "portal:feil", "portal:", "hemmelig"])
def test_a_webhook_without_the_secret_is_refused_and_told_in_the_log(hook, secret, caplog):
    assert hook("postmark", postmark(sent()), secret=secret) == 400
    assert not AddressState.objects.exists()
    assert "basic auth" in caplog.text


def test_a_false_signature_is_refused_although_the_secret_is_right(hook, caplog):
    data = mailgun(sent(), "permanent", UNKNOWN, key="feil")
    assert hook("mailgun", data, env={"ESP_SIGNING_KEY": "signatur"}) == 400
    assert not AddressState.objects.exists()
    assert "signature" in caplog.text


@pytest.mark.parametrize("body", ["", "{", "[]", "null", b"\xff\xfe"])
def test_rubbish_is_refused_so_that_a_real_event_is_sent_again(hook, body, caplog):
    assert hook("postmark", body) >= 400


def test_while_the_database_is_away_the_esp_is_asked_to_come_again(hook, monkeypatch, caplog):
    from django.db import OperationalError

    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr("mail.bounces.bounced", away)
    assert hook("postmark", postmark(sent())) >= 500


def test_without_a_secret_there_is_no_address():
    assert webhooks("postmark", "") == []
    assert webhooks("", SECRET) == []
    assert len(webhooks("postmark", SECRET)) == 1


def test_a_get_tells_nothing(hook, settings):
    hook("postmark", postmark(sent()))
    assert Client().get("/e-post/hendelser/postmark/").status_code == 405


# The settings.


def ids(found) -> list[str]:
    return [each.id for each in found]


def test_mistakes_in_the_settings_are_told(settings):
    settings.ESP, settings.ESP_API_KEY = "postmrak", ""
    assert ids(the_esp_can_be_used()) == ["mail.E001"]
    settings.ESP = "amazon-ses"
    assert ids(the_esp_can_be_used()) == ["mail.E002"]
    settings.ESP = "postmark"
    assert ids(the_esp_can_be_used()) == ["mail.E003"]
    settings.ESP_API_KEY = "x"
    assert ids(the_esp_can_be_used()) == []
    assert ids(the_webhook_is_closed_to_others()) == ["mail.W001"]
    settings.ESP_WEBHOOK_SECRET = "uten-kolon"
    assert ids(the_webhook_is_closed_to_others()) == ["mail.E004"]
    settings.ESP_WEBHOOK_SECRET = SECRET
    assert ids(the_webhook_is_closed_to_others()) == []


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", []),
        ("retur@x.no", []),
        ("retur", ["mail.E005"]),
        ("@x.no", ["mail.E005"]),
        ("a+b@x.no", ["mail.E005"]),
    ],
)
def test_a_bounce_address_without_a_domain_or_with_a_plus_is_a_mistake(settings, address, found):
    settings.BOUNCE_ADDRESS = address
    assert ids(mail_comes_back_to_an_address()) == found
