"""The ``inputs`` and ``outputs`` of a linked call: ``a, b=expression``.

This module must never know a running case.
"""

from __future__ import annotations

from workflow_app.engine.faults import EngineFault


def mapping_of(text: str) -> list[tuple[str, str]]:
    """Read ``a, b=expression``; a bare name stands for itself."""
    pairs = []
    for part in split_commas(text):
        name, equals, value = part.partition("=")
        if equals and value.startswith("="):
            raise EngineFault("bad_mapping", f"映射写法有误：{part}")
        pairs.append((name.strip(), value.strip() if equals else name.strip()))
    return pairs


def split_commas(text: str) -> list[str]:
    """Split at commas outside brackets and quotes."""
    parts, depth, quote, current = [], 0, "", ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(current)
            current = ""
            continue
        current += character
    parts.append(current)
    return [part.strip() for part in parts if part.strip()]
