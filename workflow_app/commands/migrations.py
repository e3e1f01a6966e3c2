"""迁移: running cases moved to a deployed version, in a batch one asks for and another approves.

A batch is rehearsed when it is asked for, and names its cases from then on; each is tried again when its
turn comes (:mod:`workflow_app.commands.migration_batch`). It can be stopped, resumed and taken back.
Process administrators stay off cases: what they see and decide names numbers, elements and outcomes.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from workflow_app.commands import permissions
from workflow_app.commands.host import Host
from workflow_app.commands.migration_requests import (
    ApproveMigration,
    RejectMigration,
    ResumeMigration,
    RevertMigration,
    StartMigration,
    StopMigration,
)
from workflow_app.commands.recorder import who
from workflow_app.commands.rehearsal import Target, Verdict, rehearse
from workflow_app.commands.requests import Actor, Result
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.migrations import Migration, MigrationCase

APPROVAL: Final = "服务规则：流程部署须由另一人审批"
ADMINISTRATOR: Final = "process_admin"
LONGEST: Final = 500
"""Characters of a reason."""


def start(host: Host, request: StartMigration, actor: Actor) -> Result:
    """Rehearse, and ask for a batch of what can be moved.

    :raises InvalidForm: no reason.
    :raises NotFound: the version was never deployed.
    :raises Refused: the version is not effective yet; a case that was named cannot be moved, or none can.
    """
    permissions.ensure_holds(actor, ADMINISTRATOR)
    reason = request.reason.strip()
    if not reason or len(reason) > LONGEST:
        raise InvalidForm({"reason": [f"请填写迁移原因，不超过{LONGEST}字"]})
    _ensure_in_force(host, request.target)
    verdicts = rehearse(
        host, Target(host.tools, request.target), processes=request.processes, cases=request.cases
    )
    chosen = _chosen(request, verdicts)
    with host.store.unit_of_work() as uow:
        run = host.run(uow, actor)
        row = Migration(
            new_id(),
            request.target,
            reason,
            "requested",
            False,
            str(actor.user_id),
            run.at,
            None,
            None,
            run.at,
        )
        uow.migrations.add(row, (_case(row, place, each) for place, each in enumerate(chosen)))
        facts = {
            "target": row.target,
            "reason": reason,
            "cases": len(chosen),
            "stay": len(verdicts) - len(chosen),
        }
        _record(run, row, "migration_requested", facts)
        uow.commit()
    return Result({"migration_id": row.id, "cases": len(chosen), "stay": len(verdicts) - len(chosen)})


def _ensure_in_force(host: Host, version: str) -> None:
    """Refuse a version that is only proposed, or not effective yet: nobody may run on it before."""
    with host.store.reading() as uow:
        now = host.tools.clock.now()
        known = [each for each in uow.definitions.deployments() if each.version == version]
    if not known:
        raise NotFound("version_not_found", "没有这个已部署的版本")
    if all(each.effective_from > now for each in known):
        raise Refused("not_effective", "这个版本尚未生效，生效后才能迁移在办的办件")


def _chosen(request: StartMigration, verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    chosen = [each for each in verdicts if each.moves]
    if request.cases:
        known = {name for each in verdicts for name in (each.case_id, each.number)}
        unknown = sorted(set(request.cases) - known)
        stay = [each for each in verdicts if not each.moves]
        if unknown or stay:
            said = {each.number: [one.text for one in each.obstacles] for each in stay}
            said |= {name: ["没有这个在办的办件，或者它已在这个版本上办理"] for name in unknown}
            raise Refused("cases_stay", "有办件不能迁移，请从清单中去掉", details={"cases": said})
    if not chosen:
        raise Refused("nothing_to_move", "没有可以迁移的办件")
    return chosen


def _case(row: Migration, place: int, verdict: Verdict) -> MigrationCase:
    told = [asdict(each) for each in verdict.differences]
    return MigrationCase(
        row.id, verdict.case_id, place, verdict.version, "pending", told, None, row.requested_at
    )


def approve(run: Run, request: ApproveMigration) -> Result:
    """Let a batch run.

    :raises Refused: whoever asked for it approves it.
    :raises Conflict: it was decided before.
    """
    row = _found(run, request.migration_id, "requested")
    if row.requested_by == run.actor.user_id:
        raise Refused("second_approver", "办件迁移须由另一名流程管理员审批", article=APPROVAL)
    return _change(run, row, "migration_approved", {"state": "running", **_decided(run)})


def reject(run: Run, request: RejectMigration) -> Result:
    """Refuse a batch, or take back one's own.

    :raises Conflict: it was decided before.
    """
    row = _found(run, request.migration_id, "requested")
    return _change(run, row, "migration_rejected", {"state": "rejected", **_decided(run)})


def stop(run: Run, request: StopMigration) -> Result:
    """Let no further case be moved for now.

    :raises Conflict: it is not running.
    """
    row = _found(run, request.migration_id, "running")
    return _change(run, row, "migration_stopped", {"state": "stopped"})


def resume(run: Run, request: ResumeMigration) -> Result:
    """Let a stopped batch go on.

    :raises Conflict: it is not stopped.
    """
    row = _found(run, request.migration_id, "stopped")
    return _change(run, row, "migration_resumed", {"state": "running"})


def revert(run: Run, request: RevertMigration) -> Result:
    """Take the moved cases back; those whose turn had not come are left alone.

    :raises Conflict: it still runs, was not approved, or is taken back already.
    """
    row = _found(run, request.migration_id, "stopped", "done")
    if row.back:
        raise Conflict("migration_reverted", "这批迁移已在回退")
    return _change(run, row, "migration_reverted", {"state": "running", "back": True})


def _found(run: Run, migration_id: str, *states: str) -> Migration:
    """Return a batch, its row held, in one of these states."""
    permissions.ensure_holds(run.actor, ADMINISTRATOR)
    row = run.uow.migrations.get(migration_id, lock=True)
    if row is None:
        raise NotFound("migration_not_found", "没有这批迁移")
    if row.state not in states:
        raise Conflict("migration_moved_on", "这批迁移的状态已变，请刷新后查看")
    return row


def _decided(run: Run) -> dict[str, Any]:
    return {"decided_by": run.actor.user_id, "decided_at": run.at}


def _change(run: Run, row: Migration, kind: str, values: dict[str, Any]) -> Result:
    run.uow.migrations.change(row.id, {**values, "changed_at": run.at})
    _record(run, row, kind, {"target": row.target})
    return Result({"migration_id": row.id, "state": values["state"]})


def _record(run: Run, row: Migration, kind: str, facts: dict[str, Any]) -> None:
    run.uow.history.record(
        kind, f"migration:{row.id}", who(run.actor), run.at, version=row.target, facts=facts
    )
