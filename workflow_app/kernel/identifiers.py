"""Identifiers: opaque, sortable by time of creation, never meaningful."""

from __future__ import annotations

import secrets
import time
import uuid

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U


def new_id() -> str:
    """Return a new 32-digit hexadecimal identifier (UUID version 7, RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value).hex


def random_text(alphabet: str, length: int) -> str:
    """Return ``length`` unguessable characters of ``alphabet``."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def receipt_number(prefix: str) -> str:
    """Return a receipt number a person can read aloud, such as ``YJ-7K3M-9QXA``."""
    body = random_text(_ALPHABET, 8)
    return f"{prefix}-{body[:4]}-{body[4:]}"
