"""The engine asks for an operation; the registered handler decides; its effects are carried out.

One place where the engine's word for a declared refusal and the handlers' word for it meet.
A lawful refusal in plain errors (``Refused``) passes through to the person who acts; anything
else a handler raises is a defect and becomes an incident of the whole act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.contract import BusinessRefusal, Context, Values
from handlers.registry import BY_OPERATION
from workflow_app.commands import effects
from workflow_app.commands.facts import StoredFacts
from workflow_app.commands.run import OpenCase, Run
from workflow_app.engine.model import BusinessError, Element, Variables


class UnknownOperation(Exception):
    """A diagram names an operation no handler is registered for."""


@dataclass(slots=True)
class ServiceCalls:
    """The operations of one act on one case; keeps what was called for the history."""

    run: Run
    case: OpenCase
    calls: list[dict[str, object]] = field(default_factory=list)
    effects: list[dict[str, object]] = field(default_factory=list)

    def call(
        self, operation: str, element: Element, token_id: str, inputs: Variables, variables: Variables
    ) -> Variables:
        """Run the handler of ``operation``, carry out its effects, return its values.

        :raises BusinessError: the handler declined in a way it declared.
        :raises UnknownOperation: no such handler.
        """
        handler = BY_OPERATION.get(operation)
        if handler is None:
            raise UnknownOperation(f"{element.id} calls {operation!r}, which no handler is registered for")
        context = self.context(element.id, token_id, variables)
        try:
            outcome = handler(inputs, context)
        except BusinessRefusal as refusal:
            said = {"operation": operation, "element": element.id, "error": refusal.code}
            self.calls.append({**said, "payload": dict(refusal.payload)})
            raise BusinessError(refusal.code, refusal.payload) from refusal
        key = handler.key(context, inputs)
        for effect in outcome.effects:
            self.effects.append(effects.apply(self.run, self.case, effect, key))
        self.calls.append(
            {"operation": operation, "element": element.id, "values": dict(outcome.values), "key": key}
        )
        return outcome.values

    def context(self, element_id: str, token_id: str, variables: Mapping[str, object]) -> Context:
        """Return the read-only context of a call at ``element_id``."""
        values: Values = dict(variables)  # type: ignore[arg-type]  # JSON by the engine's contract
        return Context(
            case_id=self.case.id,
            token_id=token_id,
            element_id=element_id,
            at=self.run.at,
            variables=values,
            flags=self.case.parameters.flags,
            facts=StoredFacts(self.run, self.case),
        )
