"""A worker of its own sends mails to a server that is slow, goes away, or comes back."""

import asyncio
import collections
import email
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.mail.inbox import Inbox, start
from tests.separate import ROOT, environment, free_port, wait_until

pytestmark = pytest.mark.faults

WRITE = """
from django.core.mail import EmailMessage
from mail.models import Priority
from mail.outbox import store
for n in range({count}):
    mail = EmailMessage("{subject}", "Tekst", None, [f"{name}{{n}}@example.no"])
    store(mail, mail.to[0], priority=Priority.{priority})
"""
TRIES = """
from django.db.models import Sum
from mail.models import Message
print(Message.objects.aggregate(Sum("tries"))["tries__sum"])
"""


class SlowInbox(Inbox):
    """Takes `seconds` for each mail, and a tenth of that for each connection."""

    seconds = 0.0

    async def handle_EHLO(self, server, session, envelope, hostname, responses) -> list[str]:
        await asyncio.sleep(self.seconds / 10)
        return await super().handle_EHLO(server, session, envelope, hostname, responses)

    async def handle_DATA(self, server, session, envelope) -> str:
        await asyncio.sleep(self.seconds)
        return await super().handle_DATA(server, session, envelope)

    def times(self) -> collections.Counter[str]:
        """How often each mail has come, by its Message-ID."""
        return collections.Counter(
            str(email.message_from_bytes(source)["Message-ID"]) for source in self.mails
        )


@pytest.fixture
def inbox() -> SlowInbox:
    return SlowInbox()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def env(tmp_path, port) -> Iterator[dict[str, str]]:
    more = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "PYTHONWARNINGS": "ignore"}
    with environment(tmp_path, **more) as env:
        yield env


def manage(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def shell(env: dict[str, str], code: str) -> str:
    return manage(env, "shell", "--no-imports", "-v0", "-c", code)


def write(env: dict[str, str], count: int, priority: str = "NOTICE") -> None:
    subject = "123456 er koden din" if priority == "CODE" else "Hei"
    name = priority.lower()
    shell(env, WRITE.format(count=count, subject=subject, name=name, priority=priority))


@contextmanager
def worker(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)


@contextmanager
def serving(inbox: Inbox, port: int) -> Iterator[None]:
    listener = start(inbox, port)
    try:
        yield
    finally:
        listener.stop()


def test_a_code_waits_for_one_mail_and_not_for_twenty(env, inbox, port):
    inbox.seconds = 2
    write(env, 20)
    with serving(inbox, port), worker(env):
        wait_until(lambda: inbox.mails, "a mail")
        write(env, 1, "CODE")
        before = len(inbox.mails)
        wait_until(lambda: "code0@example.no" in inbox.recipients, "the code")
    # The mail that was being sent, and one that may have begun while the command above ended.
    assert inbox.recipients.index("code0@example.no") <= before + 2
    assert inbox.connections <= 2


def test_an_outage_costs_no_tries_and_no_mail(env, inbox, port):
    write(env, 20)
    with worker(env):
        wait_until(lambda: "ConnectionRefused" in manage(env, "outbox"), "a fault")
        assert int(shell(env, TRIES)) == 0
        with serving(inbox, port):
            wait_until(lambda: len(inbox.times()) == 20, "all mails")
    assert set(inbox.times().values()) == {1}


def test_a_server_that_stops_in_the_middle_loses_nothing(env, inbox, port):
    inbox.seconds = 0.2
    write(env, 20)
    with worker(env):
        with serving(inbox, port):
            wait_until(lambda: len(inbox.mails) >= 5, "five mails")
        with serving(inbox, port):
            wait_until(lambda: len(inbox.times()) == 20, "all mails")
    # What the server had taken just before it stopped comes again, with the same Message-ID.
    assert sum(inbox.times().values()) <= 21


def test_two_workers_share_the_mails_and_send_none_twice(env, inbox, port):
    inbox.seconds = 0.1
    write(env, 60)
    with serving(inbox, port), worker(env), worker(env):
        wait_until(lambda: len(inbox.times()) == 60, "all mails")
    assert set(inbox.times().values()) == {1}
    assert inbox.connections <= 4
