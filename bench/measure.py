"""How fast the portal answers, compared with the limits of the machine: `make bench`.

    python -m bench.measure [--seconds 2] [--rounds 9] [--write]

Loads the portal's pages as `make run` serves them, in turn and over several rounds. It also loads
two limits: a bare WSGI function under the same gunicorn, and a static file from nginx. Both give
the same answer as the portal, headers included.

Prints a table in Markdown: the median requests/s, the share of the limit, and the CPU time of the
server's processes for each request. The limit is loaded just before and just after each page. It is
the file from nginx for a page behind nginx, and the bare function for the others.

`--write` puts the table in bench/RESULTS.md. Runs on SQLite, and then on the PostgreSQL server that
DATABASE_URL names, if any. Needs wrk and nginx (apt install wrk nginx-light).
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.front import in_front_of
from tests.separate import ROOT, free_port, serving, wait_for

ARTICLE = "/lede-salg/salgstrakten/"
CONNECTIONS = 16
LOADED = f"wrk with {CONNECTIONS} connections"
#: The headers that gunicorn adds by itself.
GUNICORNS = {"Server", "Date", "Connection"}
#: The headers that nginx adds to a file by itself.
FILES = {"Content-Type", "Content-Length", "ETag"}
#: Code that writes the key of a member's session where the bench can read it.
LOG_IN = """
from pathlib import Path
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.models import User
user, session = User.objects.get(email="medlem@example.no"), SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.set_expiry(3600)
session.save()
Path({path!r}).write_text(session.session_key)
"""
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 2;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ root {folder}/www; default_type text/html; {headers} }}
  }}
}}
"""


@dataclass
class Target:
    """A page or a limit to load, with its measurements."""

    name: str
    url: str
    server: psutil.Process
    headers: dict[str, str] = field(default_factory=dict)
    per_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # milliseconds for one request
    #: Shares of the limit's requests/s just before and after, because the machine's speed varies.
    shares: list[float] = field(default_factory=list)

    def load_beside(self, limit: "Target", seconds: int) -> None:
        if limit is self:
            self.load(seconds)
            self.shares.append(1.0)
            return
        around = max(1, seconds // 2)
        limit.load(around)
        self.load(seconds)
        limit.load(around)
        before, after = limit.per_second[-2:]
        self.shares.append(2 * self.per_second[-1] / (before + after))

    @property
    def is_limit(self) -> bool:
        return self.name.startswith(("bare", "nginx"))

    def load(self, seconds: int, connections: int = CONNECTIONS) -> int:
        """Returns the number of requests that were answered. Exits if any failed."""
        before = cpu_of(self.server)
        threads = min(2, connections)
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", self.url]
        for name, value in self.headers.items():
            command += ["-H", f"{name}: {value}"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        requests = int(re.search(r"(\d+) requests in", said)[1])  # type: ignore[index]
        if re.search(r"Non-2xx or 3xx|Socket errors: .*[1-9]", said):
            sys.exit(f"{self.name}: {said}")
        self.per_second.append(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]))  # type: ignore[index]
        self.cpu.append((cpu_of(self.server) - before) / requests * 1000)
        return requests


def cpu_of(server: psutil.Process) -> float:
    """Returns the CPU seconds of a server and all its processes. Those that have ended count too,
    because gunicorn replaces a worker after some thousand requests."""
    ended = server.cpu_times()
    total = ended.children_user + ended.children_system
    for process in [server, *server.children(recursive=True)]:
        times = process.cpu_times()
        total += times.user + times.system
    return total


@contextmanager
def running(command: list[str], url: str, **env: str) -> Iterator[psutil.Process]:
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env})
    try:
        wait_for(url)
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(20)


