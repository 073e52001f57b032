"""Limits on the mails that a visitor can request, for any address, and on tries at passwords.

ACCOUNT_RATE_LIMITS has the figures. Over a limit per address or per sender the answer is «too
fast», the same for every address. The limits per domain and for the whole site count only mails to
unconfirmed addresses, and over them the answer is silence. A flood of made-up addresses must not
reach anybody, must not keep members from logging in, and must not tell who is a member.

The last third of a limit that all share is kept for networks that have used none of it, so that a
few can't use it up for everybody. A device that the member has logged in on has its own counts.
"""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import (
    Rate,
    RateLimitUsage,
    consume,
    get_ip,
    get_rates,
    respond_429,
)
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Limit
from accounts.security_log import record
from accounts.sign_in import devices

#: Domains where most people have their mail. No limit per domain would fit them.
SHARED_DOMAINS = {
    *("gmail.com", "googlemail.com", "icloud.com", "me.com", "proton.me", "protonmail.com"),
    *("hotmail.com", "hotmail.no", "live.com", "live.no", "outlook.com", "msn.com"),
    *("yahoo.com", "yahoo.no", "online.no", "broadpark.no", "getmail.no", "lyse.net", "start.no"),
}
TOO_MANY_PASSWORDS = _("Too many wrong passwords. Wait five minutes, or log in with a code.")
#: For each limit that all share, the action that counts what one network has used of it.
SHARES = {
    "mail_to_address": "mail_from_ip_to_address",
    "mail_to_domain": "mail_from_ip_to_domain",
    "mail_to_unconfirmed": "mail_from_ip",
}
Counts = dict[str, Limit]


def rates_of(action: str) -> list[Rate]:
    return get_rates(app="allauth.account", action=action)


def kept_for(actions: Iterable[str]) -> dict[str, float]:
    """How long each action is counted, in seconds. A share counts as long as its shared limit."""
    shared = {share: action for action, share in SHARES.items()}
    return {
        action: max(
            (rate.duration for rate in rates_of(action) + rates_of(shared.get(action, ""))),
            default=0,
        )
        for action in actions
    }


def has_room(counts: Counts, action: str) -> bool:
    """Whether one more is within the rates of `action`.

    The last third of a shared limit is for networks that have used none of it.
    """
    share = counts[SHARES[action]] if action in SHARES else None
    return all(
        counts[action].within(rate.duration)
        < (rate.amount * 2 // 3 if share and share.within(rate.duration) else rate.amount)
        for rate in rates_of(action)
    )


def member_at(address: str) -> int | None:
    """The number of the member who has confirmed this address."""
    rows = EmailAddress.objects.filter(email=address, verified=True)
    return rows.values_list("user_id", flat=True).first()


def check_sender(request: HttpRequest, address: str) -> None:
    """Stop a sender who has requested too many mails, before any work is done for them.

    Raises ImmediateHttpResponse with a 429.
    """
    seen = {"mail_from_ip": Limit.objects.seen("mail_from_ip", get_ip(request))}
    is_known = devices.of_member(request, member_at(address))
    if not is_known and not has_room(seen, "mail_from_ip"):
        raise refused(request, "mail")


def refused(request: HttpRequest, what: str) -> ImmediateHttpResponse:
    record("over_limit", refused=True, what=what)
    return ImmediateHttpResponse(respond_429(request))


def may_begin(request: HttpRequest) -> bool:
    """Whether a log-in that sends no mail may begin or be completed. Counts it.

    Each is a row in the table of sessions until it expires.
    """
    key = devices.named(request) or get_ip(request)
    return bool(consume(request, app="allauth.account", action="begin_login", key=key))


def allows_mail(request: HttpRequest, address: str) -> bool:
    """Whether a mail may go to `address`. Counts it.

    Raises ImmediateHttpResponse with a 429 for too many from one sender, or to one address.
    """
    address = address.lower()
    member = member_at(address)
    device = devices.of_member(request, member)
    keys = {"mail_from_device": device} if device else shared_by_all(get_ip(request), address)
    own = [action for action in keys if not action.endswith(("domain", "unconfirmed"))]
    with Limit.objects.counting(keys, kept_for(keys)) as counts:
        if not all(has_room(counts, action) for action in own):
            raise refused(request, "mail")
        # A confirmed address isn't counted by domain and site. Those rows are read and written
        # anyway, so that the time an answer takes doesn't tell who is a member.
        is_allowed = all(has_room(counts, action) for action in keys) or member is not None
        counted = keys if member is None and is_allowed else own
        for action in counted:
            counts[action].add()
    return is_allowed


def shared_by_all(network: str, address: str) -> dict[str, str]:
    """The actions and keys that count a mail to `address` when no known device asks for it."""
    domain = address.rpartition("@")[2]
    keys = {
        "mail_from_ip": network,
        "mail_from_ip_to_address": f"{network} {address}",
        "mail_to_address": address,
        "mail_to_unconfirmed": "all",
    }
    if domain not in SHARED_DOMAINS | settings.KNOWN_DOMAINS:
        keys |= {"mail_from_ip_to_domain": f"{network} {domain}", "mail_to_domain": domain}
    return keys


def count_password(request: HttpRequest, address: str) -> RateLimitUsage:
    """Count a try at the password of `address`. The usage returned can undo it for a right one.

    Tries are counted by account and network together, so that a stranger locks out only
    themselves. An account that is tried from everywhere takes passwords from its own devices only.
    A code or a passkey still opens it. Raises ValidationError.
    """
    member = member_at(address)
    network = get_ip(request)
    if device := devices.of_member(request, member):
        asked, limits = f"member {member}", {"password_on_device": device}
    else:
        asked, limits = (
            network,
            {
                "password_from_ip": network,
                "login_failed": pair(request, address),
                "password_of_account": address,
            },
        )
    count(request, "password_asked", asked)  # right ones too: each takes a third of a second
    usages = [count(request, action, key) for action, key in limits.items()]
    return RateLimitUsage(usage=[single for usage in usages for single in usage.usage])


def pair(request: HttpRequest, address: str) -> str:
    """The key that counts wrong passwords by account and network together."""
    return f"{get_ip(request)} {address}"


def count(request: HttpRequest, action: str, key: str) -> RateLimitUsage:
    usage = consume(request, app="allauth.account", action=action, key=key)
    if usage is None:
        record("over_limit", refused=True, what="password")
        raise ValidationError(TOO_MANY_PASSWORDS)
    return usage
