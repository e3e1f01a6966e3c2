"""A signature inside a PDF that covers every other byte of it.

The paper is typeset with :data:`BLANK` among its keywords; a PDF/A keeps keywords in two plain
places, the information dictionary and the XMP packet. Signing replaces both by the signature
over the file as it was before; checking puts the blank back. So the file stays PDF/A, and one
changed byte anywhere fails. The algorithm is named in the text (RFC 8032 Ed25519 now), so that
another can follow. Needs neither network nor database.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

ALGORITHM: Final = "Ed25519"
_KEY, _VALUE = 16, 86
BLANK: Final = f"JCER-{ALGORITHM}-{'0' * _KEY}-{'0' * _VALUE}"
"""The keyword a paper is typeset with: algorithm, key id, signature in URL-safe base64."""
_MARK: Final = re.compile(rb"JCER-([A-Za-z0-9]{2,20})-([0-9a-f]{16})-([A-Za-z0-9_-]{86})(?![A-Za-z0-9_-])")
_PLACES: Final = 2


class NotSigned(ValueError):
    """The file is no paper of this registry, or was changed; the message says what, in Chinese."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checked signature.

    :param sha256: of the file as it lies before us, hexadecimal.
    """

    algorithm: str
    key_id: str
    sha256: str


def own_key(master_key: bytes) -> Ed25519PrivateKey:
    """Return the key an installation signs its papers with, the same in every process.

    :param master_key: 32 bytes of the installation.
    """
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(master_key, b"jcer papers", "sha256"))


def published(key: Ed25519PublicKey) -> str:
    """Return a public key as it is published: 32 bytes in base64."""
    return base64.b64encode(key.public_bytes_raw()).decode("ascii")


class OwnSigner:
    """Signs with the installation's own key (kernel.ports.Signer).

    :param master_key: 32 bytes of the installation.
    """

    algorithm = ALGORITHM
    blank = BLANK

    def __init__(self, master_key: bytes) -> None:
        self._key = own_key(master_key)

    def sign(self, pdf: bytes) -> bytes:
        """Return a paper with its signature; see :func:`sign`."""
        return sign(pdf, self._key)


def read_public(text: str) -> Ed25519PublicKey:
    """Read a published key: base64 of its 32 bytes, or PEM.

    :raises NotSigned: it is neither.
    """
    try:
        if "BEGIN PUBLIC KEY" in text:
            key = load_pem_public_key(text.encode())
            if isinstance(key, Ed25519PublicKey):
                return key
        else:
            return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
    except (ValueError, binascii.Error):
        pass
    raise NotSigned("这不是公布的 Ed25519 公钥（应为 32 字节的 Base64 文本或 PEM）")


def key_id(key: Ed25519PublicKey) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a public key's 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:_KEY]


def sign(pdf: bytes, key: Ed25519PrivateKey) -> bytes:
    """Return a paper with its signature in place of the blank.

    :raises NotSigned: the blank does not stand in it exactly twice.
    """
    blank = BLANK.encode()
    if pdf.count(blank) != _PLACES:
        raise NotSigned("文书没有预留签名位置")
    value = base64.urlsafe_b64encode(key.sign(pdf)).rstrip(b"=")
    return pdf.replace(
        blank, b"-".join((b"JCER", ALGORITHM.encode(), key_id(key.public_key()).encode(), value))
    )


def check(pdf: bytes, keys: Mapping[str, Ed25519PublicKey]) -> Signed:
    """Check a paper against the published keys.

    :param keys: public keys by their id.
    :raises NotSigned: no signature, an unknown algorithm or key, or a changed byte.
    """
    marks = list(_MARK.finditer(pdf))
    if len(marks) != _PLACES:
        raise NotSigned("文件中没有完整的签名，不是本系统出具的文书，或者已被改动")
    if marks[0].group(0) != marks[1].group(0):
        raise NotSigned("文件中的两处签名不一致，文件已被改动")
    algorithm, of_key, value = (part.decode("ascii") for part in marks[0].groups())
    if algorithm != ALGORITHM:
        raise NotSigned(f"不认识的签名算法“{algorithm}”")
    if set(value) == {"0"}:
        raise NotSigned("文书尚未签名")
    public = keys.get(of_key)
    if public is None:
        raise NotSigned(f"签名所用的密钥{of_key}不在公布的密钥之列")
    mark = marks[0].group(0)
    blank = BLANK.encode()
    if len(mark) != len(blank):
        raise NotSigned("签名长度不符，文件已被改动")
    signature = base64.urlsafe_b64decode(value + "==")
    if base64.urlsafe_b64encode(signature).rstrip(b"=").decode("ascii") != value:
        raise NotSigned("签名的写法不规范，文件已被改动")
    try:
        public.verify(signature, pdf.replace(mark, blank))
    except InvalidSignature:
        raise NotSigned("签名与内容不符，文件已被改动") from None
    return Signed(algorithm, of_key, hashlib.sha256(pdf).hexdigest())
