"""Members can see everything that is stored about them, and it is gone when they leave."""

import json
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log, registry
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from accounts.access import Access, Reader
from accounts.models import (
    Consent,
    FormerAddress,
    ImportedRow,
    Kind,
    Label,
    MemberImport,
    State,
    User,
)
from accounts.models.consents import hash_of
from accounts.own_data import described, erase, erase_who_has_left, relations, told_of
from mail.models import Message, Priority
from reading.models import Reading, SetAside
from tests import factories
from tests.accounts.mails import code_in, newest_mail, text_of
from tests.conftest import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
NAME, ADDRESS, OLD = "Ragnfrid Uniksdotter", "ragnfrid.unik@example.no", "gammel.unik@example.no"


@pytest.fixture
def someone(article, visitor) -> User:
    """A member who signed up with a code, and has a row in every table where members have rows."""
    visitor.post("/konto/logg-inn/", {"email": ADDRESS})
    visitor.post("/konto/logg-inn/kode/", {"code": code_in(newest_mail())})
    visitor.post("/konto/vilkar/", {"terms": "on"})
    visitor.post("/konto/varsler/brev/", {"pace": "letters"})
    visitor.post("/konto/varsler/alt/", {"pace": "weekly"})
    visitor.post("/konto/", {"name": NAME})
    user = User.objects.get(email=ADDRESS)
    Reading.of(user, article).keep(True)
    SetAside.objects.create(user=user, series=article.get_parent().specific)
    SocialAccount.objects.create(user=user, provider="prove", uid="unik-7", extra_data={"n": NAME})
    Authenticator.objects.create(user=user, type="webauthn", data={"name": NAME, "hemmelig": "x"})
    EmailAddress.objects.create(user=user, email=OLD)
    Message.objects.create(recipient=OLD, subject=f"Til {NAME}", message_id="<1@x>", source=b"")
    log(instance=user, action="accounts.suspend", data={"reason": f"{NAME} deler"})
    user.notes.create(text=f"Notat om {NAME}")
    user.labels.set(Label.objects.named(["Merkelapp ragnfrid"]).values())
    User.objects.filter(pk=user.pk).update(suspension_reason=f"Grunn for {NAME}")
    return user


def dump() -> str:
    """Returns every value of every table."""
    rows = []
    with connection.cursor() as cursor:
        # The index itself can't be read. SQLite's parts of it can, and are.
        for table in set(connection.introspection.table_names(cursor)) - {"search_index"}:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows += [f"{table}: {row}" for row in cursor.fetchall()]
    for session in Session.objects.all():
        rows.append(f"session: {session.get_decoded()}")
    return "\n".join(rows)


def test_every_relation_is_told_by_words_or_is_the_panel_s():
    panel = {"wagtailcore", "wagtailadmin", "wagtailimages", "wagtaildocs", "wagtailusers"}
    for relation in relations():
        model = relation.related_model
        is_known = model._meta.label in described or model._meta.app_label in panel
        assert is_known or model._meta.label in {
            "articles.Author",  # a by-line is published
            "articles.Picture",
            "accounts.User_user_permissions",  # nobody is given any
        }, model._meta.label
        if how := described.get(model._meta.label):
            list(how.prepared(model._base_manager.all()).values(*how.fields))


def test_both_files_hold_everything_and_no_secret(someone, visitor, article):
    for format in ("json", "html"):
        answer = visitor.get(reverse("accounts:download", args=[format]))
        body = answer.content.decode()
        theirs = ("Notat om", "Merkelapp ragnfrid", "Grunn for", "Jeg godtar medlemsvilkårene")
        for word in (ADDRESS, OLD, NAME, article.title, "unik-7", *theirs):
            assert word in body, (format, word)
        for secret in (someone.password, "hemmelig", visitor.session.session_key):
            assert secret not in body
        assert "attachment" in answer["Content-Disposition"]


