"""Effects of corrections: units locked, unlocked and reversed through the book, projects revoked.

docs/domain.md §4; 31号令第四十三条 by analogy. What the owner has is reversed, lowest vintage first; what a
buyer has cancelled stands. Everything is a contra-entry that carries the correction's case.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from handlers import unit_effects as asked
from workflow_app.commands import endings, on_complaints, on_ledger, on_orders
from workflow_app.commands.book import Act
from workflow_app.commands.on_cancellations import running_number
from workflow_app.commands.picking import Units
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.correction import ARTICLE, CorrectionKind, barred_until
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.holdings import Hold, Holding, HoldKind
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Forbidden, Refused
from workflow_app.store import tables

_ORDER: Final = ((Bucket.AVAILABLE,), (Bucket.HELD,), (Bucket.FROZEN,), (Bucket.PENDING,))
"""In which order live units are locked: what nothing binds first."""


def lock(run: Run, case: OpenCase, effect: asked.LockUnits, key: str) -> None:
    """Take a finding on record and lock what the account has of the units it is about."""
    project_id = _project(case)
    kind = CorrectionKind(effect.kind)
    hold = Hold(kind.hold, effect.correction_id)
    run.uow.ledger.lock([effect.account_id])
    number = running_number(run, "GZ", "correction")
    wanted = None if effect.everything else effect.quantity
    locked = 0
    for buckets in _ORDER:
        there = run.uow.ledger.tonnes(effect.account_id, buckets[0], project_id, effect.batch_id)
        taken = there if wanted is None else min(there, wanted - locked)
        if taken:
            act = Act(f"lock:{effect.correction_id}:{buckets[0]}", case.id, f"{kind.label}{number}锁定")
            units = Units(effect.account_id, project_id, taken, effect.batch_id)
            locked += on_ledger.dispute(run, act, units, hold, buckets).quantity
    run.uow.programme.add(
        tables.correction,
        {
            "id": effect.correction_id,
            "number": number,
            "kind": kind.value,
            "project_id": project_id,
            "batch_id": effect.batch_id,
            "account_id": effect.account_id,
            "quantity": effect.quantity,
            "locked": locked,
            "grounds": effect.grounds,
            "state": "open",
            "case_id": case.id,
            "found_at": run.at,
        },
    )
    if effect.complaint_id is not None:
        on_complaints.name_correction(run, effect.complaint_id, effect.correction_id)


def decide(run: Run, case: OpenCase, effect: asked.DecideCorrection, key: str) -> None:
    """Enter the leader's decision; false data ends the project, suspends trading and bars its owner.

    :raises Forbidden: whoever acts is no leader (K).
    :raises Refused: it was decided before.
    """
    if not run.actor.holds("department_leader"):
        raise Forbidden("role_required", "更正由省厅领导决定", article=ARTICLE)
    row = _row(run, effect.correction_id)
    if row["state"] != "open":
        raise Refused("correction_decided", "该更正已作出决定", article=ARTICLE)
    values: dict[str, Any] = {
        "decision": effect.reasons,
        "decided_by": run.actor.user_id,
        "decided_at": run.at,
    }
    if effect.confirmed is None and row["barred_until"] is not None:
        raise Refused("revocation_done", "项目登记已因数据造假撤销，不能改为不成立", article=ARTICLE)
    if effect.confirmed is None:
        values |= {"state": "dismissed"}
    else:
        values |= {"state": "confirmed", "confirmed": effect.confirmed, "outstanding": effect.confirmed}
    first = row["barred_until"] is None
    if effect.confirmed is not None and row["kind"] == CorrectionKind.REVOCATION and first:
        values["barred_until"] = barred_until(legal_date(run.at), effect.bar_years)
        on_orders.restrict_for(run, row["account_id"], row["number"], effect.reasons)
        run.later(partial(endings.revoke, run, row["project_id"], effect.reasons))
    run.uow.cancellations.change(tables.correction, row["id"], values)
    result = "dismissed" if effect.confirmed is None else "confirmed"
    on_complaints.tell_decision(run, row["id"], result, effect.reasons)


def reopen(run: Run, case: OpenCase, effect: asked.ReopenCorrection, key: str) -> None:
    """Take a decision back to the leader. What it ended stays ended: a project revoked for false data.

    :raises Refused: units were reversed already, or it was not confirmed.
    """
    row = _row(run, effect.correction_id)
    if row["state"] != "confirmed" or row["reversed"]:
        raise Refused("correction_under_way", "该更正已开始核减，不能退回", article=ARTICLE)
    undone = dict.fromkeys(("confirmed", "decision", "decided_by", "decided_at"))
    run.uow.cancellations.change(tables.correction, row["id"], {**undone, "state": "open", "outstanding": 0})


def unlock(run: Run, case: OpenCase, effect: asked.UnlockUnits, key: str) -> None:
    """Lift what is left of a correction's lock: units return to where they were, or for sale where the order
    they were set aside for is over.
    """
    _lift(run, case, _row(run, effect.correction_id))


def reverse(run: Run, case: OpenCase, effect: asked.ReverseUnits, key: str) -> None:
    """Reverse units out of the lock and out of what is free, and say what is still to be made good.

    :raises Refused: the units are not there, or the correction was not confirmed.
    """
    row = _row(run, effect.correction_id)
    if row["state"] != "confirmed":
        raise Refused("correction_not_confirmed", "更正尚未核定，不能核减", article=ARTICLE)
    memo = f"{CorrectionKind(row['kind']).label}{row['number']}核减"
    hold = Hold(CorrectionKind(row["kind"]).hold, row["id"])
    done = 0
    if effect.from_lock:
        units = Units(row["account_id"], row["project_id"], effect.from_lock)
        carried = on_ledger.reverse(run, Act(f"reverse:{key}:locked", case.id, memo), units, hold)
        done += carried.quantity
        _mark(run, row, carried.posting_id)
    _lift(run, case, row)
    if effect.from_free:
        units = Units(row["account_id"], effect.source_project, effect.from_free, effect.source_batch)
        carried = on_ledger.reverse(run, Act(f"reverse:{key}:free", case.id, memo), units)
        done += carried.quantity
        _mark(run, row, carried.posting_id)
    outstanding = row["outstanding"] - done
    values: dict[str, Any] = {"reversed": row["reversed"] + done, "outstanding": outstanding}
    if not outstanding:
        values |= {"state": "settled", "settled_at": run.at}
        on_orders.release_of(run, row["account_id"], row["number"])
    run.uow.cancellations.change(tables.correction, row["id"], values)


def _lift(run: Run, case: OpenCase, row: Mapping[str, Any]) -> None:
    kind = CorrectionKind(row["kind"])
    hold = Hold(kind.hold, row["id"])
    units = Units(row["account_id"], row["project_id"])
    locked = run.uow.ledger.holdings(
        units.account_id, Bucket.DISPUTED, project_id=units.project_id, hold=hold
    )
    if not locked:
        return
    memo = f"{kind.label}{row['number']}解除锁定"
    on_ledger.undispute(run, Act(f"unlock:{row['id']}", case.id, memo), units, hold)
    for order_id in sorted({order_id for one in locked if (order_id := _order(one))}):
        if run.uow.trading.order(order_id)["ended_at"] is not None:
            act = Act(f"unlock:{row['id']}:{order_id}", case.id, f"{memo}，转让委托已结束")
            on_ledger.release(run, act, units, order_id)


def _order(locked: Holding) -> str | None:
    """Return the order that units were set aside for when they were locked."""
    hold = locked.prior.hold if locked.prior else None
    return hold.id if hold is not None and hold.kind is HoldKind.ORDER else None


def _mark(run: Run, row: Mapping[str, Any], posting_id: str) -> None:
    """Mark the project's own batches from which units were taken out as corrected."""
    touched = {line["batch_id"] for line in run.uow.ledger.lines(posting_id)}
    for batch in run.uow.programme.batches(row["project_id"]):
        wrong = row["batch_id"] in (None, batch["id"])
        if batch["id"] in touched and wrong and batch["state"] == "issued":
            run.uow.programme.change(tables.batch, batch["id"], {"state": "corrected"})


def _row(run: Run, correction_id: str) -> dict[str, Any]:
    row = run.uow.cancellations.correction(correction_id, lock=True)
    if row is None:
        raise LookupError(f"correction {correction_id} is not on record")
    return row


def _project(case: OpenCase) -> str:
    if case.row.project_id is None:
        raise LookupError(f"case {case.id} has no project")
    return case.row.project_id
