"""Who can't be reached by mail is told so in the account, and the editor sees it."""

import pytest
from django.urls import reverse

from accounts.models import FormerAddress
from accounts.own_data import erase, told_of
from mail.models import AddressState, Reason
from tests.accounts.mails import code_in, newest_mail
from tests.accounts.test_sign_in import wrong

pytestmark = pytest.mark.django_db
WORKS = "/konto/epost/virker/"


def stop(user, reason: Reason = Reason.BOUNCED) -> None:
    AddressState.stop(user.email, reason, "550 5.1.1 <b>User</b> unknown")


def test_a_member_whose_mail_comes_back_is_told_and_says_that_the_address_works(as_member, member):
    assert "når deg ikke" not in as_member.get("/konto/").content.decode()
    stop(member)
    page = as_member.get("/konto/").content.decode()
    assert "E-posten vår når deg ikke" in page
    assert "550 5.1.1 &lt;b&gt;User&lt;/b&gt; unknown" in page
    assert "Adressen virker igjen" in page
    assert "igjen" in as_member.post(WORKS, follow=True).content.decode()
    assert AddressState.of(member.email) is None
    assert "når deg ikke" not in as_member.get("/konto/").content.decode()


def test_a_member_who_complained_is_told_of_that(as_member, member):
    stop(member, Reason.COMPLAINED)
    page = as_member.get("/konto/").content.decode()
    assert "Skriv til meg likevel" in page
    assert "når deg ikke" not in page
    assert "Velg på nytt" in as_member.post(WORKS, follow=True).content.decode()
    assert AddressState.of(member.email) is None


def test_a_get_changes_nothing_and_one_changes_only_one_s_own(as_member, member, editor):
    stop(member)
    stop(editor)
    assert as_member.get(WORKS).url == "/konto/"
    assert AddressState.of(member.email)
    as_member.post(WORKS)
    assert AddressState.of(editor.email)


@pytest.mark.parametrize("reason", Reason)
def test_a_code_that_arrives_proves_that_the_address_works_and_takes_no_complaint_back(
    reason, visitor, outbox
):
    AddressState.stop("ny@example.no", reason)
    visitor.post("/konto/logg-inn/", {"email": "ny@example.no"})
    visitor.post("/konto/logg-inn/kode/", {"code": code_in(newest_mail())})
    assert (AddressState.of("ny@example.no") is None) == (reason == Reason.BOUNCED)


def by_code(client, member):
    client.post("/konto/logg-inn/", {"email": member.email.upper()})
    return client.post("/konto/logg-inn/kode/", {"code": code_in(newest_mail())})


def by_code_for_a_new_password(client, member):
    client.post("/konto/passord/glemt/", {"email": member.email})
    client.post("/konto/passord/glemt/kode/", {"code": code_in(newest_mail())})
    new = {"password1": "rød-sykkel-39", "password2": "rød-sykkel-39"}
    return client.post("/konto/passord/glemt/nytt/", new)


def by_code_as_proof_of_identity(client, member):
    client.force_login(member)
    client.post("/konto/identitet/kode/", {"recipient": member.email})
    data = {"code": code_in(newest_mail()), "next": "/konto/"}
    return client.post("/konto/identitet/kode/skriv/", data)


@pytest.mark.usefixtures("outbox")
@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize(
    "came", [by_code, by_code_for_a_new_password, by_code_as_proof_of_identity]
)
def test_each_code_that_a_member_types_proves_the_address_that_it_was_sent_to(
    came, reason, visitor, member, editor
):
    for user in (member, editor):
        stop(user, reason)
    assert came(visitor, member).status_code == 302
    assert visitor.get("/konto/").status_code == 200
    assert (AddressState.of(member.email) is None) == (reason == Reason.BOUNCED)
    assert AddressState.of(editor.email)


def test_a_wrong_code_or_a_password_proves_no_address(visitor, member, outbox):
    member.set_password("langt-passord")
    member.save()
    stop(member)
    visitor.post("/konto/logg-inn/", {"email": member.email})
    visitor.post("/konto/logg-inn/kode/", {"code": wrong(code_in(newest_mail()))})
    assert AddressState.of(member.email)
    data = {"login": member.email, "password": "langt-passord"}
    visitor.post("/konto/logg-inn/passord/", data)
    assert visitor.get("/konto/").status_code == 200
    assert AddressState.of(member.email)


def test_a_visitor_is_led_to_log_in(visitor):
    assert visitor.post(WORKS).status_code == 302
    assert "/konto/logg-inn/" in visitor.post(WORKS).url


def test_a_count_that_stopped_nothing_is_told_nobody(as_member, member):
    AddressState.count_soft(member.email, "452 full")
    assert "når deg ikke" not in as_member.get("/konto/").content.decode()


def test_the_editor_sees_it_on_the_member_s_page(as_editor, editor, member):
    editor.is_superuser = True
    editor.save()
    url = reverse("wagtailusers_users:edit", args=[member.pk])
    assert "Ingen nyheter siden" not in as_editor.get(url).content.decode()
    stop(member)
    page = as_editor.get(url).content.decode()
    assert "Ingen nyheter siden" in page
    assert "E-post dit kommer i retur" in page
    assert "&lt;b&gt;User" in page


def test_it_is_among_the_member_s_own_data_and_erased_with_them(member, editor):
    stop(member)
    stop(editor)
    FormerAddress.objects.create(user=member, email="for@example.no")
    AddressState.stop("for@example.no", Reason.BOUNCED)
    (section,) = [each for each in told_of(member) if each.key == "address_states"]
    assert section.rows[0]["address"] == member.email
    assert section.rows[0]["reason"] == "E-post dit kommer i retur"
    erase(member)
    assert list(AddressState.objects.values_list("address", flat=True)) == [editor.email]
