"""Certificates of cancellation: their verification code, their state, and what they may say (R42, I8).

355号附件二（三）: issued by the department, or by a body it delegated. The code has 12 characters that cannot
be taken for one another, the last of them a check: any one character mistyped, or two swapped, is noticed.
Must never know: storage, cases, PDF.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

ARTICLE: Final = "355号附件二（三）"
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals without 0, O, 1, I and L: 31 characters, a prime, which the check rests on."""
LENGTH: Final = 12
_CODE: Final = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
_BLANKS: Final = re.compile(r"[\s\u3000-]+")


class CertificateState(StrEnum):
    """State of a certificate. A wrong one is void and another issued; the units stay cancelled."""

    VALID = "valid"
    VOID = "void"

    @property
    def label(self) -> str:
        """The Chinese name, as the verification page shows it."""
        return "有效" if self is CertificateState.VALID else "已作废"


class Issuer(StrEnum):
    """Who issues a certificate (R42)."""

    DEPARTMENT = "department"
    DELEGATE = "delegate"


def code_of(body: str) -> str:
    """Return the verification code made of eleven random characters: they and their check character.

    :raises ValueError: not eleven characters of :data:`ALPHABET`.
    """
    if len(body) != LENGTH - 1 or not set(body) <= set(ALPHABET):
        raise ValueError("a code is made of eleven characters of its alphabet")
    return body + _check(body)


def code_holds(code: str) -> bool:
    """Tell whether a code, as :func:`compact` returns it, has the form and the check character."""
    return _CODE.fullmatch(code) is not None and _check(code[:-1]) == code[-1]


def compact(typed: str) -> str:
    """Return a typed code without blanks and hyphens, in capitals."""
    return _BLANKS.sub("", typed).upper()


def grouped(code: str) -> str:
    """Return a code as it is printed: ``7K3M-9QXA-…``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _check(body: str) -> str:
    # Weights 1 … 11 differ and none is a multiple of 31, so one wrong character or a swap changes the sum.
    total = sum(weight * ALPHABET.index(char) for weight, char in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]
