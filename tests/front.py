"""nginx with deploy/nginx.conf, without certificates and on a port of its own."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.separate import ROOT, free_port, wait_for

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def changed(name: str, changes: tuple[tuple[str, str], ...]) -> str:
    """Returns a file of deploy/ with `changes`: patterns, and what stands there instead."""
    text = (ROOT / "deploy" / name).read_text()
    for line, instead in changes:
        text, found = re.subn(line, instead, text)
        assert found, line
    return text


def around(folder: Path) -> str:
    """Returns deploy/nginx.main.conf, with `folder` for all that nginx writes."""
    paths = "".join(f"{name}_temp_path {folder}/{name}; " for name in TEMPORARY)
    return changed(
        "nginx.main.conf",
        (
            (r"user .*", "daemon off;"),
            (r"worker_processes .*", "worker_processes 2;"),
            (r"/var/run", str(folder)),
            (r"/var/log/nginx", str(folder)),
            (r"include /etc/nginx/conf.d/.*", f"include {folder}/portal.conf;"),
            (r"keepalive_timeout .*", rf"\g<0> access_log off; tcp_nopush on; {paths}"),
        ),
    )


def configuration(
    folder: Path,
    port: int,
    portal: str,
    static: Path,
    *,
    media: Path | None = None,
    sockets: Path | None = None,
) -> str:
    """Returns deploy/nginx.conf with changes: the lines marked (host), and those that need a
    certificate."""
    changes = (
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        (r"listen \[::\].*", ""),
        (r"ssl_.*", ""),
        (r"resolver .*", ""),
        (r"set \$portal .*", f"set $portal {portal};"),
        (r"alias /srv/static/;", f"alias {static}/;"),
        (r"alias /srv/data/media/;", f"alias {media or folder}/;"),
        (r"unix:/srv/data/", f"unix:{sockets or folder}/"),
        (r"/var/cache/nginx/portal", f"{folder}/kept"),
        (r"/var/log/nginx", str(folder)),
    )
    return changed("nginx.conf", changes)


@contextmanager
def in_front_of(
    portal: str,
    static: Path,
    *,
    limits: bool = True,
    lock_time: str = "",
    rate: str = "",
    media: Path | None = None,
    sockets: Path | None = None,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yields nginx's address and its process. nginx serves `static`, so all users must be able to
    read it."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)  # nginx's workers run as another user
        text = configuration(folder, port, portal, static, media=media, sockets=sockets)
        if not limits:  # one client of a bench acts as many visitors
            text = re.sub(r"(limit_req |limit_conn |access_log /).*", "", text)
        # For tests that must not depend on the machine's speed.
        if lock_time:
            text = re.sub(r"(proxy_cache_lock_timeout) .*", rf"\1 {lock_time};", text)
        if rate:
            text = re.sub(r"(zone=\w+:10m rate)=.*", rf"\1={rate};", text)
        yield from serving(folder, port, text)


def serving(folder: Path, port: int, text: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    (folder / "portal.conf").write_text(text)
    (folder / "nginx.conf").write_text(around(folder))
    nginx = subprocess.Popen([str(NGINX), "-c", str(folder / "nginx.conf")])
    try:
        wait_for(f"http://127.0.0.1:{port}/static/css/base.css")  # needs no portal
        yield f"http://127.0.0.1:{port}", nginx
    finally:
        nginx.terminate()
        nginx.wait(10)
