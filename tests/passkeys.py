"""A passkey without a browser: it answers the riddles of the site as a device does that has asked for a fingerprint."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256

# What a passkey takes for safe without https.
ORIGIN, SITE = "http://localhost", b"localhost"
PRESENT, VERIFIED, HOLDS_KEY = 0x01, 0x04, 0x40
AS_SCRIPT = {"x-requested-with": "XMLHttpRequest"}


class Passkey:
    def __init__(self) -> None:
        self.key, self.id, self.handle = generate_private_key(SECP256R1()), token_bytes(32), ""

    def made(self, options: dict[str, Any]) -> str:
        """What a browser hands on of a new passkey."""
        self.handle = options["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        whole = cbor.encode({"fmt": "none", "attStmt": {}, "authData": self._data(HOLDS_KEY) + held})
        said = self._said("webauthn.create", options["challenge"])
        return self._whole({"clientDataJSON": text(said), "attestationObject": text(whole)})

    def answer(self, options: dict[str, Any], **changes: Any) -> str:
        """What it hands on of one that there is."""
        data, said = self._data(), self._said("webauthn.get", options["challenge"])
        signature = self.key.sign(data + sha256(said).digest(), ECDSA(SHA256()))
        values = {"authenticatorData": data, "clientDataJSON": said, "signature": signature}
        return self._whole(
            {name: text(value) for name, value in values.items()} | {"userHandle": self.handle} | changes
        )

    def _data(self, flags: int = 0) -> bytes:
        return sha256(SITE).digest() + bytes([PRESENT | VERIFIED | flags]) + bytes(4)

    def _said(self, what: str, challenge: str) -> bytes:
        return json.dumps({"type": what, "challenge": challenge, "origin": ORIGIN, "crossOrigin": False}).encode()

    def _whole(self, response: dict[str, Any]) -> str:
        named = {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
        return json.dumps(named | {"clientExtensionResults": {"credProps": {"rk": True}}, "response": response})


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode("ascii").rstrip("=")


def give_passkey(client: Client) -> Passkey:
    """Adds one to the account that is signed in there, on the page for it."""
    passkey = Passkey()
    page = client.get("/account/second-factor/passkeys/add/")
    made = passkey.made(page.context["js_data"]["creation_options"]["publicKey"])
    answer = client.post(
        "/account/second-factor/passkeys/add/", {"credential": made, "name": "Key", "passwordless": "on"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return passkey


def riddle(client: Client) -> dict[str, Any]:
    """What the login asks of a passkey that says itself whose it is."""
    answer = client.get("/account/login/passkey/", headers=AS_SCRIPT)
    return answer.json()["request_options"]["publicKey"]
