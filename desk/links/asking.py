"""Asks another site whether a page is there, without being led into our own network.

A link in an article chooses the host, and a redirect the next one. Each is resolved by us, refused
if any of its addresses isn't public, and connected to by the very address that was looked at, so
that a name can't answer otherwise the second time.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

#: Seconds for one request, whatever the server does meanwhile.
LIMIT = 10
REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
#: The page is there, but not for a program, or not now.
NOT_FOR_US = {401, 403, 407, 429, 451, 999}


class Answer(NamedTuple):
    is_there: bool
    status: int | None
    said: str = ""


class RefusedError(Exception):
    """The address won't be asked for. The message, which is translated, says why."""


class Reply(NamedTuple):
    status: int
    location: str = ""


def ask(url: str) -> Answer:
    """HEAD first. Many servers refuse it, so a page counts as missing only after a GET as well."""
    try:
        reply = followed("HEAD", url)
        if reply.status >= http.client.BAD_REQUEST:
            reply = followed("GET", url)
    except RefusedError as refusal:
        return Answer(False, None, str(refusal))
    except ssl.SSLCertVerificationError:
        return Answer(False, None, _("the certificate isn't valid"))
    except socket.gaierror:
        return Answer(False, None, _("the site doesn't exist"))
    except (OSError, http.client.HTTPException, UnicodeError, ValueError):
        return Answer(False, None, _("doesn't answer"))
    if reply.status < http.client.BAD_REQUEST or reply.status in NOT_FOR_US:
        return Answer(True, reply.status)
    return Answer(False, reply.status, _("answers %d") % reply.status)


def followed(method: str, url: str) -> Reply:
    for _n in range(REDIRECTS + 1):
        reply = exchange(method, url)
        if reply.status not in (301, 302, 303, 307, 308) or not reply.location:
            return reply
        url = urljoin(url, reply.location)
    raise RefusedError(_("leads on and on to other addresses"))


def exchange(method: str, url: str) -> Reply:
    """One request and the head of its answer. The body is never read."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise RefusedError(_("leads to something that isn't a web page"))
    port = parts.port or PORTS[parts.scheme]
    if port not in PORTS.values():
        raise RefusedError(_("leads to an unusual port"))
    host = parts.hostname.encode("idna").decode()
    raw = socket.create_connection((public_address(host, port), port), timeout=LIMIT)
    # The time-out is for each step. A server that sends a byte at a time is cut off by this.
    watch = threading.Timer(LIMIT, cut, [raw])
    watch.start()
    try:
        is_secure = parts.scheme == "https"
        stream = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=host)
            if (is_secure)
            else raw
        )
        with stream:
            connection = http.client.HTTPConnection(host, port, timeout=LIMIT)
            connection.sock = stream
            path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
            query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?") if parts.query else ""
            connection.request(method, path + query, headers=headers())
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers.get("Location", ""))
    finally:
        watch.cancel()


def headers() -> dict[str, str]:
    """Says who asks, and where to read more of it."""
    agent = f"Mozilla/5.0 (compatible; link check; +{settings.SITE_URL}/)"
    return {"User-Agent": agent, "Accept": "*/*", "Connection": "close"}


def cut(raw: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be over already
        raw.shutdown(socket.SHUT_RDWR)


def public_address(host: str, port: int) -> str:
    """An address of `host`. Raises RefusedError if any of them lies in a private network."""
    found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    for address in found:
        ip = ipaddress.ip_address(address.partition("%")[0])
        inner = getattr(ip, "ipv4_mapped", None) or ip
        if not inner.is_global or inner.is_multicast:
            raise RefusedError(_("leads into a private network"))
    # IPv4 first: many servers have no way out for IPv6.
    return min(found, key=lambda address: ":" in address)
