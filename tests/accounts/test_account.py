"""The account's pages: address, password and sessions."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.forms import NameForm
from accounts.models import State, User
from accounts.templatetags.account_pages import browser
from tests.accounts.mails import code_in, mails, newest_mail
from tests.conftest import OURS, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


def by_password(user: User, agent: str = FIREFOX) -> Client:
    client = Client(headers={**OURS, "User-Agent": agent})
    data = {"login": user.email, "password": "langt-passord"}
    assert client.post(reverse("account_login"), data).status_code == 302
    return client


@pytest.mark.parametrize(
    "path",
    [
        "/konto/",
        "/konto/innlogging/",
        "/konto/innlogginger/",
        "/konto/mine-data/",
        "/konto/epost/",
        "/konto/passord/",
        "/konto/passnokler/",
        "/konto/tilkoblinger/",
        "/konto/logg-ut/",
    ],
)
def test_every_page_is_the_member_s_alone(path, as_member, visitor):
    answer = as_member.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert visitor.get(path).status_code == 302


def test_the_old_address_is_told_that_there_is_a_new_one(member):
    client = by_password(member)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    client.post("/konto/epost/", {"email": "flyttet@example.no", "action_add": ""})
    assert newest_mail()["To"] == "flyttet@example.no"
    client.post("/konto/bekreft/", {"code": code_in(newest_mail())})
    assert User.objects.get().email == "flyttet@example.no"
    assert "medlem@example.no" in {mail["To"] for mail in mails()[1:]}


def test_a_change_that_waits_for_its_code_is_told_of_and_led_back_to(member):
    client = by_password(member)
    assert "venter på koden" not in client.get("/konto/epost/").content.decode()
    client.post("/konto/epost/", {"email": "flyttet@example.no", "action_add": ""})
    page = client.get("/konto/epost/").content.decode()
    assert "venter på koden" in page
    assert "flyttet@example.no" in page
    assert 'href="/konto/bekreft/"' in page


def test_an_address_that_is_not_confirmed_is_sent_a_code_from_the_page(member):
    EmailAddress.objects.filter(user=member).update(verified=False)
    client = logged_in(member)
    assert "er ikke bekreftet" in client.get("/konto/epost/").content.decode()
    answer = client.post("/konto/epost/", {"email": member.email, "action_send": ""})
    assert answer.url == "/konto/bekreft/"
    assert newest_mail()["To"] == member.email


def test_logging_out_everywhere_leaves_no_cookie_that_opens_anything(member, article):
    clients = [by_password(member) for _ in range(3)] + [logged_in(member)]
    clients[0].post("/konto/innlogginger/overalt/")
    for client in clients:
        assert client.get("/konto/").status_code == 302
        assert "Det låste" not in client.get(article.get_absolute_url()).content.decode()


def test_the_others_are_logged_out_and_this_one_is_not(member):
    here, there = by_password(member), by_password(member)
    page = here.get("/konto/innlogginger/").content.decode()
    assert page.count("Firefox, Windows") == 2
    here.post("/konto/innlogginger/")
    assert here.get("/konto/").status_code == 200
    assert there.get("/konto/").status_code == 302


def test_a_suspension_ends_every_session_at_once(member, manager, article):
    client = by_password(member)
    path = article.get_absolute_url()
    assert "Det låste" in client.get(path).content.decode()
    member.suspend()
    assert client.get("/konto/").status_code == 302
    assert "Det låste" not in client.get(path).content.decode()


def test_a_password_is_chosen_by_who_had_none(visitor):
    visitor.post("/konto/logg-inn/", {"email": "ny@example.no"})
    visitor.post("/konto/logg-inn/kode/", {"code": code_in(newest_mail())})
    visitor.post("/konto/vilkar/", {"terms": "on"})
    data = {"password1": "et-helt-nytt-ord", "password2": "et-helt-nytt-ord"}
    visitor.post("/konto/passord/velg/", data)
    assert User.objects.get().check_password("et-helt-nytt-ord")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/156.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156 Safari/537.36 Edg/156", "Edge, Windows"),
        ("curl/8.0", "En ukjent nettleser"),
        ("", "En ukjent nettleser"),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent, name):
    assert browser(agent) == name


def test_who_is_leaving_goes_on_leaving_whatever_is_done_to_them(member):
    member.leave()
    for verb in ("confirm", "restore", "leave"):
        assert getattr(member, verb)() is False
        assert User.objects.get().state == State.LEAVING


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/konto/varsler/alt/", "/konto/varsler/"),
        ("/konto/varsler/pause/", "/konto/varsler/"),
        ("/konto/mine-data/slett/", "/konto/mine-data/"),
        ("/konto/mine-data/bli/", "/konto/"),
        ("/konto/innlogginger/overalt/", "/konto/innlogginger/"),
        ("/konto/passnokler/ikke-na/", "/konto/"),
    ],
)
def test_who_opens_a_form_s_address_meets_the_page_it_stands_on(form, page, as_member):
    assert as_member.get(form).url == page


def test_a_new_name_changes_nothing_else(as_member, member, monkeypatch):
    valid = NameForm.is_valid

    def suspended_meanwhile(form: NameForm) -> bool:
        User.objects.get(pk=member.pk).suspend("Deler passordet")
        return valid(form)

    monkeypatch.setattr(NameForm, "is_valid", suspended_meanwhile)
    as_member.post("/konto/", {"name": "Nytt navn"})
    member.refresh_from_db()
    assert (member.name, member.state) == ("Nytt navn", State.SUSPENDED)
    assert member.session_epoch
