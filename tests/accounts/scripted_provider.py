"""An OpenID Connect provider that says whatever a test tells it to.

Nobody signs in there. Tests come back from it at once with a code, and it accepts any code.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = "portalen"
DISCOVERY = "/.well-known/openid-configuration"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Provider:
    """`claims` go into the ID token and the user info. `answers` replaces an honest provider's
    answers by path: each is an object, bytes, or a function that writes to the handler itself."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.released = threading.Event()
        self.forget()

    def forget(self) -> None:
        self.claims: dict[str, Any] = {
            "sub": "kari-1",
            "email": "ny@example.no",
            "email_verified": True,
        }
        self.token: dict[str, Any] = {}
        self.answers: dict[str, Any] = {}

    def id_token(self, key: Any = KEY, algorithm: str = "RS256", **claims: Any) -> str:
        now = int(time.time())
        issued = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300}
        body = {**issued, **self.claims, **claims}
        return jwt.encode(body, key, algorithm, headers={"kid": "1"})

    def says(self, path: str) -> Any:
        return self.answers[path] if path in self.answers else self.honestly(path)

    def honestly(self, path: str) -> Any:
        if path == DISCOVERY:
            names = {"token_endpoint": "token", "userinfo_endpoint": "me", "jwks_uri": "keys"}
            ours = {name: f"{self.url}/{path}" for name, path in names.items()}
            return {"issuer": self.url, "authorization_endpoint": f"{self.url}/in", **ours}
        if path == "/token":
            given = {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token()}
            return {**given, **self.token}
        if path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            return {"keys": [{**public, "kid": "1", "alg": "RS256"}]}
        return self.claims

    def hang(self, handler: BaseHTTPRequestHandler) -> None:
        self.released.wait()

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not self.released.wait(0.05):
            handler.wfile.write(b" ")


@contextmanager
def running() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = provider.says(self.path.partition("?")[0])
            try:
                if callable(said):
                    said(self)
                else:
                    self.write(said if isinstance(said, bytes) else json.dumps(said).encode())
            except OSError:
                pass  # the client gave up

        do_POST = do_GET  # noqa: N815

        def write(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        provider.released.set()
        server.shutdown()
        server.server_close()
