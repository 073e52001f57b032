"""The security log tells an operator, after a break-in, who logged in or failed to, and from where.

It also tells which keys and rights were changed. Each line of the logger `security` is one event,
in JSON: what happened, to whom (the member's number, or a keyed hash of an address that nobody
has), and from which network (the first three numbers of an IPv4 address, a /48 of IPv6). It never
holds a code, a password, an address or a whole IP address. The line begins with the time and its
zone, like every line of the log.
"""

import ipaddress
import json
import logging
from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import Model
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.models import User

logger = logging.getLogger("security")
#: How much of an IP address is written, in bits.
NETWORK = {4: 24, 6: 48}


def record(event: str, user: Any = None, *, refused: bool = False, **about: Any) -> None:
    """Write one event. `user` is the user it concerns; `by` becomes the sender of the request."""
    request = context.request
    line: dict[str, Any] = {"event": event, "member": getattr(user, "pk", None), **about}
    if request is not None:
        line["by"] = getattr(getattr(request, "user", None), "pk", None)
        line["network"] = network_of(request)
    told = {key: value for key, value in line.items() if value is not None}
    logger.log(logging.WARNING if refused else logging.INFO, json.dumps(told))


def network_of(request: HttpRequest) -> str | None:
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured, ValueError):  # a socket, or odd headers
        return None
    return str(ipaddress.ip_network((address, NETWORK[address.version]), strict=False))


def unnamed(address: str) -> str:
    """A keyed hash of an address that nobody has. It shows repeated tries at the same address."""
    return salted_hmac("accounts.security_log", address.lower(), algorithm="sha256").hexdigest()[
        :12
    ]


@receiver(account.authentication_step_completed)
def was_shown(user: User, method: str, **about: Any) -> None:
    """One step of a log-in, or a reauthentication."""
    event = "identity_shown" if about.get("reauthenticated") else "step_passed"
    record(event, user, way=about.get("provider") or about.get("type") or method)


@receiver(user_logged_in)
def came_in(user: User, **kwargs: Any) -> None:
    record("logged_in", user)


@receiver(user_logged_out)
def went_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record("logged_out", user)


@receiver(user_login_failed)
def wrong_password(credentials: dict[str, Any], **kwargs: Any) -> None:
    address = str(credentials.get("email") or credentials.get("username") or "").lower()
    user = User.objects.filter(email=address).only("pk").first()
    whom = {} if user else {"address": unnamed(address)}
    record("log_in_failed", user, refused=True, way="password", **whom)


@receiver(
    [
        account.login_code_rejected,
        account.email_verification_code_rejected,
        account.password_reset_code_rejected,
    ]
)
def wrong_code(user: User, last_attempt: bool, **kwargs: Any) -> None:
    record("log_in_failed", user, refused=True, way="code", is_void=last_attempt)


@receiver(mfa.authentication_failed)
def wrong_second_factor(user: User, **kwargs: Any) -> None:
    record("log_in_failed", user, refused=True, way="second factor")


@receiver([account.password_set, account.password_changed, account.password_reset])
def password_changed(user: User, **kwargs: Any) -> None:
    record("password_changed", user)


@receiver(account.email_changed)
def address_changed(user: User, from_email_address: Any, **kwargs: Any) -> None:
    if from_email_address:
        record("address_changed", user)


@receiver(mfa.authenticator_added)
def key_added(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    record("key_added", user, way=authenticator.type)


@receiver(mfa.authenticator_removed)
def key_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    record("key_removed", user, way=authenticator.type)


@receiver(social.social_account_added)
def provider_added(sociallogin: SocialLogin, **kwargs: Any) -> None:
    record("key_added", sociallogin.user, way=sociallogin.account.provider)


@receiver(social.social_account_removed)
def provider_removed(socialaccount: SocialAccount, **kwargs: Any) -> None:
    record("key_removed", socialaccount.user, way=socialaccount.provider)


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def rights_changed(
    instance: Model, action: str, pk_set: set[int] | None, model: type[Model], **kwargs: Any
) -> None:
    """`instance` and `model` are swapped when the change is made from the other side."""
    verb = {"post_add": "given", "post_remove": "taken", "pre_clear": "cleared"}.get(action)
    if verb and (pk_set or action == "pre_clear"):
        user = instance if isinstance(instance, User) else None
        of = None if user else f"{instance._meta.model_name} {instance.pk}"
        names = [f"{model._meta.model_name} {pk}" for pk in sorted(pk_set or ())]
        record("rights_changed", user, of=of, how=verb, what=names)
