"""A provider of OpenID Connect on loopback: django-allauth's own, with a process and a database of
its own. What it says of an address, it says as others do: Google that it is verified, Feide that it
is not, and some the word «false»."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.separate import ROOT, free_port, wait_for

#: Who has a log-in there: by user name, the address, if any, and what is said of it.
PEOPLE = {
    "kari": ("kari@example.no", True),
    "falsk": ("kari@example.no", False),
    "samme": ("medlem@example.no", True),
    "feide": ("medlem@example.no", False),
    "ordet": ("medlem@example.no", "false"),
    "uten": (None, None),  # ID-porten gives no address
    "ny-feide": ("ny@example.no", False),
    "ola": ("ola@example.no", True),
}
PASSWORD = "et-langt-passord"
CLIENT, SECRET = "portalen", "hemmelig-for-de-to"


@contextmanager
def running(
    folder: Path, callback: str, port: int | None = None, sends_on_to: str = ""
) -> Iterator[str]:
    """Its address, while it runs. It sends people back to `callback`, and to nowhere else.

    With `sends_on_to`, a name for the same machine, people log in there: Feide sends everyone on to
    their own school, and Microsoft to the host that the account is at.
    """
    port = port or free_port()
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.identity_provider.settings",
        "PROVIDER_DATABASE": str(folder / "provider.sqlite3"),
        "PROVIDER_SENDS_ON_TO": sends_on_to,
    }
    command = [sys.executable, "-m", "tests.identity_provider", str(port), callback]
    with (folder / "provider.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/.well-known/openid-configuration")
            yield url
        finally:
            server.terminate()
            server.wait(10)
