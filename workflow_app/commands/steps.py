"""Saving what the engine did: live tokens, the inbox, timers, linked cases, the event.

The one writer of a case's live rows. A step opens and closes things; what follows in other
cases (a child starts, a parent goes on) is put off until this case is saved, inside the same
transaction. The history gets one event for each step of each case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from workflow_app.commands import deadlines, milestones, on_inbox
from workflow_app.commands.recorder import Note, record
from workflow_app.commands.requests import SYSTEM, Json
from workflow_app.commands.run import OpenCase, Run
from workflow_app.commands.service_calls import ServiceCalls
from workflow_app.engine.model import CallRequest, Step
from workflow_app.engine.plain import plain_mapping
from workflow_app.kernel.identifiers import new_id, receipt_number
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.repositories.tokens import Token

OPEN = ("open", "incident")
INHERITED = ("project_id", "batch_id", "owner_org", "applicant_org", "exchange_org", "bureau_org")


def start(
    run: Run,
    process_id: str,
    variables: Mapping[str, Json],
    *,
    title: str,
    parent: tuple[str, str] | None = None,
) -> OpenCase:
    """Open a case on the effective version and let it run to its first waits.

    :param variables: parties and ids the case starts with; the version's flags are added.
    :param parent: id of the calling case and its waiting token.
    """
    version = run.tools.versions.effective(run.uow)
    flags = run.tools.parameters(version).flags
    case_id = new_id()
    base: dict[str, Json] = {**flags, **dict.fromkeys(INHERITED), **variables, "case_id": case_id}
    row = CaseRow(
        id=case_id,
        number=receipt_number("BJ"),
        process_id=process_id,
        version=version,
        title=title,
        parent_case_id=parent[0] if parent else None,
        parent_token_id=parent[1] if parent else None,
        status="open",
        outcome=None,
        revision=0,
        header="",
        opened_by=run.actor.user_id,
        opened_at=run.at,
        closed_at=None,
        **{name: base[name] for name in INHERITED},  # type: ignore[arg-type]  # ids, by the callers
    )
    case = run.adopt(row, {})
    # The row must stand before anything that refers to it: effects, deadlines, tokens.
    run.uow.cases.insert(row)
    services = ServiceCalls(run, case)
    step = run.tools.engine.start(version, process_id, base, services)
    # What it starts with beside the version's flags: a back-test starts it so again.
    given = {name: value for name, value in variables.items() if value is not None or name not in INHERITED}
    facts = {"given": plain_mapping(given)}
    save(run, case, step, services, Note("case_started", SYSTEM if parent else run.actor, facts=facts))
    return case


def save(run: Run, case: OpenCase, step: Step, services: ServiceCalls, note: Note) -> None:
    """Write a step's rows and its event, and put off what follows from it.

    :raises Conflict: another transaction moved the case on first.
    """
    case.live = step.case
    run.uow.tokens.save(
        case.id, (Token(t.id, t.element, t.state, t.body) for t in step.upserts), step.deletes
    )
    touched = on_inbox.close(run, case, step.tasks_closed)
    touched |= _close_timers(run, case, step)
    for task in step.tasks_opened:
        on_inbox.open_task(run, case, task)
    for request in step.timers_opened:
        deadlines.arm(run, case, request)
    deadlines.release(run, case, touched)
    waits = {(wait.token_id, wait.name): wait.element.id for wait in step.messages}
    run.uow.cases.change_waits(case.id, step.messages_before, waits)
    if step.ended:
        milestones.of_end(run, case, step.outcome)
    _move(run, case, step, cancelled=note.kind == "case_cancelled")
    record(run, case, note, services, step)
    _follow(run, case, step)


def cancel(run: Run, case: OpenCase, why: str) -> None:
    """End a case from outside: its tasks, timers and linked cases go with it."""
    if case.row.status not in OPEN:
        return
    step = run.tools.engine.cancel(case.live)
    save(run, case, step, ServiceCalls(run, case), Note("case_cancelled", SYSTEM, facts={"why": why}))


def deliver(run: Run, case_id: str, token_id: str, child: str, result: Mapping[str, Json]) -> None:
    """Hand a linked case's result to the case that waits for it."""
    case = run.case(case_id)
    services = ServiceCalls(run, case)
    step = run.tools.engine.deliver(case.live, token_id, result, services)
    save(run, case, step, services, Note("call_returned", SYSTEM, facts={"child": child}))


def send(run: Run, case_id: str, message: str, payload: Mapping[str, Any]) -> bool:
    """Send a message to a case that waits for it; tell whether one did."""
    if not run.uow.cases.waiting_for(case_id, message):
        return False
    case = run.case(case_id)
    services = ServiceCalls(run, case)
    step = run.tools.engine.send(case.live, message, payload, services)
    save(run, case, step, services, Note("message_received", facts={"message": message, "payload": payload}))
    return True


def _close_timers(run: Run, case: OpenCase, step: Step) -> set[str]:
    touched = set()
    for where in step.timers_closed:
        timer = case.timers.pop(where, None)
        if timer is not None:
            run.uow.deadlines.cancel(timer.id)
            touched.add(timer.deadline_id)
    return {deadline_id for deadline_id in touched if deadline_id}


def _move(run: Run, case: OpenCase, step: Step, *, cancelled: bool) -> None:
    values: dict[str, Any] = {}
    if step.header_changed or not case.row.header:
        values["header"] = step.case.header
    if step.ended or cancelled:
        status = "cancelled" if cancelled else "closed"
        values |= {"status": status, "outcome": step.outcome, "closed_at": run.at}
    elif case.row.status == "incident":
        values["status"] = "open"
    revision = run.uow.cases.move(case.id, case.row.revision, values, case.row.header)
    case.row = replace(case.row, **values, revision=revision)


def _follow(run: Run, case: OpenCase, step: Step) -> None:
    for token_id in step.calls_closed:
        child = run.uow.cases.child_of(case.id, token_id)
        if child is not None and child.status in OPEN:
            run.later(partial(_cancel_child, run, child.id))
    for request in step.calls_opened:
        run.later(partial(_call, run, case, request))
    parent, token = case.row.parent_case_id, case.row.parent_token_id
    if parent and token and case.row.status == "closed":
        run.later(partial(deliver, run, parent, token, case.id, step.variables))


def _cancel_child(run: Run, case_id: str) -> None:
    cancel(run, run.case(case_id), "caller_left")


def _call(run: Run, case: OpenCase, request: CallRequest) -> None:
    parties = {name: getattr(case.row, name) for name in INHERITED}
    start(
        run,
        request.process_id,
        {**parties, **request.inputs},
        title=case.row.title,
        parent=(case.id, request.token_id),
    )
