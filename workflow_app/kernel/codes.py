"""Codes and values people write down: their shape, their check digits, and how they are masked.

GB 32100 (统一社会信用代码), GB 11714 (组织机构代码), GB 11643 (公民身份号码), telephone, e-mail and
postcode; masking after 个人信息保护法 第6、51条. Forms and the domain both stand on it, so that a
code is judged by one rule wherever it appears. Knows nothing of projects, roles or pages.
"""

from __future__ import annotations

import re
from datetime import date

from stdnum.cn import ric
from stdnum.cn import uscc as _uscc

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100: digits and capitals without I, O, S, V, Z; the index is the value."""

_USCC = re.compile(rf"[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{10}}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_POSTCODE = re.compile(r"[0-9]{6}")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_MAX_EMAIL = 254
_MOBILE_DIGITS = 11
_SPACES = re.compile(r"[\s\u3000-]+")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def compact(code: str) -> str:
    """Return ``code`` without blanks and hyphens, in capitals: the form that is checked and stored."""
    return _SPACES.sub("", code).upper()


def uscc_shape(code: str) -> bool:
    """Tell whether a compact code has the shape of GB 32100, whatever its check digit.

    The second position may be a letter and so may the first (N: 农村集体经济组织), which is why the
    shape is judged here and only the check digit is left to python-stdnum.
    """
    return _USCC.fullmatch(code) is not None


def uscc_holds(code: str) -> bool:
    """Tell whether a compact code has the shape and the check digit of GB 32100."""
    return uscc_shape(code) and _uscc.calc_check_digit(code[:17]) == code[17]


def organisation_code_holds(code: str) -> bool:
    """Tell whether positions 9-17 of a compact USCC satisfy GB 11714; a miss is only a warning."""
    if not uscc_shape(code):
        return False
    body = code[8:17]
    total = sum(int(char, 36) * weight for char, weight in zip(body[:8], _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11] == body[8]


def birth_date(id_number: str) -> date | None:
    """Return the date in positions 7-14 of a compact identity number, ``None`` where there is none."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def id_number_holds(code: str) -> bool:
    """Tell whether a compact identity number holds after GB 11643.

    The division is not checked: old numbers keep codes that have since been retired.
    """
    if not _ID_NUMBER.fullmatch(code) or birth_date(code) is None:
        return False
    return ric.calc_check_digit(code) == code[17]


def phone_holds(number: str) -> bool:
    """Tell whether this is a mainland mobile or landline number."""
    return bool(_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number))


def email_holds(address: str) -> bool:
    """Tell whether this is one address of at most 254 characters without blanks."""
    return len(address) <= _MAX_EMAIL and _EMAIL.fullmatch(address) is not None


def postcode_holds(code: str) -> bool:
    """Tell whether this is a six-digit postcode."""
    return _POSTCODE.fullmatch(code) is not None


def mask_name(name: str) -> str:
    """Return ``张*`` for 张三 and for 张三丰: the length of a name is personal too."""
    return f"{name[:1]}*" if name else ""


def mask_phone(number: str) -> str:
    """Return ``138****0428``; short numbers keep their last two digits only."""
    if len(number) >= _MOBILE_DIGITS:
        return f"{number[:3]}****{number[-4:]}"
    return f"****{number[-2:]}" if number else ""


def mask_email(address: str) -> str:
    """Return ``z***@example.com``."""
    local, at, host = address.partition("@")
    return f"{local[:1]}***{at}{host}" if address else ""


def mask_id_number(number: str) -> str:
    """Return the first three and last two characters of an identity number."""
    return f"{number[:3]}{'*' * max(len(number) - 5, 4)}{number[-2:]}" if number else ""


def mask_address(address: str) -> str:
    """Return the first six characters (province, city, county) of an address."""
    return f"{address[:6]}****" if address else ""
