"""`manage.py outbox` lists what has not been sent, and sends it again."""

from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from mail import outbox
from mail.models import Message
from tests.mail.inbox import due_now, write_code

pytestmark = pytest.mark.django_db


def written(name: str) -> Message:
    send_mail("Hei", "123456", None, [f"{name}@example.no"])
    return Message.objects.latest("pk")


def code_to(name: str) -> Message:
    write_code(f"{name}@example.no")
    return Message.objects.latest("pk")


def lines(capsys, *arguments: str) -> list[str]:
    call_command("outbox", *arguments)
    return capsys.readouterr().out.splitlines()


def test_it_lists_what_waits_and_what_was_given_up_and_never_a_code(server, capsys):
    sent, refused, later = written("en"), written("avvist"), written("senere")
    outbox.deliver()
    code = code_to("kode")
    listed = lines(capsys)
    assert [line.split("  ")[0] for line in listed] == [
        str(mail.pk) for mail in (refused, later, code)
    ]
    assert sent.recipient not in "".join(listed)
    assert "gitt opp" in listed[0]
    assert "550 5.1.1 no such address" in listed[0]
    assert "neste forsøk" in listed[1]
    assert "451 4.7.1 try again later" in listed[1]
    assert listed[2].endswith("······ er koden din  skal sendes nå")
    assert "123456" not in "".join(listed)
    assert lines(capsys, "list") == listed


def test_it_tells_why_mails_wait_for_a_server_that_is_away(settings, capsys):
    settings.EMAIL_PORT = 1
    written("en")
    outbox.deliver()
    assert "ConnectionRefusedError" in lines(capsys)[0]


def test_a_mail_that_was_given_up_is_sent_again(server, capsys):
    refused = written("avvist")
    outbox.deliver()
    Message.objects.update(recipient="rettet@example.no")
    assert lines(capsys, "retry", str(refused.pk)) == [f"E-post {refused.pk} skal sendes igjen."]
    assert outbox.deliver() == 1
    assert server.recipients == ["rettet@example.no"]


def test_all_are_sent_again_but_for_codes_that_have_expired(server, capsys):
    written("avvist")
    written("senere")
    code = code_to("avvist")
    outbox.deliver()
    Message.objects.filter(pk=code.pk).update(created_at=timezone.now() - timedelta(minutes=11))
    Message.objects.filter(failed_at=None).update(due_at=timezone.now() + timedelta(hours=6))
    assert lines(capsys, "retry", "--all") == ["2 e-poster skal sendes igjen."]
    assert set(Message.objects.due()) == set(Message.objects.exclude(pk=code.pk))
    with pytest.raises(CommandError, match="utløpt"):
        call_command("outbox", "retry", str(code.pk))


def test_what_is_sent_or_in_a_worker_s_hands_is_not_sent_again(server):
    sent = written("en")
    outbox.deliver()
    held = written("to")
    assert held.claim()
    for mail in (sent, held):
        with pytest.raises(CommandError):
            call_command("outbox", "retry", str(mail.pk))
    with pytest.raises(CommandError):
        call_command("outbox", "retry", "999999")
    due_now()
    assert outbox.deliver() == 1


@pytest.mark.parametrize("arguments", [["retry"], ["retry", "1", "--all"]])
def test_it_asks_which_mails(arguments):
    with pytest.raises(CommandError):
        call_command("outbox", *arguments)
