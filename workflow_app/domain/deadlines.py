"""The time limits an article fixes: whatever a parameter file says, it may not go past them (K).

附件一（三）「公示期不少于5个工作日」 is a floor, 附件二（一）「在3个工作日内」 a cap. Every other limit is a
service promise and is never shown as statutory. Counting is the calendar's; this only judges rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from calendars.rules import Rule
from workflow_app.domain.findings import Finding
from workflow_app.domain.public_notice import FLOOR_WORKING_DAYS
from workflow_app.domain.registration import CAP_WORKING_DAYS
from workflow_app.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class FixedLimit:
    """A limit an article fixes: ``min`` is a floor, ``max`` a cap, in working days."""

    n: int
    direction: Literal["min", "max"]
    article: str
    message: str

    def holds(self, n: int) -> bool:
        """Tell whether a rule of ``n`` working days keeps to it."""
        return n >= self.n if self.direction == "min" else n <= self.n


FIXED: Mapping[str, FixedLimit] = {
    "public_notice": FixedLimit(FLOOR_WORKING_DAYS, "min", "355号附件一（三）", "公示期不得少于5个工作日"),
    "registration": FixedLimit(CAP_WORKING_DAYS, "max", "355号附件二（一）", "登记期限不得超过3个工作日"),
}


def check_rule(rule: Rule) -> tuple[Finding, ...]:
    """Judge one rule of a parameter file: the fixed limits hold, and only they are statutory.

    The day of the event is never counted and a day ends at 24:00: there is no switch for either.
    """
    fixed = FIXED.get(rule.id)
    if fixed is None:
        if rule.kind == "statutory":
            return (
                Finding("not_statutory", f"“{rule.name}”不是355号规定的期限，不得标为法定", "355号", rule.id),
            )
        return ()
    findings: list[Finding] = []
    if rule.unit != "working_day" or rule.direction != fixed.direction or not fixed.holds(rule.n):
        findings.append(Finding("fixed_limit", fixed.message, fixed.article, rule.id))
    if rule.kind != "statutory":
        findings.append(
            Finding("is_statutory", f"“{rule.name}”为法定期限，须如实标明", fixed.article, rule.id)
        )
    if rule.count_from != "next_working_day" or rule.ends != "end_of_day" or rule.receipt != "arrival":
        findings.append(
            Finding(
                "fixed_counting",
                f"“{rule.name}”自次日起算，截至末日24时，不得另行设定",
                "参照民法典第二百零一条",
                rule.id,
            )
        )
    return tuple(findings)


def check_rules(rules: Mapping[str, Rule]) -> tuple[Finding, ...]:
    """Judge a whole parameter file: every fixed limit is there, and every rule holds."""
    missing = tuple(
        Finding("limit_missing", f"参数中缺少法定期限 {rule_id}", fixed.article, rule_id)
        for rule_id, fixed in FIXED.items()
        if rule_id not in rules
    )
    return missing + tuple(finding for rule in rules.values() for finding in check_rule(rule))


def ensure_lawful(rule: Rule) -> None:
    """Refuse a rule that goes past what an article fixes.

    :raises Refused: with the first reason and its article.
    """
    for finding in check_rule(rule):
        raise Refused(finding.code, finding.message, article=finding.article, details={"rule": rule.id})
