"""What a process administrator or a leader leaves open of versions and of the calendar.

A draft's edit lock goes to another process administrator; a proposal that waits goes to whoever takes over
the post that decides on it, never to somebody with a hand in it (K). Who proposed stays on record. It must
never read a file of a draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from workflow_app.commands.leaving.items import STAYING, WAITS, OpenItem
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor
from workflow_app.commands.run import Run
from workflow_app.commands.version_drafts import EDITING
from workflow_app.kernel.errors import Conflict, Refused
from workflow_app.store.repositories.calendar import CalendarProposalRepository
from workflow_app.store.repositories.leavers import LeaverRepository

DESIGNS: Final = "designs"
SECOND: Final = "服务规则：提出与审批分离"


def drafts(rows: LeaverRepository, user_id: str) -> Iterator[OpenItem]:
    """Return the open drafts somebody edits, or opened and nobody edits."""
    for row in rows.version_drafts(user_id):
        yield OpenItem(DESIGNS, "design", row.id, row.id[-8:].upper(), "流程草稿", "process_admin")


def waiting(rows: LeaverRepository, kind: str, role: str, others: frozenset[str]) -> Iterator[OpenItem]:
    """Return the proposals on which none of the other holders of a post may decide."""
    for row in rows.version_proposals() if role in {"process_admin", "department_leader"} else ():
        fixed = row.kind == "article_fixed"
        if fixed == (role == "department_leader") and not others - {row.submitted_by, *row.authors}:
            yield OpenItem(kind, "proposal", row.id, row.number, "流程部署审批", role)
    for row in rows.calendar_proposals() if role == "department_leader" else ():
        if not others - {row.proposed_by}:
            yield OpenItem(kind, "calendar", row.id, row.number, "放假通知审批", role)


def own(rows: LeaverRepository, user_id: str) -> Iterator[OpenItem]:
    """Return what somebody proposed that nobody has decided on."""
    for row in rows.version_proposals():
        if row.submitted_by == user_id:
            yield OpenItem(STAYING, "proposal", row.id, row.number, "流程部署申请", note=WAITS)
    for row in rows.calendar_proposals():
        if row.proposed_by == user_id:
            yield OpenItem(STAYING, "calendar", row.id, row.number, "放假通知申请", note=WAITS)


def draft(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Give the edit lock of a draft to another process administrator."""
    found = run.uow.design.draft(item.id, lock=True)
    if found.state != "open" or (found.editor or found.opened_by) != leaver:
        raise Conflict("draft_moved_on", "此流程草稿刚刚已提交、放弃或由他人接手")
    if not to.holds("process_admin"):
        raise Refused("not_process_admin", "只能交给另一名流程管理员")
    run.uow.design.change(found.id, editor=to.user_id, editing_until=run.at + EDITING)
    _record(run, "draft_handed_over", "definitions", item, leaver, to)


def proposal(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Say who decides on a version proposed: nobody who had a hand in it."""
    row: Any = run.uow.design.proposal(item.id, lock=True)
    if row["state"] != "submitted":
        raise Conflict("proposal_decided", "此部署申请刚刚已办结")
    if to.user_id in {row["submitted_by"], *row["authors"]}:
        raise Refused("second_approver", "接办人参与了此项修改，须由另一人审批", article=SECOND)
    _record(run, "duty_handed_over", "definitions", item, leaver, to)


def calendar(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Say who decides on a holiday notice proposed: not who proposed it."""
    row = CalendarProposalRepository(run.uow.connection, run.uow.live).get(item.id, lock=True)
    if row.state != "submitted":
        raise Conflict("proposal_decided", "此放假通知申请刚刚已办结")
    if to.user_id == row.proposed_by:
        raise Refused("second_approver", "接办人提出了此项申请，须由另一人审批", article=SECOND)
    _record(run, "duty_handed_over", "calendar", item, leaver, to)


def _record(run: Run, kind: str, stream: str, item: OpenItem, leaver: str, to: Actor) -> None:
    facts = {"about": item.what, "item": item.id, "from": leaver, "to": to.user_id}
    run.uow.history.record(kind, stream, who(run.actor), run.at, facts=facts)