def test_the_json_is_by_table(someone, visitor):
    answer = visitor.get(reverse("accounts:download", args=["json"]))
    told = json.loads(answer.content)
    assert told["user"][0]["email"] == ADDRESS
    assert {row["kind"] for row in told["accounts.consent.user"]} == {
        "Medlemsvilkårene",
        "Nyheter på e-post",
        "Nytt om noe du følger",
    }
    assert told["user"][0]["state"] == "Aktiv"
    assert told["log"][-1]["action"] == "Medlemmet ble stengt ute"
    assert told["reading.reading.user"][0]["title"] == "Delen"


def test_the_log_is_told_in_words_by_a_process_that_has_just_begun(someone, monkeypatch):
    monkeypatch.setattr(registry, "has_scanned_for_actions", False)
    monkeypatch.setattr(registry, "formatters", {})
    monkeypatch.setattr(registry, "choices", [])
    log = next(section for section in told_of(someone) if section.key == "log")
    assert [row["action"] for row in log.rows] == [
        "Adressen ble bekreftet",
        "Medlemmet ble stengt ute",
    ]


def test_who_logged_in_a_while_ago_is_asked_again_and_comes_back_to_the_page(
    someone, visitor, settings
):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    answer = visitor.get(reverse("accounts:download", args=["json"]))
    assert answer.url == f"{reverse('mfa_reauthenticate_webauthn')}?next=/konto/mine-data/"


def test_what_the_staff_do_is_told_apart_from_what_happened_to_them(manager, member):
    log(instance=member, action="accounts.suspend", user=manager)
    log(instance=manager, action="accounts.stay", user=manager)
    told = {section.key: section.rows for section in told_of(manager)}
    done, happened = told["wagtailcore.modellogentry.user"], told["log"]
    assert [row["action"] for row in done] == ["Medlemmet ble stengt ute"]
    assert [row["action"] for row in happened] == ["Valgte å bli likevel"]
    assert member.email not in str(told)


def test_what_others_wrote_is_not_told_though_the_log_quotes_it(manager):
    """The entry is about a deleted page, which Wagtail can't describe."""
    entry = PageLogEntry(
        user=manager,
        page_id=999_999,
        label="En side",
        action="wagtail.comments.delete",
        timestamp=timezone.now(),
        content_type=ContentType.objects.get_for_model(Page),
        data={"comment": {"text": "Andres ord", "contentpath": "body"}},
    )
    PageLogEntry.objects.bulk_create([entry])
    told = {section.key: section.rows for section in told_of(manager)}
    (row,) = told["wagtailcore.pagelogentry.user"]
    assert (row["label"], row["action"]) == ("En side", "Slett kommentar")
    assert "Andres ord" not in str(told)


def test_what_is_over_or_empty_is_not_told(someone, visitor):
    key = "usersessions.usersession.user"
    assert key in {section.key for section in told_of(someone)}
    Session.objects.filter(session_key=visitor.session.session_key).delete()
    told = {section.key: section for section in told_of(someone)}
    assert key not in told
    assert "sist lest" not in {label for row in told["user"].told() for label, _ in row}


def test_nobody_gets_the_file_of_somebody_else(someone, member, visitor):
    body = logged_in(member)
    body.post("/konto/identitet/", {"password": "langt-passord"})
    told = body.get(reverse("accounts:download", args=["json"])).content.decode()
    assert ADDRESS not in told
    assert member.email in told


def test_leaving_closes_the_reading_at_once_and_tells_by_mail(member, article):
    client = logged_in(member)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    assert client.post("/konto/mine-data/slett/", {}).status_code == 200
    assert User.objects.get().state == State.ACTIVE
    client.post("/konto/mine-data/slett/", {"is_sure": "on"})
    member.refresh_from_db()
    assert member.state == State.LEAVING
    assert Reader.of_user(member).level == Access.PUBLIC
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Det låste" not in page
    assert "Du er på vei ut" in page
    assert newest_mail()["To"] == member.email
    assert "slettet for godt" in text_of(newest_mail())


