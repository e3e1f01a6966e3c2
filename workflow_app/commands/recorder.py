"""The event of a step: who, in which role, on which element, with which form, decisions, effects.

The changed rows are added by the store; what they already say is not said twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_app.commands.requests import Actor
from workflow_app.commands.run import OpenCase, Run
from workflow_app.commands.service_calls import ServiceCalls
from workflow_app.engine.model import Decision, Step
from workflow_app.store.history import SYSTEM, FormEntry, Who


@dataclass(frozen=True, slots=True)
class Note:
    """What the event of a step says beside the step itself.

    :param kind: past tense.
    :param actor: who acted; the run's actor by default.
    :param legal_basis: the article the element cites.
    """

    kind: str
    actor: Actor | None = None
    role: str | None = None
    element_id: str | None = None
    form: FormEntry | None = None
    legal_basis: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def who(actor: Actor, role: str | None = None, on_behalf: str | None = None) -> Who:
    """Return the actor as the history names them."""
    if actor.user_id is None and actor.holds("system"):
        return SYSTEM
    if actor.user_id is None:
        return Who(None, role="public")
    only = next(iter(actor.roles))[0] if len(actor.roles) == 1 else None
    return Who(actor.user_id, actor.name, role or only, actor.organisation_id, on_behalf)


def record(run: Run, case: OpenCase, note: Note, services: ServiceCalls, step: Step) -> None:
    """Write the event of a step of ``case``."""
    behalf = case.row.owner_org if note.role == "agent" else None
    run.uow.history.record(
        note.kind,
        f"case:{case.id}",
        who(note.actor or run.actor, note.role, behalf),
        run.at,
        element_id=note.element_id,
        version=case.row.version,
        form=note.form,
        decisions=[_decision(decision) for decision in step.decisions],
        calls=services.calls,
        effects=services.effects,
        moves=[f"{move.what}:{move.element_id}" for move in step.moves],
        calendar_revision=run.calendar.revision,
        legal_basis=note.legal_basis,
        facts=note.facts,
    )


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "element": decision.element_id,
        "table": decision.table,
        "inputs": dict(decision.inputs),
        "rules": list(decision.rule_ids),
        "outputs": dict(decision.outputs),
    }
