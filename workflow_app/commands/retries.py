"""A failed act done again, and its incident closed where that succeeds.

Two kinds of act are retried: handing in a task, from the draft that was kept and in the name of
who handed it in; and a timer, by trying it at once. Anything else its person does again.
"""

from __future__ import annotations

from typing import Final

from workflow_app.commands import people, permissions, timers
from workflow_app.commands.host import Host
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor, CompleteTask, Result, RetryIncident
from workflow_app.domain.trading.orders import Mode
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, Refused
from workflow_app.store.repositories.incidents import Incident
from workflow_app.store.unit_of_work import UnitOfWork

CHECKER: Final = "exchange_checker"
SETTLED: Final = frozenset(mode.process for mode in Mode)
"""Diagrams whose failed acts a checker of the exchange may do again."""


def retry(host: Host, request: RetryIncident, actor: Actor) -> Result:
    """Do a failed act again; close its incident where it succeeds.

    :raises Forbidden: neither who was stopped, nor the system administrator, nor, of a transfer, a checker
        of its exchange.
    :raises ActFailed: it failed again.
    """
    with host.store.reading() as uow:
        incident = uow.incidents.get(request.incident_id)
        stopped = incident.actor["user_id"]
        if stopped != actor.user_id or stopped is None:
            _ensure_may_retry(uow, incident, actor)
        if incident.state != "open":
            raise Conflict("incident_closed", "该异常已处理")
        again: CompleteTask | None = None
        by = actor
        if incident.command == "CompleteTask":
            task_id = str(incident.request["task_id"])
            if uow.inbox.find(task_id) is None:  # done meanwhile, or by a retry that was cut short
                return _resolve(host, incident, actor, Result({"task_id": task_id}))
            draft = uow.forms.draft(task_id, str(stopped))
            if draft is None:
                raise Refused("nothing_to_retry", "找不到当时填写的内容，请由本人重新提交")
            again = CompleteTask(task_id, draft.raw)
            by = people.actor(
                uow, str(stopped), incident.actor["channel"], legal_date(host.tools.clock.now())
            )
    if again is not None:
        result = host.execute(again, by)
    elif incident.command == "FireTimer":
        timers.fire_by_id(host, str(incident.case_id), str(incident.request["timer_id"]))
        result = Result({"timer_id": incident.request["timer_id"]})
    else:
        raise Refused("nothing_to_retry", "此类操作请由本人重新进行")
    return _resolve(host, incident, actor, result)


def _ensure_may_retry(uow: UnitOfWork, incident: Incident, actor: Actor) -> None:
    """Refuse whoever did not do the act and does not look after it: a settlement is its exchange's affair."""
    if incident.case_id is not None:
        case = uow.cases.get(incident.case_id)
        if case.process_id in SETTLED and (CHECKER, case.exchange_org) in actor.roles:
            return
    permissions.ensure_holds(actor, "system_admin")


def _resolve(host: Host, incident: Incident, actor: Actor, result: Result) -> Result:
    now = host.tools.clock.now()
    with host.store.unit_of_work() as uow:
        uow.incidents.resolve(incident.id, now, actor.user_id)
        if incident.case_id is not None:
            facts = {"incident": incident.id}
            uow.history.record("incident_resolved", f"case:{incident.case_id}", who(actor), now, facts=facts)
        uow.commit()
    return Result({**result.values, "incident_id": incident.id})
