"""What admits an application: pure checks over the facts, in one visible tuple (R10, R20-R29, R43, R44).

The checks rest on 附件一 and the forms' declarations; the exclusions of R24 are the eligibility table's,
not repeated here. Must never know: cases, diagrams, forms, storage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from workflow_app.domain.findings import Finding
from workflow_app.domain.methodology import Methodology, check_choice
from workflow_app.domain.parties import LegalForm, check_uscc, may_apply


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What the admission of an application depends on; dates are legal dates in Asia/Shanghai.

    :param applied_on: the day the application was first received: today, unless this is a correction.
    :param acted_on: today, where that is another day.
    """

    applied_on: date
    applicant_form: LegalForm
    applicant_uscc: str
    applicant_is_owner: bool
    methodology: Methodology | None
    filing_active: bool
    every_county_filed: bool
    project_start: date
    acted_on: date | None = None
    annual_reduction_positive: bool = True
    crediting_start: date | None = None
    crediting_end: date | None = None
    owner_uscc: str = ""
    uscc_exception: bool = False
    has_mandate: bool = False
    mandate_until: date | None = None
    has_start_proof: bool = False
    commitments: frozenset[str] = frozenset()
    owner_signed: bool = False
    applicant_signed: bool = False
    split_answered: bool = False
    name_taken: bool = False
    ets_enterprise: bool = False


COMMITMENTS = frozenset({"single_claim", "no_green_power"})
"""R25 and R26, signed by the owner."""


def _methodology(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """R10, R23."""
    return check_choice(facts.methodology, facts.applied_on)


def _applicant(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """R27, GB 32100."""
    return (
        *may_apply(facts.applicant_form),
        *check_uscc(facts.applicant_uscc, overridden=facts.uscc_exception, field="applicant_uscc"),
    )


def _pilot(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """R5, R27: within the pilot, in every county the project lies in."""
    if not facts.filing_active:
        return (
            Finding(
                "not_in_pilot",
                "所依托的试点备案不存在、已暂停或已终止，不在试点范围内",
                "355号附件一（一）",
                "pilot_filing",
            ),
        )
    if not facts.every_county_filed:
        return (
            Finding(
                "county_not_filed",
                "跨县（市、区）项目所在的每个县（市、区）均须在试点范围内",
                "355号正文三",
                "other_counties",
            ),
        )
    return ()


def _mandate(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """R29: an agent brings the owner's mandate, still in force."""
    if facts.applicant_is_owner:
        return ()
    if not facts.has_mandate:
        return (
            Finding(
                "mandate_missing",
                "委托申请项目的，须提供项目业主出具的项目委托申请书",
                "355号附件一（一）",
                "mandate",
            ),
        )
    findings = check_uscc(facts.owner_uscc, overridden=facts.uscc_exception, field="owner_uscc")
    if facts.mandate_until is not None and facts.mandate_until < (facts.acted_on or facts.applied_on):
        return (
            *findings,
            Finding(
                "mandate_expired",
                "项目委托申请书已过有效期，请由项目业主重新出具",
                "355号附件一（一）",
                "mandate_until",
            ),
        )
    return findings


def _commitments(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """R25, R26: signed by the owner, also where an agent applies."""
    if facts.commitments >= COMMITMENTS and (facts.applicant_is_owner or facts.owner_signed):
        return ()
    return (
        Finding(
            "commitments_missing",
            "项目业主应承诺不重复申请国内外温室气体自愿减排机制，不参与绿色电力、绿色电力证书交易，并签字盖章",
            "355号附件一",
            "commitment_single_claim",
        ),
    )


def _materials(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """R28, R43, R44."""
    required = (
        (
            facts.has_start_proof,
            "start_proof_missing",
            "请提供开工和运营时间证明文件",
            "355号附件一（一）",
            "start_proof",
        ),
        (
            facts.applicant_signed,
            "signature_missing",
            "申请声明须签字、盖章",
            "355号附件1第4项",
            "application_signature",
        ),
        (
            facts.split_answered,
            "split_unanswered",
            "请说明是否涉及项目拆分",
            "355号附件2第一部分（三）",
            "pdd_split",
        ),
    )
    return tuple(
        Finding(code, message, article, field)
        for given, code, message, article, field in required
        if not given
    )


def _periods(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """附件2第四部分: the crediting period, where the methodology sets one, and no earlier than the start."""
    if facts.crediting_start is None or facts.crediting_end is None:
        if facts.methodology is None or not facts.methodology.requires_crediting_period:
            return ()
        return (
            Finding(
                "crediting_period_missing",
                "所选方法学规定了计入期，请填写计入期起止日期",
                "355号附件2第四部分（二）",
                "crediting_period",
            ),
        )
    if facts.crediting_start < facts.project_start:
        return (
            Finding(
                "crediting_before_start",
                "减排量计入期不得早于项目起始时间",
                "355号附件2第四部分",
                "crediting_period",
            ),
        )
    return ()


def _start(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """参照31号令第十条: how old a project may be is a parameter of its methodology."""
    earliest = facts.methodology.earliest_start if facts.methodology else None
    if earliest is None or facts.project_start >= earliest:
        return ()
    return (
        Finding(
            "start_too_early",
            f"所选方法学要求项目起始时间不早于{earliest.isoformat()}",
            "参照31号令第十条",
            "project_start",
        ),
    )


def _name(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """唯一性 (R20) starts with the name."""
    if not facts.name_taken:
        return ()
    return (
        Finding("name_taken", "已有同名项目，请核对是否重复申请或更换名称", "355号附件一", "project_name"),
    )


def _ets(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """R24 binds projects, not enterprises: a key emitter is flagged, never refused."""
    if not facts.ets_enterprise:
        return ()
    return (
        Finding(
            "ets_enterprise",
            "项目业主为全国碳市场重点排放单位，请核对项目边界是否在配额管理边界之外",
            "355号附件一",
            "ets_enterprise",
            False,
        ),
    )


ADMISSION_CHECKS: tuple[Callable[[ApplicationFacts], tuple[Finding, ...]], ...] = (
    _methodology,
    _applicant,
    _pilot,
    _mandate,
    _commitments,
    _materials,
    _periods,
    _start,
    _name,
    _ets,
)


def check_admission(facts: ApplicationFacts) -> tuple[Finding, ...]:
    """Return everything that stands against admitting an application, warnings included."""
    return tuple(finding for check in ADMISSION_CHECKS for finding in check(facts))