def test_deleting_asks_for_the_password_first(member):
    client = logged_in(member)
    answer = client.post("/konto/mine-data/slett/", {"is_sure": "on"})
    assert answer.url.startswith("/konto/identitet/")
    assert User.objects.get().state == State.ACTIVE


def test_who_logs_in_again_is_offered_to_stay(visitor, member):
    member.leave()
    data = {"login": member.email, "password": "langt-passord", "next": "/serien/delen/"}
    assert visitor.post("/konto/logg-inn/passord/", data).url == "/konto/"
    assert "Jeg vil bli" in visitor.get("/konto/").content.decode()
    visitor.post("/konto/mine-data/bli/")
    member.refresh_from_db()
    assert (member.state, member.leaves_at) == (State.ACTIVE, None)


def test_leaving_is_no_way_out_of_a_suspension(suspended):
    suspended.leave()
    suspended.stay()
    suspended.refresh_from_db()
    assert suspended.state == State.SUSPENDED


def test_nothing_is_gone_before_fourteen_days(member):
    member.leave()
    User.objects.update(leaves_at=timezone.now() + timedelta(minutes=1))
    erase_who_has_left()
    assert User.objects.filter(pk=member.pk).exists()
    User.objects.update(leaves_at=timezone.now() - timedelta(minutes=1))
    erase_who_has_left()
    assert not User.objects.filter(pk=member.pk).exists()


def test_after_that_a_dump_of_every_table_names_them_nowhere(someone, visitor):
    key, number = visitor.session.session_key, someone.pk
    before = dump()
    for word in (NAME, ADDRESS, OLD, "unik-7", key):
        assert word in before
    erase(someone)
    after = dump()
    for word in (NAME, ADDRESS, OLD, "unik-7", key, "Uniksdotter", "ragnfrid"):
        assert word not in after, word
    assert not Session.objects.filter(session_key=key).exists()
    for relation in relations():
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}_id": number})
        assert not rows.exists(), relation.related_model


def test_the_proof_of_a_consent_stays_and_is_found_by_who_comes_with_the_address(someone):
    erase(someone)
    proofs = Consent.objects.filter(address_hash=hash_of(ADDRESS))
    assert {proof.kind for proof in proofs} == {"terms", "news", "follow"}
    assert all(proof.user is None and ADDRESS not in proof.text for proof in proofs)


def test_a_published_by_line_stays(editor, series):
    author = factories.make_author(user=editor)
    article = factories.make_article(series, authors=[author])
    erase(editor)
    author.refresh_from_db()
    assert author.user is None
    assert article.by_line.count() == 1


def test_one_that_can_t_be_erased_holds_up_no_other(member, suspended, monkeypatch, caplog):
    User.objects.update(state=State.LEAVING, leaves_at=timezone.now() - timedelta(1))
    monkeypatch.setattr("accounts.own_data.erasers", [lambda u: u.pk == member.pk and 1 / 0])
    erase_who_has_left()
    assert [user.pk for user in User.objects.all()] == [member.pk]
    assert f"The account {member.pk} was not erased" in caplog.messages


def test_a_consent_that_was_taken_back_is_told_so(as_member, member):
    as_member.post("/konto/varsler/brev/", {"pace": "letters"})
    as_member.post("/konto/varsler/brev/", {"pace": ""})
    assert Consent.objects.get(user=member, kind=Kind.NEWS).withdrawn_at
    assert "Trukket tilbake" in as_member.get("/konto/mine-data/").content.decode()


def told_by_key(user: User) -> dict[str, list]:
    return {section.key: section.rows for section in told_of(user)}


