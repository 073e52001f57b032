"""Members as CSV, out and in: each row gets a verdict, and nothing changes until confirmed."""

import csv
import gc
import io
import tracemalloc
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts import member_files, member_imports
from accounts.member_files import UnreadableError, take
from accounts.member_imports import continue_import, forget_imports, work_on
from accounts.models import ImportedRow, MemberImport, Stage, State, User, Verdict
from accounts.own_data import erase_who_has_left
from mail.models import Message
from tests.conftest import logged_in, person

pytestmark = pytest.mark.django_db
OUT, IN = "/admin/medlemmer/fil.csv", "/admin/medlemmer/inn/"


def taken(text: str | bytes, by: User, encoding: str = "utf-8") -> MemberImport:
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return take(io.BytesIO(data), "medlemmer.csv", by)


def worked(file: MemberImport) -> MemberImport:
    """Runs the worker until it has nothing more to do with the file."""
    for _ in range(200):
        file.refresh_from_db()
        if not file.is_at_work:
            return file
        continue_import.call(file.pk)
    raise AssertionError("never done")


def verdicts(file: MemberImport) -> list[str]:
    return list(worked(file).rows.order_by("number").values_list("verdict", flat=True))


def reason(file: MemberImport) -> str:
    return worked(file).rows.get().reason


def test_what_goes_out_comes_in_unchanged(manager, member, pending, suspended, editor):
    person("sluttende@example.no").leave()
    User.objects.filter(pk=member.pk).update(name="=HYPERLINK(1;2)", source="prove")
    User.objects.filter(pk=pending.pk).update(name="Åse; «Bø»\n-x")
    client = logged_in(manager)
    before = list(User.objects.order_by("pk").values())
    answer = client.get(OUT)
    data = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert data.count(b"@example.no") == 4
    assert editor.email.encode() not in data
    file = taken(data, manager)
    assert verdicts(file) == [Verdict.SAME] * 4
    worked(file).begin()
    worked(file)
    assert list(User.objects.order_by("pk").values()) == before


def test_no_cell_runs_in_a_spreadsheet(manager, member):
    for name in ("=1+1", "+47", "-x", "@sum", "\tx"):
        User.objects.filter(pk=member.pk).update(name=name)
        data = b"".join(logged_in(manager).get(OUT).streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(data), delimiter=";"))
        assert rows[0]["navn"] == f"'{name}"


def test_what_the_list_shows_is_what_goes_out(manager, member, suspended):
    client = logged_in(manager)
    for query, expected in [
        ("?state=suspended", {suspended.email}),
        ("?q=medlem", {member.email}),
        ("?source=import", set()),
        ("?joined_at_from=2000-01-01", {member.email, suspended.email}),
        ("?last_read_at_to=2000-01-01", set()),
    ]:
        text = b"".join(client.get(OUT + query).streaming_content).decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text), delimiter=";")
        assert {row["epost"] for row in rows} == expected, query


def test_each_row_gets_a_verdict_and_nothing_is_done(manager, member, editor, pending):
    file = taken(
        f"epost;navn;tilstand\nny@example.no;Ny;aktiv\n{member.email};Åse Bø;aktiv\n"
        f"{member.email.upper()};Dobbel;\n{editor.email};Sjef;\ntull;;\n"
        f"{pending.email};Nytt navn;utestengt\nenda@example.no;;rar\n",
        manager,
    )
    assert verdicts(file) == ["new", "same", "refused", "refused", "refused", "changed", "refused"]
    reasons = list(file.rows.order_by("number").values_list("reason", flat=True))
    assert "tidligere rad" in reasons[2]
    assert "redaksjonen" in reasons[3]
    assert "«tull»" in reasons[4]
    assert reasons[5] == "Åse Bø → Nytt navn; ubekreftet → utestengt"
    assert "aktiv" in reasons[6]
    assert User.objects.count() == 4
    assert file.rows.order_by("number").first().number == 2


def test_what_was_judged_is_brought_in(manager, pending, suspended, member):
    file = taken(
        "epost,navn,tilstand,medlem_siden,kom_via\n"
        "ny@example.no,Ny,,2020-01-02T03:04:05+01:00,avtale\n"
        "ute@example.no,,utestengt,,\n"
        f"{pending.email},,aktiv,,\n{suspended.email},,aktiv,,\n{member.email},Nytt,utestengt,,\n",
        manager,
    )
    assert set(verdicts(file)) == {"new", "changed"}
    assert worked(file).begin()
    assert worked(file).stage == Stage.DONE
    new = User.objects.get(email="ny@example.no")
    assert (new.name, new.state, new.source, new.joined_at.year) == ("Ny", "active", "avtale", 2020)
    assert not new.has_usable_password()
    assert EmailAddress.objects.get(user=new).verified
    states = dict(User.objects.values_list("email", "state"))
    assert states["ute@example.no"] == State.SUSPENDED
    assert states[pending.email] == states[suspended.email] == State.ACTIVE
    assert states[member.email] == State.SUSPENDED
    assert {entry.user for entry in ModelLogEntry.objects.all()} == {manager}
    assert not Message.objects.exists()
    assert not file.begin()


