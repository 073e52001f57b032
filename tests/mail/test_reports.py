"""Delivery reports from all kinds of servers: each is understood, or told in the log."""

import io
import random
import sys
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from mail import outbox, reports, verp
from mail.models import AddressState, Message, Outcome, Priority, Reason
from mail.reports import Taken, take
from tests.mail.returned import POSTFIX, report, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def return_path(settings):
    settings.BOUNCE_ADDRESS = "retur@portal.example"


def outcome(mail: Message) -> int:
    return Message.objects.get(pk=mail.pk).outcome


def test_a_report_to_the_return_path_stops_the_address():
    mail = sent()
    assert take(report(mail)) == (Taken.FAILURE, "leser@example.no")
    assert outcome(mail) == Outcome.BOUNCED
    state = AddressState.of("leser@example.no")
    assert state.reason == Reason.BOUNCED
    assert "User unknown" in state.said


def test_a_full_mailbox_is_counted():
    take(report(sent(), status="5.2.2", said="552 5.2.2 Over quota"))
    assert AddressState.objects.get().soft_bounces == 1


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_report_of_a_delay_or_an_arrival_is_no_bounce(action):
    mail = sent()
    assert take(report(mail, action=action, status="4.4.1"))[0] is Taken.NOTHING
    assert outcome(mail) == Outcome.UNKNOWN


def test_without_a_return_path_the_message_id_tells_which_mail_it_was():
    mail = sent()
    assert take(report(mail, to="ikke-svar@portal.example"))[0] is Taken.FAILURE
    assert outcome(mail) == Outcome.BOUNCED


def test_the_recipient_alone_is_not_enough_as_anybody_may_write_a_report(caplog):
    mail = sent()
    source = report(mail, to="ikke-svar@portal.example").replace(b"<1@localhost>", b"<x@y>")
    assert take(source)[0] is Taken.UNKNOWN
    assert outcome(mail) == Outcome.UNKNOWN
    assert not AddressState.objects.exists()
    assert "can't be told" in caplog.text


def test_a_return_path_that_we_did_not_sign_is_not_believed():
    mail, other = sent(), sent("annen@example.no")
    forged = f"retur+{other.pk}-{verp.signature(mail.pk)}@portal.example"
    source = report(mail, to=forged).replace(mail.message_id.encode(), b"<x@y>")
    assert take(source)[0] is Taken.UNKNOWN


def test_servers_that_write_addresses_in_upper_case_are_understood():
    mail = sent()
    to = verp.return_path(mail).upper()
    source = report(mail, to=to).replace(mail.message_id.encode(), b"<x@y>")
    assert take(source)[0] is Taken.FAILURE


def test_a_report_in_latin_1_is_understood():
    mail = sent()
    text = POSTFIX.replace("I'm sorry", "Vi beklager, på grunn av ÆØÅ").replace("us-ascii", "x-odd")
    values = {"to": verp.return_path(mail), "recipient": mail.recipient, "action": "failed"}
    values |= {"status": "5.1.1", "said": "550 5.1.1 Ukjent mottaker på tjeneren, prøv på nytt"}
    source = text.format(message_id=mail.message_id, **values).encode("latin-1")
    assert take(source)[0] is Taken.FAILURE
    assert AddressState.of("leser@example.no")


@pytest.mark.parametrize("share", [0.95, 0.75, 0.6, 0.45, 0.3])
def test_a_report_that_was_cut_off_stops_nobody_for_nothing_and_raises_nothing(share):
    mail = sent()
    source = report(mail)
    taken, _address = take(source[: int(len(source) * share)])
    assert taken in (Taken.FAILURE, Taken.NOTHING)
    assert bool(AddressState.objects.exists()) == (taken is Taken.FAILURE)


def test_one_cut_off_before_its_machine_readable_part_is_read_as_text():
    mail = sent()
    source = report(mail)
    assert take(source[: source.index(b"--B\nContent-Description: Delivery")])[0] is Taken.FAILURE
    assert "5.1.1" in AddressState.of("leser@example.no").said


def test_a_report_within_a_report_is_found():
    mail = sent()
    inner = report(mail, to="ikke-svar@portal.example")
    outer = (
        b"From: postmaster@example.no\nSubject: Fwd: Undelivered\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="Y"\n\n--Y\nContent-Type: text/plain\n\nhei\n'
        b"--Y\nContent-Type: message/rfc822\n\n" + inner + b"\n--Y--\n"
    )
    assert take(outer)[0] is Taken.FAILURE


