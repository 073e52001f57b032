"""A device that creates passkeys and signs in with them, as a browser asks it to."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

Json = dict[str, Any]
FLAG = AuthenticatorData.FLAG


@dataclass
class Device:
    site: str = "localhost"
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""

    def make(self, options: Json) -> Json:
        """Returns a new passkey, for the options on the page that creates one."""
        asked = options["publicKey"]
        self.handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        kept = AttestedCredentialData.create(Aaguid.NONE, b"et-nummer-paa-16", public)
        about = self._about(FLAG.UP | FLAG.UV | FLAG.AT, kept)
        return self._answer(
            clientDataJSON=self._client("webauthn.create", asked["challenge"]),
            attestationObject=AttestationObject.create("none", about, {}),
        )

    def use(self, options: Json) -> Json:
        """Returns the credential that signs in, for the challenge that was fetched."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        about = self._about(FLAG.UP | FLAG.UV)
        signed = self.key.sign(about + client.hash, ec.ECDSA(hashes.SHA256()))
        answer = self._answer(clientDataJSON=client, authenticatorData=about, signature=signed)
        answer["response"]["userHandle"] = self.handle
        return answer

    def _about(self, flags: FLAG, kept: bytes = b"") -> AuthenticatorData:
        name = hashlib.sha256(self.site.encode()).digest()
        return AuthenticatorData.create(name, flags, 1, kept)

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, f"http://{self.site}")

    def _answer(self, **response: bytes) -> Json:
        number = websafe_encode(b"et-nummer-paa-16")
        return {
            "type": "public-key",
            "id": number,
            "rawId": number,
            "response": {name: websafe_encode(value) for name, value in response.items()},
            "clientExtensionResults": {},
        }


def options_on(page: str) -> Json:
    """Returns the options that the page for creating or using a passkey gives its script."""
    _, _, rest = page.partition('type="application/json">')
    found: Json = json.loads(rest.partition("</script>")[0])
    return found.get("creation_options") or found["request_options"]