def test_who_comes_in_unconfirmed_has_seven_days_to_confirm(manager):
    head = "epost;tilstand;medlem_siden"
    file = taken(f"{head}\nny@example.no;ubekreftet;2026-01-10T12:00:00+01:00\n", manager)
    worked(file).begin()
    worked(file)
    erase_who_has_left()
    assert User.objects.get(email="ny@example.no").state == State.UNCONFIRMED


def test_what_has_changed_since_the_verdict_is_judged_again(manager):
    file = taken("epost\nny@example.no\nnoen@example.no\n", manager)
    assert verdicts(file) == ["new", "new"]
    User.objects.create_user("ny@example.no")
    sjef = person("noen@example.no", group="Editors")
    worked(file).begin()
    worked(file)
    assert User.objects.filter(email="ny@example.no").count() == 1
    assert file.rows.get(email=sjef.email).verdict == Verdict.REFUSED


@pytest.mark.parametrize("state", ["på vei ut", "ubekreftet"])
def test_nobody_is_made_to_leave_or_unproven_by_a_file(manager, member, state):
    assert "medlemmet gjør selv" in reason(
        taken(f"epost;tilstand\n{member.email};{state}", manager)
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Den f\xc3\xb8rste linjen".encode("latin1").decode()),
        (b"navn;alder\nx;1\n", "navn, alder"),
        (b"epost;alder\nx;1\n", "epost, alder"),
        (b"epost\n", "ingen rader"),
        (b'epost\n"uavsluttet', "lar seg lese"),
        (b"epost;navn\na@example.no;x\0y\n", "tegnet NUL"),
        (b"\x89PNG\r\n\x1a\n\x00", "Den første linjen"),
        (b"PK\x03\x04" + bytes(range(256)), "Den første linjen"),
    ],
)
def test_a_file_that_can_t_be_read_is_told_so_and_leaves_nothing(manager, data, said):
    client = logged_in(manager)
    file = SimpleUploadedFile("medlemmer.csv", data or b"\n")
    answer = client.post(IN, {"file": file})
    assert said in answer.content.decode()
    assert not MemberImport.objects.exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a@b.no;" + "x" * 151, "Navnet er for langt"),
        ("a@b.no;x;y;z;w", "flere celler"),
        ("a@b.no;x;;i går;", "«i går»"),
        ("a@b.no;x;;2026-13-45T00:00:00;", "«2026-13-45T00:00:00»"),
        ("x" * 300 + "@b.no;x;;;", "Adressen er for lang"),
    ],
)
def test_a_row_that_can_t_be_used_says_why(manager, row, said):
    heading = "epost;navn;tilstand;medlem_siden\n"
    assert said in reason(taken(heading + row, manager))


@pytest.mark.parametrize("time", ["0001-01-01", "9999-12-31T23:59:59-05:00", "2999-01-01T00:00"])
def test_nobody_joined_before_the_web_nor_tomorrow(manager, time):
    file = taken(f"epost;medlem_siden\nny@example.no;{time}\n", manager)
    assert verdicts(file) == ["refused"]


def test_a_row_that_fails_holds_up_no_other(manager, monkeypatch):
    honest = member_imports._new_user

    def fails(values):
        if values["email"] == "feil@example.no":
            raise RuntimeError
        return honest(values)

    monkeypatch.setattr(member_imports, "_new_user", fails)
    file = taken("epost\nen@example.no\nfeil@example.no\nto@example.no\n", manager)
    worked(file).begin()
    assert verdicts(file) == ["new", "refused", "new"]
    assert User.objects.members().count() == 2


def test_an_address_that_another_member_has_proven_is_not_taken_over(manager, member):
    EmailAddress.objects.create(user=member, email="ogsa@example.no", verified=True)
    assert "et annet medlem" in reason(taken("epost\nogsa@example.no\n", manager))


def test_what_was_got_ready_with_an_address_is_gone_when_a_file_makes_it_active(manager, pending):
    SocialAccount.objects.create(user=pending, provider="feide", uid="angriper")
    file = taken(f"epost;tilstand\n{pending.email};aktiv\n", manager)
    worked(file).begin()
    worked(file)
    assert User.objects.get(pk=pending.pk).state == State.ACTIVE
    assert not SocialAccount.objects.exists()


def test_letters_of_excel_are_read_wherever_they_come(manager):
    text = "epost;navn\n" + "".join(f"m{n}@example.no;Navn\n" for n in range(900))
    file = taken(text + "siste@example.no;Åse\n", manager, "cp1252")
    assert file.rows.get(email="siste@example.no").values["name"] == "Åse"


