"""Pilot filings: who may file, with which evidence, and what becomes of a filing.

正文三: counties and development zones after consulting the departments concerned (R6), provincial
enterprises with the consent of 省国资委 (R7), municipal ones through the prefecture bureau (R8), the 2020
forestry pilot counties as they stand (R9); 正文五（一）: a working mechanism (R15). Must never know: cases,
forms, storage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow_app.domain.findings import Finding
from workflow_app.domain.roles import Role
from workflow_app.kernel.errors import Refused

GRANDFATHERED_BASIS = "2020-23"
"""赣环气候〔2020〕23号, which named the forestry pilot counties."""


class FilingKind(StrEnum):
    """What kind of unit files."""

    COUNTY = "county"
    DEVELOPMENT_ZONE = "development_zone"
    PROVINCIAL_SOE = "provincial_soe"
    MUNICIPAL_SOE = "municipal_soe"
    GRANDFATHERED = "grandfathered"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _LABELS[self]


_LABELS = {
    FilingKind.COUNTY: "县（市、区）人民政府",
    FilingKind.DEVELOPMENT_ZONE: "开发区管委会",
    FilingKind.PROVINCIAL_SOE: "省属国有企业",
    FilingKind.MUNICIPAL_SOE: "市属国有企业",
    FilingKind.GRANDFATHERED: "2020年林业碳汇项目开发试点县",
}

STATES: Mapping[str, str] = {
    "draft": "草稿",
    "submitted": "已提交",
    "returned": "退回",
    "filed": "已备案",
    "suspended": "已暂停",
    "terminated": "已终止",
}
TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        ("draft", "submitted"),
        ("submitted", "filed"),
        ("submitted", "returned"),
        ("returned", "submitted"),
        ("filed", "suspended"),
        ("suspended", "filed"),
        ("filed", "terminated"),
        ("suspended", "terminated"),
    }
)


def ensure_step(state: str, following: str) -> None:
    """Refuse a move a filing does not know.

    :raises Refused: with both states in Chinese.
    """
    if (state, following) not in TRANSITIONS:
        raise Refused(
            "filing_step",
            f"试点备案为“{STATES[state]}”，不能转为“{STATES[following]}”",
            article="355号正文三",
        )


def in_force(state: str) -> bool:
    """Tell whether projects may rest on a filing in this state (R27)."""
    return state == "filed"


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """What a filing is judged on."""

    kind: FilingKind
    submitted_by: Role
    organising_bureau: str = ""
    consultation_files: int = 0
    consent_number: str = ""
    consent_date: date | None = None
    consent_file: str = ""
    basis: str = ""
    leader_named: bool = False
    duties: int = 0


def _consultation(facts: FilingFacts) -> tuple[Finding, ...]:
    """R6."""
    if facts.kind not in {FilingKind.COUNTY, FilingKind.DEVELOPMENT_ZONE} or facts.consultation_files:
        return ()
    return (
        Finding(
            "consultation_missing", "请提供征求当地相关部门意见的材料", "355号正文三", "consultation_files"
        ),
    )


def _organised(facts: FilingFacts) -> tuple[Finding, ...]:
    """R5, R8: every unit but a provincial enterprise files through a prefecture bureau."""
    if facts.kind is FilingKind.PROVINCIAL_SOE or facts.organising_bureau:
        return ()
    return (
        Finding(
            "bureau_missing",
            "请填写组织备案的设区市（赣江新区）生态环境局",
            "355号正文三",
            "organising_bureau",
        ),
    )


def _consent(facts: FilingFacts) -> tuple[Finding, ...]:
    """R7."""
    given = facts.consent_number and facts.consent_date and facts.consent_file
    if facts.kind is not FilingKind.PROVINCIAL_SOE or given:
        return ()
    return (
        Finding(
            "consent_missing",
            "省属国有企业须经省国资委同意，请填写文号、日期并上传文件",
            "355号正文三",
            "consent_number",
        ),
    )


def _submitter(facts: FilingFacts) -> tuple[Finding, ...]:
    """R8."""
    if facts.kind is not FilingKind.MUNICIPAL_SOE or facts.submitted_by is Role.PREFECTURE_BUREAU:
        return ()
    return (
        Finding(
            "bureau_submits", "市属国有企业的试点工作由设区市生态环境局组织备案，请由该局提交", "355号正文三"
        ),
    )


def _grandfathered(facts: FilingFacts) -> tuple[Finding, ...]:
    """R9."""
    if facts.kind is not FilingKind.GRANDFATHERED or facts.basis == GRANDFATHERED_BASIS:
        return ()
    return (
        Finding(
            "basis_missing", "请写明纳入依据：赣环气候〔2020〕23号", "355号正文三", "grandfathered_basis"
        ),
    )


def _mechanism(facts: FilingFacts) -> tuple[Finding, ...]:
    """R15."""
    if facts.leader_named and facts.duties:
        return ()
    return (Finding("mechanism_missing", "请写明负责领导和部门分工", "355号正文五（一）", "leader_name"),)


CHECKS: tuple[Callable[[FilingFacts], tuple[Finding, ...]], ...] = (
    _consultation,
    _organised,
    _consent,
    _submitter,
    _grandfathered,
    _mechanism,
)


def check_filing(facts: FilingFacts) -> tuple[Finding, ...]:
    """Return everything that stands against a filing."""
    return tuple(finding for check in CHECKS for finding in check(facts))
