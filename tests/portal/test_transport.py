"""Ambiguous requests are refused, and mail goes only to a server that proves its identity."""

import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core.mail import get_connection

from tests.separate import ROOT, environment, free_port, wait_for


@pytest.fixture(scope="module")
def gunicorn(tmp_path_factory) -> Iterator[int]:
    """Runs the portal in gunicorn as in production, and yields its port."""
    port = free_port()
    more = {"PORT": str(port), "WEB_CONCURRENCY": "1", "PYTHONWARNINGS": "ignore"}
    with environment(tmp_path_factory.mktemp("portal"), "demo", **more) as env:
        start = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
        server = subprocess.Popen(start, cwd=ROOT, env=env)
        try:
            wait_for(f"http://localhost:{port}/robots.txt")
            yield port
        finally:
            server.terminate()
            server.wait(60)


LENGTH, CHUNKED = b"Content-Length: 6\r\n", b"Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    "heads",
    [LENGTH + CHUNKED, LENGTH + b"Content-Length: 5\r\n", b"Transfer-Encoding: x, chunked\r\n",
     b"Content-Length: +6\r\n", b"Content-Length : 6\r\n"],
)  # fmt: skip
def test_a_request_with_two_lengths_is_refused(gunicorn, heads):
    """Otherwise a proxy and the portal could disagree about where the next request begins."""
    with socket.create_connection(("localhost", gunicorn), timeout=20) as line:
        first = b"POST /robots.txt HTTP/1.1\r\nHost: localhost\r\n" + heads + b"\r\n0\r\n\r\n"
        line.sendall(first + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answered = b""
        while part := line.recv(4096):
            answered += part
    assert answered.count(b"HTTP/1.1 ") == 1
    assert answered.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))


@pytest.mark.parametrize("way", [{"use_tls": True}, {"use_ssl": True}])
def test_a_mail_server_shows_a_certificate(way):
    context = get_connection("django.core.mail.backends.smtp.EmailBackend", **way).ssl_context
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
