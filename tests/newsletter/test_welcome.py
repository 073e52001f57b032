"""The welcome: one mail to each new member, in the editors' words."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from mail.making import made
from mail.models import Message, Priority
from newsletter.models import NewsletterSettings
from newsletter.models.settings import validate_fields
from reading.models import Reading
from tests.conftest import logged_in
from tests.newsletter.conftest import html_of, planned, text_of
from tests.newsletter.test_follows import accept, ask_for_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def joined(visitor, article) -> User:
    ask_for_code(visitor, "ny@example.no")
    accept(visitor)
    return User.objects.get()


@pytest.fixture
def welcome(joined, sent):
    """Returns a function that sends what is left for the new member."""

    def leaves():
        Message.objects.exclude(maker="").update(due_at=timezone.now())
        Message.objects.filter(maker="").delete()
        return sent()

    return leaves


def test_a_new_member_is_welcomed_half_an_hour_later(joined, sent):
    [mail] = planned()
    assert (mail.key, mail.priority) == (f"velkommen-{joined.pk}", Priority.NOTICE)
    minutes = (mail.due_at - timezone.now()).total_seconds() / 60
    assert 29 < minutes < 31


def test_it_leads_to_the_paragraph_where_they_met_the_gate(welcome):
    [mail] = welcome()
    assert mail["Subject"].startswith("Velkommen til ")
    assert "Hei!" in text_of(mail)
    assert "Du var i gang med «Delen»." in text_of(mail)
    assert "/serien/delen/#les-videre" in text_of(mail)
    assert "/serien/delen/#les-videre" in html_of(mail)
    assert mail["List-Unsubscribe"] is None


def test_it_leads_to_where_they_stopped_reading_since(joined, article, welcome):
    Reading.of(joined, article).keep_position("b-aaaaaaaa-0000-4000-8000-000000000002-1", 50)
    [mail] = welcome()
    assert "/serien/delen/#b-aaaaaaaa-0000-4000-8000-000000000002-1" in text_of(mail)


def test_who_has_read_it_to_its_end_is_not_in_the_middle_of_it(joined, article, welcome):
    Reading.of(joined, article).keep_position("b-aaaaaaaa-0000-4000-8000-000000000002-1", 100)
    [mail] = welcome()
    assert mail["Subject"].startswith("Velkommen til ")
    assert "Du var i gang" not in text_of(mail)
    assert "Delen" not in text_of(mail)


def test_a_paragraph_about_an_article_is_left_out_without_one(article, welcome):
    article.unpublish()
    [mail] = welcome()
    assert "Du var i gang" not in text_of(mail)
    assert "Les videre" not in text_of(mail)
    assert "Delen" not in text_of(mail)


def test_it_uses_the_editors_words_and_the_member_s_name(joined, welcome):
    NewsletterSettings.objects.update_or_create(
        defaults={"welcome_subject": "Hei, {navn}", "welcome_words": "Les {serie}\n\nDin {navn}"}
    )
    User.objects.update(name="Åse Bø")
    [mail] = welcome()
    assert mail["Subject"] == "Hei, Åse Bø"
    assert "Les Serien på prøve" in text_of(mail)
    assert "Din Åse Bø" in text_of(mail)


def test_a_name_can_put_no_markup_and_no_header_into_it(joined, welcome):
    User.objects.update(name="<b>x</b>\r\nBcc: y@example.no {portal}")
    NewsletterSettings.objects.update_or_create(defaults={"welcome_subject": "Hei {navn}"})
    [mail] = welcome()
    assert mail["Bcc"] is None
    assert "<b>x" not in html_of(mail)


@pytest.mark.parametrize("verb", ["suspend", "leave"])
def test_who_is_suspended_or_leaves_is_not_welcomed(verb, joined, welcome):
    getattr(joined, verb)()
    assert welcome() == []


def test_who_was_a_member_before_is_not_welcomed(member):
    logged_in(member).get("/konto/")
    assert planned() == []


def test_who_accepts_new_terms_is_not_welcomed_again(visitor, article, settings, joined):
    Message.objects.all().delete()
    settings.TERMS_VERSION = "en nyere"
    visitor.post("/konto/logg-ut/")
    page = ask_for_code(visitor, "ny@example.no")
    assert 'name="letters"' not in page
    accept(visitor, letters="1")
    assert planned() == []


@pytest.mark.parametrize(
    "text",
    [
        *("Hei {fornavn}", "{}", "{0}", "{navn", "navn}", "{navn.x}", "{navn[0]}"),
        *("{navn:d}", "{navn!r}", "{navn:>99999999}", "{{navn}}", "{na\nvn}"),
    ],
)
def test_an_unknown_field_is_refused_with_the_known_ones(text):
    with pytest.raises(ValidationError) as refused:
        validate_fields(text)
    assert "{navn}, {portal}, {artikkel}, {serie}" in str(refused.value)


@pytest.mark.parametrize("subject", ["Hei {navn:d}", "Hei {", "{{navn}}"])
def test_no_words_keep_anybody_from_joining(subject, visitor, article):
    words = NewsletterSettings.load()
    words.welcome_subject = words.welcome_words = subject
    words.save()
    ask_for_code(visitor, "ny@example.no")
    accept(visitor)
    [mail] = planned()
    assert made(mail)


def test_the_panel_refuses_it_at_its_field(as_editor):
    path = "/admin/settings/newsletter/newslettersettings/"
    page = as_editor.get(path, follow=True)
    assert page.status_code == 200
    values = {"weekday": 2, "hour": 9, "welcome_subject": "Hei", "welcome_words": "Hei {fornavn}"}
    pk = NewsletterSettings.load().pk
    answer = as_editor.post(f"{path}{pk}/", values)
    assert "Feltet {fornavn} finnes ikke." in answer.content.decode()
    answer = as_editor.post(f"{path}{pk}/", {**values, "welcome_words": "Hei {navn}"})
    assert answer.status_code == 302
    words = NewsletterSettings.load()
    assert (words.weekday, words.hour, words.welcome_words) == (2, 9, "Hei {navn}")


def test_others_than_editors_can_not_change_it(writer, manager, member):
    path = "/admin/settings/newsletter/newslettersettings/"
    for user in (writer, manager, member):
        answer = logged_in(user).get(path)
        assert answer.status_code in (302, 403)
        assert "/newslettersettings/" not in answer.headers.get("Location", "").partition("?")[0]
