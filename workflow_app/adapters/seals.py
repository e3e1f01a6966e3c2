"""Embedded seal: an Ed25519 signature over a document's hash, the issuer and the instant.

Stands in for an electronic seal of 《电子签名法》第十三条 until the authority brings its own; the key
is derived from the installation's master key, so every process makes and checks the same seal.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflow_app.kernel.ports import Seal


class LocalSeals:
    """Seals of this installation.

    :param master_key: 32 bytes of the installation.
    :param issuer: whose seal it is, as shown on documents.
    """

    def __init__(self, master_key: bytes, issuer: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(hmac.digest(master_key, b"jcer seals", "sha256"))
        self._issuer = issuer

    def seal(self, sha256: str, at: datetime) -> Seal:
        """Return a seal over a document's hash."""
        value = self._key.sign(_sealed_text(self._issuer, sha256, at))
        return Seal(self._issuer, "Ed25519", at, base64.b64encode(value).decode())

    def verify(self, sha256: str, seal: Seal) -> bool:
        """Tell whether the seal is ours and over this document."""
        try:
            value = base64.b64decode(seal.value, validate=True)
            self._key.public_key().verify(value, _sealed_text(self._issuer, sha256, seal.sealed_at))
        except (InvalidSignature, ValueError):
            return False
        return seal.issuer == self._issuer


def _sealed_text(issuer: str, sha256: str, at: datetime) -> bytes:
    return f"{issuer}\n{sha256}\n{at.isoformat()}".encode()
