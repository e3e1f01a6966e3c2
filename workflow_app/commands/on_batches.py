"""Effects on issuance batches and the book, with the K rules of issuance.

docs/domain.md §5: I5 (publicised ≤ accepted ≤ floor of the calculation), I6 (disjoint periods within
the crediting period, ended by the day of application), I9 (opinion, closed notice where the case's
parameters require one, no open objection); one batch is minted once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from handlers import effects as asked
from handlers.contract import refuse
from workflow_app.commands import on_ledger, on_notices, parties
from workflow_app.commands.book import Act
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.issuance import MintFacts, check_mint, ensure_step
from workflow_app.domain.ledger.minting import MintOrder
from workflow_app.domain.monitoring import Period, check_period, check_quantity
from workflow_app.domain.quantity import CalculatedTonnes, Tonnes
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Refused
from workflow_app.store import tables

ROUND: Final = "issuance"
"""The process that takes one batch from its application to its units."""


def receive(run: Run, case: OpenCase, effect: asked.ReceiveBatch, key: str) -> None:
    """Take an issuance application, or its correction, on record.

    :raises Refused: the project is not registered, the period or the quantity does not hold.
    """
    project_id = case.row.project_id
    project = run.uow.programme.project(project_id, lock=True) if project_id else None
    if project is None or project_id is None or not _may_apply(case, project["state"]):
        raise Refused("project_not_registered", "项目尚未登记，不能申请签发", article="355号附件一（二）")
    applied_on = legal_date(effect.received_at)
    start, end = project["crediting_start"], project["crediting_end"]
    crediting = Period(start, end) if start and end else None
    other = run.uow.programme.last_standing_until(project_id, effect.period_end, but=effect.batch_id)
    standing = [Period(other["period_start"], other["period_end"])] if other else []
    refuse(check_period(Period(effect.period_start, effect.period_end), crediting, standing, applied_on))
    calculated = CalculatedTonnes.of(effect.calculated)
    refuse(check_quantity(Tonnes(effect.quantity), calculated))
    values: dict[str, Any] = {
        "period_start": effect.period_start,
        "period_end": effect.period_end,
        "applied_on": applied_on,
        "quantity": effect.quantity,
        "calculated": calculated.value,
        "verifier": effect.verifier,
        "verifier_uscc": effect.verifier_uscc,
        "received_at": effect.received_at,
        "state": "formal_review",
    }
    if run.uow.programme.batch(effect.batch_id) is not None:
        run.uow.programme.change(tables.batch, effect.batch_id, values)
        return
    run.uow.programme.add(
        tables.batch,
        {
            "id": effect.batch_id,
            "project_id": project_id,
            "sequence": run.uow.programme.next_batch_sequence(project_id),
            "case_id": case.id,
            # What comes with the project is published with it, whatever the parameters say (I9).
            "notice_required": project["state"] != "registered"
            or bool(case.parameters.flags.get("notice_required", True)),
            **values,
        },
    )
    _of_batch(run, case, effect.batch_id)
    caller = run.uow.cases.get(case.row.parent_case_id) if case.row.parent_case_id else None
    if caller is not None and caller.process_id == ROUND:
        _of_batch(run, run.case(caller.id), effect.batch_id)


def _may_apply(case: OpenCase, state: str) -> bool:
    """Tell whether a batch may be applied for: of a registered project, or together with an accepted one."""
    if state == "registered":
        return True
    return state == "accepted" and case.parameters.flags.get("combined_first_pass") is True


def _of_batch(run: Run, case: OpenCase, batch_id: str) -> None:
    """Say on its file that a case is about a batch. The lifecycle, which outlives them all, never is."""
    run.uow.live.update(tables.case_file, {"id": case.id}, {"batch_id": batch_id})
    case.row = replace(case.row, batch_id=batch_id)


def update(run: Run, case: OpenCase, effect: asked.UpdateBatch, key: str) -> None:
    """Move a batch to a state its present one allows.

    :raises Refused: the state machine has no such step.
    """
    batch = run.uow.programme.batch(effect.batch_id)
    if batch is None:
        raise LookupError(f"batch {effect.batch_id} is not on record")
    ensure_step(batch["state"], effect.state)
    run.uow.programme.change(tables.batch, effect.batch_id, {**effect.fields, "state": effect.state})


def mint(run: Run, case: OpenCase, effect: asked.MintUnits, key: str) -> None:
    """Post a batch's units to the owner's account, once.

    :raises Refused: opinion, notice, account or quantity does not allow it.
    """
    if run.uow.ledger.posted(effect.key) is not None:
        return
    parties.ensure_exchange_qualified(run, case)
    batch = run.uow.programme.batch(effect.batch_id)
    project = run.uow.programme.project(batch["project_id"], lock=True) if batch else None
    if batch is None or project is None:
        raise LookupError(f"batch {effect.batch_id} is not on record")
    minted = sum(effect.vintages.values())
    opinion = run.uow.programme.opinion(effect.opinion_id)
    own = opinion is not None and opinion["batch_id"] == batch["id"] and opinion["result"] == "passed"
    notice = run.uow.programme.notice(effect.notice_id) if effect.notice_id else None
    mine = notice is not None and notice["batch_id"] == batch["id"]
    owner = run.uow.programme.account(project["owner_org"], "owner")
    accepted = opinion["accepted_tonnes"] if opinion and own else None
    published = notice["quantity"] if notice and mine else None
    refuse(
        check_mint(
            MintFacts(
                quantity=Tonnes(minted),
                calculated=CalculatedTonnes(batch["calculated"]),
                accepted=None if accepted is None else Tonnes(accepted),
                opinion_id=effect.opinion_id if own else None,
                notice_required=batch["notice_required"],
                notice_closed=bool(mine and notice and notice["state"] == "closed"),
                published=None if published is None else Tonnes(published),
                open_objections=on_notices.undecided(run, effect.notice_id) if effect.notice_id else 0,
                project_registered=project["state"] == "registered",
                account_normal=bool(owner and owner["state"] == "normal"),
            )
        )
    )
    if owner is None:
        raise LookupError("the owner has no account")
    run.uow.programme.change(
        tables.batch,
        batch["id"],
        {
            "state": "issued",
            "accepted": accepted,
            "publicised": published,
            "issued": minted,
            "issued_at": effect.minted_at,
            "opinion_id": effect.opinion_id,
            "notice_id": effect.notice_id,
        },
    )
    _post(run, case, effect, batch, project, owner["id"])


def _post(
    run: Run,
    case: OpenCase,
    effect: asked.MintUnits,
    batch: dict[str, Any],
    project: dict[str, Any],
    account_id: str,
) -> None:
    order = MintOrder(
        batch_id=batch["id"],
        project_id=project["id"],
        project_number=project["number"],
        sequence=batch["sequence"],
        minted_before=run.uow.ledger.last_unit(project["id"]),
        vintages={year: Tonnes(quantity) for year, quantity in effect.vintages.items()},
    )
    memo = f"{project['number']}第{batch['sequence']}期减排量登记"
    on_ledger.mint(run, Act(effect.key, case.id, memo), order, account_id)
