"""The disk is full: pages are read as before, and what must be written says that it can't be.

On SQLite the database is kept from growing, which gives the error of a full disk. On PostgreSQL a
trigger raises it.
"""

import json
import subprocess
import sys

import pytest

from tests.separate import ROOT, environment

pytestmark = pytest.mark.faults
#: Code to run in a portal of its own. It prints what the forms answer, as JSON.
TRIED = """
import json
from contextlib import suppress
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.db.models import F
from django.test import Client
from mail.models import Message

def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)

#: The tables that a sign-up writes to, with a small row of each for a number.
ROWS = {
    "portal_cache": "'{}', '', '2100-01-01'",
    "accounts_limit": "'{}', '[]', '2100-01-01'",
    "django_session": "'{}', '', '2100-01-01'",
}

def fill():
    if connection.vendor == "postgresql":
        run("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$")
        for table in ROWS:
            run(f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION full_disk()")
        return
    run("PRAGMA max_page_count = 1")  # SQLite takes the size that the file has
    for table, row in ROWS.items():
        with suppress(OperationalError):
            for n in range(100_000):
                run(f"INSERT INTO {table} VALUES ({row.format(n)})")
            raise AssertionError(f"{table} is not full")

def clear():
    if connection.vendor == "postgresql":
        run("DROP FUNCTION full_disk CASCADE")
    else:
        run("PRAGMA max_page_count = 1000000")

headers = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = {"login": "medlem@example.no", "password": "lesehest-2026"}

def ask(method, path, **form):
    client = Client(headers=headers, raise_request_exception=False, SERVER_NAME="localhost")
    return told(getattr(client, method)(path, form))

def told(answer):
    return [answer.status_code, answer.content.decode(), answer.headers.get("Retry-After")]

def ask_all():
    return {
        "page": ask("get", "/"),
        "sign-up": ask("post", "/konto/logg-inn/", email="ny@example.no"),
        "passkey": ask("post", "/konto/bli-medlem/passnokkel/", email="ogsa@example.no"),
        "password": ask("post", "/konto/logg-inn/passord/", **PASSWORD),
        "member": told(reading.get("/lede-salg/salgstrakten/")),
    }

reading = Client(headers=headers, SERVER_NAME="localhost", raise_request_exception=False)
reading.post("/konto/logg-inn/passord/", PASSWORD)
# The session was last used two days ago, so it would slide.
Session.objects.update(expire_date=F("expire_date") - timedelta(days=2))

fill()
full = ask_all()
waiting = Message.everything.count()
clear()
print(json.dumps({"full": full, "waiting": waiting, "after": ask_all()}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict:
    with environment(tmp_path_factory.mktemp("full"), "demo") as env:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "shell", "-v0", "-c", TRIED],
            cwd=ROOT,
            env=env,
            check=True,
            stdout=subprocess.PIPE,
        )
    return json.loads(done.stdout)


@pytest.mark.parametrize("what", ["sign-up", "passkey", "password"])
def test_who_must_be_written_down_is_asked_to_come_back(answers, what):
    status, text, retry_after = answers["full"][what]
    assert (status, retry_after) == (503, "30")
    assert "Litt for fort" not in text
    assert '<p class="number">503</p>' in text
    assert answers["waiting"] == 0


@pytest.mark.parametrize("who", ["page", "member"])
def test_a_page_is_read_as_before(answers, who):
    assert answers["full"][who][0] == 200
    assert ("Min lesing" in answers["full"][who][1]) is (who == "member")


def test_when_there_is_room_again_it_works_at_the_first_try(answers):
    assert {what: answer[0] for what, answer in answers["after"].items()} == {
        "page": 200,
        "member": 200,
        "sign-up": 302,
        "passkey": 302,
        "password": 302,
    }
