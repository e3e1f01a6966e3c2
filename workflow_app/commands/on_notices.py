"""Effects on public notices and comments, with the K rules of publicity.

355号附件一（三）: never fewer than five working days, never closed early; an undecided or upheld
objection blocks what comes after.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import effects as asked
from handlers.contract import refuse
from handlers.facts import Comment
from handlers.public_notice import as_seen, decided
from workflow_app.commands import deadlines, on_documents, parties
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain import public_notice as rules
from workflow_app.kernel.errors import Refused
from workflow_app.store import tables

SETTLED = "objections_settled"


def comment_of(row: Mapping[str, Any]) -> Comment:
    """Return a comment's facts without its text or author."""
    return Comment(
        row["id"],
        row["notice_id"],
        row["received_at"],
        row["late"],
        row["kind"],
        row["outcome"],
        row["decided_at"],
    )


def comments(run: Run, notice_id: str) -> tuple[Comment, ...]:
    """Return the comments on a notice, oldest first."""
    return tuple(comment_of(row) for row in run.uow.programme.comments(notice_id))


def open_notice(run: Run, case: OpenCase, effect: asked.OpenNotice, key: str) -> None:
    """Publish: the closing instant is computed here, and is never moved earlier again."""
    parties.ensure_exchange_qualified(run, case)
    start = effect.published_at.isoformat()
    limit = deadlines.ensure(run, case, "public_notice", start, None, "public_notice")
    deadlines.change(run, case, limit, {"published": True})
    run.uow.programme.add(
        tables.public_notice,
        {
            "id": effect.notice_id,
            "number": on_documents.next_number(run, case, "public_notice"),
            "project_id": case.row.project_id,
            "batch_id": case.row.batch_id,
            "case_id": case.id,
            "opinion_id": effect.opinion_id,
            "title": effect.title,
            "body": dict(effect.body),
            "quantity": effect.quantity,
            "published_at": effect.published_at,
            "closes_at": limit.due_at,
            "working_days": limit.rule_body["n"],
            "calendar_revision": limit.calendar_revision,
            "provisional": limit.provisional,
            "state": "open",
            "closed_at": None,
            "outcome": None,
            "announced_at": None,
            "terminated_at": None,
            "end_reason": None,
        },
    )


def terminate(run: Run, case: OpenCase, effect: asked.TerminateNotice, key: str) -> None:
    """Stop a notice that is open; its period counts for nothing.

    :raises Refused: it is over, or its act was not a leader's.
    """
    row = _notice(run, effect.notice_id)
    if not run.actor.holds("department_leader"):
        raise Refused("leader_required", "终止公示须由省厅领导决定", article="服务规则：实质变更")
    if row["state"] != "open":
        raise Refused("notice_over", "公示已结束，不能终止", article="355号附件一（三）")
    limit = deadlines.latest(run, case, "public_notice")
    if limit is not None and limit.state in deadlines.LIVE:
        deadlines.change(run, case, limit, {"state": "cancelled", "ended_at": run.at})
    changes = {"state": "terminated", "terminated_at": effect.at, "end_reason": effect.reason}
    run.uow.programme.change(tables.public_notice, row["id"], changes)


def close_notice(run: Run, case: OpenCase, effect: asked.CloseNotice, key: str) -> None:
    """End the publicity.

    :raises Refused: before its floor.
    """
    row = _notice(run, effect.notice_id)
    refuse(rules.check_close(effect.closed_at, row["closes_at"]))
    changes = {"state": "closed", "closed_at": effect.closed_at}
    run.uow.programme.change(tables.public_notice, row["id"], changes)


