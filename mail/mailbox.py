"""The mailbox that bounces come to, read by IMAP."""

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from django.conf import settings

from mail import reports

logger = logging.getLogger(__name__)

#: How many mails are read in one round.
MOST = 500


def read_bounces() -> int:
    """Take the unseen mails of BOUNCES_IMAP_URL. Returns how many were taken.

    A mail is marked as seen once it is taken, so one that a fault interrupts is read again. Raises
    OSError or imaplib.IMAP4.error if the server can't be used.
    """
    taken = 0
    with opened(settings.BOUNCES_IMAP_URL) as server:
        for number in unseen(server)[:MOST]:
            _status, answer = server.uid("FETCH", number, f"(BODY.PEEK[]<0.{reports.MOST}>)")
            source = next((each[1] for each in answer if isinstance(each, tuple)), None)
            if source is None:  # somebody has removed it
                continue
            try:
                reports.take(source)
            except Exception:
                logger.exception("Mail %s in the mailbox of bounces was not taken", number)
                continue
            server.uid("STORE", number, "+FLAGS", r"(\Seen)")
            taken += 1
    return taken


@contextmanager
def opened(url: str) -> Iterator[imaplib.IMAP4]:
    """The folder that `url` names, «imaps://user:password@host/INBOX». imap:// is not encrypted."""
    at = urlsplit(url)
    timeout = settings.EMAIL_TIMEOUT
    if at.scheme == "imaps":
        context = ssl.create_default_context()
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            at.hostname or "", at.port or 993, ssl_context=context, timeout=timeout
        )
    else:
        server = imaplib.IMAP4(at.hostname or "", at.port or 143, timeout=timeout)
    try:
        server.login(unquote(at.username or ""), unquote(at.password or ""))
        folder = unquote(at.path.strip("/")) or "INBOX"
        status, answer = server.select(f'"{folder}"')
        if status != "OK":
            raise imaplib.IMAP4.error(f"{folder}: {answer[0]!r}")
        yield server
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()
        with suppress(OSError):
            server.shutdown()  # after a connection that broke, the line above doesn't come so far


def unseen(server: imaplib.IMAP4) -> list[str]:
    """The numbers (UID) of the unseen mails, the oldest first."""
    _status, answer = server.uid("SEARCH", "UNSEEN")
    return (answer[0] or b"").decode().split()
