"""An ESP's API on this machine. It keeps what it is given, and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

#: How each ESP says that it has taken a mail.
TAKEN: dict[str, tuple[int, Any]] = {
    "postmark": (200, {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "x@y.no"}),
    "brevo": (201, {"messageId": "<b-1@brevo>"}),
    "mailgun": (200, {"id": "<m-1@mailgun>", "message": "Queued. Thank you."}),
    "sendgrid": (202, None),
}


class FakeEsp:
    def __init__(self) -> None:
        self.url = ""
        self.taken: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: tuple[int, Any] = (200, {})


def body_of(kind: str, body: bytes) -> dict[str, Any]:
    if "json" in kind:
        return json.loads(body)
    if "multipart" in kind:
        mail = message_from_bytes(f"Content-Type: {kind}\n\n".encode() + body)
        return {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in mail.get_payload()
        }
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


@contextmanager
def fake_esp() -> Iterator[FakeEsp]:
    esp = FakeEsp()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            esp.taken.append(body_of(self.headers["Content-Type"], body))
            esp.headers.append(dict(self.headers))
            status, answer = esp.answer
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b"" if answer is None else json.dumps(answer).encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    esp.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield esp
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)
