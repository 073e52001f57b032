"""Which e-mail addresses the portal accepts."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST = 254  # characters: RFC 5321


def check_address(email: str) -> None:
    """Raises ValidationError for an address that no mail can be sent to.

    Django accepts any character above U+00A0 in a host name, line separators included. It also
    accepts quoted names before the «@», which can hold nearly anything. This check accepts a host
    name only in the form that IDNA gives it, so that one mailbox has one address.
    """
    validate_email(email)
    local, _, host = email.rpartition("@")
    is_short = len(email) <= MOST
    if not (
        is_short and local.isascii() and local.isprintable() and '"' not in local and _is_host(host)
    ):
        raise ValidationError(validate_email.message, code="invalid")


def _is_host(name: str) -> bool:
    try:
        encoded = name.encode("idna")
        return name in (encoded.decode("ascii"), encoded.decode("idna"))
    except UnicodeError:
        return False
