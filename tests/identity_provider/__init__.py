"""An OpenID Connect provider on loopback: django-allauth's, in a process and a database of its own.

It describes addresses as real providers do: verified as Google does, unverified as Feide does, or
with the word «false» as some do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.separate import ROOT, free_port, wait_for

#: The provider's users: by user name, their address, if any, and whether it is said to be verified.
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
    """Runs the provider, and yields its address. It sends people back to `callback` only.

    `sends_on_to` is another name for the same machine. With it, people sign in there: Feide sends
    everyone on to their own school, and Microsoft to the host of the account.
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