def test_a_delivery_status_in_base64_is_read_all_the_same():
    import base64

    mail = sent()
    source = report(mail).decode()
    head, _, rest = source.partition("Content-Type: message/delivery-status\n\n")
    status, _, tail = rest.partition("\n--B\n")
    coded = base64.encodebytes(status.encode()).decode()
    source = (
        f"{head}Content-Type: message/delivery-status\n"
        f"Content-Transfer-Encoding: base64\n\n{coded}\n--B\n{tail}"
    )
    assert take(source.encode())[0] is Taken.FAILURE
    assert AddressState.of("leser@example.no")


EXIM = """\
X-Failed-Recipients: {recipient}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@example.no>
To: {to}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

  {recipient}
    {said}

------ This is a copy of the message, including all the headers. ------

Message-ID: {message_id}
"""


def test_servers_that_write_no_delivery_status_are_read_as_text():
    mail = sent()
    assert take(report(mail, template=EXIM, to="x@y.no"))[0] is Taken.FAILURE
    assert "5.1.1" in AddressState.of("leser@example.no").said


def test_the_address_of_a_server_before_its_answer_is_not_the_answer():
    mail = sent()
    said = "host mx.example.no [185.5.39.12]: 452 4.2.2 Over quota"
    take(report(mail, said=said, template=EXIM, to="x@y.no"))
    assert AddressState.objects.get().said == "4.2.2 Over quota"


AUTO_REPLY = """\
From: {recipient}
To: {to}
Auto-Submitted: auto-replied
Subject: Fravær: Ny del
In-Reply-To: {message_id}

Jeg er på ferie til 5.1.2027, og leser ikke e-post. Ring 550 12 345.
"""
PERSON = """\
From: {recipient}
To: {to}
Subject: Sv: Ny del

Takk! Men 550 5.1.1 er en rar feil.
"""
RECEIPT = """\
From: {recipient}
To: {to}
Subject: Lest: Ny del
Content-Type: multipart/report; report-type=disposition-notification; boundary="B"

--B
Content-Type: text/plain

550 5.1.1
--B
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{recipient}
Disposition: manual-action/MDN-sent-manually; displayed
--B--
"""


@pytest.mark.parametrize("template", [AUTO_REPLY, PERSON, RECEIPT])
def test_automatic_replies_and_people_are_left_alone(template):
    mail = sent()
    assert take(report(mail, template=template))[0] is Taken.NOTHING
    assert outcome(mail) == Outcome.UNKNOWN


COMPLAINT = """\
From: fbl@example.no
To: {to}
Subject: FW: Ny del
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Some/1.0
Version: 1

--B
Content-Type: message/rfc822

From: Fagserien <ikke-svar@localhost>
Message-ID: {message_id}

--B--
"""


def test_a_feedback_report_is_a_complaint():
    mail = sent()
    assert take(report(mail, template=COMPLAINT, to="x@y.no"))[0] is Taken.COMPLAINT
    assert AddressState.of("leser@example.no").reason == Reason.COMPLAINED


@pytest.mark.parametrize("source", [b"\0\xff", b"x", b"\n\n", b"Content-Type: multipart/report"])
def test_rubbish_is_no_report(source):
    assert take(source)[0] is Taken.NOTHING


@pytest.mark.parametrize(
    "layer",
    [
        "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n",
        "Content-Type: message/rfc822\n\n",
    ],
)
def test_mails_nested_as_deep_as_they_can_be_are_no_report(layer):
    nested = "".join(layer.format(number) for number in range(5000))
    assert take(nested.encode())[0] is Taken.NOTHING


@pytest.mark.parametrize(
    ("added", "taken"),
    [
        (b";" * 31_000, Taken.FAILURE),
        (b";" * 32_000, Taken.NOTHING),
        (b"\\" * 1_000_000 + b";" * 1_100, Taken.NOTHING),
        (b"\n\n".join([b";" * 20_000] * 3), Taken.NOTHING),
        (b"\n\n".join([b"style: x; y;" * 100] * 500), Taken.FAILURE),
    ],
)
def test_a_mail_of_semicolons_is_not_read(added, taken):
    """Python's parser takes hours for two million of them in one parameter."""
    assert take(report(sent()) + b"\n\n" + added)[0] is taken


