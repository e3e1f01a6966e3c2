"""Monitoring periods and claimed quantities of a batch: what may be asked to be issued.

I6: the periods of a project's batches are pairwise disjoint, inside the crediting period, and end no later
than the batch's own application (31号令第十七、四十八条 by analogy); the claim is at most the floor of the
calculated reductions (附件3, 附件4). Must never know: cases, forms, storage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workflow_app.domain.findings import Finding
from workflow_app.domain.quantity import CalculatedTonnes, Tonnes

ARTICLE = "355号附件一（二）"
FIELD = "monitoring_period"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period of days, both ends included.

    :raises ValueError: it ends before it starts.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period does not end before it starts")

    def overlaps(self, other: Period) -> bool:
        """Tell whether the two share a day."""
        return self.start <= other.end and other.start <= self.end

    def within(self, other: Period) -> bool:
        """Tell whether every day of it is one of ``other``."""
        return other.start <= self.start and self.end <= other.end

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    def years(self) -> tuple[tuple[int, Period], ...]:
        """Return its parts by calendar year: the vintages."""
        parts: list[tuple[int, Period]] = []
        start = self.start
        while start <= self.end:
            end = min(date(start.year, 12, 31), self.end)
            parts.append((start.year, Period(start, end)))
            start = end + timedelta(days=1)
        return tuple(parts)

    def __str__(self) -> str:
        return f"{self.start.isoformat()}至{self.end.isoformat()}"


def check_period(
    period: Period, crediting: Period | None, earlier: Iterable[Period], applied_on: date
) -> tuple[Finding, ...]:
    """Judge a batch's period (I6, K).

    :param crediting: the project's crediting period, ``None`` where its methodology sets none.
    :param earlier: the periods of the project's other batches that stand.
    :param applied_on: the date of this batch's own application.
    """
    findings: list[Finding] = []
    shared = next((other for other in sorted(earlier) if period.overlaps(other)), None)
    if shared is not None:
        findings.append(
            Finding(
                "period_overlaps",
                f"起止日期与以往一期（{shared}）重叠，同一减排量不得重复签发",
                "参照31号令第四十八条",
                FIELD,
            )
        )
    if crediting is not None and not period.within(crediting):
        findings.append(
            Finding(
                "outside_crediting_period",
                f"起止日期应在计入期（{crediting}）之内",
                "参照31号令第十七条",
                FIELD,
            )
        )
    if period.end > applied_on:
        findings.append(Finding("period_not_over", "减排量截止日期不得晚于申请日期", ARTICLE, FIELD))
    return tuple(findings)


def check_quantity(requested: Tonnes, calculated: CalculatedTonnes) -> tuple[Finding, ...]:
    """The claim is whole tonnes, at least one, and at most the floor of the calculation."""
    if requested == Tonnes(0):
        return (Finding("nothing_requested", "申请签发量至少为1吨", "355号附件3", "requested_tonnes"),)
    if requested <= calculated.floor():
        return ()
    return (
        Finding(
            "requested_above_calculated",
            f"申请签发量{requested}吨超过计算得出的减排量（向下取整为{calculated.floor()}吨）",
            "355号附件4",
            "requested_tonnes",
        ),
    )


def check_accepted(accepted: Tonnes, requested: Tonnes, calculated: CalculatedTonnes) -> tuple[Finding, ...]:
    """I5: the panel accepts at most what is claimed, and at most the floor of the calculation."""
    if accepted <= min(requested, calculated.floor()):
        return ()
    return (
        Finding(
            "accepted_above_requested",
            f"认可量不得超过申请量（{requested}吨）和计算得出的减排量（向下取整为{calculated.floor()}吨）",
            "355号附件4",
            "accepted_tonnes",
        ),
    )


def check_vintages(vintages: Mapping[int, Tonnes], period: Period, total: Tonnes) -> tuple[Finding, ...]:
    """The yearly split covers only years of the period and adds up to the claim."""
    years = {year for year, _ in period.years()}
    strange = sorted(set(vintages) - years)
    if strange:
        return (
            Finding(
                "vintage_outside",
                f"分年度列示了起止日期以外的年度：{'、'.join(map(str, strange))}",
                "355号附件3",
                "vintages",
            ),
        )
    if sum(part.value for part in vintages.values()) != total.value:
        return (
            Finding("vintages_total", "分年度减排量合计应等于本次申请签发减排量", "355号附件3", "vintages"),
        )
    return ()


def check_estimate(
    requested: Tonnes, period: Period, annual: CalculatedTonnes, percent: int, explained: bool
) -> tuple[Finding, ...]:
    """A stage above ``percent`` of the design's estimate for its days is allowed, with an explanation.

    :param annual: the design's yearly estimate in tCO2e.
    """
    limit = annual.value * period.days * percent
    if requested.value * 100 * 365 <= limit or explained:
        return ()
    return (
        Finding(
            "above_estimate",
            f"申请签发量超过项目设计文件同期预计量的{percent}%，请说明原因",
            "服务规则：超出预计量的说明",
            "excess_explanation",
        ),
    )