@pytest.mark.parametrize("name", ["'=x", "'@x", " foran", "bak ", "''", "'", "=1"])
def test_every_name_comes_in_as_it_went_out(manager, member, name):
    User.objects.filter(pk=member.pk).update(name=name)
    data = b"".join(logged_in(manager).get(OUT).streaming_content)
    assert verdicts(taken(data, manager)) == [Verdict.SAME]


def test_a_line_of_millions_of_cells_is_refused(manager):
    with pytest.raises(UnreadableError, match="lang"):
        taken("epost;navn\n" + "ab;" * 70_000, manager)
    row = 'ab;"\n' + ('";' + "ab;" * 30_000 + '"\n') * 3
    with pytest.raises(UnreadableError, match="lang"):
        taken(f"epost;navn\n{row}", manager)
    assert not MemberImport.objects.exists()
    taken("epost;navn\n" + "a@example.no;Kari\n" * 20_000, manager)


def test_a_file_with_too_many_rows_is_refused_and_leaves_nothing(manager, monkeypatch):
    monkeypatch.setattr("accounts.member_files.MAX_ROWS", 10)
    with pytest.raises(UnreadableError):
        taken("epost\n" + "x@example.no\n" * 11, manager)
    assert not MemberImport.objects.exists()
    assert not ImportedRow.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_from_excel_is_read_too(manager, encoding):
    file = taken("epost;navn\r\nase@example.no;Åse Ærø\r\n", manager, encoding)
    assert file.rows.get().values["name"] == "Åse Ærø"


def test_twelve_batches_take_no_more_memory_than_three(manager, monkeypatch):
    for module in (member_files, member_imports):
        monkeypatch.setattr(module, "BATCH", 50)
    peaks = []
    for count in (50, 150, 600):  # the first loads the modules that any import needs
        text = "epost;navn\n" + "".join(f"m{n}@e{count}.example;Navn {n}\n" for n in range(count))
        data = io.BytesIO(text.encode())
        gc.collect()
        tracemalloc.start()
        file = take(data, "medlemmer.csv", manager)
        while worked_once(file):
            pass
        file.begin()
        while worked_once(file):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert User.objects.filter(email__endswith=f"@e{count}.example").count() == count
    assert peaks[2] < 1.5 * peaks[1], peaks


def worked_once(file: MemberImport) -> bool:
    work_on(file)
    file.refresh_from_db()
    return file.is_at_work


def test_the_page_shows_how_far_it_has_come(manager):
    client = logged_in(manager)
    text = "epost\n" + "".join(f"m{n}@example.no\n" for n in range(1200))
    file = SimpleUploadedFile("medlemmer.csv", text.encode())
    url = client.post(IN, {"file": file}).url
    assert 'value="0"' in client.get(url).content.decode()
    work_on(MemberImport.objects.get())
    page = client.get(url).content.decode()
    assert 'max="1200" value="500"' in page
    assert 'http-equiv="refresh"' in page
    worked(MemberImport.objects.get())
    page = client.get(url).content.decode()
    assert "Hent inn 1\xa0200 rader" in page
    assert "refresh" not in page
    assert "m99@example.no" in page
    assert "m100@example.no" not in page
    assert "m100@example.no" in client.get(f"{url}?p=2").content.decode()
    client.post(url)
    worked(MemberImport.objects.get())
    assert User.objects.members().count() == 1200


def test_the_rows_are_forgotten_after_a_day(manager):
    file = taken("epost\nny@example.no\n", manager)
    forget_imports()
    assert ImportedRow.objects.exists()
    MemberImport.objects.filter(pk=file.pk).update(uploaded_at=timezone.now() - timedelta(days=2))
    forget_imports()
    assert not ImportedRow.objects.exists()


@pytest.mark.parametrize("who", ["editor", "writer", "member"])
@pytest.mark.parametrize("path", [OUT, IN, f"{IN}1/"])
def test_only_member_managers_reach_the_files(who, path, request):
    client = logged_in(request.getfixturevalue(who))
    assert client.get(path).status_code in (302, 403)
    assert client.post(path).status_code in (302, 403)


def test_a_file_that_is_too_large_is_refused(manager, monkeypatch):
    monkeypatch.setattr("accounts.admin.member_imports.MAX_BYTES", 10)
    file = SimpleUploadedFile("medlemmer.csv", b"epost\n" + b"x" * 20)
    answer = logged_in(manager).post(IN, {"file": file})
    assert "større enn" in answer.content.decode()


@pytest.mark.parametrize("name", ["medlemmer.exe", "medlemmer.xlsx", "medlemmer"])
def test_a_file_that_calls_itself_something_else_is_refused(manager, name):
    file = SimpleUploadedFile(name, b"epost\nny@example.no\n")
    answer = logged_in(manager).post(IN, {"file": file})
    assert "csv" in answer.content.decode()
    assert not MemberImport.objects.exists()


def test_unreadable_says_so_to_who_calls(manager):
    with pytest.raises(UnreadableError):
        taken("navn\nx\n", manager)