def announce(run: Run, case: OpenCase, effect: asked.AnnounceResult, key: str) -> None:
    """Publish the result, which must be what the decisions amount to."""
    row = _notice(run, effect.notice_id)
    settled = decided(comments(run, effect.notice_id))
    if settled is None or settled[0] != effect.outcome:
        raise Refused(
            "outcome_not_settled", "公示结果与意见处理结果不符，不得公告", article="服务规则：异议处理"
        )
    changes = {"outcome": effect.outcome, "announced_at": effect.announced_at}
    run.uow.programme.change(tables.public_notice, row["id"], changes)


def settle_comment(run: Run, case: OpenCase, effect: asked.SettleComment, key: str) -> None:
    """Answer a comment or decide an objection, once."""
    row = run.uow.programme.comment(effect.comment_id)
    if row is None:
        raise LookupError(f"comment {effect.comment_id} is not on record")
    if row["outcome"] is not None:
        raise Refused("comment_settled", "该意见已办结")
    _ensure_decided_by_department(run, case, effect, late=row["late"])
    run.uow.programme.change(
        tables.comment,
        effect.comment_id,
        {
            "kind": effect.kind,
            "outcome": effect.outcome,
            "reply": effect.reply,
            "decided_at": effect.decided_at,
        },
    )


def _ensure_decided_by_department(
    run: Run, case: OpenCase, effect: asked.SettleComment, *, late: bool
) -> None:
    """An exchange closes no objection alone, whatever the diagram leaves out (K).

    :raises Refused: no leader decided the objection, or no officer confirmed that it is but a comment.
    """
    if effect.kind == "objection":
        if not _acted(run, case, "objection_decision", "department_leader"):
            raise Refused("objection_undecided", "异议须由省厅领导作出决定", article=rules.OBJECTION_ARTICLE)
        return
    confirmed = late or _acted(run, case, "downgrade_confirmation", "department_clerk", "confirmed")
    for finding in rules.check_downgrade(confirmed):
        raise Refused(finding.code, finding.message, article=finding.article)


def _acted(run: Run, case: OpenCase, form: str, role: str, action: str | None = None) -> bool:
    """Tell whether a form was handed in on this case under a role, by this act or an earlier one."""
    if case.form is not None and case.form[0] == form and run.actor.holds(role):
        return True
    acts = run.uow.history.acts(f"case:{case.id}", form)
    return any(held == role and action in (None, chosen) for held, chosen in acts)


def settle_objections(run: Run, case: OpenCase, effect: asked.SettleObjections, key: str) -> None:
    """Once this act is saved, tell the notice's case if its last objection is decided."""
    run.later(lambda: _tell(run, effect.notice_id))


def _tell(run: Run, notice_id: str) -> None:
    row = _notice(run, notice_id)
    settled = decided(comments(run, notice_id))
    if row["state"] != "closed" or settled is None or row["case_id"] is None:
        return
    outcome, when = settled
    payload = {"notice_outcome": outcome, "decided_at": when.isoformat() if when else None}
    run.post(run, row["case_id"], SETTLED, payload)


def undecided(run: Run, notice_id: str) -> int:
    """Return how many objections are open: to a notice, and to those of the same subject it replaced.

    Every notice before registration named the project, with its first batch or without.
    """
    row = _notice(run, notice_id)
    project = run.uow.programme.project(row["project_id"])
    registered = project["registered_at"] if project else None
    replaced = [
        other["id"]
        for other in run.uow.programme.notices(row["project_id"])
        if other["state"] == "terminated"
        and (other["batch_id"] == row["batch_id"] or registered is None or other["published_at"] < registered)
    ]
    return sum(len(rules.open_objections(as_seen(comments(run, each)))) for each in (notice_id, *replaced))


def outcome(run: Run, notice_id: str) -> rules.NoticeOutcome | None:
    """Return what the decisions on a notice amount to; ``None`` while one is open."""
    return rules.outcome(as_seen(comments(run, notice_id)))


def _notice(run: Run, notice_id: str) -> Mapping[str, Any]:
    row = run.uow.programme.notice(notice_id)
    if row is None:
        raise LookupError(f"notice {notice_id} is not on record")
    return row
