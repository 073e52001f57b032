"""Sending letters in the panel."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    rich_text,
    streamfield,
)

from accounts.models import User
from mail.models import Message, Outcome
from newsletter.following import follow
from newsletter.jobs import keep_figures, plan_letters
from newsletter.models import Announcement, Follow, Letter, LetterIndex, Pace, Recipient, Sending
from newsletter.planning import plan_news
from newsletter.things import EVERYTHING
from tests import factories
from tests.conftest import logged_in, person
from tests.factories import gate, text
from tests.newsletter.conftest import announce
from tests.newsletter.letters import (
    draft_letter,
    mail_of,
    make_letter,
    parts,
    send,
    wants_letters,
)

pytestmark = pytest.mark.django_db
NOW = {"audience": "brev", "when": "now", "starts_at": ""}


def url_of(letter: Letter) -> str:
    return f"/admin/brev/{letter.pk}/send/"


def in_days(days: int) -> dict[str, str]:
    at = timezone.localtime() + timedelta(days=days)
    return {"do": "send", **NOW, "when": "later", "starts_at": at.strftime("%Y-%m-%dT%H:%M")}


def page_of(client: Client, path: str, **data: str) -> str:
    answer = client.post(path, data) if data else client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_editor_sees_the_number_of_recipients_before_the_letter_is_sent(as_editor, member):
    wants_letters(member)
    person("uten@example.no")
    letter = make_letter()
    page = page_of(as_editor, url_of(letter), do="look", **NOW)
    assert "går det til ett medlem" in page
    assert not Sending.objects.exists()
    answer = as_editor.post(url_of(letter), {"do": "send", **NOW})
    sending = Sending.objects.get()
    assert answer["Location"] == f"/admin/brev/sendt/{sending.pk}/"
    assert sending.ordered_by.email == "redaktor@example.no"
    plan_letters()
    assert Message.objects.get().recipient == member.email


def test_whom_a_letter_can_be_for_is_what_somebody_follows(as_editor, member, series):
    factories.make_series("uten", "Ingen følger denne")
    author = factories.make_author()
    Follow.objects.create(user=member, page_id=series.pk)
    Follow.objects.create(user=member, page_id=author.pk, is_author=True)
    Follow.objects.create(user=member)
    hidden = factories.make_series("skjult", "Skjult serie")
    Follow.objects.create(user=member, page_id=hidden.pk)
    hidden.unpublish()
    letter = make_letter()
    page = page_of(as_editor, url_of(letter))
    for key in ("brev", f"serie-{series.pk}", f"forfatter-{author.pk}"):
        assert f'value="{key}"' in page
    assert "Ingen følger denne" not in page
    assert "Skjult serie" not in page
    assert 'value="alt"' not in page
    refused = page_of(as_editor, url_of(letter), do="send", **{**NOW, "audience": "alt"})
    assert "error" in refused
    assert not Sending.objects.exists()
    as_editor.post(url_of(letter), {"do": "send", **NOW, "audience": f"serie-{series.pk}"})
    assert Sending.objects.get().about == f"serie-{series.pk}"


def test_a_draft_is_published_when_it_is_sent(as_editor):
    draft = draft_letter()
    assert "Brevet er ikke publisert ennå" in page_of(as_editor, url_of(draft))
    as_editor.post(url_of(draft), {"do": "send", **NOW})
    assert Letter.objects.get().live
    assert Sending.objects.due().get()


def test_a_draft_is_published_at_the_time_that_it_is_sent(as_editor):
    draft = draft_letter()
    as_editor.post(url_of(draft), in_days(2))
    sending, letter = Sending.objects.get(), Letter.objects.get()
    assert not letter.live
    at = timezone.now() + timedelta(days=2)
    assert abs(sending.starts_at - at) < timedelta(minutes=2)
    assert letter.scheduled_revision.approved_go_live_at == sending.starts_at
    assert not Sending.objects.due()


@pytest.mark.parametrize("days", [(1, 5), (5, 1)])
def test_a_draft_for_two_groups_is_published_when_the_first_sending_begins(
    days, as_editor, member, series
):
    Follow.objects.create(user=member, page_id=series.pk)
    draft = draft_letter()
    for audience, day in zip(("brev", f"serie-{series.pk}"), days, strict=True):
        as_editor.post(url_of(draft), {**in_days(day), "audience": audience})
    first, _second = Sending.objects.order_by("starts_at")
    letter = Letter.objects.get()
    assert not letter.live
    assert letter.scheduled_revision.approved_go_live_at == first.starts_at


def test_a_draft_that_is_planned_to_be_out_before_a_sending_keeps_its_time(as_editor):
    draft = draft_letter()
    draft.go_live_at = timezone.now() + timedelta(days=1)
    plan = draft.save_revision()
    plan.publish()
    as_editor.post(url_of(draft), in_days(2))
    letter = Letter.objects.get()
    assert letter.scheduled_revision == plan == letter.latest_revision


def test_a_draft_that_was_changed_since_it_was_planned_keeps_its_time(as_editor, member, series):
    Follow.objects.create(user=member, page_id=series.pk)
    draft = draft_letter()
    as_editor.post(url_of(draft), in_days(1))
    changed = Letter.objects.get().get_latest_revision_as_object()
    changed.title = "Rettet"
    changed.save_revision()
    as_editor.post(url_of(draft), {**in_days(5), "audience": f"serie-{series.pk}"})
    plan = Letter.objects.get().scheduled_revision
    assert plan.as_object().title == "Rettet"
    assert plan.approved_go_live_at == Sending.objects.earliest("starts_at").starts_at


@pytest.mark.parametrize("moment", ["", "2020-01-01T00:00", "2100-01-01T00:00", "x"])
def test_a_time_is_within_a_year(moment, as_editor):
    data = {**NOW, "when": "later", "starts_at": moment}
    page_of(as_editor, url_of(make_letter()), do="send", **data)
    assert not Sending.objects.exists()


def test_a_draft_that_can_not_be_published_is_not_sent(as_editor):
    draft = draft_letter([text("<p>Se[^mangler].</p>")])
    page = page_of(as_editor, url_of(draft), do="send", **NOW)
    assert "Kladden kan ikke publiseres" in page
    assert not Sending.objects.exists()
    assert not Letter.objects.get().live


def test_a_letter_on_its_way_is_not_ordered_again(as_editor):
    letter = make_letter()
    as_editor.post(url_of(letter), {"do": "send", **NOW})
    assert "allerede på vei" in page_of(as_editor, url_of(letter), do="send", **NOW)
    assert Sending.objects.count() == 1


def test_changes_that_are_not_published_are_warned_of(as_editor):
    letter = make_letter()
    assert "ikke er publisert" not in page_of(as_editor, url_of(letter))
    letter.title = "Ny"
    letter.save_revision()
    assert "ikke er publisert" in page_of(as_editor, url_of(letter))


def test_a_test_goes_to_the_editor_alone_and_shows_the_draft(as_editor, editor, member):
    wants_letters(member)
    letter = make_letter()
    letter.title, letter.body = (
        "Ny tittel",
        Letter._meta.get_field("body").to_python(
            [text("<p>Kladden.</p>"), gate(), text("<p>For medlemmer.</p>")]
        ),
    )
    letter.save_revision()
    as_editor.post(f"/admin/brev/{letter.pk}/prove/")
    mail = mail_of(Message.objects.get())
    assert mail["To"] == editor.email
    assert mail["Subject"] == "[Prøve] Ny tittel"
    for form in parts(mail):
        assert "Kladden." in form
        assert "For medlemmer." in form
        assert "Det låste" not in form
        assert "fra=" not in form
    editor.suspend()
    assert mail_of(Message.objects.get()) is None


def test_a_test_to_somebody_who_is_no_editor_any_more_is_dropped(as_editor, editor):
    as_editor.post(f"/admin/brev/{draft_letter().pk}/prove/")
    editor.groups.clear()
    assert mail_of(Message.objects.get()) is None


@pytest.mark.parametrize("path", ["send", "prove"])
def test_others_than_editors_send_nothing(path, writer, manager, as_member, visitor):
    own = draft_letter(owner=writer)
    address = f"/admin/brev/{own.pk}/{path}/"
    for client in (logged_in(writer), logged_in(manager), as_member, visitor):
        answer = client.post(address, {"do": "send", **NOW})
        assert answer.status_code in (302, 403)
        assert not answer["Location"].startswith("/admin/brev/")
    assert not Sending.objects.exists()
    assert not Message.objects.exists()


def test_an_editor_without_the_right_to_send_publishes_only(editor):
    """An owner may keep the sending to some of the editors."""
    without_right_to_send(editor)
    client, letter = logged_in(editor), make_letter()
    client.post(url_of(letter), {"do": "send", **NOW})
    client.post(f"/admin/brev/{letter.pk}/prove/")
    assert not Sending.objects.exists()
    assert not Message.objects.exists()
    assert url_of(letter) not in page_of(client, f"/admin/pages/{letter.pk}/edit/")
    assert client.get("/admin/brev/sendt/").status_code in (302, 403)


def test_a_writer_writes_drafts_of_letters(writer):
    index = LetterIndex.objects.get()
    client = logged_in(writer)
    answer = client.get(f"/admin/pages/add/newsletter/letter/{index.pk}/")
    assert answer.status_code == 200
    own = draft_letter(owner=writer)
    own.save_revision(user=writer)
    assert client.get(f"/admin/pages/{own.pk}/edit/").status_code == 200
    other = draft_letter(slug="annens")
    assert client.get(f"/admin/pages/{other.pk}/edit/").status_code in (302, 403)


def test_a_sending_is_stopped_in_the_panel(as_editor, member):
    wants_letters(member)
    sending = send(make_letter())
    path = f"/admin/brev/sendt/{sending.pk}/"
    assert "Stopp utsendingen" in page_of(as_editor, path)
    as_editor.post(path)
    assert not Message.objects.exists()
    page = page_of(as_editor, path)
    assert "Stopp utsendingen" not in page
    assert "Stoppet" in page


def test_a_sending_whose_mails_have_all_left_is_not_stopped(as_editor, member):
    wants_letters(member)
    sending = send(make_letter())
    Message.objects.update(sent_at=timezone.now())
    path = f"/admin/brev/sendt/{sending.pk}/"
    page = page_of_redirect(as_editor, path)
    assert "Det var for sent: All e-posten er sendt." in page
    assert '<h2 id="tilstand">Sendt</h2>' in page
    assert Sending.objects.get().stopped_at is None


def test_the_panel_says_why_a_sending_that_came_too_late_was_stopped(as_editor, member):
    wants_letters(member)
    letter = make_letter()
    first = send(letter)
    first.stop()
    Sending.objects.update(planned_at=timezone.now() - timedelta(days=29))
    late = send(letter)
    page = page_of(as_editor, f"/admin/brev/sendt/{late.pk}/")
    assert "Stoppet" in page
    why = "kan sendes i 25 dager fra den første utsendingen"
    assert why in page
    assert why not in page_of(as_editor, f"/admin/brev/sendt/{first.pk}/")


def sent(sending: Sending, outcomes: list[Outcome]) -> None:
    for n, outcome in enumerate(outcomes):
        Message.objects.create(
            subject="x",
            recipient=f"a{n}@example.no",
            message_id=f"<{sending.pk}-{n}@example.no>",
            source=b"",
            batch=sending.batch,
            sent_at=timezone.now(),
            outcome=outcome,
        )


def test_the_figures_are_counted_from_the_outbox_and_outlive_it(as_editor):
    sending = send(make_letter())
    told = [Outcome.DELIVERED] * 3 + [Outcome.BOUNCED] * 2 + [Outcome.UNSUBSCRIBED]
    sent(sending, [*told, Outcome.COMPLAINED, Outcome.UNKNOWN])
    path = f"/admin/brev/sendt/{sending.pk}/"
    before = page_of(as_editor, path)
    for name, number in (
        *(("Sendt", 8), ("Levert", 5), ("Kom i retur", 2), ("Meldte seg av", 1)),
        *(("Meldt som søppelpost", 1), ("Venter", 0), ("Kom aldri av gårde", 0)),
    ):
        assert f'<th scope="row">{name}</th><td>{number}</td>' in before
    assert "det e-posttjenesten melder" in before
    keep_figures()
    assert Sending.objects.get().counts == {}  # it is too early: some may come back yet
    Sending.objects.update(planned_at=timezone.now() - timedelta(days=29))
    keep_figures()
    Message.objects.all().delete()
    keep_figures()
    after = page_of(as_editor, path)
    assert after.partition("Tall")[2] == before.partition("Tall")[2]


def test_without_a_mail_service_what_did_not_come_back_counts_as_delivered(as_editor):
    sending = send(make_letter())
    sent(sending, [Outcome.UNKNOWN] * 3 + [Outcome.BOUNCED] + [Outcome.UNSUBSCRIBED])
    page = page_of(as_editor, f"/admin/brev/sendt/{sending.pk}/")
    assert '<th scope="row">Levert</th><td>4</td>' in page
    assert "ikke kom i retur" in page


def test_the_list_of_sendings_has_figures_of_each(as_editor, django_assert_max_num_queries):
    sendings = [send(make_letter(slug=f"brev-{n}", title=f"Brev {n}")) for n in range(5)]
    for n, sending in enumerate(sendings):
        sent(sending, [Outcome.UNKNOWN] * n)
    as_editor.get("/admin/brev/sendt/")
    with django_assert_max_num_queries(20):
        page = page_of(as_editor, "/admin/brev/sendt/")
    for n in range(5):
        assert f"Brev {n}" in page


def test_the_panel_shows_the_mail_as_each_kind_of_reader_gets_it(as_editor):
    letter = make_letter()
    draft = f"/admin/pages/{letter.pk}/view_draft/?mode="
    whole = page_of(as_editor, draft + "mail-member")
    open_part = page_of(as_editor, draft + "mail-visitor")
    assert "Det låste avsnittet." in whole
    assert "Det låste avsnittet." not in open_part
    assert "Resten av brevet er for medlemmer." in open_part
    assert "Det låste avsnittet." in page_of(as_editor, draft + "member")
    page = page_of(as_editor, draft + "visitor")
    assert "Det låste avsnittet." not in page
    assert "Les videre som medlem" in page
    answer = as_editor.get(draft + "mail-member")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'none'" in policy
    assert "img-src 'none'" in policy


def test_a_preview_makes_no_recipient(as_editor):
    """And a click in it can't end anybody's mail."""
    letter = make_letter()
    page = page_of(as_editor, f"/admin/pages/{letter.pk}/view_draft/?mode=mail-member")
    assert "/brev/av/forhandsvisning/" in page
    assert not Recipient.objects.exists()


def test_the_header_of_a_letter_has_the_button_for_those_who_may_send(as_editor, writer):
    letter = draft_letter(owner=writer)
    edit = f"/admin/pages/{letter.pk}/edit/"
    assert url_of(letter) in page_of(as_editor, edit)
    assert url_of(letter) not in page_of(logged_in(writer), edit)


def test_an_editor_stops_what_followers_are_about_to_hear(as_editor, member, article):
    follow(member, EVERYTHING, "/", Pace.AT_ONCE)
    announce(article, ago=timedelta(minutes=2))
    [row] = Announcement.objects.all()
    path = f"/admin/brev/varsel/{row.pk}/stopp/"
    page = page_of(as_editor, "/admin/brev/sendt/")
    assert article.title in page
    assert path in page
    assert as_editor.get(path).status_code == 405
    assert "Varselet er stoppet." in page_of_redirect(as_editor, path)
    Announcement.objects.update(due_at=timezone.now())
    plan_news()
    assert not Message.objects.exists()
    assert path not in page_of(as_editor, "/admin/brev/sendt/")


def test_what_followers_have_been_told_can_not_be_stopped(as_editor, article):
    announce(article)
    plan_news()
    [row] = Announcement.objects.all()
    path = f"/admin/brev/varsel/{row.pk}/stopp/"
    assert path not in page_of(as_editor, "/admin/brev/sendt/")
    assert "for sent" in page_of_redirect(as_editor, path)
    assert not Announcement.objects.filter(is_silent=True).exists()


def test_an_article_that_readers_may_not_know_of_is_not_listed(as_editor, article):
    announce(article, ago=timedelta(minutes=2))
    article.unpublish()
    assert article.title not in page_of(as_editor, "/admin/brev/sendt/")


def test_nobody_else_stops_what_followers_are_about_to_hear(writer, editor, article):
    announce(article, ago=timedelta(minutes=2))
    path = f"/admin/brev/varsel/{Announcement.objects.get().pk}/stopp/"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(path).status_code == 403
    without_right_to_send(editor)
    for user in (writer, editor):
        logged_in(user).post(path)
    assert not Announcement.objects.filter(is_silent=True).exists()


def without_right_to_send(editor: User) -> None:
    kind = ContentType.objects.get_for_model(Letter)
    right = Permission.objects.get(content_type=kind, codename="send_letter")
    editor.groups.get().permissions.remove(right)


def page_of_redirect(client: Client, path: str) -> str:
    return client.post(path, follow=True).content.decode()


def test_an_editor_who_publishes_a_letter_is_led_on_to_sending_it(as_editor):
    letter = draft_letter()
    body = streamfield([("text", rich_text("<p>Kjære leser.</p>"))])
    form = {"title": letter.title, "slug": letter.slug, "lead": letter.lead, "body": body}
    edit = f"/admin/pages/{letter.pk}/edit/"
    empty = inline_formset([])
    posted = nested_form_data({**form, "comments": empty, "action-publish": "1"})
    page = as_editor.post(edit, posted, follow=True).content.decode()
    assert Letter.objects.get().live
    assert "Ingen har fått det på e-post ennå." in page
    assert f'href="{url_of(letter)}"' in page


def test_a_letter_in_the_list_has_the_way_to_sending_it(as_editor, writer):
    letter = draft_letter()
    listed = f"/admin/pages/{letter.get_parent().pk}/"
    assert url_of(letter) in page_of(as_editor, listed)
    assert url_of(letter) not in page_of(logged_in(writer), listed)
