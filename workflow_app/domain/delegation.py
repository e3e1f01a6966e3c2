"""Delegations: by which the department lets another body issue certificates, for what and how long (R42).

355号附件二（三）「由省生态环境厅或其委托的有关机构出具相关凭证」. Must never know: storage, cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from workflow_app.domain.cancellation import Purpose
from workflow_app.domain.findings import Finding

ARTICLE: Final = "355号附件二（三）"


@dataclass(frozen=True, slots=True)
class Delegation:
    """A delegation as it stands.

    :param scope: purposes it covers.
    :param until: its last day, a legal date.
    :param revoked: it was taken back before its end.
    """

    id: str
    number: str
    organisation_id: str
    scope: frozenset[Purpose]
    start: date
    until: date
    revoked: bool

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Delegation:
        """Return a stored delegation."""
        return cls(
            row["id"],
            row["number"],
            row["organisation_id"],
            frozenset(Purpose(name) for name in row["scope"]),
            row["valid_from"],
            row["valid_until"],
            row["revoked_at"] is not None,
        )

    def live(self, on: date) -> bool:
        """Tell whether it is in force on a day."""
        return not self.revoked and self.start <= on <= self.until

    def covers(self, purpose: Purpose, on: date) -> bool:
        """Tell whether its holder may issue a certificate for a purpose on a day."""
        return self.live(on) and purpose in self.scope


def covering(delegations: Iterable[Delegation], purpose: Purpose, on: date) -> Delegation | None:
    """Return the delegation to act under, the one that ends last; ``None`` where none covers it."""
    found = [each for each in delegations if each.covers(purpose, on)]
    return max(found, key=lambda each: (each.until, each.number), default=None)


def check_issuing(delegations: Iterable[Delegation], purpose: Purpose, on: date) -> tuple[Finding, ...]:
    """Return why a body with these delegations may not issue a certificate on a day."""
    known = sorted(delegations, key=lambda each: each.until)
    if covering(known, purpose, on) is not None:
        return ()
    if not known:
        return (Finding("delegation_missing", "没有省生态环境厅的委托，不能出具凭证", ARTICLE),)
    last = known[-1]
    if any(each.live(on) for each in known):
        return (Finding("delegation_scope", f"委托范围不包括“{purpose.label}”，不能出具凭证", ARTICLE),)
    if last.revoked:
        return (Finding("delegation_revoked", f"委托{last.number}已撤销，不能出具凭证", ARTICLE),)
    if on < last.start:
        return (Finding("delegation_early", f"委托{last.number}自{last.start}起生效", ARTICLE),)
    return (Finding("delegation_expired", f"委托{last.number}已于{last.until}到期，不能出具凭证", ARTICLE),)


def check_grant(scope: Iterable[str], start: date, until: date, today: date) -> tuple[Finding, ...]:
    """Judge a delegation about to be given, each finding at its field."""
    findings: list[Finding] = []
    wanted = list(scope)
    known = {purpose.value for purpose in Purpose}
    if not wanted or not set(wanted) <= known:
        findings.append(Finding("delegation_scope", "请选择委托出具凭证的注销用途", ARTICLE, "scope"))
    if until < start:
        findings.append(Finding("delegation_dates", "委托的截止日期不得早于起始日期", ARTICLE, "valid_until"))
    elif until < today:
        findings.append(Finding("delegation_dates", "委托的截止日期不得早于今天", ARTICLE, "valid_until"))
    return tuple(findings)
