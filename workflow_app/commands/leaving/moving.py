"""One item handed to whoever takes over: judged as if they took it themselves, and told by an event.

Separation of duties, recusal and posts are the new person's own (K). Half-filled drafts go with a task, but
for an expert's review: what one expert was about to say is not another's to hand in; it is kept, not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from workflow_app.commands import account_events, duties, panels, permissions, recusal
from workflow_app.commands.leaving import design
from workflow_app.commands.leaving.items import CHAIRS, SEATS, OpenItem
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor
from workflow_app.commands.run import OpenCase, Run
from workflow_app.engine.variables import replaced
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, Forbidden, Refused
from workflow_app.store.repositories.inbox import InboxTask

REASON: Final = "离任交接"
RECUSAL: Final = "服务规则：专家回避"

Move = Callable[[Run, OpenItem, str, Actor], None]
"""Moves an item from a leaver, by id, to somebody."""


def task(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Put a task into somebody's hands, with what its leaver had typed."""
    found, case = _task(run, item.id)
    if found.assignee_id not in {leaver, None}:
        raise Conflict("claimed_by_other", "此事项刚刚已被他人领办")
    _ensure_may(run, found, case, to)
    after = run.uow.inbox.assign(found, to.user_id, run.at)
    case.tasks[found.id] = after
    kept = run.uow.forms.pass_on(found.id, leaver, str(to.user_id))
    _record(run, case, "task_handed_over", found, {"assignee": to.user_id, "reason": REASON, "draft": kept})


