"""Delivery reports (RFC 3464) and complaints (RFC 5965) that come to the return path.

They come from any server there is: in any charset, cut off, within other mails. What can't be read
is told in the log, with no address in it.
"""

import email
import email.message
import email.policy
import logging
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

from mail import bounces, verp
from mail.models import Message

logger = logging.getLogger(__name__)

MESSAGE_ID = re.compile(rb"^(?:Original-)?Message-ID:\s*(<[^<>\s\0]{3,250}>)", re.I | re.M)
#: The most Message-IDs that are looked up. Those of the mail itself come after its server's own.
MOST_IDS = 50
#: How much of a mail is looked through for our return path. Reports are smaller.
MOST = 2_000_000
#: Semicolons times characters, of all that may be headers. Python's parser goes through the whole
#: header for each semicolon within an open quote: 16 seconds for 2 × 10⁹.
MOST_WORK = 10**9
BETWEEN = re.compile(rb"(?:\r\n|\r|\n){2,}")


class Taken(Enum):
    """What a mail to the return path was, and what was done."""

    FAILURE = "a failure"
    COMPLAINT = "a complaint"
    #: It tells of no failure: an automatic reply, a delay, a mail from a person.
    NOTHING = "no report of a failure"
    #: It reports a failure of a mail that isn't in the outbox, or wasn't ours.
    UNKNOWN = "of no mail that we know"


def take(source: bytes) -> tuple[Taken, str]:
    """Do what a mail to the return path asks for. Returns what it was, and the address.

    Raises only what the database raises.
    """
    source = source[:MOST]
    if sum(part.count(b";") * len(part) for part in BETWEEN.split(source)) > MOST_WORK:
        logger.warning("A mail that came back holds too many semicolons to be read")
        return Taken.NOTHING, ""
    try:
        mail = email.message_from_bytes(source, policy=email.policy.compat32)
        is_complaint = any(kind == "message/feedback-report" for kind, _part in parts_of(mail))
        answer = "" if is_complaint else failure_in(mail)
    except RecursionError:  # a thousand mails within one another
        logger.warning("A mail that came back is nested too deep to be read")
        return Taken.NOTHING, ""
    if not is_complaint and not answer:
        return Taken.NOTHING, ""
    message = message_of(source, mail)
    if message is None:
        logger.warning("A mail came back that can't be told: %s", answer[:100] or "a complaint")
        return Taken.UNKNOWN, ""
    if is_complaint:
        bounces.complained(message.recipient, message=message)
        return Taken.COMPLAINT, message.recipient
    bounces.bounced(message.recipient, bounces.kind_of(answer), answer, message)
    return Taken.FAILURE, message.recipient


def parts_of(mail: Any) -> Iterator[tuple[str, Any]]:
    """Every part with its type, also those of mails within the mail."""
    for part in mail.walk():
        yield part.get_content_type(), part


def failure_in(mail: Any) -> str:
    """The answer that a delivery report gives of a failure. "" if it reports none.

    A report that was cut off before its machine-readable part is read as text.
    """
    is_report = False
    for kind, part in parts_of(mail):
        if kind != "message/delivery-status":
            continue
        is_report = True
        for group in groups_of(part):
            action, status = one_line(group["Action"]).lower(), one_line(group["Status"])
            if action == "failed" or (not action and status.startswith("5")):
                told = one_line(group["Diagnostic-Code"]).partition(";")[2].strip()
                return " ".join(filter(None, [status, told]))
    if is_report or not is_bounce(mail):
        return ""
    return answer_in(mail)


def groups_of(part: Any) -> list[Any]:
    """The groups of fields of a delivery status: of the mail, and of each recipient.

    Some servers encode the part, although they may not. Python then reads it as one text.
    """
    payload = part.get_payload()
    groups = payload if isinstance(payload, list) else []
    if any(group["Action"] or group["Status"] for group in groups):
        return groups
    coded = email.message.Message()
    coded["Content-Transfer-Encoding"] = one_line(part["Content-Transfer-Encoding"])
    coded.set_payload("\n\n".join(str(group.get_payload()) for group in groups))
    text: Any = coded.get_payload(decode=True) or b""
    return [email.message_from_bytes(each.strip()) for each in re.split(rb"\r?\n\r?\n", text)]


#: What servers write above a failure that they report in words alone.
SUBJECTS = re.compile(
    r"undeliver|returned mail|delivery.*fail|failure notice|mail delivery|kunne ikke leveres"
    r"|ikke levert|returnert",
    re.IGNORECASE,
)


def is_bounce(mail: Any) -> bool:
    """Whether it looks like a report. Automatic replies and read receipts are none."""
    if mail.get_content_type() == "multipart/report":
        return one_line(mail.get_param("report-type")).lower() == "delivery-status"
    if mail["X-Failed-Recipients"]:  # Exim's
        return True
    replied = one_line(mail["Auto-Submitted"]).lower().startswith("auto-replied")
    if replied or mail["X-Autoreply"] or mail["X-Autorespond"]:
        return False
    sender = one_line(mail["From"]).lower()
    is_server = "mailer-daemon" in sender or "postmaster" in sender
    return is_server and bool(SUBJECTS.search(one_line(mail["Subject"])))


ANSWER = re.compile(rf"(?:\b5\d\d[ -]|{bounces.NUMBER.pattern}).{{0,200}}")


def answer_in(mail: Any) -> str:
    """The line of its text that quotes a server. A failure without one may pass."""
    for kind, part in parts_of(mail):
        if kind in ("text/plain", "text/html"):
            text = (part.get_payload(decode=True) or b"").decode("latin-1")
            if found := ANSWER.search(text):
                return " ".join(found[0].split())
    return "4.0.0"


def one_line(value: Any) -> str:
    """A header as text: it may be missing, folded, or in bytes of some charset."""
    return " ".join(str(value or "").split())


def message_of(source: bytes, mail: Any) -> Message | None:
    """The mail that came back: by our signed return path, or by its Message-ID.

    A recipient that the report names is never enough: anybody may write a report.
    """
    if numbers := verp.numbers_in(source):
        return Message.objects.filter(pk__in=numbers).defer("source").first()
    known = MESSAGE_ID.findall(source)
    for kind, part in parts_of(mail):
        if kind in ("text/rfc822-headers", "text/plain", "message/rfc822", "text/html"):
            payload = None if part.is_multipart() else part.get_payload(decode=True)
            known += MESSAGE_ID.findall(payload or b"")
    ids = list(dict.fromkeys(each.decode("ascii", "replace") for each in known))[:MOST_IDS]
    return Message.objects.filter(message_id__in=ids).defer("source").first()
