"""The methodology register: which methodologies there are, since when, and where each one leads.

正文四: CCER methodologies lead into the national system, JCER ones through the annexed procedure (R10,
R11); 附件一: a project is developed after a methodology already published (R23). Must never know: who
applies, cases, storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow_app.domain.findings import Finding


class Gas(StrEnum):
    """The greenhouse gases of 正文一 (R1)."""

    CO2 = "CO2"
    CH4 = "CH4"
    N2O = "N2O"
    HFCS = "HFCs"
    PFCS = "PFCs"
    SF6 = "SF6"
    NF3 = "NF3"


class MethodologyField(StrEnum):
    """The six fields of 正文二 (R3); the value is the number used in project numbers."""

    ECOSYSTEM_SINK = "01"
    AGRICULTURE = "02"
    INDUSTRY = "03"
    PUBLIC_BEHAVIOUR = "04"
    RECYCLING = "05"
    ENERGY = "06"
    OTHER = "99"

    @property
    def label(self) -> str:
        """The Chinese name as the notice prints it."""
        return _FIELDS[self]

    @property
    def prioritised(self) -> bool:
        """R4: developed first. For queues and reports only, never a rule of eligibility."""
        return self in {MethodologyField.ECOSYSTEM_SINK, MethodologyField.AGRICULTURE}


_FIELDS = {
    MethodologyField.ECOSYSTEM_SINK: "生态系统碳汇",
    MethodologyField.AGRICULTURE: "农业农村减排固碳",
    MethodologyField.INDUSTRY: "工业减污降碳",
    MethodologyField.PUBLIC_BEHAVIOUR: "公众低碳行为（碳普惠）",
    MethodologyField.RECYCLING: "资源节约循环利用",
    MethodologyField.ENERGY: "节能和可再生能源利用",
    MethodologyField.OTHER: "其他领域",
}


class MethodologyKind(StrEnum):
    """Whose methodology it is, and so which procedure it leads to."""

    JCER = "jcer"
    CCER = "ccer"
    INTERNATIONAL = "international"


@dataclass(frozen=True, slots=True)
class Methodology:
    """One version in the register.

    :param published_on: the date it was published; it may be used from that date on.
    :param withdrawn_on: the first date it may no longer be chosen, if any.
    :param requires_crediting_period: the methodology sets a crediting period.
    :param demonstration: made for the sandbox; shown as 演示 wherever it appears.
    :raises ValueError: no gas, or withdrawn before it was published.
    """

    code: str
    version: int
    name: str
    kind: MethodologyKind
    field: MethodologyField
    gases: frozenset[Gas]
    published_on: date
    document_number: str = ""
    withdrawn_on: date | None = None
    requires_crediting_period: bool = True
    earliest_start: date | None = None
    demonstration: bool = False

    def __post_init__(self) -> None:
        if not self.gases:
            raise ValueError(f"methodology {self.code} declares no gas")
        if self.withdrawn_on is not None and self.withdrawn_on <= self.published_on:
            raise ValueError(f"methodology {self.code} is withdrawn before it is published")

    def published_by(self, day: date) -> bool:
        """Tell whether it may be chosen on ``day``."""
        return self.published_on <= day and (self.withdrawn_on is None or day < self.withdrawn_on)


def check_choice(methodology: Methodology | None, applied_on: date) -> tuple[Finding, ...]:
    """R10, R23: chosen from the register, and published on or before the date of application."""
    if methodology is None:
        return (
            Finding(
                "methodology_unknown", "所选方法学不在已公布的方法学目录中", "355号正文四", "methodology"
            ),
        )
    if not methodology.published_by(applied_on):
        return (
            Finding(
                "methodology_not_in_force",
                f"《{methodology.name}》在申请日（{applied_on.isoformat()}）未公布或已停止使用，请另选方法学",
                "355号附件一",
                "methodology",
            ),
        )
    return ()


def procedure(kind: MethodologyKind) -> str:
    """正文四: return ``jcer`` (annexed procedure), ``ccer`` (national system) or ``international`` (R14)."""
    return kind.value