def draft(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Give somebody what a leaver had typed for a task that nobody has in hand."""
    found, case = _task(run, item.id)
    _ensure_may(run, found, case, to)
    if not run.uow.forms.pass_on(found.id, leaver, str(to.user_id)):
        raise Refused("own_draft", "对方对此事项已有自己的草稿，原草稿保留不动")
    _record(run, case, "draft_handed_over", found, {"to": to.user_id})


def seat(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Give a seat on a panel, whose review is not handed in, to another expert."""
    found, case = _task(run, item.id)
    panel = panels.of_case(run.uow.history, case.row)
    if to.user_id in panel.experts:
        raise Refused("already_on_panel", "对方已是本项目专家组成员", article=RECUSAL)
    _ensure_expert(run, case, to, "expert")
    _name(run, case, ("experts",), leaver, to)
    _offer(run, case, found, to)
    facts = {"seat": "expert", "from": leaver, "to": to.user_id, "task": found.id}
    _record(run, case, "panel_seat_moved", found, facts)


def chair(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Give the chair of a panel to another of its experts, with what the leaver had typed as chair."""
    case = run.case(item.id)
    panel = panels.of_case(run.uow.history, case.row)
    if panel.chair != leaver:
        raise Conflict("chair_moved", "此专家组组长刚刚已更换")
    if to.user_id not in panel.experts:
        raise Refused("chair_not_of_panel", "组长须为本项目专家组成员", article=RECUSAL)
    if to.user_id in panels.recused(run.uow.history, case.id):
        raise Refused("expert_recused", "对方已声明回避本项目", article=RECUSAL)
    _ensure_expert(run, case, to, "panel_chair")
    _name(run, case, ("chair",), leaver, to)
    mine = [f"user:{leaver}"]
    for found in [one for one in case.tasks.values() if one.role == "panel_chair"]:
        if list(found.candidates) == mine:
            _offer(run, case, found, to)
            run.uow.forms.pass_on(found.id, leaver, str(to.user_id))
    facts = {"seat": "chair", "from": leaver, "to": to.user_id}
    run.uow.history.record("panel_seat_moved", f"case:{case.id}", who(run.actor), run.at, facts=facts)


def cash(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Say who checks an entry of money from now on: never who made it."""
    entry = run.uow.accounts.cash_entry(item.id)
    if entry is None or entry["state"] != "entered":
        raise Conflict("cash_entry_final", "这笔出入金登记刚刚已复核")
    _ensure_second(entry["entered_by"], to)
    account_events.record(run, entry["account_id"], "duty_handed_over", facts=_passed(item, leaver, to))


def account(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Say who verifies or decides on an account applied for: never who applied, nor who verified it."""
    found = run.uow.ledger.lock([item.id])[item.id]
    if found["state"] != "applied":
        raise Conflict("account_decided", "此开户申请刚刚已办结")
    for first in (found["applied_by"], found["opened_by"]):
        _ensure_second(first, to)
    account_events.record(run, item.id, "duty_handed_over", facts=_passed(item, leaver, to))


def delegation(run: Run, item: OpenItem, leaver: str, to: Actor) -> None:
    """Say who issues certificates under a delegation from now on, for the same body."""
    facts = _passed(item, leaver, to)
    run.uow.history.record("duty_handed_over", f"delegation:{item.id}", who(run.actor), run.at, facts=facts)


MOVES: Final[Mapping[str, Move]] = {
    "task": task,
    "draft": draft,
    "seat": seat,
    "chair": chair,
    "cash": cash,
    "account": account,
    "delegation": delegation,
    "design": design.draft,
    "proposal": design.proposal,
    "calendar": design.calendar,
}
"""How each kind of thing is moved."""
FIRST: Final = (SEATS, CHAIRS)
"""Kinds in whose order items are moved: a new expert may be the new chair."""


def _task(run: Run, task_id: str) -> tuple[InboxTask, OpenCase]:
    case = run.case_of_task(task_id)
    found = case.tasks.get(task_id) if case is not None else None
    if case is None or found is None:
        raise Conflict("task_gone", "此事项刚刚已办结或终止")
    return found, case


def _ensure_may(run: Run, found: InboxTask, case: OpenCase, to: Actor) -> None:
    permissions.ensure_on_cases(to)
    if not set(permissions.principals(to)) & set(found.candidates):
        raise Refused("cannot_take_over", "对方不具备办理此事项的岗位")
    role, _ = permissions.acting(to, found.role, found.candidates)
    duties.ensure_separated(run, case, role, to)


def _ensure_expert(run: Run, case: OpenCase, to: Actor, role: str) -> None:
    permissions.ensure_on_cases(to)
    if not to.holds("expert"):
        raise Refused("no_expert", "对方不是在任的评估专家")
    years = int(str(case.parameters.flags.get("conflict_years", 3)))
    if recusal.conflicted(run.uow, case.row, [str(to.user_id)], legal_date(run.at), years):
        raise Refused("expert_conflict", "对方与本项目当事方有利益关系，应当回避", article=RECUSAL)
    duties.ensure_separated(run, case, role, to)


def _ensure_second(first: str | None, to: Actor) -> None:
    if first is not None and first == to.user_id:
        raise Forbidden("maker_is_checker", "经办与复核不得为同一人", article="服务规则：经办与复核分离")


def _name(run: Run, case: OpenCase, names: tuple[str, ...], leaver: str, to: Actor) -> None:
    header = replaced(case.row.header, names, leaver, str(to.user_id))
    revision = run.uow.cases.move(case.id, case.row.revision, {"header": header}, case.row.header)
    case.row = replace(case.row, header=header, revision=revision)
    case.live = replace(case.live, header=header)


def _offer(run: Run, case: OpenCase, found: InboxTask, to: Actor) -> None:
    case.tasks[found.id] = run.uow.inbox.offer_to(found, str(to.user_id))


def _passed(item: OpenItem, leaver: str, to: Actor) -> dict[str, str | None]:
    return {"about": item.what, "item": item.id, "from": leaver, "to": to.user_id}


def _record(run: Run, case: OpenCase, kind: str, found: InboxTask, facts: Mapping[str, object]) -> None:
    run.uow.history.record(
        kind,
        f"case:{case.id}",
        who(run.actor),
        run.at,
        element_id=found.element_id,
        facts={"task": found.id, **facts},
    )
