"""The operator of the portal can end the sessions of one member, or of all."""

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


def test_one_is_logged_out_and_the_others_are_not(member, editor):
    theirs, others = logged_in(member), logged_in(editor)
    call_command("log_out", member.email.upper())
    assert theirs.get("/konto/").url.startswith("/konto/logg-inn/")
    assert others.get("/konto/").status_code == 200


def test_all_are_logged_out(member, editor):
    clients = [logged_in(member), logged_in(editor)]
    call_command("log_out", "--all")
    for client in clients:
        assert client.get("/konto/").url.startswith("/konto/logg-inn/")


@pytest.mark.parametrize("words", [["finnes-ikke@example.no"], [], ["a@example.no", "--all"]])
def test_it_does_nothing_where_it_is_not_told_who(member, words):
    client = logged_in(member)
    with pytest.raises(CommandError):
        call_command("log_out", *words)
    assert client.get("/konto/").status_code == 200
