"""The form field of a passkey's credential."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from fido2 import cbor
from fido2.utils import websafe_decode

from accounts.sign_in.malformed import malformed_as

#: Characters. They leave room for the certificates that an authenticator may send along. Each
#: log-in parses all of a member's passkeys again.
LONGEST = 16_000


class StrictDecoder(json.JSONDecoder):
    """Reads JSON without NaN and Infinity, which are no JSON, and without large numbers."""

    def __init__(self) -> None:
        super().__init__(parse_constant=self.refuse, parse_int=self.integer)

    def refuse(self, constant: str) -> None:
        raise ValueError(constant)

    def integer(self, digits: str) -> int:
        if len(digits) > len("-65535"):  # RS1, the longest of COSE's algorithms
            raise ValueError(digits)
        return int(digits)


class CredentialField(forms.JSONField):
    """A passkey's credential in JSON, as a browser makes it: names, and bytes as base64url.

    Nothing in it needs an escape. JSON with escapes can hold what PostgreSQL doesn't store (NUL)
    and what no page can show (half of a surrogate pair).
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decoder=StrictDecoder, **kwargs)

    def to_python(self, value: Any) -> Any:
        refusal = forms.ValidationError(_("This is no passkey."))
        if isinstance(value, str) and (len(value) > LONGEST or "\\" in value):
            raise refusal
        with malformed_as(refusal):
            found = super().to_python(value)
            if found is not None:
                refuse_numbers_for_bytes(found["response"])
        return found

    def bound_data(self, data: Any, initial: Any) -> None:
        """Nothing: a refused form doesn't repeat a credential, which answers one challenge only."""


def refuse_numbers_for_bytes(response: dict[str, Any]) -> None:
    """Raises one of MALFORMED if a part of the response holds a large number where bytes belong.

    Of such a number fido2 makes as many zero bytes, so that one request could take all memory. The
    parts are JSON and CBOR inside the credential's JSON.
    """
    json.loads(websafe_decode(response["clientDataJSON"]), cls=StrictDecoder)
    if "attestationObject" in response:
        made: Any = cbor.decode(websafe_decode(response["attestationObject"]))
        if not isinstance(made["authData"], bytes):
            raise TypeError(made["authData"])
