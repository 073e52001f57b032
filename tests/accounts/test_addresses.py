"""Every form with an address refuses one that no mail can reach."""

from email.utils import getaddresses
from io import BytesIO

import hypothesis
import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from hypothesis import strategies as st

from accounts.addresses import check_address
from accounts.member_files import take
from accounts.member_imports import work_on
from accounts.models import User
from mail.models import Message
from tests.conftest import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
ODD = [
    *("a@\u2028rt.no", "a@\u2029rt.no", "a@rt\u0085.no", "a@rt\u00a0.no", "a@rt\u200b.no"),
    *("a\uff20rt.no", "a@\uff20rt.no", "a@\uff52\uff54.no", "a@rt\u3002no", "a@\u202ert.no"),
    *("a@r\0t.no", "a\0@rt.no", "a\u017f@rt.no", "å@rt.no", "a@\ufffe.no"),
    *("a\n@rt.no", "a@rt.no\nBcc: b@rt.no", '"a\\\n"@rt.no', '"a,b"@rt.no', '"\x01"@rt.no'),
    *("a@" + "b" * 64 + ".no", "a@" + "ø" * 63 + ".no", "a@" + "b." * 130 + "no", "a@..no", "a@"),
    *("x" * 300 + "@rt.no", "a@-.no", "a@☃️\u200d.no"),
]
TAKEN = ["a@rt.no", "a.b+c@sub.rt.no", "a@blåbær.no", "a@xn--blbr-roah.no", "o'hara@rt.no"]


@pytest.mark.parametrize("address", TAKEN)
def test_these_are_addresses(address):
    check_address(address)


@pytest.mark.parametrize("address", ODD)
def test_these_are_none(address):
    with pytest.raises(ValidationError):
        check_address(address)


FORMS = [
    *("/konto/logg-inn/", "/konto/bli-medlem/", "/konto/bli-medlem/passnokkel/"),
    *("/konto/passord/glemt/",),
]


@pytest.fixture
def without_limits(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.mark.usefixtures("without_limits")
@pytest.mark.parametrize("path", FORMS)
def test_visitors_are_told_at_each_form(path, visitor):
    for address in ODD:
        answer = visitor.post(path, {"email": address})
        assert answer.status_code == 200, address
        assert "id_email_error" in answer.content.decode(), address
    assert not User.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.usefixtures("without_limits")
def test_a_member_is_told_too(member):
    client = logged_in(member)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    for address in ODD:
        answer = client.post("/konto/epost/", {"email": address, "action_add": ""})
        assert answer.status_code == 200, address
    assert not Message.objects.exists()


@pytest.mark.usefixtures("without_limits")
def test_none_of_them_logs_in_by_password(visitor):
    for address in ODD:
        form = {"login": address, "password": "langt-passord"}
        assert visitor.post("/konto/logg-inn/passord/", form).status_code == 200, address


def test_a_file_of_members_has_them_refused(manager):
    lines = [address for address in ODD if not set(address) & set('\0\n"')]
    taken = take(BytesIO("\n".join(["epost", *lines]).encode()), "m.csv", manager)
    work_on(taken)
    verdicts = set(taken.rows.values_list("verdict", flat=True))
    assert taken.rows.count() >= len(lines)
    assert verdicts == {"refused"}


def test_no_editor_is_made_of_them():
    for address in ODD:
        with pytest.raises(CommandError):
            call_command("create_editor", address, password="-")
    assert not User.objects.exists()


@hypothesis.settings(max_examples=400)
@hypothesis.given(st.text(max_size=12), st.text(max_size=12), st.sampled_from([".no", "", "ø.no"]))
def test_what_is_taken_can_be_mailed_to(local, host, end):
    address = f"{local}@{host}{end}".lower()
    try:
        check_address(address)
    except ValidationError:
        return
    message = EmailMessage("Emne", "Tekst", "a@rt.no", [address]).message()
    message.as_bytes()
    [(_, told)] = getaddresses([str(message["To"])])
    there, _, host = address.rpartition("@")
    assert told == f"{there}@{host.encode('idna').decode()}"
