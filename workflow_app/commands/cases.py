"""Opening a case, handing in a task's form, withdrawing and ending a project.

A task is judged against everything that holds at that instant: that it is still open, that it
is this person's, that its limits have not run out, that the form holds, that the duties stay
apart and that the law allows it (``guards``), and only then does the engine go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from workflow_app.commands import (
    calculations,
    choices,
    drafts,
    duties,
    guards,
    inbox,
    milestones,
    permissions,
    steps,
    timers,
)
from workflow_app.commands.recorder import Note
from workflow_app.commands.requests import CompleteTask, Json, Result, StartCase
from workflow_app.commands.run import OpenCase, Run
from workflow_app.commands.service_calls import ServiceCalls
from workflow_app.engine.forms import FormContext, FormValue
from workflow_app.engine.model import Step
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, Forbidden
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.history import FormEntry
from workflow_app.store.repositories.inbox import InboxTask

LIFECYCLE: Final = "project_lifecycle"
FILING: Final = "pilot_filing"


def start_case(run: Run, request: StartCase) -> Result:
    """Open a project's lifecycle or a pilot's filing for the actor's organisation.

    :raises Forbidden: the actor may not open this process, or not for this organisation.
    """
    permissions.ensure_may_start(run.actor, request.process_id)
    fields = dict(request.fields)
    title = str(fields.pop("title", "") or "未命名办件")[:200]
    organisation = permissions.starts_for(run.actor, request.process_id)
    if organisation is None:
        raise Forbidden("organisation_required", "请先登记您所属的单位", article="355号附件一（一）")
    run.actor = replace(run.actor, organisation_id=organisation)
    if request.process_id == FILING:
        bureau = fields.get("bureau_org") or (organisation if run.actor.holds("prefecture_bureau") else None)
        variables: dict[str, Json] = {
            "applicant_org": organisation,
            "owner_org": organisation,
            "bureau_org": bureau,
            "filing_kind": fields.get("filing_kind", "county"),
        }
    else:
        variables = _lifecycle(run, fields, organisation, title)
    case = steps.start(run, request.process_id, variables, title=title)
    run.drain()
    return Result({"case_id": case.id, "number": case.row.number, "project_id": variables.get("project_id")})


def _lifecycle(run: Run, fields: Mapping[str, Json], organisation: str, title: str) -> dict[str, Json]:
    owner = str(fields.get("owner_org") or organisation)
    if owner != organisation and not run.actor.holds("agent"):
        raise Forbidden("agent_required", "代其他单位申请须以受托单位身份办理", article="355号附件一（一）")
    exchanges = run.uow.people.organisations("exchange")
    exchange = fields.get("exchange_org") or (exchanges[0].id if len(exchanges) == 1 else None)
    project_id = new_id()
    parties: dict[str, Json] = {
        "owner_org": owner,
        "applicant_org": organisation,
        "exchange_org": exchange,
        "bureau_org": fields.get("bureau_org"),
    }
    row = {"id": project_id, "state": "draft", "name": title, "created_at": run.at, **parties}
    run.uow.programme.add(tables.project, row)
    return {"project_id": project_id, **parties}


def complete_task(run: Run, request: CompleteTask) -> Result:
    """Hand in a task's form and let the case go on to its next waits.

    :raises Conflict: the task is gone, or the case moved on since the form was shown.
    :raises Forbidden: not this person's task.
    :raises InvalidForm: the form does not hold.
    :raises Refused: a duty of the same person, or the law, forbids it.
    """
    task = inbox.find(run, request.task_id)
    case = run.case(task.case_id)
    timers.ensure_none_overdue(run, case)
    permissions.ensure_may_work(run.actor, task.candidates, task.assignee_id)
    if request.expected_revision is not None and request.expected_revision != case.row.revision:
        raise Conflict("case_moved", "他人刚刚办理了此件，您填写的内容已保留，请刷新后再决定")
    role, run.actor = permissions.acting(run.actor, task.role, task.candidates)
    held = duties.ensure_separated(run, case, role)
    value = parse(run, case, task, request.raw)
    guards.check(run, case, task, value, role)
    drafts.submit_files(run, case, task.id, value.files)
    case.form = (task.form, value.data)
    services = ServiceCalls(run, case)
    step = run.tools.engine.complete(case.live, task.id, value.variables, services)
    duties.record(run, case, role, held)
    milestones.of_form(run, case, task.form, value.action)
    steps.save(run, case, step, services, _note(run, case, task, value, role))
    if run.actor.user_id is not None:
        run.uow.forms.drop_drafts(task.id, run.actor.user_id)
    run.drain()
    return Result({"case_id": case.id, "revision": case.row.revision, "next_tasks": _opened(step)})


def parse(run: Run, case: OpenCase, task: InboxTask, raw: Mapping[str, object]) -> FormValue:
    """Judge what was typed by the form of the case's pinned version, whatever face it came through."""
    form = run.tools.form(case.row.version, task.form)
    today = legal_date(run.at)
    known = run.tools.calculations(case.row.version)
    offered = choices.offered(run.uow, form, case.row, today, case.parameters.flags, known)
    printed = form.with_lines(offered)
    context = FormContext(today=today, choices=offered)
    if not offered.get(calculations.PARAMETERS):
        return printed.parse(raw, context)
    calculation = calculations.of_case(run.uow, case.row, known)
    return (
        calculations.parsed(printed, calculation, raw, context)
        if calculation
        else printed.parse(raw, context)
    )


def _note(run: Run, case: OpenCase, task: InboxTask, value: FormValue, role: str) -> Note:
    form = run.tools.form(case.row.version, task.form)
    # One key for one group of personal values of a project, so that erasing it erases all of them.
    personal = {path: f"{group}:{case.subject}" for path, group in value.personal}
    entry = FormEntry(form.key, form.version, value.data, personal, value.action)
    element = run.tools.element(case.row.version, case.row.process_id, task.element_id)
    basis = element.documentation.partition("：")[0] if element is not None else form.article
    return Note("task_completed", role=role, element_id=task.element_id, form=entry, legal_basis=basis)


def _opened(step: Step) -> list[Json]:
    return [task.token_id for task in step.tasks_opened]
