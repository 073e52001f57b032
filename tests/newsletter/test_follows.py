"""Following: the button, the page of choices, and visitors who follow by address alone."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from accounts.models import Consent, Kind, State, User
from accounts.own_data import erase, told_of
from mail.models import AddressState, Message, Reason
from newsletter.following import WISH, follow, stop
from newsletter.models import Follow, Pace, Recipient
from newsletter.offers import offer_at
from newsletter.things import EVERYTHING, MODELS, Thing
from tests import factories
from tests.conftest import OURS, logged_in, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def thing(series) -> Thing:
    return Thing("serie", series.pk)


def consents(user: User, about: str = "") -> list[Consent]:
    rows = Consent.objects.standing().filter(user=user)
    return list(
        rows.filter(kind=Kind.FOLLOW, about=about) if about else rows.filter(kind=Kind.NEWS)
    )


def body(response) -> str:
    return response.content.decode()


# --- The button ----------------------------------------------------------------------------


def test_one_tap_on_the_page_of_a_series_follows_it(as_member, member, thing, article):
    page = body(as_member.get("/serien/"))
    assert f'action="/konto/folg/{thing.key}/"' in page
    answer = as_member.post(f"/konto/folg/{thing.key}/", {"next": "/serien/"})
    assert answer.url == "/serien/#folg"
    row = Follow.objects.get()
    assert (row.user, row.page_id, row.pace) == (member, thing.pk, Pace.WHEN_READY)
    assert row.look_at > timezone.now()
    [consent] = consents(member, thing.key)
    assert consent.text == "Følg «Serien på prøve» på e-post"
    assert consent.source == "/serien/"
    page = body(as_member.get("/serien/"))
    assert "Du følger" in page
    assert "Neste del når du er klar" in page


def test_a_second_tap_changes_nothing(as_member, member, thing, article):
    for _each in range(2):
        as_member.post(f"/konto/folg/{thing.key}/", {"next": "/serien/"})
    assert Follow.objects.count() == 1
    assert len(consents(member, thing.key)) == 1


def test_the_button_stands_at_an_article_s_end_and_with_authors_and_subjects(as_member, series):
    author, subject = factories.make_author(), factories.make_subject("Salg")
    article = factories.make_article(series, authors=[author])
    article.subjects.add(subject)
    article.save_revision().publish()
    for path, key in (
        ("/serien/delen/", f"serie-{series.pk}"),
        ("/forfattere/kari-ytreoy/", f"forfatter-{author.pk}"),
        ("/tema/salg/", f"tema-{subject.pk}"),
    ):
        assert f"/konto/folg/{key}/" in body(as_member.get(path))
        as_member.post(f"/konto/folg/{key}/", {"next": path})
        assert "Du følger" in body(as_member.get(path))
    assert {row.thing.key for row in Follow.objects.all()} == {
        f"serie-{series.pk}",
        f"forfatter-{author.pk}",
        f"tema-{subject.pk}",
    }


def test_an_article_s_end_offers_visitors_nothing_below_the_gate(visitor, article):
    assert "/konto/folg/" not in body(visitor.get("/serien/delen/"))


def test_a_member_who_meets_a_higher_gate_is_offered_it_too(as_member, series):
    higher = factories.block("gate", {"teaser": "", "level": 20})
    factories.make_article(series, [factories.text("<p>a</p>"), higher, factories.text("<p>b</p>")])
    assert f"/konto/folg/serie-{series.pk}/" in body(as_member.get("/serien/delen/"))


def test_who_keeps_no_history_follows_at_once(as_member, member, thing, article):
    User.objects.update(keeps_history=False)
    as_member.post(f"/konto/folg/{thing.key}/", {"next": "/serien/"})
    assert Follow.objects.get().pace == Pace.AT_ONCE
    assert "Lesehistorikken din er slått av" in body(as_member.get("/konto/varsler/"))


@pytest.mark.parametrize("state", [State.SUSPENDED, State.LEAVING, State.UNCONFIRMED])
def test_who_gets_no_mail_sees_no_button(state, article):
    client = logged_in(person("x@example.no", state))
    assert "/konto/folg/" not in body(client.get("/serien/"))


@pytest.mark.parametrize(
    "key", ["serie-999999", "forfatter-1", "tema-9", "brev", "ingenting", "x", "serie-0", "serie-"]
)
def test_nobody_follows_what_is_not_there(key, as_member, article):
    answer = as_member.post(f"/konto/folg/{key}/", {"next": "/serien/"})
    assert answer.status_code == 404
    assert not Follow.objects.exists()


def test_nobody_follows_an_unpublished_series(as_member, series, thing):
    series.unpublish()
    assert as_member.post(f"/konto/folg/{thing.key}/").status_code == 404


def test_another_site_can_make_nobody_follow(member, thing, article):
    client = logged_in(member)
    answer = client.post(f"/konto/folg/{thing.key}/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not Follow.objects.exists()


def test_the_way_back_stays_on_the_site(as_member, thing, article):
    answer = as_member.post(f"/konto/folg/{thing.key}/", {"next": "https://ond.example/"})
    assert answer.url == "/serien/#folg"


# --- Visitors ------------------------------------------------------------------------------


def code_sent_to(email: str) -> str:
    subject = Message.objects.filter(recipient=email).latest("pk").subject
    return re.search(r"\d{6}", subject)[0]


def join(client: Client, email: str, **ticked: str):
    """Type the code, and accept the terms."""
    client.post("/konto/logg-inn/kode/", {"code": code_sent_to(email), "next": "/serien/"})
    return client.post("/konto/vilkar/", {"terms": "on", "next": "/serien/", **ticked})


def test_a_visitor_follows_by_address_and_becomes_a_member(visitor, thing, article):
    page = body(visitor.get("/serien/"))
    assert f'action="/konto/folg/{thing.key}/"' in page
    assert 'value="/serien/#folg"' in page
    assert "csrfmiddlewaretoken" not in page
    answer = visitor.post(
        f"/konto/folg/{thing.key}/", {"email": "ny@example.no", "next": "/serien/#folg"}
    )
    assert answer.url == "/konto/logg-inn/kode/?next=%2Fserien%2F%23folg"
    assert not Follow.objects.exists()
    assert join(visitor, "ny@example.no").url == "/serien/"
    user = User.objects.get(email="ny@example.no")
    assert user.state == State.ACTIVE
    assert Follow.objects.get(user=user).thing == thing
    [consent] = consents(user, thing.key)
    assert consent.source == "/serien/"
    assert WISH not in visitor.session


def test_a_member_who_is_not_logged_in_follows_by_the_same_field(visitor, member, thing, article):
    visitor.post(f"/konto/folg/{thing.key}/", {"email": member.email, "next": "/serien/"})
    visitor.post("/konto/logg-inn/kode/", {"code": code_sent_to(member.email)})
    assert Follow.objects.get().user == member


def test_nothing_is_followed_before_the_code_is_typed(visitor, thing, article):
    visitor.post(f"/konto/folg/{thing.key}/", {"email": "ny@example.no", "next": "/serien/"})
    visitor.post("/konto/logg-inn/kode/", {"code": "000000"})
    assert not Follow.objects.exists()


def test_an_old_wish_is_not_granted(visitor, member, thing, article, monkeypatch):
    visitor.post(f"/konto/folg/{thing.key}/", {"email": member.email, "next": "/serien/"})
    session = visitor.session
    session[WISH] = {**session[WISH], "until": timezone.now().timestamp() - 1}
    session.save()
    visitor.post("/konto/logg-inn/kode/", {"code": code_sent_to(member.email)})
    assert not Follow.objects.exists()


def test_what_one_visitor_wanted_is_not_followed_by_the_next_at_the_same_machine(
    visitor, member, thing, article
):
    visitor.post(f"/konto/folg/{thing.key}/", {"email": "ny@example.no", "next": "/serien/"})
    visitor.post("/konto/logg-inn/", {"email": member.email, "next": "/serien/"})
    visitor.post("/konto/logg-inn/kode/", {"code": code_sent_to(member.email)})
    assert visitor.get("/konto/").status_code == 200
    assert not Follow.objects.exists()
    assert not consents(member, thing.key)


def test_who_takes_the_address_that_was_probably_meant_still_follows(visitor, thing, article):
    visitor.post(f"/konto/folg/{thing.key}/", {"email": "kari@gmial.com", "next": "/serien/"})
    visitor.post("/konto/logg-inn/", {"email": "kari@gmail.com", "next": "/serien/"})
    join(visitor, "kari@gmail.com")
    assert Follow.objects.get().thing == thing


def test_an_address_that_is_none_is_asked_for_again(visitor, thing, article):
    answer = visitor.post(f"/konto/folg/{thing.key}/", {"email": "ikke", "next": "/serien/"})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in body(answer)
    assert not Session.objects.exists()


# --- Beside the terms ----------------------------------------------------------------------


def ask_for_code(client: Client, email: str) -> str:
    """Returns the page of the terms."""
    client.post("/konto/logg-inn/", {"email": email, "next": "/serien/delen/#les-videre"})
    client.post(
        "/konto/logg-inn/kode/",
        {"code": code_sent_to(email), "next": "/serien/delen/#les-videre"},
    )
    return body(client.get("/konto/vilkar/?next=/serien/delen/%23les-videre"))


def accept(client: Client, **ticked: str):
    where = {"next": "/serien/delen/#les-videre"}
    return client.post("/konto/vilkar/", {"terms": "on", **where, **ticked})


def test_a_new_member_is_offered_the_series_and_letters_unticked(visitor, thing, article):
    page = ask_for_code(visitor, "ny@example.no")
    assert f'name="follow" id="id_follow" value="{thing.key}">' in page
    assert 'name="letters" id="id_letters" value="1">' in page
    assert "checked" not in page
    accept(visitor)
    assert not Follow.objects.exists()
    assert not consents(User.objects.get())


@pytest.mark.parametrize("source", ["/a\0b/", "/\0", "/æ/", "/", "", "//", f"/{'x' * 5000}/"])
def test_a_page_of_no_series_offers_none_and_is_not_looked_up(
    source, series, django_assert_max_num_queries
):
    with django_assert_max_num_queries(0 if "\0" in source else 1):  # PostgreSQL refuses a NUL
        assert offer_at(source) is None


def test_who_came_by_the_follow_button_is_not_offered_the_same_again(visitor, thing, article):
    visitor.post(f"/konto/folg/{thing.key}/", {"email": "ny@example.no", "next": "/serien/"})
    visitor.post("/konto/logg-inn/kode/", {"code": code_sent_to("ny@example.no")})
    page = body(visitor.get("/konto/vilkar/?next=/serien/"))
    assert 'name="follow"' not in page
    assert 'name="letters"' in page


def test_who_joins_with_another_address_than_they_followed_with_is_offered_it(
    visitor, thing, article
):
    visitor.post(f"/konto/folg/{thing.key}/", {"email": "jobb@example.no", "next": "/serien/"})
    assert f'name="follow" id="id_follow" value="{thing.key}">' in ask_for_code(
        visitor, "hjemme@example.no"
    )


def test_what_a_new_member_ticks_is_kept_with_its_words(visitor, thing, article):
    ask_for_code(visitor, "ny@example.no")
    accept(visitor, follow=thing.key, letters="1")
    user = User.objects.get()
    assert Follow.objects.get().thing == thing
    [followed], [news] = consents(user, thing.key), consents(user)
    assert followed.text == (
        "Følg «Serien på prøve»: Neste del kommer på e-post når du er klar for den"
    )
    assert news.text == "Send meg brev fra redaksjonen på e-post"
    assert {followed.source, news.source} == {"/serien/delen/"}


def test_the_terms_follow_only_the_series_that_was_offered(visitor, thing, article):
    other = factories.make_series("annen", "En annen")
    ask_for_code(visitor, "ny@example.no")
    accept(visitor, follow=f"serie-{other.pk}")
    assert not Follow.objects.exists()


# --- The page of choices -------------------------------------------------------------------


def test_the_page_of_choices_has_everything(as_member, member, thing, article):
    follow(member, thing, "/")
    page = body(as_member.get("/konto/varsler/"))
    assert "Serien på prøve" in page
    assert "Alle nye artikler" in page
    assert "Brev fra redaksjonen" in page
    assert "Ta en pause i en måned" in page


def test_a_pace_is_changed_and_kept(as_member, member, thing, article):
    follow(member, thing, "/")
    as_member.post(f"/konto/varsler/{thing.key}/", {"pace": "weekly"})
    row = Follow.objects.get()
    assert (row.pace, row.look_at) == (Pace.WEEKLY, None)
    as_member.post(f"/konto/varsler/{thing.key}/", {"pace": "when-ready"})
    assert Follow.objects.get().look_at
    assert len(consents(member, thing.key)) == 1


def test_an_end_takes_the_consent_back(as_member, member, thing, article):
    follow(member, thing, "/")
    as_member.post(f"/konto/varsler/{thing.key}/", {"pace": ""})
    assert not Follow.objects.exists()
    assert not consents(member, thing.key)
    assert Consent.objects.filter(about=thing.key, withdrawn_at__isnull=False).exists()


def test_everything_is_followed_on_the_page(as_member, member):
    as_member.post("/konto/varsler/alt/", {"pace": "weekly"})
    assert Follow.objects.get().thing == EVERYTHING
    assert consents(member, "alt")


def test_an_author_is_no_series_with_the_same_number(as_member, member, series):
    author = factories.make_author()
    factories.make_article(series, authors=[author])
    follow(member, Thing("forfatter", author.pk), "/")
    answer = as_member.post(f"/konto/varsler/serie-{author.pk}/", {"pace": "when-ready"})
    assert answer.status_code == 404
    as_member.post(f"/konto/varsler/serie-{author.pk}/", {"pace": ""})
    assert Follow.objects.get().pace == Pace.AT_ONCE


@pytest.mark.parametrize("pace", ["when-ready", "letters", "hver-time"])
def test_everything_has_no_pace_that_it_can_not_have(pace, as_member):
    assert as_member.post("/konto/varsler/alt/", {"pace": pace}).status_code == 404
    assert not Follow.objects.exists()


def test_letters_are_agreed_to_and_taken_back(as_member, member):
    as_member.post("/konto/varsler/brev/", {"pace": "letters"})
    [consent] = consents(member)
    assert (consent.text, consent.source) == (
        "Send meg brev fra redaksjonen på e-post",
        "/konto/varsler/brev/",
    )
    as_member.post("/konto/varsler/brev/", {"pace": ""})
    assert consents(member) == []


def test_a_pause_lasts_a_month_and_can_be_ended(as_member, member):
    as_member.post("/konto/varsler/pause/", {"on": "1"})
    until = Recipient.objects.get().paused_until
    assert timedelta(days=29) < until - timezone.now() < timedelta(days=31)
    assert "Alt dette er satt på pause" in body(as_member.get("/konto/varsler/"))
    as_member.post("/konto/varsler/pause/", {"on": "0"})
    assert Recipient.objects.get().paused_until is None


def test_a_stopped_address_is_told_of(as_member, member):
    AddressState.stop(member.email, Reason.BOUNCED)
    page = body(as_member.get("/konto/varsler/"))
    assert "E-posten vår når deg ikke" in page
    assert "Adressen virker igjen" in page


def test_who_complained_can_have_mail_again_where_they_choose_it(as_member, member):
    AddressState.stop(member.email, Reason.COMPLAINED)
    page = body(as_member.get("/konto/varsler/"))
    [form] = re.findall(r'<form[^>]* action="/konto/epost/virker/">.*?</form>', page, re.DOTALL)
    assert "Skriv til meg likevel" in form
    assert "Bytt adresse" not in page


def test_what_is_not_published_any_more_can_still_be_ended(as_member, member, series, thing):
    follow(member, thing, "/")
    series.unpublish()
    page = body(as_member.get("/konto/varsler/"))
    assert "Noe som ikke er publisert nå" in page
    assert "Serien på prøve" not in page
    as_member.post(f"/konto/varsler/{thing.key}/", {"pace": ""})
    assert not Follow.objects.exists()


def things(series) -> dict[str, Thing]:
    return {
        "serie": Thing("serie", series.pk),
        "forfatter": Thing("forfatter", factories.make_author().pk),
        "tema": Thing("tema", factories.make_subject().pk),
    }


@pytest.mark.parametrize("kind", ["serie", "forfatter", "tema"])
def test_what_is_deleted_takes_the_consents_to_it_along(kind, as_member, member, series, article):
    about = things(series)
    for user in (member, person("annen@example.no")):
        for each in about.values():
            follow(user, each, "/serien/")
    deleted = about.pop(kind)
    MODELS[kind]._default_manager.get(pk=deleted.pk).delete()
    assert not Consent.objects.standing().filter(about=deleted.key).exists()
    assert all(consents(member, each.key) for each in about.values())
    page = body(as_member.get("/konto/mine-data/"))
    assert page.count("Trukket") == 1


def test_a_page_that_is_deleted_takes_the_consents_to_all_below_it_along(member, thing, article):
    follow(member, thing, "/serien/")
    Page.objects.get(pk=thing.pk).get_parent().delete()
    assert consents(member, thing.key) == []


def test_what_was_ended_before_keeps_its_time_when_the_series_is_deleted(member, series, thing):
    follow(member, thing, "/serien/")
    stop(member, thing)
    rows = Consent.objects.filter(kind=Kind.FOLLOW).order_by("pk")
    before = rows.get().withdrawn_at
    follow(member, thing, "/serien/")
    series.delete()
    first, second = rows
    assert first.withdrawn_at == before < second.withdrawn_at


def test_a_visitor_chooses_nothing(visitor, thing):
    assert "/konto/logg-inn/" in visitor.get("/konto/varsler/").url
    assert "/konto/logg-inn/" in visitor.post(f"/konto/varsler/{thing.key}/").url
    assert Client(headers=OURS).post("/konto/varsler/pause/", {"on": "1"}).status_code == 302
    assert not Recipient.objects.exists()


def test_own_data_name_what_is_followed(as_member, member, thing, article):
    follow(member, thing, "/")
    rows = next(s.rows for s in told_of(member) if s.key == "newsletter.follow.user")
    assert rows[0]["title"] == "Serien på prøve"
    erase(member)
    assert not Follow.objects.exists()
    assert Consent.objects.get(about=thing.key).user is None


def test_a_mended_address_still_follows(visitor, thing, article):
    page = body(visitor.post(f"/konto/folg/{thing.key}/", {"email": "ikke", "next": "/serien/"}))
    action = re.search(r'<sign-in.*?action="([^"]*)"', page, re.DOTALL)[1]
    visitor.post(action, {"email": "ny@example.no", "next": "/serien/"})
    join(visitor, "ny@example.no")
    assert Follow.objects.get().thing == thing
