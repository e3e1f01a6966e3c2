"""Signatures of the exchange's files: Ed25519 over canonical JSON, by keys the installation was given.

The signature covers every byte of the document's canonical form but itself; the algorithm is a field, so that
another may follow. It never asks the network. Must never know what a document says.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workflow_app.kernel.errors import Refused

ALGORITHM: Final = "Ed25519"
SIGNATURE: Final = "signature"
_KEY_BYTES: Final = 32


class ExchangeKeys:
    """The public keys files may be signed with.

    :param keys: each the Base64 of a raw Ed25519 public key.
    :raises Refused: one is not.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._keys = {_id(raw): Ed25519PublicKey.from_public_bytes(raw) for raw in map(_raw, keys)}

    def signer(self, document: Mapping[str, Any]) -> str:
        """Return the id of the key a document was signed with: the SHA-256 of its bytes.

        :raises Refused: ``bad_signature``: not signed, by no key known here, or changed since.
        """
        key = self._keys.get(str(document.get("key")))
        if key is None or document.get("algorithm") != ALGORITHM:
            raise Refused("bad_signature", "文件未签名，或者签名密钥不在本系统登记之列")
        try:
            key.verify(base64.b64decode(str(document.get(SIGNATURE)), validate=True), signed_bytes(document))
        except (InvalidSignature, ValueError):
            raise Refused("bad_signature", "文件签名不符，内容可能已被改动") from None
        return str(document["key"])


def sign(document: Mapping[str, Any], private_key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return a document with its algorithm, key and signature."""
    raw = private_key.public_key().public_bytes_raw()
    named = {**document, "algorithm": ALGORITHM, "key": _id(raw)}
    return {**named, SIGNATURE: base64.b64encode(private_key.sign(signed_bytes(named))).decode()}


def signed_bytes(document: Mapping[str, Any]) -> bytes:
    """Return what a signature covers: the document without it, keys sorted, no spaces, UTF-8."""
    covered = {name: value for name, value in document.items() if name != SIGNATURE}
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def _id(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _raw(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise Refused(
            "bad_exchange_key", "JCER_EXCHANGE_KEYS 应为 Ed25519 公钥（32 字节）的 Base64 文本，以逗号分隔"
        )
    return raw
