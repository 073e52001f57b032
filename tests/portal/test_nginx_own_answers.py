"""nginx's own answers have the same security headers as the portal's. Also nginx's TLS."""

import re
import socket
import ssl
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError

import pytest

from tests import front
from tests.separate import NOBODY, ROOT, free_port, wait_for

pytestmark = [
    pytest.mark.skipif(front.NGINX is None, reason="this machine has no nginx"),
    pytest.mark.xdist_group("nginx"),
]
POLICY = "default-src 'none'; base-uri 'self'"
HEADERS = ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options")


class Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        for name in HEADERS:
            self.send_header(name, POLICY if "Policy" in name else "said by the portal")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def headers_of(url: str, body: bytes | None = None, cookie: str = "") -> tuple[int, Message]:
    return answer_of(url, body, cookie)[:2]


def answer_of(url: str, body: bytes | None = None, cookie: str = "") -> tuple[int, Message, str]:
    asked = urllib.request.Request(url, body, {"Cookie": cookie})  # noqa: S310
    try:
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read().decode()
    except HTTPError as error:
        return error.code, error.headers, error.read().decode()


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    portal = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    thread = threading.Thread(target=portal.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{portal.server_port}"
    portal.shutdown()
    thread.join()
    portal.server_close()


@pytest.fixture(scope="module")
def address(portal) -> Iterator[str]:
    with front.in_front_of(portal, ROOT / "static") as (url, _):
        yield url


def says_it_all(headers: Message) -> bool:
    """Returns whether each header is there once. Of two, browsers take the stricter, or none."""
    policy = headers.get_all("Content-Security-Policy", [])
    return (
        headers.get_all("Strict-Transport-Security")
        == ["max-age=31536000; includeSubDomains; preload"]
        and headers.get_all("X-Content-Type-Options") == ["nosniff"]
        and len(policy) == 1
        and {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"}
        <= set(policy[0].split("; "))
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/static/css/base.css", 200),
        ("/static/img/favicon.svg", 200),
        ("/static/finnes-ikke.css", 404),
        ("/static/", 403),
    ],
)
def test_a_static_file_says_what_a_page_says(address, path, status):
    answered, headers = headers_of(address + path)
    assert answered == status
    assert says_it_all(headers)


def test_so_does_a_request_that_is_too_large(address):
    status, headers, page = answer_of(f"{address}/konto/", b"x" * (26 * 1024 * 1024))
    assert status == 413
    assert says_it_all(headers)
    assert "er større enn nettstedet tar imot" in page


def test_a_recording_may_be_larger_than_anything_else(address):
    status, _headers = headers_of(f"{address}/admin/artikler/12/lyd/", b"x" * (26 * 1024 * 1024))
    assert status != 413
    status, _headers = headers_of(f"{address}/admin/artikler/12/", b"x" * (26 * 1024 * 1024))
    assert status == 413


@pytest.mark.parametrize("path", ["/serien/", "/konto/"])
def test_so_does_the_page_of_a_portal_that_is_away(path):
    with front.in_front_of(f"http://127.0.0.1:{NOBODY}", ROOT / "static") as (url, _):
        status, headers = headers_of(url + path)
    assert status == 503
    assert says_it_all(headers)


def test_so_does_the_answer_to_a_flood(portal):
    with front.in_front_of(portal, ROOT / "static", rate="1r/m") as (url, _):
        cookie = "__Host-medlem=" + "x" * 32
        answers = [headers_of(f"{url}/konto/?{n}", cookie=cookie) for n in range(110)]
    refused = [headers for status, headers in answers if status == 429]
    assert refused
    assert says_it_all(refused[0])
    assert refused[0]["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", ["/serien/", "/konto/"])
def test_what_the_portal_says_is_not_said_again(address, path):
    _status, headers = headers_of(address + path)
    for name in HEADERS:
        assert headers.get_all(name) == [POLICY if "Policy" in name else "said by the portal"]


@pytest.mark.parametrize("path", ["/static/css/base.css", "/static/js/term-card.js", "/static/x"])
def test_text_tells_its_letters(address, path):
    assert headers_of(address + path)[1]["Content-Type"].endswith("charset=utf-8")


@pytest.fixture(scope="module")
def by_tls(tmp_path_factory) -> Iterator[int]:
    """The port of nginx with the TLS settings of deploy/nginx.conf and a certificate made here."""
    folder, port = tmp_path_factory.mktemp("tls"), free_port()
    folder.chmod(0o755)
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    subprocess.run(
        [*make.split(), "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    written = (ROOT / "deploy" / "nginx.conf").read_text()
    tls = "\n".join(re.findall(r"^ *ssl_.*", written, re.MULTILINE))
    tls = re.sub(r"\S+fullchain.pem", str(certificate), tls)
    tls = re.sub(r"\S+privkey.pem", str(key), tls)
    plain = free_port()
    text = front.configuration(folder, plain, "http://127.0.0.1:1", ROOT / "static")
    listen = f"listen 127.0.0.1:{plain};"
    text = text.replace(listen, f"{listen} listen 127.0.0.1:{port} ssl http2; {tls}")
    (folder / "portal.conf").write_text(text)
    (folder / "nginx.conf").write_text(front.around(folder))
    nginx = subprocess.Popen([str(front.NGINX), "-c", str(folder / "nginx.conf")])
    try:
        wait_for(f"http://127.0.0.1:{plain}/static/css/base.css")
        yield port
    finally:
        nginx.terminate()
        nginx.wait(10)


def spoken(port: int, **chosen: object) -> tuple[str, str]:
    """Returns the TLS version and cipher that both sides agree on. Raises SSLError if none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(f"{chosen.pop('ciphers', 'ALL')}:@SECLEVEL=0")
    for name, value in chosen.items():
        setattr(context, name, value)
    with socket.create_connection(("127.0.0.1", port)) as line, context.wrap_socket(line) as tls:
        name, _version, _bits = tls.cipher() or ("", "", 0)
        return str(tls.version()), name


def test_the_newest_tls_is_spoken_where_the_browser_knows_it(by_tls):
    assert spoken(by_tls)[0] == "TLSv1.3"


def test_of_the_older_the_strongest_cipher_is_chosen(by_tls):
    version, cipher = spoken(by_tls, maximum_version=ssl.TLSVersion.TLSv1_2)
    assert (version, cipher) == ("TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_what_is_older_is_not_spoken(by_tls, version):
    with pytest.raises(ssl.SSLError):
        spoken(by_tls, minimum_version=version, maximum_version=version)


@pytest.mark.parametrize("weak", ["ECDHE-ECDSA-AES128-SHA", "AES128-SHA", "AES128-GCM-SHA256"])
def test_no_cipher_without_forward_secrecy_or_a_mac_of_its_own_is_spoken(by_tls, weak):
    with pytest.raises(ssl.SSLError):
        spoken(by_tls, ciphers=weak, maximum_version=ssl.TLSVersion.TLSv1_2)