def targets(stack: ExitStack, folder: Path) -> list[Target]:
    """Starts the portal, the bare function and nginx, and returns what to load of each."""
    key = folder / "session"
    making = LOG_IN.format(path=str(key))
    portal_env: dict[str, str] = {}
    url = stack.enter_context(
        serving(folder / "portal", subprocess.DEVNULL, shell=making, told=portal_env)
    )
    portal = next(
        process
        for process in psutil.Process().children(recursive=True)
        if "gunicorn" in " ".join(process.cmdline())
    )
    # The same portal without the page cache in front of it.
    port = free_port()
    afresh = f"http://localhost:{port}"
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn"]
    django = stack.enter_context(
        running(
            [*gunicorn, "portal.wsgi:django_application"],
            afresh + "/robots.txt",
            **{**portal_env, "PORT": str(port)},
        )
    )
    member = {"Cookie": f"medlem={key.read_text()}"}
    with urllib.request.urlopen(url + ARTICLE) as answer:  # noqa: S310
        body, tag = answer.read(), answer.headers["ETag"]
        headers = [item for item in answer.headers.items() if item[0] not in GUNICORNS]
    for_all = pictures_in(url + ARTICLE)
    for_members = sorted(set(pictures_in(url + ARTICLE, **member)) - set(for_all))
    found = [
        Target("article, visitor", url + ARTICLE, portal),
        Target("article, visitor, 304", url + ARTICLE, portal, {"If-None-Match": tag}),
        Target("article, visitor, rendered afresh", afresh + ARTICLE, django),
        Target("article, member", url + ARTICLE, portal, member),
        Target("series, visitor", url + "/lede-salg/", portal),
        Target("home, visitor", url + "/", portal),
        Target("log-in page", url + "/konto/logg-inn/", portal),
        Target("picture, visitor", url + for_all[0], portal),
        Target("picture, member", url + for_members[0], portal, member),
    ]
    www = folder / "www"
    www.mkdir()
    (www / "side.html").write_bytes(body)
    port = free_port()
    bare = f"http://127.0.0.1:{port}/"
    bytes_of = folder / "answer"
    bytes_of.mkdir()
    (bytes_of / "body").write_bytes(body)
    (bytes_of / "headers.json").write_text(json.dumps(headers))
    env = {"PORT": str(port), "BENCH_ANSWER": str(bytes_of)}
    found.insert(
        0,
        Target(
            "bare WSGI function",
            bare,
            stack.enter_context(running([*gunicorn, "bench.bare"], bare, **env)),
        ),
    )
    port = free_port()
    config = folder / "nginx.conf"
    said = "".join(f'add_header {name} "{value}";' for name, value in headers if name not in FILES)
    config.write_text(NGINX.format(folder=folder, port=port, headers=said))
    static = f"http://127.0.0.1:{port}/side.html"
    nginx = stack.enter_context(running(["nginx", "-c", str(config)], static))
    found.insert(0, Target("nginx, static file", static, nginx))
    near = url.replace("localhost", "127.0.0.1")  # nginx needs no resolver for a numeric address
    front, process = stack.enter_context(in_front_of(near, ROOT / "static", limits=False))
    behind = Target("article, visitor, behind nginx", front + ARTICLE, psutil.Process(process.pid))
    shown = Target("picture, visitor, behind nginx", front + for_all[0], behind.server)
    return [found[0], behind, shown, *found[1:]]


def pictures_in(url: str, **headers: str) -> list[str]:
    """Returns the addresses of the page's pictures at 800 pixels, for browsers that know WebP."""
    request = urllib.request.Request(url, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return re.findall(r"/bilde/[^ ]+/800\.webp", answer.read().decode())


def table(measured: list[Target]) -> str:
    lines = [
        "| what | requests/s (least–most) | of the limit (least–most) | CPU for one, ms |",
        "|---|---|---|---|",
    ]
    for target in measured:
        rates, shares = target.per_second, target.shares
        rate = f"{statistics.median(rates):,.0f} ({min(rates):,.0f}–{max(rates):,.0f})"
        share = f"{statistics.median(shares):.3f} ({min(shares):.3f}–{max(shares):.3f})"
        lines.append(f"| {target.name} | {rate} | {share} | {statistics.median(target.cpu):.2f} |")
    return "\n".join(lines)


def database() -> str:
    is_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    return "PostgreSQL" if is_postgres else "SQLite"


def machine(told: str) -> str:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True,
                            capture_output=True, check=False).stdout.strip()  # fmt: skip
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"at {commit}; {told}."
    )


def report(title: str, text: str, is_kept: bool) -> None:
    """Prints the result. If `is_kept`, it replaces the section `title` in bench/RESULTS.md."""
    result = f"## {title}\n\n{text}"
    print(result)
    if not is_kept:
        return
    path = ROOT / "bench" / "RESULTS.md"
    sections = re.split(r"(?m)^(?=## )", path.read_text())
    rest = [part.rstrip() for part in sections if not part.startswith(f"## {title}\n")]
    path.write_text("\n\n".join([*rest, result]) + "\n")


def measured(only: str, seconds: int, rounds: int) -> list[Target]:
    """Measures the limits, and the targets with `only` in their names, on DATABASE_URL."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        Path(name).chmod(0o755)  # nginx's workers run as another user
        found = [
            target
            for target in targets(stack, Path(name))
            if only in target.name or target.is_limit
        ]
        static, bare = (target for target in found if target.is_limit)
        for target in found:
            target.load(1)  # warms up, and is not counted
            target.per_second.clear()
            target.cpu.clear()
        for _ in range(rounds):
            for target in found:
                is_nginx = "nginx" in target.name
                target.load_beside(static if is_nginx else bare, seconds)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", default="", help="load only the targets with this in their names")
    options = parser.parse_args()
    os.environ["WEB_CONCURRENCY"] = "2"
    given = os.environ.get("DATABASE_URL", "")
    told = f"{LOADED}, {options.rounds} rounds of {options.seconds:g} s"
    for url in ["", given] if given.startswith("postgres") else [""]:
        os.environ["DATABASE_URL"] = url
        text = table(measured(options.only, options.seconds, options.rounds))
        report(database(), f"{machine(told)}\n\n{text}", options.write)
    if not given:
        print("PostgreSQL is not measured: no DATABASE_URL names one.", file=sys.stderr)


if __name__ == "__main__":
    main()