def test_mails_to_a_former_address_are_told_until_it_was_given_up(member):
    changed = timezone.now() - timedelta(days=1)
    FormerAddress.objects.create(user=member, email=OLD)
    FormerAddress.objects.update(changed_at=changed)
    before, after = changed - timedelta(hours=1), changed + timedelta(hours=1)
    for number, (recipient, moment) in enumerate(
        [
            *((OLD, before), (OLD, changed + timedelta(seconds=50)), (OLD, after)),
            *((member.email, after), ("en.annen@example.no", before)),
        ]
    ):
        mail = Message.objects.create(
            recipient=recipient, subject=f"Brev {number}", message_id=f"<{number}@x>", source=b""
        )
        Message.objects.filter(pk=mail.pk).update(created_at=moment)
    assert [row["subject"] for row in told_by_key(member)["mails"]] == [
        "Brev 0",
        "Brev 1",
        "Brev 3",
    ]


def test_mails_are_told_without_their_codes(member):
    Message.objects.create(
        recipient=member.email, subject="123456 er koden din", message_id="<1@x>", source=b""
    )
    Message.objects.create(
        recipient=member.email,
        subject="Lån på 100000 kroner",
        message_id="<2@x>",
        source=b"",
        priority=Priority.NEWS,
    )
    subjects = [mail["subject"] for mail in told_by_key(member)["mails"]]
    assert subjects == ["······ er koden din", "Lån på 100000 kroner"]


def test_values_are_told_in_words_where_there_are_any(member):
    told = told_by_key(member)["user"][0]
    assert told["source"] == member.came_by
    Consent.objects.filter(user=member).update(kind="ukjent")
    for kind in ("webauthn", "totp", "recovery_codes"):
        Authenticator.objects.create(user=member, type=kind, data={})
    told = told_by_key(member)
    assert told["accounts.consent.user"][0]["kind"] == "ukjent"
    assert [row["type"] for row in told["mfa.authenticator.user"]] == [
        *("Passnøkkel", "En app med engangskoder", "Gjenopprettingskoder")
    ]


def test_an_empty_value_is_not_told(member):
    User.objects.filter(pk=member.pk).update(name="")
    person = next(section for section in told_of(member) if section.key == "user")
    assert "navn" not in {label for row in person.told() for label, _value in row}


def test_what_happened_to_something_else_with_the_same_number_is_not_told(member, manager):
    other = ContentType.objects.get_for_model(Label)
    ModelLogEntry.objects.create(
        content_type=other,
        object_id=str(member.pk),
        action="wagtail.edit",
        timestamp=timezone.now(),
        label="x",
    )
    assert "log" not in told_by_key(member)


def test_what_the_staff_do_to_something_with_their_own_number_is_told(manager):
    other = ContentType.objects.get_for_model(Label)
    ModelLogEntry.objects.create(
        content_type=other,
        object_id=str(manager.pk),
        user=manager,
        action="wagtail.edit",
        timestamp=timezone.now(),
        label="x",
    )
    assert len(told_by_key(manager)["wagtailcore.modellogentry.user"]) == 1


def test_a_table_without_a_description_is_told_by_numbers(member, monkeypatch):
    """As those of Wagtail that point at a user."""
    monkeypatch.delitem(described, "accounts.Consent")
    section = next(each for each in told_of(member) if each.key == "accounts.consent.user")
    plural = str(Consent._meta.verbose_name_plural)
    assert section.title == plural[0].upper() + plural[1:]
    assert section.labels == {"pk": "nummer"}
    assert section.rows == [{"pk": Consent.objects.get(user=member).pk}]


def test_told_of_leaves_out_what_is_empty(member):
    assert [section.key for section in told_of(member)] == [
        "user",
        "accounts.consent.user",
        "account.emailaddress.user",
    ]


def test_what_a_file_of_members_said_of_them_goes_with_them(manager, member):
    file = MemberImport.objects.create(name="medlemmer.csv", uploaded_by=manager)
    for number, email in enumerate((member.email, "en.annen@example.no")):
        ImportedRow.objects.create(member_import=file, number=number, email=email, values={})
    erase(member)
    assert file.rows.get().email == "en.annen@example.no"
