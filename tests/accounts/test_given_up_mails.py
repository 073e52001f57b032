"""Mails that were given up, in the panel: who sees them, and «Send igjen»."""

from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.utils import timezone

from accounts.models import FormerAddress
from mail.models import Message
from tests.conftest import logged_in
from tests.mail.inbox import write_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

PAGE = "/admin/medlemmer/e-post/"


def given_up(address: str) -> Message:
    send_mail("Passordet er byttet", "Tekst", None, [address])
    return refused(Message.objects.latest("pk"))


def refused(mail: Message) -> Message:
    assert mail.claim()
    mail.mark_failed("550 5.1.1 User unknown", is_final=True)
    return mail


def test_a_member_manager_sees_why_and_sends_again(manager, member):
    mail = given_up(member.email)
    client = logged_in(manager)
    page = client.get(PAGE).content.decode()
    assert member.email in page
    assert "550 5.1.1 User unknown" in page
    answer = client.post(PAGE, {"mail": mail.pk}, follow=True)
    assert "E-posten sendes igjen" in answer.content.decode()
    assert list(Message.objects.due()) == [mail]
    assert member.email not in client.get(PAGE).content.decode()


def test_a_mail_that_waits_or_is_sent_is_neither_listed_nor_sent_again(manager):
    send_mail("Hei", "du", None, ["til@example.no"])
    client = logged_in(manager)
    assert "til@example.no" not in client.get(PAGE).content.decode()
    Message.objects.get().mark_sent()
    client.post(PAGE, {"mail": Message.objects.get().pk})
    assert not Message.objects.due()


def test_a_code_that_has_expired_is_not_offered(manager):
    write_code("ny@example.no")
    code = refused(Message.objects.get())
    client = logged_in(manager)
    page = client.get(PAGE).content.decode()
    assert "123456" not in page
    assert "Send igjen" in page
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    page = client.get(PAGE).content.decode()
    assert "Koden er utløpt" in page
    assert "Send igjen" not in page
    answer = client.post(PAGE, {"mail": code.pk}, follow=True)
    assert "kan ikke sendes igjen" in answer.content.decode()
    assert not Message.objects.due()


def test_a_member_manager_sees_no_mail_to_the_staff(manager, editor, admin_user):
    FormerAddress.objects.create(user=editor, email="for@example.no", changed_at=timezone.now())
    addresses = (editor.email, "for@example.no", admin_user.email)  # the last has no EmailAddress
    to_staff = [given_up(address) for address in addresses]
    client = logged_in(manager)
    page = client.get(PAGE).content.decode()
    client.post(PAGE, {"mail": to_staff[0].pk})
    assert not Message.objects.due()
    assert all(mail.recipient not in page for mail in to_staff)
    page = logged_in(admin_user).get(PAGE).content.decode()
    assert all(mail.recipient in page for mail in to_staff)


@pytest.mark.parametrize("who", ["editor", "writer", "member"])
def test_nobody_else_sees_or_sends_them(who, request):
    mail = given_up("til@example.no")
    client = logged_in(request.getfixturevalue(who))
    assert "til@example.no" not in client.get(PAGE, follow=True).content.decode()
    client.post(PAGE, {"mail": mail.pk})
    assert not Message.objects.due()


def test_the_menu_leads_there(manager, editor):
    assert PAGE in logged_in(manager).get("/admin/").content.decode()
    assert PAGE not in logged_in(editor).get("/admin/").content.decode()