def test_a_report_that_names_very_many_mails_asks_for_some():
    mail = sent()
    named = "".join(f"Message-ID: <{number}@elsewhere>\n" for number in range(80_000))
    source = report(mail, to="x@y.no") + b"\n" + named.encode()
    with CaptureQueriesContext(connection) as asked:
        assert take(source)[0] is Taken.FAILURE
    assert max(len(query["sql"]) for query in asked) < 10_000  # SQLite may take 32,766 values


def damaged(source: bytes, chance: random.Random) -> bytes:
    """`source` with some bytes changed, taken out or put in, and perhaps cut off."""
    data = bytearray(source)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data))
        odd = chance.choice([b"\0", b"\xff", b"\r", b"\n\n", b";", b"=?x?q?=", b"--B", b":", b"<"])
        data[at : at + chance.choice([0, 1, 1, 40])] = odd
    return bytes(data[: chance.choice([len(data), len(data), chance.randrange(len(data))])])


def test_no_damage_makes_a_report_raise():
    chance, counts = random.Random(7), Counter()  # noqa: S311
    mails = [sent(f"n{n}@example.no") for n in range(4)]
    for number in range(400):
        template = (POSTFIX, EXIM, COMPLAINT, RECEIPT)[number % 4]
        source = damaged(report(mails[number % 4], template=template), chance)
        counts[take(source)[0]] += 1
    assert counts[Taken.FAILURE] > 50
    assert AddressState.of("n3@example.no") is None  # a receipt never stops anybody


def test_a_nul_in_an_answer_is_stored_without_it():
    take(report(sent(), said="550 5.1.1 \0User\0 unknown"))
    assert AddressState.of("leser@example.no").said == "5.1.1 550 5.1.1 User unknown"


def test_half_a_character_in_an_answer_is_stored_without_it():
    AddressState.stop("leser@example.no", Reason.BOUNCED, "550 \ud83dUser")
    assert AddressState.of("leser@example.no").said == "550 User"


# The return path of what leaves.


def test_news_and_notices_leave_with_a_return_path_and_codes_without(server):
    priorities = {"nytt": Priority.NEWS, "varsel": Priority.NOTICE, "kode": Priority.CODE}
    for name, priority in priorities.items():
        outbox.send("accounts/email/leaving", f"{name}@example.no", priority=priority)
    outbox.deliver()
    senders = dict(zip(server.recipients, server.senders, strict=True))
    assert senders["kode@example.no"] == "ikke-svar@localhost"
    for name in ("nytt", "varsel"):
        mail = Message.objects.get(recipient=f"{name}@example.no")
        assert verp.numbers_in(senders[mail.recipient].encode()) == [mail.pk]
        assert senders[mail.recipient].endswith("@portal.example")
    assert all(b"From: Fagserien <ikke-svar@localhost>" in source for source in server.mails)


def test_without_a_bounce_address_the_sender_is_as_in_the_header(server, settings):
    settings.BOUNCE_ADDRESS = ""
    outbox.send("accounts/email/leaving", "til@example.no", priority=Priority.NEWS)
    outbox.deliver()
    assert server.senders == ["ikke-svar@localhost"]


# The command.


def piped(monkeypatch, capsys, source: bytes) -> str:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(source)))
    call_command("bounces")
    return capsys.readouterr().out


def test_the_command_takes_a_mail_from_standard_input(monkeypatch, capsys):
    mail = sent()
    assert "leser@example.no" in piped(monkeypatch, capsys, b"From x@y Sat Nov 28\n" + report(mail))
    assert outcome(mail) == Outcome.BOUNCED
    assert "ikke om noen feil" in piped(monkeypatch, capsys, b"Subject: hei\n\nhei")


def test_nothing_on_standard_input_is_a_mistake(monkeypatch, capsys):
    with pytest.raises(CommandError):
        piped(monkeypatch, capsys, b"\n")


def test_while_the_database_is_away_the_mail_server_keeps_the_mail(monkeypatch, capsys):
    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(reports, "message_of", away)
    with pytest.raises(CommandError) as raised:
        piped(monkeypatch, capsys, report(sent()))
    assert raised.value.returncode == 75
