"""What an answer may look like before it is judged: blank or not, yes or no, and what was declared.

The smallest things forms agree on, shared by reading, conditions and display. Knows no form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from marshmallow import ValidationError

TRUE_WORDS = frozenset({"true", "on", "1", "yes", "是"})
FALSE_WORDS = frozenset({"false", "off", "0", "no", "否"})


def is_blank(value: Any) -> bool:
    """Tell whether nothing was filled in: blanks, empty lists, and parts that are all blank."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(is_blank(part) for part in value.values())
    if isinstance(value, Sequence):
        return all(is_blank(part) for part in value)
    return False


def declaration_hash(text: str) -> str:
    """Return the SHA-256 of a declaration's text: what was signed stays provable (355号附件1声明)."""
    return sha256(text.encode()).hexdigest()


def as_boolean(value: Any) -> bool:
    """Read a tick box.

    :raises ValidationError: neither yes nor no.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in TRUE_WORDS | FALSE_WORDS:
        return value.strip().lower() in TRUE_WORDS
    raise ValidationError("请勾选或取消勾选")


def html_name(path: str) -> str:
    """Return the HTML name of a dotted path: ``sources.0.load`` is ``sources-0-load``."""
    return path.replace(".", "-")
