"""What a check of the law returns: expected refusals are values with reasons, never exceptions.

A check returns the findings it has, and none when all is well. A blocking finding forbids the act; the
others are shown to whoever decides. Knows nothing of forms, cases or storage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason.

    :param code: stable snake_case identifier.
    :param message: Chinese sentence saying what is wrong and what to do.
    :param article: legal basis; ``服务规则：…`` where there is no article.
    :param field: the form field it concerns, empty where it concerns the whole.
    :param blocking: ``False`` for a flag or a warning.
    """

    code: str
    message: str
    article: str
    field: str = ""
    blocking: bool = True


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that forbid the act."""
    return tuple(finding for finding in findings if finding.blocking)
