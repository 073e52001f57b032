"""How soon a code is sent while the worker is busy.

    python -m bench.code_under_load [--pictures 50] [--members 10000] [--seconds 60] [--write]

Serves a portal of its own, and asks for a code every second as visitors do. Prints how long the
mails waited in the outbox: first with an idle worker, then while the worker prepares pictures of
20 megapixels and imports members. Runs on the PostgreSQL server that DATABASE_URL names, or else on
SQLite.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from bench.measure import database, machine, report
from tests.separate import ROOT, serving

#: Code to run in the portal. It queues the work as the panel does.
QUEUE = """
import io, os
from django.core.files.base import ContentFile
from PIL import Image
from accounts.member_files import take
from accounts.member_imports import continue_import
from accounts.models import MemberImport, User
from articles.models import Picture
buffer = io.BytesIO()
image = Image.frombytes("RGB", (800, 600), os.urandom(800 * 600 * 3))
image.resize((5477, 3652)).save(buffer, "JPEG", quality=90)
first = Picture.from_bytes(buffer.getvalue(), "bilde.jpg")
data = first.file.open("rb").read()
for n in range({pictures} - 1):
    picture = Picture(title=f"Bilde {{n}}", file_hash=first.file_hash, file_size=len(data))
    picture.file.save(f"bilde-{{n}}.jpg", ContentFile(data), save=False)
    picture.width, picture.height = first.width, first.height
    picture.save()
rows = "".join(f"medlem{{n}}@import.example;Medlem {{n}}\\n" for n in range({members}))
user = User.objects.create_superuser("leder@example.no")
taken = take(io.BytesIO(("epost;navn\\n" + rows).encode()), "medlemmer.csv", user)
continue_import.enqueue(taken.pk)
"""
#: Starts the import as soon as its rows are checked.
BEGIN = """
from accounts.member_imports import continue_import
from accounts.models import MemberImport
for taken in MemberImport.objects.all():
    if taken.begin():
        continue_import.enqueue(taken.pk)
"""
TOLD = """
import json
from accounts.models import MemberImport, User
from articles.models import Picture
from mail.models import Message
waits = [
    (sent - made).total_seconds()
    for made, sent in Message.objects.filter(sent_at__isnull=False, recipient__startswith="{name}")
    .values_list("created_at", "sent_at")
]
print(json.dumps({{
    "waits": waits,
    "lost": Message.objects.filter(sent_at=None, recipient__startswith="{name}").count(),
    "pictures": Picture.objects.filter(is_prepared=True).count(),
    "members": User.objects.filter(source="import").count(),
}}))
"""


def shell(code: str, env: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", code]
    return subprocess.run(
        command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def ask_for_codes(url: str, name: str, seconds: int, between: str, env: dict[str, str]) -> None:
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        n += 1
        data = urllib.parse.urlencode({"email": f"{name}{n}@leser{n}.example"}).encode()
        headers = {"Sec-Fetch-Site": "same-origin"}
        asked = urllib.request.Request(f"{url}/konto/logg-inn/", data, headers)  # noqa: S310
        urllib.request.urlopen(asked).read()  # noqa: S310
        if between and n % 10 == 0:
            shell(between, env)
        time.sleep(1)


def line(name: str, told: dict[str, object]) -> str:
    waits = sorted(told["waits"])  # type: ignore[call-overload]
    shown = [f"{waits[len(waits) // 2]:.2f}", f"{waits[int(len(waits) * 0.95)]:.2f}"]
    done = f"{told['pictures']} | {told['members']}"
    cells = " | ".join([name, str(len(waits)), *shown, f"{waits[-1]:.2f}", done])
    return f"| {cells} | {told['lost']} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=50)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines = [
        "| worker | codes | median, s | 95 %, s | longest, s | pictures | members | unsent |",
        "|---|---|---|---|---|---|---|---|",
    ]
    limits = dict.fromkeys(("MAILS_PER_HOUR", "MAILS_PER_DOMAIN", "MAILS_PER_VISITOR"), "10000")
    env: dict[str, str] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), subprocess.DEVNULL, told=env, **limits) as url,
    ):
        ask_for_codes(url, "ro", options.seconds // 3, "", env)
        time.sleep(3)
        lines.append(line("idle", json.loads(shell(TOLD.format(name="ro"), env))))
        shell(QUEUE.format(pictures=options.pictures, members=options.members), env)
        ask_for_codes(url, "last", options.seconds, BEGIN, env)
        time.sleep(3)
        lines.append(line("at work", json.loads(shell(TOLD.format(name="last"), env))))
    told_of = f"{options.pictures} pictures of 20 megapixels and {options.members:,} members"
    text = f"{machine(told_of)}\n\n" + "\n".join(lines)
    report(f"A code while the worker is busy, {database()}", text, options.write)


if __name__ == "__main__":
    main()
