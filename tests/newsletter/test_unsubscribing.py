"""The way out of mail: RFC 8058, without a log-in, for ever."""

import logging

import pytest
from django.test import Client

from accounts.models import Consent, Kind, State
from accounts.own_data import erase
from mail.models import Message, Outcome
from newsletter.following import follow, want_letters
from newsletter.models import Follow, Pace, Recipient
from newsletter.planning import plan_news
from newsletter.things import EVERYTHING, Thing
from portal.logs import LineFormatter
from tests.newsletter.conftest import announce

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def thing(series) -> Thing:
    return Thing("serie", series.pk)


@pytest.fixture
def token(member, thing) -> str:
    """Of a member who follows the series and everything, and gets letters."""
    follow(member, thing, "/serien/", Pace.AT_ONCE)
    follow(member, EVERYTHING, "/", Pace.WEEKLY)
    want_letters(member, "/")
    return Recipient.of(member).token


def provider() -> Client:
    """A mail provider: no cookie, no header of a browser, and strict about CSRF."""
    return Client(enforce_csrf_checks=True)


def standing(member) -> set[str]:
    rows = Consent.objects.standing().filter(user=member).exclude(kind=Kind.TERMS)
    return {row.about or row.kind for row in rows}


def test_one_post_ends_mail_about_one_thing_at_once(member, token, thing):
    answer = provider().post(f"/brev/av/{token}/{thing.key}/", ONE_CLICK)
    assert answer.status_code == 200
    assert [row.thing for row in Follow.objects.all()] == [EVERYTHING]
    assert standing(member) == {"alt", "news"}


def test_a_get_changes_nothing_and_shows_buttons(member, token, thing):
    answer = provider().get(f"/brev/av/{token}/{thing.key}/")
    page = answer.content.decode()
    assert Follow.objects.count() == 2
    assert page.count('method="post"') == 2
    assert member.email not in page
    assert "Åse" not in page


def test_the_buttons_name_what_they_end(token, thing):
    page = provider().get(f"/brev/av/{token}/{thing.key}+alt/").content.decode()
    assert "Slutt å følge «Serien på prøve» og «Alle nye artikler»" in page
    page = provider().get(f"/brev/av/{token}/brev/").content.decode()
    assert "Ikke flere brev, takk" in page
    assert "Slutt å følge" not in page


def test_several_things_are_ended_by_one_post(member, token, thing):
    provider().post(f"/brev/av/{token}/{thing.key}+alt/", ONE_CLICK)
    assert not Follow.objects.exists()
    assert standing(member) == {"news"}


def test_letters_are_ended(member, token):
    provider().post(f"/brev/av/{token}/brev/", ONE_CLICK)
    assert "news" not in standing(member)
    assert Follow.objects.count() == 2


def test_all_mail_is_ended(member, token):
    provider().post(f"/brev/av/{token}/ingenting/", ONE_CLICK)
    assert not Follow.objects.exists()
    assert standing(member) == set()


def test_it_can_be_done_again(token, thing):
    for _each in range(2):
        answer = provider().post(f"/brev/av/{token}/{thing.key}/", ONE_CLICK)
        assert answer.status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_that_nobody_has_gets_the_same_answer(method, member, token, thing):
    known, unknown = (
        getattr(provider(), method)(f"/brev/av/{each}/{thing.key}/") for each in (token, "x" * 24)
    )
    assert known.content.replace(token.encode(), b"") == unknown.content.replace(b"x" * 24, b"")
    for answer in (known, unknown):
        del answer.headers["Expires"]  # which has the second
    assert known.headers == unknown.headers


def test_an_erased_member_s_token_gets_the_same_answer(member, token, thing):
    erase(member)
    assert provider().post(f"/brev/av/{token}/{thing.key}/").status_code == 200


@pytest.mark.parametrize("state", [State.SUSPENDED, State.LEAVING])
def test_it_works_whatever_became_of_the_membership(state, member, token, thing):
    member.state = state
    member.save()
    provider().post(f"/brev/av/{token}/{thing.key}/")
    assert not Follow.objects.filter(page=thing.pk).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_sets_no_cookie_and_logs_nobody_in(method, token, thing):
    client = provider()
    answer = getattr(client, method)(f"/brev/av/{token}/{thing.key}/")
    assert not answer.cookies
    assert "/konto/logg-inn/" in client.get("/konto/varsler/").url


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_address_is_told_to_nobody(method, token, thing):
    answer = getattr(provider(), method)(f"/brev/av/{token}/{thing.key}/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert 'content="noindex"' in answer.content.decode()


def test_the_log_keeps_no_token(token):
    line = logging.LogRecord("x", 20, "x", 1, f"GET /brev/av/{token}/alt/ 500", None, None)
    assert token not in LineFormatter().format(line)


def test_the_token_opens_nothing_else(token, thing):
    assert "/konto/logg-inn/" in provider().get(f"/konto/varsler/?token={token}").url
    assert provider().get(f"/brev/av/{token}/").status_code == 404


@pytest.mark.parametrize("keys", ["x", "serie-", "alt+x", "serie-99999999999999999999"])
def test_what_is_no_thing_is_not_found(keys, token):
    assert provider().post(f"/brev/av/{token}/{keys}/").status_code == 404
    assert Follow.objects.count() == 2


@pytest.mark.parametrize("token", ["%00", "a%00b", "%ff", "æ"])
def test_what_can_be_no_token_is_not_looked_up(token):
    """PostgreSQL would refuse a NUL."""
    assert provider().post(f"/brev/av/{token}/alt/").status_code == 404


def test_an_end_is_counted_on_the_mail_that_led_to_it(member, token, thing, article, sent):
    announce(article)
    plan_news()
    [mail] = sent()
    link = mail["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]
    provider().post(f"/{link}", ONE_CLICK)
    assert Message.objects.get().outcome == Outcome.UNSUBSCRIBED
    assert not Follow.objects.filter(page=thing.pk).exists()


def test_a_batch_that_is_none_is_ignored(token, thing):
    answer = provider().post(f"/brev/av/{token}/{thing.key}/?fra=finnes-ikke")
    assert answer.status_code == 200
