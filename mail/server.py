"""The mail server: one connection for many mails, and what its answers mean."""

import logging
import smtplib
import time
from contextlib import suppress
from enum import Enum, auto
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from mail.bounces import POLICY, Kind, kind_of, number
from mail.esp import answer_of, status_of

logger = logging.getLogger(__name__)


class Fault(Enum):
    #: The mail is refused for good.
    REFUSED = auto()
    #: The mail is not taken now, and others may be.
    DEFERRED = auto()
    #: No mail can be sent now: the server is away, or our own settings are wrong.
    SERVER = auto()


#: Codes that ask for a log-in (RFC 4954). Ours is missing or wrong.
NO_LOG_IN = {530, 534, 535, 538}
#: Refusals by policy (X.7.X in RFC 3463). They tell of our rights at the server as often as of the
#: recipient. Not all servers give the number: POLICY has their words.
BY_POLICY = number(r"5\.7\.\d+")
#: Answers that may change, and answers that won't (RFC 5321).
TEMPORARY, PERMANENT = range(400, 500), range(500, 600)
#: The server closes the connection.
CLOSING = 421
#: A mail is too long. A server that is told its size says so in answer to the sender (RFC 1870).
TOO_LONG = 552


def fault_of(error: Exception) -> Fault:
    """Judge what was raised while a mail was being sent to one recipient.

    A fault that may be ours is never REFUSED: one wrong setting would give up every mail at once.
    """
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code, answer = next(iter(refused.values()))
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=answer):
            pass
        case smtplib.SMTPSenderRefused(smtp_code=code, smtp_error=answer) if code == TOO_LONG:
            pass
        case AnymailError():
            return fault_of_api(error)
        case OSError():  # smtplib's other errors, and the network's
            return Fault.SERVER
        case _:  # a mail that can't be written as SMTP wants it
            return Fault.DEFERRED
    if code == CLOSING or code not in (*TEMPORARY, *PERMANENT):  # -1: it was not SMTP
        return Fault.SERVER
    is_policy = BY_POLICY.search(str(answer)) or POLICY.search(str(answer))
    if code in TEMPORARY or code in NO_LOG_IN or is_policy:
        return Fault.DEFERRED
    return Fault.REFUSED


#: What an ESP's statuses say of one mail. Others are of its server, our key or our rate. That it
#: finds a mail wrong may be by a setting of ours, such as a sender that it doesn't know.
API_FAULTS = {400: Fault.DEFERRED, 413: Fault.REFUSED, 422: Fault.DEFERRED}


def fault_of_api(error: AnymailError) -> Fault:
    if isinstance(error, AnymailRecipientsRefused):
        return Fault.REFUSED
    if isinstance(error, AnymailAPIError):
        return API_FAULTS.get(status_of(error), Fault.SERVER)
    return Fault.DEFERRED  # a mail that can't be written as the API wants it


def refuses_recipient(error: Exception) -> bool:
    return isinstance(error, smtplib.SMTPRecipientsRefused | AnymailRecipientsRefused)


def kind_of_refusal(error: Exception) -> Kind:
    """What a refusal of the recipient says of the address. An ESP refuses those that it has on its
    list of addresses that don't work."""
    return Kind.HARD if isinstance(error, AnymailError) else kind_of(described(error))


class MailServer:
    """The server that EMAIL_URL or ESP names, as one worker knows it.

    A server that can't be used is left alone for a while, and the mails wait. So an outage uses up
    no mail's tries, and ends for all mails at once.
    """

    #: How long it is left alone after the first fault, the second …, in seconds. The last one is
    #: how late an outage's end may be noticed. More frequent log-ins could lock the account.
    RESTS = (10, 20, 40, 60)

    def __init__(self) -> None:
        self.connection: Any = None
        #: How many mails the connection has carried.
        self.carried = 0
        self._faults = 0
        self._rests_until = 0.0

    @property
    def is_resting(self) -> bool:
        return time.monotonic() < self._rests_until

    def open(self) -> None:
        """Connect and log in, unless that is done. Raises what the back end raises."""
        if self.connection is None:
            self.connection = get_connection(settings.OUTBOX_DELIVERY_BACKEND)
            self.carried = 0
            self.connection.open()

    def send(self, mail: EmailMessage) -> None:
        """Send over the open connection. Raises what the back end raises; see `fault_of`."""
        self.connection.send_messages([mail])
        self.carried += 1
        self.works()

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            with suppress(OSError):  # it is closed already
                connection.close()

    def works(self) -> None:
        """Note that the server has answered about a mail."""
        if self._faults:
            logger.warning("The mail server can be used again, after %d faults", self._faults)
        self._faults = 0

    def rest(self, reason: str) -> None:
        """Close the connection, and leave the server alone for a while. Logged once an outage."""
        self.close()
        if not self._faults:
            logger.error("The mail server can't be used, and mails wait: %s", reason)
        self._rests_until = time.monotonic() + self.RESTS[min(self._faults, len(self.RESTS) - 1)]
        self._faults += 1


def described(error: Exception) -> str:
    """The server's answer, as in «550 5.1.1 User unknown», or what kept it from answering."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code, answer = next(iter(refused.values()))
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=answer):
            pass
        case AnymailError():
            return answer_of(error)
        case _:
            return f"{type(error).__name__}: {error}"
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}".replace("\0", "")  # PostgreSQL takes no NUL
