"""How many mails somebody may have sent, to themselves or to others.

The figures are ACCOUNT_RATE_LIMITS. Per address and per sender the answer is «too fast», the same
for every address. Per domain and for the whole site only mails to unconfirmed addresses count, and
the answer is silence: a flood of made-up addresses must neither reach anybody, nor keep members
from logging in, nor tell who is one.
"""

import logging

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import consume, respond_429
from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

#: Where most people have their mail: no limit per domain would fit them.
SHARED_DOMAINS = {
    *("gmail.com", "googlemail.com", "icloud.com", "me.com", "proton.me", "protonmail.com"),
    *("hotmail.com", "hotmail.no", "live.com", "live.no", "outlook.com", "msn.com"),
    *("yahoo.com", "yahoo.no", "online.no", "broadpark.no", "getmail.no", "lyse.net", "start.no"),
}


def check_sender(request: HttpRequest) -> None:
    """Before anything is done for who has had too many mails sent already.

    Raises ImmediateHttpResponse with a 429.
    """
    if not consume(request, action="mail_from_ip", dry_run=True):
        raise ImmediateHttpResponse(respond_429(request))


def allows_mail(request: HttpRequest, address: str) -> bool:
    """Whether a mail may go to `address`; counts it.

    Raises ImmediateHttpResponse with a 429 for too many from one sender, or to one address. The
    sender is counted first: who is over the limit must not use up what others may have.
    """
    address = address.lower()
    sender = get_adapter().get_client_ip(request)
    is_allowed = (
        consume(request, action="mail_from_ip")
        and consume(request, action="mail_from_ip_to_address", key=f"{sender} {address}")
        and consume(request, action="mail_to_address", key=address)
    )
    if not is_allowed:
        raise ImmediateHttpResponse(respond_429(request))
    # A confirmed address is counted by itself, where the limit is never reached: the same work, so
    # that the time an answer takes doesn't tell who is a member.
    domain = address.rpartition("@")[2]
    is_confirmed = EmailAddress.objects.filter(email=address, verified=True).exists()
    if domain not in SHARED_DOMAINS | settings.KNOWN_DOMAINS:
        key = address if is_confirmed else domain
        if not consume(request, action="mail_to_domain", key=key):
            logger.warning("No more mails to unconfirmed addresses at %s for now", domain)
            return False
    key = address if is_confirmed else "all"
    if not consume(request, action="mail_to_unconfirmed", key=key):
        logger.error("No more mails to unconfirmed addresses for now: see MAILS_PER_HOUR")
        return False
    return True
