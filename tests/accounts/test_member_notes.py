"""Notes, labels, and the reason of a suspension: on a member's page, in the list, in files."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Label, MemberNote, State, User
from accounts.own_data import erase, told_of
from tests.accounts.test_member_files import OUT, taken, verdicts, worked
from tests.accounts.test_panel import shown_by
from tests.conftest import logged_in, person

pytestmark = pytest.mark.django_db
BULK = "/admin/bulk/accounts/user/label/"


def page_of(member: User) -> str:
    return f"/admin/users/edit/{member.pk}/"


def labels_of(user: User) -> list[str]:
    return [label.name for label in user.labels.all()]


def test_a_note_is_dated_signed_and_shown(manager, member):
    client = logged_in(manager)
    answer = client.post(f"/admin/medlemmer/{member.pk}/notat/", {"text": "Ringte <b>om</b> Feide"})
    assert answer.url == page_of(member)
    note = MemberNote.objects.get()
    assert (note.member, note.written_by) == (member, manager)
    page = client.get(page_of(member)).content.decode()
    assert "Ringte &lt;b&gt;om&lt;/b&gt; Feide" in page
    assert str(manager) in page
    assert "får det sammen med sine egne data" in page
    client.post(f"/admin/medlemmer/notat/{note.pk}/slett/")
    assert not MemberNote.objects.exists()


def test_an_empty_note_is_told_so(manager, member):
    client = logged_in(manager)
    answer = client.post(f"/admin/medlemmer/{member.pk}/notat/", {"text": " "}, follow=True)
    assert "Skriv noe i notatet" in answer.content.decode()
    assert not MemberNote.objects.exists()


def test_nobody_notes_anything_about_the_staff(manager, editor):
    client = logged_in(manager)
    assert client.post(f"/admin/medlemmer/{editor.pk}/notat/", {"text": "x"}).status_code == 404
    note = editor.notes.create(text="fra før")
    assert client.post(f"/admin/medlemmer/notat/{note.pk}/slett/").status_code == 404


@pytest.mark.parametrize("who", ["editor", "writer", "member"])
def test_only_member_managers_note_and_label(who, member, request):
    client = logged_in(request.getfixturevalue(who))
    note = member.notes.create(text="hemmelig")
    for path in (
        f"/admin/medlemmer/{member.pk}/notat/",
        f"/admin/medlemmer/notat/{note.pk}/slett/",
    ):
        assert client.post(path, {"text": "x"}).status_code in (302, 403)
    answer = client.post(f"{BULK}?id={member.pk}", {"new_labels": "VIP"})
    assert answer.status_code in (302, 403)
    assert MemberNote.objects.get() == note
    assert not Label.objects.exists()


def test_the_member_gets_what_is_written_and_the_writer_only_that_they_wrote(manager, member):
    member.notes.create(text="Spurte om priser", written_by=manager)
    sections = {section.key: section.rows for section in told_of(member)}
    assert sections["accounts.membernote.member"][0]["text"] == "Spurte om priser"
    about_writer = str(told_of(manager))
    assert "Spurte om priser" not in about_writer
    assert "Notater du har skrevet om medlemmer" in about_writer


def test_a_suspension_needs_a_reason(manager, member):
    client = logged_in(manager)
    form = {"name": "Kari", "is_suspended": "on", "suspension_reason": " "}
    page = client.post(page_of(member), form).content.decode()
    assert "Skriv hvorfor medlemmet stenges ute" in page
    member.refresh_from_db()
    assert member.state == State.ACTIVE
    client.post(page_of(member), form | {"suspension_reason": "Deler passordet"})
    member.refresh_from_db()
    assert (member.state, member.suspension_reason) == (State.SUSPENDED, "Deler passordet")
    page = client.get(page_of(member)).content.decode()
    assert "Medlemmet ble stengt ute: Deler passordet" in page
    client.post(page_of(member), {**shown_by(client, page_of(member)), "name": "Kari"})
    member.refresh_from_db()
    assert (member.state, member.suspension_reason) == (State.ACTIVE, "")


def test_the_gate_says_nothing_of_the_reason(manager, member, article):
    member.suspend("Deler passordet")
    client = logged_in(member)
    assert "Deler passordet" not in client.get(article.get_absolute_url()).content.decode()
    assert "Deler passordet" not in client.get("/konto/").content.decode()


def test_who_was_suspended_before_reasons_were_kept_can_still_be_saved(manager, suspended):
    answer = logged_in(manager).post(page_of(suspended), {"name": "Ny", "is_suspended": "on"})
    assert answer.status_code == 302
    suspended.refresh_from_db()
    assert (suspended.name, suspended.state) == ("Ny", State.SUSPENDED)


def test_labels_are_ticked_or_written_and_forgotten_when_nobody_has_them(manager, member):
    client = logged_in(manager)
    client.post(page_of(member), {"name": "", "new_labels": " VIP,  kurs  2026, vip"})
    assert labels_of(member) == ["kurs 2026", "VIP"]
    course = Label.objects.get(name="kurs 2026")
    page = client.get(page_of(member)).content.decode()
    assert "kurs 2026, VIP" in page
    read = shown_by(client, page_of(member))
    client.post(page_of(member), {**read, "name": "", "label_set": [course.pk]})
    assert labels_of(member) == ["kurs 2026"]
    assert not Label.objects.filter(name="VIP").exists()
    erase(member)
    assert not Label.objects.exists()


def test_a_label_that_is_too_long_is_told_so(manager, member):
    page = logged_in(manager).post(page_of(member), {"name": "", "new_labels": "x" * 41})
    assert "lengre enn 40 tegn" in page.content.decode()


def test_the_list_shows_labels_and_filters_by_them(manager, member, pending):
    member.labels.set(Label.objects.named(["VIP", "kurs"]).values())
    client = logged_in(manager)
    assert "kurs, VIP" in client.get("/admin/users/").content.decode()
    labels = "&".join(f"labels={pk}" for pk in Label.objects.values_list("pk", flat=True))
    page = client.get(f"/admin/users/?{labels}").content.decode()
    assert page.count(member.email) == client.get("/admin/users/").content.decode().count(
        member.email
    )
    assert pending.email not in page


def test_the_list_asks_as_much_for_twenty_members_as_for_two(manager, member, pending):
    client = logged_in(manager)
    client.get("/admin/users/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/users/")
    vip = Label.objects.named(["VIP"])["vip"]
    for n in range(18):
        person(f"m{n}@example.no").labels.add(vip)
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/users/")
    assert len(many) <= len(few) + 1  # the filter's choices


def test_several_are_labelled_at_once(manager, member, pending, editor):
    client = logged_in(manager)
    member.labels.set(Label.objects.named(["gammel"]).values())
    old = Label.objects.get()
    ids = f"?id={member.pk}&id={pending.pk}&id={editor.pk}&next=/admin/users/"
    page = client.get(BULK + ids).content.decode()
    assert member.email in page
    assert editor.email not in page
    answer = client.post(BULK + ids, {"new_labels": "VIP", "take_off": [old.pk]})
    assert answer.url == "/admin/users/"
    assert labels_of(member) == labels_of(pending) == ["VIP"]
    assert labels_of(editor) == []
    assert not Label.objects.filter(name="gammel").exists()


def test_all_that_the_list_shows_are_labelled(manager, member, pending):
    client = logged_in(manager)
    client.post(f"{BULK}?id=all&state=unconfirmed&next=/admin/users/", {"new_labels": "ring"})
    assert labels_of(pending) == ["ring"]
    assert labels_of(member) == []


def test_labelling_with_nothing_is_told_so(manager, member):
    page = logged_in(manager).post(f"{BULK}?id={member.pk}", {}).content.decode()
    assert "Velg en merkelapp" in page


def test_wagtails_own_actions_on_users_are_gone(manager, member):
    page = logged_in(manager).get("/admin/users/").content.decode()
    assert "/bulk/accounts/user/label/" in page
    for action in ("assign_role", "delete", "set_active_state"):
        assert f"/bulk/accounts/user/{action}/" not in page


def test_labels_and_reasons_go_out_and_in(manager, member, suspended):
    member.labels.set(Label.objects.named(["VIP", "kurs"]).values())
    User.objects.filter(pk=suspended.pk).update(suspension_reason="Deler; passordet")
    data = b"".join(logged_in(manager).get(OUT).streaming_content)
    rows = {
        row["epost"]: row
        for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    }
    assert rows[member.email]["merkelapper"] == "kurs, VIP"
    assert rows[suspended.email]["grunn"] == "Deler; passordet"
    assert set(verdicts(taken(data, manager))) == {"same"}
    file = taken(
        f"epost;merkelapper;tilstand;grunn\n{member.email};Kurs, ny;;\n"
        "ute@example.no;ny;utestengt;Søppelpost\n",
        manager,
    )
    assert verdicts(file) == ["changed", "new"]
    assert file.rows.get(email=member.email).reason == "kurs, VIP → Kurs, ny"
    worked(file).begin()
    worked(file)
    assert labels_of(member) == ["kurs", "ny"]
    assert not Label.objects.filter(name="VIP").exists()
    out = User.objects.get(email="ute@example.no")
    assert (out.state, out.suspension_reason, labels_of(out)) == (
        State.SUSPENDED,
        "Søppelpost",
        ["ny"],
    )
