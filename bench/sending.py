"""How soon a code leaves while a letter goes out.

    python -m bench.sending [--mails 10000] [--codes 30] [--write]

A worker sends to a mail server on this machine that takes `--delay` for each mail. Codes are queued
one a second: first with nothing else to send, then while planned mails go out. Prints how long the
codes waited, and how many mails left in a second meanwhile. Runs on the PostgreSQL server that
DATABASE_URL names, or else on SQLite.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from bench.code_under_load import shell
from bench.measure import database, machine, report
from tests.faults.planned_mails import PLAN
from tests.separate import ROOT, environment, free_port

#: Queues codes, one a second, and waits until all have left.
CODES = """
import json, time
from django.core.mail import EmailMessage
from mail.models import Message, Priority
from mail.outbox import store
began = Message.objects.filter(priority=Priority.NEWS, sent_at__isnull=False).count()
start = time.monotonic()
for n in range({codes}):
    mail = EmailMessage("123456 er koden din", "123456", None, [f"{name}{{n}}@example.no"])
    store(mail, mail.to[0], priority=Priority.CODE)
    time.sleep(1)
codes = Message.objects.filter(recipient__startswith="{name}")
while codes.filter(sent_at=None).exists():
    time.sleep(0.1)
seconds = time.monotonic() - start
news = Message.objects.filter(priority=Priority.NEWS)
waits = [(sent - made).total_seconds() for made, sent in codes.values_list("created_at", "sent_at")]
print(json.dumps({{
    "waits": sorted(waits),
    "rate": (news.filter(sent_at__isnull=False).count() - began) / seconds,
    "left": news.waiting().count(),
}}))
"""


class SlowServer:
    def __init__(self, delay: float) -> None:
        self.delay = delay

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        return "250 OK"


def line(name: str, told: dict[str, object]) -> str:
    waits: list[float] = told["waits"]  # type: ignore[assignment]
    at = [waits[len(waits) // 2], waits[int(len(waits) * 0.95)], waits[-1]]
    shown = " | ".join(f"{wait:.2f}" for wait in at)
    return f"| {name} | {len(waits)} | {shown} | {told['rate']:.0f} | {told['left']} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--codes", type=int, default=30)
    parser.add_argument("--delay", type=float, default=0.02, help="seconds for each mail")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    port = free_port()
    server = Controller(SlowServer(options.delay), "127.0.0.1", port)
    server.start()
    more = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "PYTHONWARNINGS": "ignore"}
    more["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings_with_maker"
    lines = [
        "| worker | codes | median, s | 95 %, s | longest, s | mails a second | still waiting |",
        "|---|---|---|---|---|---|---|",
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        environment(Path(folder), **more) as env,
        subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=env) as worker,
    ):
        try:
            idle = shell(CODES.format(codes=options.codes, name="ro"), env)
            lines.append(line("idle", json.loads(idle)))
            shell(PLAN.format(count=options.mails), env)
            busy = shell(CODES.format(codes=options.codes, name="last"), env)
            lines.append(line("sending", json.loads(busy)))
        finally:
            worker.kill()
            server.stop()
    told = f"{options.mails:,} planned mails, {options.delay * 1000:.0f} ms for each at the server"
    text = f"{machine(told)}\n\n" + "\n".join(lines)
    report(f"A code while a letter goes out, {database()}", text, options.write)


if __name__ == "__main__":
    main()
