"""A send to a thousand, while its worker and its database's sessions are killed again and again.

KILLS=100 makes it the full test, which takes some minutes; without, it is a short one.
"""

import os
import random
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from tests import originals
from tests.faults.planned_mails import PLAN
from tests.faults.test_mail import SlowInbox, serving, shell, worker
from tests.separate import environment, free_port, wait_until

pytestmark = pytest.mark.faults
KILLS = int(os.environ.get("KILLS", "6"))
COUNT = 1000
#: As if the claims of killed workers had ended, 90 s later.
END_CLAIMS = """
from django.utils import timezone
from mail.models import Message
Message.objects.waiting().update(due_at=timezone.now())
"""
WAITING = "from mail.models import Message; print(Message.objects.waiting().count())"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def env(tmp_path, port) -> Iterator[dict[str, str]]:
    more = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "PYTHONWARNINGS": "ignore"}
    more["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings_with_maker"
    with environment(tmp_path, **more) as env:
        yield env


def end_sessions(env: dict[str, str]) -> None:
    """Ends every session of the database, as a restart of its server does."""
    name = urlsplit(env["DATABASE_URL"]).path.strip("/")
    with psycopg.connect(originals.server(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


def test_kills_lose_no_mail_and_double_none_but_those_in_flight(env, port):
    inbox, chance = SlowInbox(), random.Random(os.environ.get("SEED"))  # noqa: S311
    shell(env, PLAN.format(count=COUNT))
    each = COUNT // (KILLS + 1)
    with serving(inbox, port):
        for number in range(KILLS):
            with worker(env) as process:
                enough = len(inbox.mails) + chance.randint(1, each)
                wait_until(lambda: len(inbox.mails) >= min(enough, COUNT), f"mails {number}")  # noqa: B023
                if originals.server() and chance.random() < 0.5:
                    end_sessions(env)
                process.kill()
        shell(env, END_CLAIMS)
        with worker(env):
            wait_until(lambda: len(inbox.times()) == COUNT, "all mails")
            wait_until(lambda: shell(env, WAITING).strip() == "0", "nothing waits")
    assert len(set(inbox.recipients)) == COUNT
    assert len(inbox.times()) == COUNT  # a mail that comes twice has the same Message-ID
    assert sum(inbox.times().values()) - COUNT <= KILLS


@pytest.mark.skipif(not originals.server(), reason="of PostgreSQL")
def test_a_worker_outlives_its_database_and_sends_on(env, port):
    inbox, cuts = SlowInbox(), 3
    shell(env, PLAN.format(count=200))
    with serving(inbox, port), worker(env) as process:
        for number in range(1, cuts + 1):
            wait_until(lambda: len(inbox.mails) >= 40 * number, "mails")  # noqa: B023
            end_sessions(env)
        shell(env, END_CLAIMS)
        wait_until(lambda: len(inbox.times()) == 200, "all mails")
        assert process.poll() is None
    assert sum(inbox.times().values()) - 200 <= cuts
