"""Reads and writes by the code that PYTHONPATH names, and prints what failed.

test_updates.py runs it with the code of the last release, on tables of this code. So it uses what
both know: addresses, and the few models and commands that a room is unlikely to rename.
"""

import json
import re
import traceback
import uuid
from collections.abc import Callable, Iterator

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from articles.models import Article, Series  # noqa: E402

#: What was done, and what was wrong with it.
found: dict[str, str] = {}


def attempt(what: str, act: Callable[[], object]) -> None:
    found[what] = ""
    try:
        if getattr(act(), "status_code", 200) >= 500:
            found[what] = "500"
    except Exception:
        found[what] = traceback.format_exc(limit=-1)


def addresses(client: Client, path: str = "/sitemap.xml") -> Iterator[str]:
    for found in re.findall(
        r"<loc>https?://[^/]+(/[^<]*)</loc>", client.get(path).content.decode()
    ):
        yield from addresses(client, found) if found.endswith(".xml") else [found]


def publish() -> None:
    article = Article(title="Ny del", slug=f"ny-{uuid.uuid4().hex[:8]}", lead="x", live=False)
    block = {"type": "text", "value": "<p>Nytt.</p>", "id": str(uuid.uuid4())}
    article.body = json.dumps([block])
    Series.objects.first().add_child(instance=article)
    article.save_revision().publish()
    article.title = "Delen igjen"
    article.save_revision().publish()
    article.unpublish()
    article.delete()


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clients = {"visitor": Client(raise_request_exception=False)}
    for name, email in (("member", "medlem@example.no"), ("editor", "redaktor@example.no")):
        clients[name] = Client(raise_request_exception=False)
        clients[name].force_login(User.objects.get(email=email))
    paths = list(addresses(clients["visitor"]))
    paths += ["/", "/forfattere/", "/ordbok/", "/feed/", "/konto/", "/konto/mine-data/"]
    paths += ["/admin/", "/admin/pages/", "/admin/images/"]
    for path in dict.fromkeys(paths):
        for name, client in clients.items():
            attempt(f"{name} {path}", lambda client=client, path=path: client.get(path))
    attempt("publish", publish)
    for command in (["republish"], ["load_demo"], ["worker", "--once"]):
        attempt(command[0], lambda command=command: call_command(*command, verbosity=0))
    print(json.dumps(found))  # noqa: T201


main()
