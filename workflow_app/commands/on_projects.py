"""Effects on projects, opinions, accounts and filings, with the K rules of registration.

355号附件二（一）; docs/domain.md §3, §5 (I9). No registration without a passed opinion of this project,
a closed notice of it, settled objections and two different people of the exchange.
"""

from __future__ import annotations

from collections.abc import Mapping

from handlers import effects as asked
from handlers.contract import refuse
from workflow_app.commands import deadlines, on_notices, parties
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.project import BEFORE_REGISTRATION, ProjectState, after
from workflow_app.domain.registration import RegistrationFacts, check_registration
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables


def happen(run: Run, project_id: str, event: str, changes: Mapping[str, object]) -> None:
    """Let an event happen to a project.

    :raises Refused: the project's state does not know it.
    """
    row = run.uow.programme.project(project_id, lock=True)
    if row is None:
        raise LookupError(f"project {project_id} is not on record")
    state = ProjectState(row["state"])
    reached = after(state, event)
    if reached is None:
        raise Refused(
            "project_state",
            f"项目状态为“{state.label}”，不能进行此项办理",
            details={"state": state.value, "event": event},
        )
    ended = {"ended_at": run.at} if reached.final else {}
    run.uow.programme.change(tables.project, project_id, {**changes, **ended, "state": reached.value})


def move_project(run: Run, case: OpenCase, effect: asked.MoveProject, key: str) -> None:
    """Let an event happen to the case's project and take over what its forms say."""
    if case.row.project_id is None:
        raise LookupError(f"case {case.id} has no project")
    happen(run, case.row.project_id, effect.event, effect.fields)


def judged_with(run: Run, project_id: str, batch_id: str | None) -> bool:
    """Tell whether what happens to a case's batch happens to its project too.

    It does where there is no batch, and in the combined first pass, before the project is registered.
    """
    if batch_id is None:
        return True
    project = run.uow.programme.project(project_id)
    return project is not None and ProjectState(project["state"]) in BEFORE_REGISTRATION


def record_opinion(run: Run, case: OpenCase, effect: asked.RecordOpinion, key: str) -> None:
    """Keep one opinion of the panel."""
    run.uow.programme.add(
        tables.panel_opinion,
        {
            "id": effect.opinion_id,
            "project_id": case.row.project_id,
            "batch_id": case.row.batch_id,
            "case_id": case.id,
            "result": effect.result,
            "accepted_tonnes": effect.accepted_tonnes,
            "findings": dict(effect.findings),
            "revision_round": effect.revision_round,
            "signed_by": run.actor.user_id,
            "signed_at": effect.signed_at,
        },
    )


def open_account(run: Run, case: OpenCase, effect: asked.OpenAccount, key: str) -> None:
    """Open the owner's account; a second project of one owner goes to the one there is."""
    if run.uow.programme.account(effect.organisation_id, "owner") is not None:
        return
    run.uow.programme.add(
        tables.account,
        {
            "id": effect.account_id,
            "number": f"JX{effect.account_id[-12:].upper()}",
            "organisation_id": effect.organisation_id,
            "kind": "owner",
            "state": "normal",
            "opened_at": effect.opened_at,
            "opened_by": run.actor.user_id,
            "closed_at": None,
        },
    )


def register(run: Run, case: OpenCase, effect: asked.RegisterProject, key: str) -> None:
    """Enter the project in the register.

    :raises Refused: an opinion, a closed notice, a decision or a second person is missing.
    """
    project_id, owner = case.row.project_id, case.row.owner_org
    if project_id is None or owner is None:
        raise LookupError(f"case {case.id} has no project")
    opinion = run.uow.programme.opinion(effect.opinion_id)
    notice = run.uow.programme.notice(effect.notice_id)
    account = run.uow.programme.account(owner, "owner")
    own_opinion = opinion is not None and opinion["project_id"] == project_id
    own_notice = notice is not None and notice["project_id"] == project_id
    refuse(
        check_registration(
            RegistrationFacts(
                opinion_id=effect.opinion_id if own_opinion else None,
                opinion_passed=bool(opinion and opinion["result"] == "passed"),
                notice_closed=bool(own_notice and notice and notice["state"] == "closed"),
                notice_outcome=on_notices.outcome(run, effect.notice_id),
                open_objections=on_notices.undecided(run, effect.notice_id),
                account_open=account is not None,
                exchange_qualified_until=parties.qualified_until(run, case),
                today=legal_date(run.at),
            )
        )
    )
    maker = _maker(run, case)
    if account is None or maker is None or run.actor.user_id is None or maker == run.actor.user_id:
        raise Refused(
            "separation_of_duties", "登记须由经办与复核两人完成", article="服务规则：经办与复核分离"
        )
    limit = deadlines.latest(run, case, "registration")
    run.uow.programme.add(
        tables.registration,
        {
            "id": new_id(),
            "project_id": project_id,
            "number": effect.number,
            "case_id": case.id,
            "opinion_id": effect.opinion_id,
            "notice_id": effect.notice_id,
            "account_id": account["id"],
            "maker_id": maker,
            "checker_id": run.actor.user_id,
            "registered_at": effect.registered_at,
            "due_at": limit.due_at if limit else None,
            "state": "active",
            "ended_at": None,
            "end_reason": None,
        },
    )
    changes = {"number": effect.number, "registered_at": effect.registered_at}
    happen(run, project_id, "register", changes)


def _maker(run: Run, case: OpenCase) -> str | None:
    """Return who last acted as the exchange's maker on this case."""
    for event in run.uow.history.latest(f"case:{case.id}"):
        if event.role == "exchange_maker":
            return event.actor_id
    return None
