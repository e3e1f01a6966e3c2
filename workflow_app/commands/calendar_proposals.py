"""A holiday notice takes two people: an administrator proposes it, the department's leader decides.

355号 counts in working days, so the calendar moves the limits of the law; docs/domain.md §6 gives it to the
leader. The leader decides on the calendar the proposal was made on: once another notice was put in force in
between, the proposal has to be made anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from calendars.notice import Notice, parse_notices
from calendars.typed import TypedNotice, judge
from calendars.typed_toml import to_toml
from workflow_app.commands import calendar_notices, permissions
from workflow_app.commands.calendar_requests import (
    DecideCalendarProposal,
    PreviewCalendarNotice,
    PreviewCalendarProposal,
    ProposeCalendarNotice,
    WithdrawCalendarProposal,
)
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.calendar import CalendarProposal, CalendarProposalRepository

PROPOSERS: Final = ("process_admin", "system_admin", "system")
LOOKERS: Final = (*PROPOSERS, "department_leader", "auditor")
LEADER: Final = "role:department_leader"
LONGEST: Final = 500
_SERIES: Final = "calendar_revision"


def preview(run: Run, request: PreviewCalendarNotice | PreviewCalendarProposal) -> Result:
    """Say which days and which open limits a notice would change, on the calendar of now; only reads.

    :raises InvalidForm: it does not hold; every field with its sentences.
    :raises Conflict: the proposal was decided.
    """
    permissions.ensure_holds(run.actor, *LOOKERS)
    if isinstance(request, PreviewCalendarNotice):
        notice = _judged(run, request.notice)
    else:
        row = _kept(run).get(request.proposal_id)
        _ensure_open(row)
        (notice,) = parse_notices(row.body)
    return Result(calendar_notices.described(run, calendar_notices.change(run, notice), notice))


def propose(run: Run, request: ProposeCalendarNotice) -> Result:
    """Lay a notice before the department's leader.

    :raises InvalidForm: it does not hold, or a year that has a notice is changed without a reason.
    """
    permissions.ensure_holds(run.actor, *PROPOSERS)
    reason = request.reason.strip()
    notice = _judged(run, request.notice)
    kind = calendar_notices.kind_of(notice, run.calendar)
    if kind != "first" and not reason:
        told = (
            f"{notice.year}年已有放假通知，这是对它的{'更正' if kind == 'correction' else '调整'}，请填写理由"
        )
        raise InvalidForm({"reason": [told]})
    if len(reason) > LONGEST:
        raise InvalidForm({"reason": [f"理由不得超过{LONGEST}字"]})
    year = legal_date(run.at).year
    row = CalendarProposal(
        id=new_id(),
        number=f"RL-{year}-{run.uow.settings.next(f'calendar_proposal:{year}'):03d}",
        year=notice.year,
        notice_number=notice.number,
        issued_on=notice.issued,
        title=notice.title,
        kind=kind,
        body=to_toml(notice),
        reason=reason,
        base=run.calendar.revision,
        state="submitted",
        proposed_by=run.actor.user_id,
        proposed_at=run.at,
    )
    _kept(run).add(row)
    _record(run, "calendar_proposed", row)
    text = f"{row.number}：{notice.title}（{notice.number}），请在“工作日历”中查看变化后批准或退回。"
    run.uow.outbox.notify([LEADER], "放假通知待批准", text, None, run.at)
    return Result({"proposal_id": row.id, "number": row.number, "state": row.state})


def decide(run: Run, request: DecideCalendarProposal) -> Result:
    """Approve or reject; approving puts the notice in force and moves the open limits, all or nothing.

    :raises Forbidden: not the leader, or whoever proposed it.
    :raises Conflict: decided already, or another notice was put in force since it was proposed.
    """
    permissions.ensure_holds(run.actor, "department_leader")
    reason = request.reason.strip()
    if len(reason) > LONGEST or (not reason and not request.approve):
        raise InvalidForm({"reason": [f"请填写退回理由，不超过{LONGEST}字"]})
    if request.approve:
        # One calendar follows another: whoever approves at the same time waits here, and then sees this one.
        run.uow.settings.next(_SERIES)
    row = _kept(run).get(request.proposal_id, lock=True)
    _ensure_open(row)
    if row.proposed_by is not None and row.proposed_by == run.actor.user_id:
        raise Forbidden("second_person", "放假通知须由提出人以外的省厅领导决定")
    decided = {
        "state": "approved" if request.approve else "rejected",
        "decided_by": run.actor.user_id,
        "decided_at": run.at,
        "decision_reason": reason or None,
    }
    effect = None
    if request.approve:
        if row.base != run.calendar.revision:
            raise Conflict(
                "calendar_changed", "提出申请之后工作日历已经变动，请退回，由提出人按现行日历重新提交"
            )
        (notice,) = parse_notices(row.body)
        effect = calendar_notices.put_in_force(run, notice, row.body, row.number)
    _kept(run).decide(row.id, {**decided, **({"effect": effect} if effect else {})})
    row = replace(row, state=str(decided["state"]), decision_reason=reason or None)
    _record(run, f"calendar_{row.state}", row)
    _tell_proposer(run, row)
    return Result({"proposal_id": row.id, "number": row.number, "state": row.state, "effect": effect})


def withdraw(run: Run, request: WithdrawCalendarProposal) -> Result:
    """Take back a proposal.

    :raises Forbidden: it is somebody else's.
    :raises Conflict: it was decided.
    """
    permissions.ensure_holds(run.actor, *PROPOSERS)
    row = _kept(run).get(request.proposal_id, lock=True)
    if row.proposed_by != run.actor.user_id and row.proposed_by is not None:
        raise Forbidden("not_your_proposal", "只能撤回本人提出的申请")
    _ensure_open(row)
    _kept(run).decide(row.id, {"state": "withdrawn", "decided_by": run.actor.user_id, "decided_at": run.at})
    _record(run, "calendar_withdrawn", row)
    return Result({"proposal_id": row.id, "number": row.number, "state": "withdrawn"})


def _kept(run: Run) -> CalendarProposalRepository:
    return CalendarProposalRepository(run.uow.connection, run.uow.live)


def _judged(run: Run, typed: TypedNotice) -> Notice:
    judged = judge(typed, run.calendar)
    if judged.notice is None:
        first = next(iter(judged.errors.values()))[0]
        raise InvalidForm(judged.errors, f"放假通知有误：{first}")
    if judged.notice.demo and not run.tools.house.demo:
        raise InvalidForm({"number": ["“演示”文号只能用于演示环境，正式环境请按原文填写"]})
    if run.calendar.with_notices((judged.notice,)).revision == run.calendar.revision:
        raise Conflict("calendar_unchanged", "该通知已在执行，工作日历没有变化")
    return judged.notice


def _ensure_open(row: CalendarProposal) -> None:
    if row.state != "submitted":
        raise Conflict("proposal_decided", "这份申请已经办结，请刷新后查看")


def _record(run: Run, kind: str, row: CalendarProposal) -> None:
    facts = {
        "proposal": row.number,
        "notice": row.notice_number,
        "base": row.base,
        "reason": row.decision_reason or row.reason,
    }
    run.uow.history.record(kind, "calendar", who(run.actor), run.at, facts=facts)


def _tell_proposer(run: Run, row: CalendarProposal) -> None:
    if row.proposed_by is None:
        return
    what = "已批准，受影响的期限已重新推算" if row.state == "approved" else f"已退回：{row.decision_reason}"
    run.uow.outbox.notify(
        [f"user:{row.proposed_by}"],
        "放假通知申请已办结",
        f"{row.number}（{row.notice_number}）{what}。",
        None,
        run.at,
    )
