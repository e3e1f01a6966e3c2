"""A project's life: its states and the only legal moves between them.

They follow 附件一 and 附件二, with the adverse exits the service rules add. What admits an application is
``admission``. Must never know: cases, diagrams, forms, storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from workflow_app.domain.findings import Finding
from workflow_app.domain.methodology import MethodologyField
from workflow_app.kernel.errors import Refused


class ProjectState(StrEnum):
    """Where a project stands."""

    DRAFT = "draft"
    FORMAL_REVIEW = "formal_review"
    CORRECTION = "correction"
    ACCEPTED = "accepted"
    ASSESSMENT = "assessment"
    REVISION = "revision"
    RECHECK = "recheck"
    NOTICE_PENDING = "notice_pending"
    PUBLIC_NOTICE = "public_notice"
    OBJECTION = "objection"
    REGISTRATION_PENDING = "registration_pending"
    REGISTERED = "registered"
    REDIRECTED = "redirected"
    INELIGIBLE = "ineligible"
    FAILED = "failed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _LABELS[self]

    @property
    def final(self) -> bool:
        """Nothing leads out of it."""
        return self not in {state for state, _ in TRANSITIONS}


_LABELS = {
    ProjectState.DRAFT: "草稿",
    ProjectState.FORMAL_REVIEW: "待形式审查",
    ProjectState.CORRECTION: "待补正",
    ProjectState.ACCEPTED: "已受理",
    ProjectState.ASSESSMENT: "评估中",
    ProjectState.REVISION: "修改中",
    ProjectState.RECHECK: "复核",
    ProjectState.NOTICE_PENDING: "待公示",
    ProjectState.PUBLIC_NOTICE: "公示中",
    ProjectState.OBJECTION: "异议处理",
    ProjectState.REGISTRATION_PENDING: "待登记",
    ProjectState.REGISTERED: "已登记",
    ProjectState.REDIRECTED: "转国家系统",
    ProjectState.INELIGIBLE: "不符合",
    ProjectState.FAILED: "未通过",
    ProjectState.LAPSED: "逾期终止",
    ProjectState.WITHDRAWN: "已撤回",
    ProjectState.DEREGISTERED: "已注销",
    ProjectState.REVOKED: "已撤销",
    ProjectState.COMPLETED: "计入期届满",
}

MAX_PROJECTS = 99_999
"""A project number has five digits."""

BEFORE_REGISTRATION = (
    ProjectState.DRAFT,
    ProjectState.FORMAL_REVIEW,
    ProjectState.CORRECTION,
    ProjectState.ACCEPTED,
    ProjectState.ASSESSMENT,
    ProjectState.REVISION,
    ProjectState.RECHECK,
    ProjectState.NOTICE_PENDING,
    ProjectState.PUBLIC_NOTICE,
    ProjectState.OBJECTION,
    ProjectState.REGISTRATION_PENDING,
)

TRANSITIONS: Mapping[tuple[ProjectState, str], ProjectState] = {
    (ProjectState.DRAFT, "submit"): ProjectState.FORMAL_REVIEW,
    (ProjectState.DRAFT, "redirect"): ProjectState.REDIRECTED,
    (ProjectState.FORMAL_REVIEW, "redirect"): ProjectState.REDIRECTED,
    (ProjectState.FORMAL_REVIEW, "request_correction"): ProjectState.CORRECTION,
    (ProjectState.FORMAL_REVIEW, "accept"): ProjectState.ACCEPTED,
    (ProjectState.FORMAL_REVIEW, "find_ineligible"): ProjectState.INELIGIBLE,
    (ProjectState.CORRECTION, "correct"): ProjectState.FORMAL_REVIEW,
    (ProjectState.CORRECTION, "lapse"): ProjectState.WITHDRAWN,
    (ProjectState.ACCEPTED, "convene"): ProjectState.ASSESSMENT,
    (ProjectState.ASSESSMENT, "pass"): ProjectState.NOTICE_PENDING,
    (ProjectState.ASSESSMENT, "request_revision"): ProjectState.REVISION,
    (ProjectState.ASSESSMENT, "fail"): ProjectState.FAILED,
    (ProjectState.REVISION, "revise"): ProjectState.RECHECK,
    (ProjectState.REVISION, "confirm"): ProjectState.NOTICE_PENDING,
    (ProjectState.REVISION, "lapse"): ProjectState.LAPSED,
    (ProjectState.REVISION, "fail"): ProjectState.FAILED,
    (ProjectState.RECHECK, "confirm"): ProjectState.NOTICE_PENDING,
    (ProjectState.RECHECK, "request_revision"): ProjectState.REVISION,
    (ProjectState.RECHECK, "fail"): ProjectState.FAILED,
    (ProjectState.NOTICE_PENDING, "publish"): ProjectState.PUBLIC_NOTICE,
    (ProjectState.NOTICE_PENDING, "assess_again"): ProjectState.ASSESSMENT,
    (ProjectState.PUBLIC_NOTICE, "close_unopposed"): ProjectState.REGISTRATION_PENDING,
    (ProjectState.PUBLIC_NOTICE, "close_opposed"): ProjectState.OBJECTION,
    (ProjectState.PUBLIC_NOTICE, "change_materially"): ProjectState.NOTICE_PENDING,
    (ProjectState.OBJECTION, "dismiss"): ProjectState.REGISTRATION_PENDING,
    (ProjectState.OBJECTION, "uphold_fixable"): ProjectState.REVISION,
    (ProjectState.OBJECTION, "uphold_fatal"): ProjectState.FAILED,
    (ProjectState.REGISTRATION_PENDING, "register"): ProjectState.REGISTERED,
    (ProjectState.REGISTERED, "deregister"): ProjectState.DEREGISTERED,
    (ProjectState.REGISTERED, "revoke"): ProjectState.REVOKED,
    (ProjectState.REGISTERED, "complete"): ProjectState.COMPLETED,
    **{(state, "withdraw"): ProjectState.WITHDRAWN for state in BEFORE_REGISTRATION},
}


def after(state: ProjectState, event: str) -> ProjectState | None:
    """Return the state an event leads to, ``None`` where it is not legal in this state."""
    return TRANSITIONS.get((state, event))


def is_final(state: str) -> bool:
    """Tell whether nothing leads out of this state."""
    return ProjectState(state).final


def ensure_step(state: str, following: str) -> None:
    """Refuse a move the procedure does not know; staying where it is is no move (K).

    :param state: the present state's value.
    :param following: the next state's value.
    :raises Refused: no event leads from one to the other.
    """
    here, there = ProjectState(state), ProjectState(following)
    if here is there or there in {after(here, event) for _, event in TRANSITIONS}:
        return
    raise Refused(
        "project_step",
        f"项目状态为“{here.label}”，不能转为“{there.label}”",
        article="355号附件",
        details={"state": state, "following": following},
    )


def project_number(field: str, sequence: int) -> str:
    """Return the number a registered project gets, such as ``JX-JCER-01-00001``.

    :param field: the methodology's field, 01-06 or 99.
    :param sequence: 1 for the first registered project, counted over all fields.
    :raises ValueError: no such field, or a sequence outside 1-99999.
    """
    if not 1 <= sequence <= MAX_PROJECTS:
        raise ValueError(f"project sequence out of range: {sequence}")
    return f"JX-JCER-{MethodologyField(field).value}-{sequence:05d}"


def check_withdrawal(state: ProjectState) -> tuple[Finding, ...]:
    """31号令第十六条: any time before registration; afterwards only deregistration (K)."""
    if after(state, "withdraw") is not None:
        return ()
    return (
        Finding(
            "withdrawal_too_late",
            f"项目状态为“{state.label}”，不能撤回；已登记的项目只能申请注销，注销后不得重新申请",
            "参照31号令第十六条",
        ),
    )
