"""How long a letter to many members takes, from the order to the last mail.

    python -m bench.letters [--members 10000] [--write]

Makes a portal of its own, with members who said yes to letters, and orders a letter of 800 words.
Then does what the worker does with it, in one process: plans the mails, claims each, makes it of
what its recipient may read, and hands it to a mail server that takes everything at once. Prints the
seconds of both, and the memory of the process. Runs on the PostgreSQL server that DATABASE_URL
names, or else on SQLite.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import database, machine, report
from tests.separate import ROOT, environment

#: Code to run in the portal.
MEMBERS = """
from accounts.models import Consent, Kind, State, User
from accounts.models.consents import hash_of
from bench.words import sentence
from newsletter.models import Letter, LetterIndex
users = User.objects.bulk_create(
    [User(email=f"leser{{n}}@example.no", state=State.ACTIVE) for n in range({members})],
    batch_size=500,
)
Consent.objects.bulk_create(
    [Consent(user=u, address_hash=hash_of(u.email), kind=Kind.NEWS, text="Ja", source="/")
     for u in users],
    batch_size=500,
)
parts = [f"<h2>{{sentence(4)}}</h2>" + f"<p>{{sentence(50)}}</p>" * 4 for _ in range(4)]
blocks = [{{"type": "text", "value": html, "id": f"b{{n}}"}} for n, html in enumerate(parts)]
blocks.insert(1, {{"type": "gate", "value": {{"teaser": "Hva resten svarer på."}}, "id": "g"}})
letter = Letter(title="Høsten", slug="hosten", live=False)
letter.body = Letter._meta.get_field("body").to_python(blocks)
LetterIndex.objects.get().add_child(instance=letter)
letter.save_revision().publish()
"""
SEND = """
import json, resource, time
from django.conf import settings
from mail import outbox
from mail.models import Message
from newsletter.jobs import plan_letters
from newsletter.models import Letter, Sending
settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
sending = Sending.objects.create(letter=Letter.objects.get())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
began, used = time.monotonic(), time.process_time()
while Sending.objects.due():
    plan_letters()
planned = time.monotonic()
sent = 0
while stored := Message.objects.due().next():
    sent += outbox.attempt(stored)
ended = time.monotonic()
print(json.dumps({
    "planned": Sending.objects.get().planned, "sent": sent,
    "cpu": time.process_time() - used, "planning": planned - began, "making": ended - planned,
    "before": before, "after": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def shell(code: str, env: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", code]
    return subprocess.run(
        command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, environment(Path(name) / "portal") as env:
        prepare = [sys.executable, "manage.py", "prepare"]
        subprocess.run(prepare, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        shell(MEMBERS.format(members=options.members), env)
        told = json.loads(shell(SEND, env).splitlines()[-1])
    if not told["planned"] == told["sent"] == options.members:
        sys.exit(f"Not all were sent: {told}")
    lines = [
        "| mails | planned, s | made and sent, s | CPU, s | mails/s | MB before | MB at most |",
        "|---|---|---|---|---|---|---|",
        f"| {told['sent']} | {told['planning']:.1f} | {told['making']:.1f} | {told['cpu']:.1f}"
        f" | {told['sent'] / told['making']:.0f} | {told['before']:.0f} | {told['after']:.0f} |",
    ]
    told_of = "800 words of a letter, made for each member"
    text = f"{machine(told_of)}\n\n" + "\n".join(lines)
    report(f"A letter to {options.members:,} members, {database()}", text, options.write)


if __name__ == "__main__":
    main()
