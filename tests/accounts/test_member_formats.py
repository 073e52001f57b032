"""Files of members from Ghost and Substack, with the headings that those programs write."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.member_columns import FORMATS, explained, format_of
from accounts.models import Consent, Kind, MemberImport, User, Verdict
from tests.accounts.test_member_files import IN, reason, taken, verdicts, worked
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,"
    "deleted_at,labels,tiers,gift_id\n"
)
SUBSTACK = "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
DASHBOARD = (
    "Email,Name,Stripe plan,Cancel date,Start date,Paid upgrade date,Bestseller,Emails received"
    " (6mo),num_emails_opened,Links clicked,Post views,Comments,Shares,Days active (30d),Activity,"
    "Revenue,Subscription source (free),Country,Type,Expiration date\n"
)
OLD_GHOST = GHOST.replace("labels,tiers,gift_id", "labels,products")
OLD_SUBSTACK = "email,active_subscription,expiry,email_disabled,prefer_digests,created_at\n"


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        (GHOST, "Ghost"),
        (OLD_GHOST, "Ghost"),
        (SUBSTACK, "Substack"),
        (OLD_SUBSTACK, "Substack"),
        (DASHBOARD, "Substack"),
    ],
)
def test_each_column_is_understood_or_left_out_for_a_reason(heading, name):
    columns = heading.strip().lower().split(",")
    format = format_of(columns)
    assert FORMATS[format].name == name
    told = explained(format, columns)
    assert [column.heading for column in told] == columns
    assert [column.heading for column in told if str(column.why) == "ikke kjent"] == []


def ghosts(manager) -> MemberImport:
    return taken(
        GHOST + '66,ny@example.no,Ny,"Ringte i mai",true,false,cus_1,2024-01-15T10:00:00.000Z,,'
        '"VIP, Kurs",Free,\n'
        "67,stille@example.no,,,false,true,,2024-02-01T12:30:00.000Z,,,,\n"
        "68,borte@example.no,,,true,false,,2024-02-01T12:30:00.000Z,2024-03-01T00:00:00.000Z,,,\n",
        manager,
    )


def test_a_file_of_ghost_comes_in_as_it_is(manager):
    file = ghosts(manager)
    assert verdicts(file) == ["new", "new", "refused"]
    assert "slettet" in file.rows.get(email="borte@example.no").reason
    worked(file).begin()
    worked(file)
    new = User.objects.get(email="ny@example.no")
    assert (new.name, new.source, new.joined_at.year) == ("Ny", "ghost", 2024)
    assert [label.name for label in new.labels.all()] == ["Kurs", "VIP"]
    assert (new.notes.get().text, new.notes.get().written_by) == ("Ringte i mai", manager)
    assert not Consent.objects.filter(kind=Kind.NEWS).exists()
    again = ghosts(manager)
    assert verdicts(again) == ["same", "same", "refused"]


def test_a_consent_comes_along_only_if_a_manager_confirms_it(manager):
    file = worked(ghosts(manager))
    client = logged_in(manager)
    page = client.get(f"{IN}{file.pk}/").content.decode()
    assert "1 nytt medlem har sagt ja til nyheter på e-post fra oss i Ghost" in page
    assert "stripe_customer_id" in page
    assert "Utelatt: betalingen følger ikke med" in page
    client.post(f"{IN}{file.pk}/", {"news": "1"})
    worked(file)
    consent = Consent.objects.get(kind=Kind.NEWS)
    assert (consent.user.email, consent.kind) == ("ny@example.no", Kind.NEWS)
    assert "Ghost" in consent.text
    assert str(manager) in consent.text


def test_who_was_a_member_before_gets_no_consent_by_a_file(manager, member):
    Consent.give(member, Kind.NEWS, "/konto/")
    Consent.withdraw(member, Kind.NEWS)
    file = taken(f"{GHOST}1,{member.email},Nytt navn,,true,,,,,,,\n", manager)
    assert verdicts(file) == ["changed"]
    assert worked(file).who_want_news() == 0
    worked(file).begin(carries_news=True)
    worked(file)
    assert not Consent.objects.standing().filter(kind=Kind.NEWS).exists()


def test_an_empty_cell_of_ghost_takes_nothing_away(manager, member):
    User.objects.filter(pk=member.pk).update(name="Kari")
    assert verdicts(taken(f"{GHOST}1,{member.email},,,,,,,,,,\n", manager)) == [Verdict.SAME]


def test_a_note_and_a_label_come_in_once(manager, member):
    row = f"{GHOST}1,{member.email},,Ringte,,,,,,VIP,,\n"
    file = taken(row, manager)
    assert reason(file) == "+ VIP; et nytt notat"
    worked(file).begin()
    worked(file)
    assert member.notes.count() == 1
    assert verdicts(taken(row, manager)) == [Verdict.SAME]


def test_files_of_substack_come_in_as_they_are(manager):
    file = taken(
        SUBSTACK + "fri@example.no,false,,other,false,2025-01-01,\n"
        "av@example.no,true,2026-01-01,monthly,true,2025-06-01T08:00:00.000Z,2025-06-01\n",
        manager,
    )
    assert verdicts(file) == ["new", "new"]
    assert file.who_want_news() == 1
    worked(file).begin(carries_news=True)
    worked(file)
    assert Consent.objects.get(kind=Kind.NEWS).user.email == "fri@example.no"
    joined = User.objects.get(email="fri@example.no").joined_at
    assert timezone.localtime(joined).date() == date(2025, 1, 1)
    cells = ["dash@example.no", "Dag", "", "", "2026-06-17T10:21:38.759Z"]
    row = ",".join([*cells, *[""] * (DASHBOARD.count(",") + 1 - len(cells))])
    file = taken(f"{DASHBOARD}{row}\n", manager)
    assert verdicts(file) == ["new"]
    assert file.who_want_news() == 0
