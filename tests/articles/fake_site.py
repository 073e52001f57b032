"""Other sites, on this machine. They answer as they are told, and keep what they were asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter


class FakeSite:
    def __init__(self) -> None:
        self.port = 0
        #: The answers, status, type and body, by host and path.
        self.answers: dict[str, tuple[int, str, bytes]] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []


@contextmanager
def fake_site(monkeypatch) -> Iterator[FakeSite]:
    """All that `requests` sends to https addresses comes here instead."""
    site = FakeSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = self.headers["X-Asked"]
            site.asked.append(address)
            site.headers.append(dict(self.headers))
            parts = urlsplit(address)
            status, kind, body = site.answers.get(
                f"{parts.hostname}{parts.path}", (404, "text/plain", b"")
            )
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", body.decode())
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    send = HTTPAdapter.send

    def here(self, request, *args, **kwargs):
        request.headers["X-Asked"] = request.url
        request.url = f"http://127.0.0.1:{site.port}/"
        return send(self, request, *args, **kwargs)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_port
    monkeypatch.setattr(HTTPAdapter, "send", here)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
