"""Moving the cases of a batch, each in a transaction of its own: tried again, moved, told by its event.

Whoever stops a batch is heard before the next case. A case that went on since the rehearsal is tried as
it stands now; one that ended, or cannot be moved any more, is left where it is. On the way back a case
is moved only where nothing happened on it since. Tasks keep their ids, claims and drafts, limits
and timers their dates: of a case only its version changes, and what its tokens hang on.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import asdict, replace
from typing import Any, Final

from workflow_app.commands.host import Host
from workflow_app.commands.migration_requests import AdvanceMigrations
from workflow_app.commands.recorder import who
from workflow_app.commands.rehearsal import Target
from workflow_app.commands.requests import SYSTEM, Actor, Result
from workflow_app.commands.run import OpenCase, Run
from workflow_app.engine.model import LiveCase
from workflow_app.engine.moving.model import Remark
from workflow_app.kernel.errors import Conflict, Forbidden
from workflow_app.store.repositories.migrations import Migration, MigrationCase
from workflow_app.store.repositories.tokens import Token

LOG = logging.getLogger(__name__)
OPEN: Final = ("open", "incident")
TARGETS: Final = 8
"""Versions kept parsed within one call."""


def advance(host: Host, request: AdvanceMigrations, actor: Actor) -> Result:
    """Take the next cases of the batches under way, at most ``limit``.

    :returns: ``tried``: how many; fewer than ``limit`` means that nothing is left to do.
    :raises Forbidden: asked for by a person.
    """
    if not actor.holds("system"):
        raise Forbidden("role_required", "迁移由系统逐件执行")
    tried = 0
    targets: OrderedDict[str, Target] = OrderedDict()
    with host.store.reading() as uow:
        batches = uow.migrations.under_way()
    for batch in batches:
        with host.store.reading() as uow:
            turn = uow.migrations.next_of(batch, request.limit - tried)
        for each in turn:
            _one(host, batch, each, targets)
            tried += 1
        if tried >= request.limit:
            break
        _finish(host, batch)
    return Result({"tried": tried})


def _target(host: Host, version: str, targets: OrderedDict[str, Target]) -> Target:
    if version not in targets:
        targets[version] = Target(host.tools, version)
        while len(targets) > TARGETS:
            targets.popitem(last=False)
    return targets[version]


def _one(host: Host, batch: Migration, planned: MigrationCase, targets: OrderedDict[str, Target]) -> None:
    """Move one case, or note why not; a defect leaves it as it was and does not stop the others."""
    try:
        version = planned.from_version if batch.back else batch.target
        target = _target(host, version, targets)
        with host.store.unit_of_work() as uow:
            run = host.run(uow, SYSTEM)
            case = run.case(planned.case_id)
            if not _still(run, batch, planned):
                return
            remarks = _move(run, case, target, batch, planned)
            if remarks is not None:
                _leave(run, batch, planned, remarks)
            uow.commit()
    except Conflict as conflict:  # somebody acted at the same moment; its turn comes again
        LOG.info("case %s not moved: %s", planned.case_id, conflict.code)
    except Exception:  # one poisoned case must not stop the others
        LOG.exception("case %s could not be moved", planned.case_id)
        _failed(host, batch, planned)


def _still(run: Run, batch: Migration, planned: MigrationCase) -> bool:
    """Tell whether the batch still runs and the case still waits for its turn; both rows are held."""
    now = run.uow.migrations.get(batch.id, lock=True)
    found = run.uow.migrations.case(batch.id, planned.case_id)
    return (
        now is not None
        and (now.state, now.back) == ("running", batch.back)
        and found is not None
        and found.state == planned.state
    )


def _move(
    run: Run, case: OpenCase, target: Target, batch: Migration, planned: MigrationCase
) -> tuple[Remark, ...] | None:
    """Move a case; ``None``, or why it stays."""
    if case.row.status not in OPEN:
        return (Remark("ended", "-", "-", "办件已经办结"),)
    if batch.back and case.row.revision != planned.revision:
        return (Remark("went_on", "-", "-", "迁移以后办件已继续办理，不再回退"),)
    if not batch.back and case.row.version != planned.from_version:
        return (Remark("other_version", "-", "-", "办件已在另一版本上办理"),)
    (running,) = run.uow.migrations.running_of([case.id])
    tried, verdict = target.judge(running)
    # On the way back a caller goes first; that it waits for a linked case on a later version is nothing new.
    heard = () if batch.back else target.hears(running, tried, ())
    obstacles = (*verdict.obstacles, *heard)
    if obstacles or tried.moved is None:
        return obstacles
    before = case.row.version
    _save(run, case, tried.moved)
    state = "reverted" if batch.back else "moved"
    run.uow.migrations.settle(
        batch.id,
        case.id,
        {
            "state": state,
            "remarks": [asdict(each) for each in verdict.differences],
            "revision": case.row.revision,
            "changed_at": run.at,
        },
    )
    facts = {
        "migration": batch.id,
        "from": before,
        "to": case.row.version,
        "requested_by": batch.requested_by,
        "approved_by": batch.decided_by,
        "differences": [each.text for each in verdict.differences],
    }
    kind = "case_moved_back" if batch.back else "case_migrated"
    run.uow.history.record(
        kind, f"case:{case.id}", who(run.actor), run.at, version=case.row.version, facts=facts
    )
    return None


def _save(run: Run, case: OpenCase, moved: LiveCase) -> None:
    changed = [row for row in moved.tokens.values() if case.live.tokens.get(row.id) != row]
    gone = [token_id for token_id in case.live.tokens if token_id not in moved.tokens]
    run.uow.tokens.save(case.id, (Token(t.id, t.element, t.state, t.body) for t in changed), gone)
    values: dict[str, Any] = {"version": moved.version}
    if moved.header != case.row.header:
        values["header"] = moved.header
    revision = run.uow.cases.move(case.id, case.row.revision, values, case.row.header)
    case.row, case.live = replace(case.row, **values, revision=revision), moved


def _leave(run: Run, batch: Migration, planned: MigrationCase, remarks: tuple[Remark, ...]) -> None:
    values = {
        "state": "kept" if batch.back else "skipped",
        "remarks": [asdict(each) for each in remarks],
        "changed_at": run.at,
    }
    _note(run, batch, planned, "migration_case_left", values)


def _failed(host: Host, batch: Migration, planned: MigrationCase) -> None:
    remark = Remark("failed", "-", "-", "迁移时执行出错，办件没有改变；请系统管理员查看运行日志")
    with host.store.unit_of_work() as uow:
        run = host.run(uow, SYSTEM)
        if _still(run, batch, planned):
            state = "kept" if batch.back else "failed"
            values = {"state": state, "remarks": [asdict(remark)], "changed_at": run.at}
            _note(run, batch, planned, "migration_case_failed", values)
        uow.commit()


def _note(run: Run, batch: Migration, planned: MigrationCase, kind: str, values: dict[str, Any]) -> None:
    run.uow.migrations.settle(batch.id, planned.case_id, values)
    facts = {"case": planned.case_id, "why": [each["code"] for each in values["remarks"]]}
    stream = f"migration:{batch.id}"
    run.uow.history.record(kind, stream, who(run.actor), run.at, version=batch.target, facts=facts)


def _finish(host: Host, batch: Migration) -> None:
    """Close a batch of which no case is left."""
    with host.store.unit_of_work() as uow:
        run = host.run(uow, SYSTEM)
        now = uow.migrations.get(batch.id, lock=True)
        if now is None or (now.state, now.back) != ("running", batch.back) or uow.migrations.next_of(now, 1):
            return
        uow.migrations.change(batch.id, {"state": "done", "changed_at": run.at})
        facts = {"cases": uow.migrations.counts(batch.id)}
        stream = f"migration:{batch.id}"
        uow.history.record(
            "migration_finished", stream, who(run.actor), run.at, version=batch.target, facts=facts
        )
        uow.commit()
