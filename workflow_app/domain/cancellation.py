"""Cancellation of emission reductions: for what, for whom, on which evidence, by whom (R21, R40-R42).

355号附件二（三）: what was bought may be used for public-welfare cancellation, voluntary offsetting, carbon
neutrality, substitute ecological restoration and the like. Which evidence a purpose needs is a decision
table's to say; here is what holds whatever the table says. Must never know: storage, cases, diagrams.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workflow_app.domain.findings import Finding
from workflow_app.domain.ledger.accounts import AccountKind

ARTICLE: Final = "355号附件二（三）"


class Purpose(StrEnum):
    """What cancelled units are used for (R41)."""

    PUBLIC_WELFARE = "public_welfare"
    VOLUNTARY_OFFSET = "voluntary_offset"
    CARBON_NEUTRALITY = "carbon_neutrality"
    SUBSTITUTE_RESTORATION = "substitute_restoration"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese name, as certificates print it."""
        return _PURPOSES[self]


class SubType(StrEnum):
    """What a carbon-neutral subject is (R21, 355号五（三）)."""

    ACTIVITY = "activity"
    MEETING = "meeting"
    GOVERNMENT_OFFICE = "government_office"
    HOSPITAL = "hospital"
    PARK = "park"
    SCENIC_AREA = "scenic_area"
    COMMUNITY = "community"
    ENTERPRISE = "enterprise"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese name, as certificates print it."""
        return _SUB_TYPES[self]


class BeneficiaryKind(StrEnum):
    """Whose benefit a cancellation is for; anybody but the holder is named."""

    HOLDER = "holder"
    ORGANISATION = "organisation"
    PERSON = "person"


class CancellationState(StrEnum):
    """State of one application for cancellation; ``CANCELLED`` is for ever (I4)."""

    PENDING = "pending"
    CANCELLED = "cancelled"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _STATES[self]


_PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.PUBLIC_WELFARE: "公益碳注销",
    Purpose.VOLUNTARY_OFFSET: "自愿碳抵销",
    Purpose.CARBON_NEUTRALITY: "自愿碳中和",
    Purpose.SUBSTITUTE_RESTORATION: "替代性生态赔偿（修复）",
    Purpose.OTHER: "其他",
}
_SUB_TYPES: Final[Mapping[SubType, str]] = {
    SubType.ACTIVITY: "大型活动",
    SubType.MEETING: "会议",
    SubType.GOVERNMENT_OFFICE: "低碳机关",
    SubType.HOSPITAL: "低碳医院",
    SubType.PARK: "低碳园区",
    SubType.SCENIC_AREA: "低碳景区",
    SubType.COMMUNITY: "低碳社区",
    SubType.ENTERPRISE: "企业",
    SubType.OTHER: "其他",
}
_STATES: Final[Mapping[CancellationState, str]] = {
    CancellationState.PENDING: "待核验",
    CancellationState.CANCELLED: "已注销",
    CancellationState.RETURNED: "已退回",
}

EVIDENCE: Final[Mapping[str, str]] = {
    "purpose_other": "用途说明",
    "offset_scope": "抵销对象",
    "neutrality_kind": "碳中和主体类别",
    "activity_name": "活动、会议或主体名称",
    "accounting_report": "温室气体排放核算材料",
    "restoration_reference": "案号或者协议编号",
    "restoration_authority": "办案机关或者赔偿权利人",
    "restoration_obligor": "赔偿义务人",
    "restoration_document": "裁判文书、协议或者决定",
}
"""What a decision table may ask for: fields of the application, by name."""


@dataclass(frozen=True, slots=True)
class Application:
    """What a holder applies for.

    :param given: the evidence fields that were filled in.
    :param required: what the decision table asks for this purpose.
    :param owner_purposes: what a project's owner may cancel unsold units for.
    """

    account_kind: AccountKind
    purpose: Purpose
    sub_type: SubType | None
    beneficiary: BeneficiaryKind
    beneficiary_name: str
    given: Collection[str]
    required: Collection[str]
    owner_purposes: Collection[str]


def check_application(application: Application) -> tuple[Finding, ...]:
    """Return everything that forbids an application, each at its field."""
    return tuple(_findings(application))


def _findings(application: Application) -> Iterator[Finding]:
    if (
        application.account_kind is AccountKind.OWNER
        and application.purpose.value not in application.owner_purposes
    ):
        allowed = "、".join(_PURPOSES[Purpose(name)] for name in sorted(application.owner_purposes))
        yield Finding(
            "owner_purpose",
            f"项目业主注销自有减排量只能用于{allowed}",
            "参照31号令第二十八条",
            "cancellation_purpose",
        )
    for name in application.required:
        if name not in application.given:
            yield Finding("evidence_missing", f"该用途须填报{EVIDENCE.get(name, name)}", ARTICLE, name)
    if application.beneficiary is not BeneficiaryKind.HOLDER and not application.beneficiary_name:
        field = f"beneficiary_{application.beneficiary.value}"
        yield Finding("beneficiary_missing", "受益主体不是持有人的，须写明其名称或姓名", ARTICLE, field)
    if application.sub_type is not None and application.purpose is not Purpose.CARBON_NEUTRALITY:
        yield Finding("sub_type_alone", "只有自愿碳中和填写主体类别", "355号五（三）", "neutrality_kind")


def described(purpose: Purpose, sub_type: SubType | None, other: str) -> str:
    """Return a purpose as a certificate prints it: ``自愿碳中和（会议）``, ``其他（…）``."""
    detail = other if purpose is Purpose.OTHER else sub_type.label if sub_type else ""
    return f"{purpose.label}（{detail}）" if detail else purpose.label
