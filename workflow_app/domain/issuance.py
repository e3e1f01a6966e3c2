"""Issuance: the states of a batch and what must be true before its units are minted.

附件一（二）, 附件二（一）. I5: minted = published ≤ accepted ≤ floor(ER). I9: no mint without opinion,
without a closed notice where the batch's pinned parameters require one (the first registration always
does), or with an open objection. Must never know: cases, forms, storage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflow_app.domain.findings import Finding
from workflow_app.domain.quantity import CalculatedTonnes, Tonnes
from workflow_app.kernel.errors import Refused

ARTICLE = "355号附件二（一）"


class BatchState(StrEnum):
    """Where a batch stands."""

    DRAFT = "draft"
    FORMAL_REVIEW = "formal_review"
    CORRECTION = "correction"
    ASSESSMENT = "assessment"
    REVISION = "revision"
    RECHECK = "recheck"
    NOTICE_PENDING = "notice_pending"
    PUBLIC_NOTICE = "public_notice"
    OBJECTION = "objection"
    REGISTRATION_PENDING = "registration_pending"
    ISSUED = "issued"
    CORRECTED = "corrected"
    FAILED = "failed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _LABELS[self]

    @property
    def void(self) -> bool:
        """Whether the batch came to nothing, so that its period is free again."""
        return self in {BatchState.FAILED, BatchState.LAPSED, BatchState.WITHDRAWN}


_LABELS = {
    BatchState.DRAFT: "草稿",
    BatchState.FORMAL_REVIEW: "形式审查",
    BatchState.CORRECTION: "待补正",
    BatchState.ASSESSMENT: "评估",
    BatchState.REVISION: "修改",
    BatchState.RECHECK: "复核",
    BatchState.NOTICE_PENDING: "待公示",
    BatchState.PUBLIC_NOTICE: "公示中",
    BatchState.OBJECTION: "异议处理",
    BatchState.REGISTRATION_PENDING: "待登记",
    BatchState.ISSUED: "已登记",
    BatchState.CORRECTED: "被更正",
    BatchState.FAILED: "未通过",
    BatchState.LAPSED: "逾期终止",
    BatchState.WITHDRAWN: "已撤回",
}
_WITHDRAWABLE = frozenset(BatchState) - {
    BatchState.ISSUED,
    BatchState.CORRECTED,
    BatchState.FAILED,
    BatchState.LAPSED,
    BatchState.WITHDRAWN,
}
_S = BatchState
TRANSITIONS: Mapping[BatchState, frozenset[BatchState]] = {
    _S.DRAFT: frozenset({_S.FORMAL_REVIEW}),
    _S.FORMAL_REVIEW: frozenset({_S.CORRECTION, _S.ASSESSMENT}),
    _S.CORRECTION: frozenset({_S.FORMAL_REVIEW}),
    _S.ASSESSMENT: frozenset({_S.NOTICE_PENDING, _S.REGISTRATION_PENDING, _S.REVISION, _S.FAILED}),
    _S.REVISION: frozenset({_S.RECHECK, _S.NOTICE_PENDING, _S.REGISTRATION_PENDING, _S.FAILED, _S.LAPSED}),
    _S.RECHECK: frozenset({_S.NOTICE_PENDING, _S.REGISTRATION_PENDING, _S.REVISION, _S.FAILED}),
    _S.NOTICE_PENDING: frozenset({_S.PUBLIC_NOTICE, _S.REGISTRATION_PENDING, _S.ASSESSMENT}),
    _S.PUBLIC_NOTICE: frozenset({_S.REGISTRATION_PENDING, _S.OBJECTION, _S.NOTICE_PENDING}),
    _S.OBJECTION: frozenset({_S.REGISTRATION_PENDING, _S.REVISION, _S.FAILED}),
    _S.REGISTRATION_PENDING: frozenset({_S.ISSUED}),
    _S.ISSUED: frozenset({_S.CORRECTED}),
}


def ensure_step(state: str, following: str) -> None:
    """Refuse a move a batch does not know; any batch may be withdrawn before it is minted (K).

    :raises Refused: with both states in Chinese.
    """
    here, there = BatchState(state), BatchState(following)
    if here is there or there in TRANSITIONS.get(here, frozenset()):
        return
    if there is BatchState.WITHDRAWN and here in _WITHDRAWABLE:
        return
    raise Refused("batch_step", f"本期减排量为“{here.label}”，不能转为“{there.label}”", article=ARTICLE)


@dataclass(frozen=True, slots=True)
class MintFacts:
    """What minting a batch depends on; quantities in tCO2e."""

    quantity: Tonnes
    calculated: CalculatedTonnes
    accepted: Tonnes | None
    opinion_id: str | None
    notice_required: bool
    notice_closed: bool
    published: Tonnes | None
    open_objections: int
    project_registered: bool
    account_normal: bool
    already_minted: bool = False


def _registered(facts: MintFacts) -> tuple[Finding, ...]:
    if facts.project_registered:
        return ()
    return (Finding("project_not_registered", "项目尚未登记，不能登记减排量", ARTICLE),)


def _once(facts: MintFacts) -> tuple[Finding, ...]:
    if not facts.already_minted:
        return ()
    return (Finding("already_minted", "本期减排量已登记，不得重复登记", ARTICLE),)


def _opinion(facts: MintFacts) -> tuple[Finding, ...]:
    """I9, I5."""
    if not facts.opinion_id or facts.accepted is None:
        return (Finding("opinion_missing", "没有通过的专家组意见，不能登记", "355号附件一（二）"),)
    if facts.accepted > facts.calculated.floor():
        return (Finding("accepted_above_calculated", "专家组认可量超过计算得出的减排量", "355号附件4"),)
    if facts.quantity > facts.accepted:
        return (Finding("minted_above_accepted", "登记量不得超过专家组认可的减排量", "355号附件一（二）"),)
    return ()


def _notice(facts: MintFacts) -> tuple[Finding, ...]:
    """I9, I5: where a notice is required, exactly what was published is minted."""
    if not facts.notice_required:
        return ()
    if not facts.notice_closed:
        return (Finding("notice_not_closed", "公示期未满，不能登记", ARTICLE),)
    if facts.published != facts.quantity:
        return (Finding("minted_not_published", "登记量应与公示的减排量一致", ARTICLE),)
    return ()


def _objections(facts: MintFacts) -> tuple[Finding, ...]:
    if facts.open_objections == 0:
        return ()
    return (Finding("objections_open", f"尚有{facts.open_objections}件异议未处理完毕，不能登记", ARTICLE),)


def _account(facts: MintFacts) -> tuple[Finding, ...]:
    return (
        ()
        if facts.account_normal
        else (Finding("account_not_normal", "业主账户状态不正常，不能登记", ARTICLE),)
    )


CHECKS: tuple[Callable[[MintFacts], tuple[Finding, ...]], ...] = (
    _registered,
    _once,
    _opinion,
    _notice,
    _objections,
    _account,
)


def check_mint(facts: MintFacts) -> tuple[Finding, ...]:
    """Return everything that forbids minting (K)."""
    return tuple(finding for check in CHECKS for finding in check(facts))


def check_prepared(quantity: int, published: int | None, accepted: int | None) -> tuple[Finding, ...]:
    """I5, as soon as the exchange types it: what is registered is what was published.

    :param published: ``None`` where the batch needs no notice; then no more than was accepted.
    """
    if published is not None and quantity != published:
        told = f"登记量应与公示的减排量一致：公示{published:,}吨"
        return (Finding("minted_not_published", told, ARTICLE, "mint_tonnes"),)
    if accepted is not None and quantity > accepted:
        told = f"登记量不得超过专家组认可的减排量{accepted:,}吨"
        return (Finding("minted_above_accepted", told, "355号附件一（二）", "mint_tonnes"),)
    return ()
