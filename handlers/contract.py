"""What a handler is: the code behind a service task, and all it may know and return.

A diagram names an *operation*; the handler registered under that name receives the values
the diagram maps into it and a read-only :class:`Context`, decides, and returns an
:class:`Outcome`: values for the case and *effects* for the command layer to carry out in the
act's own transaction. A handler must never know a session, a table, the network, the engine
or the host's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handlers.effects import Effect
from handlers.facts import Facts
from workflow_app.domain.findings import Finding, blocking
from workflow_app.kernel.errors import InvalidForm, Refused

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
Values = Mapping[str, Json]


class BusinessRefusal(Exception):
    """A declared way for an operation not to succeed; the diagram catches it as a BPMN error.

    :param code: one of the handler's ``errors``.
    :param payload: facts for whoever catches it.
    """

    def __init__(self, code: str, payload: Values | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.payload: Values = payload or {}


@dataclass(frozen=True, slots=True)
class Context:
    """The act a handler is called in; nothing here can be changed.

    :param at: the instant of the act, by the legal clock.
    :param variables: the case variables the service task sees.
    :param flags: the scalars of the case's pinned ``parameters.yaml``.
    :param facts: reads from the programme's records, as they stand inside the transaction.
    """

    case_id: str
    token_id: str
    element_id: str
    at: datetime
    variables: Values
    flags: Values
    facts: Facts

    def flag_int(self, name: str, default: int) -> int:
        """Return a whole-number parameter, or ``default`` where the version does not set it."""
        value = self.flags.get(name, default)
        return int(value) if isinstance(value, int | str) else default

    def text(self, name: str) -> str:
        """Return a case variable that must be a non-empty text.

        :raises LookupError: the diagram did not provide it; the case gets an incident.
        """
        value = self.variables.get(name)
        if not isinstance(value, str) or not value:
            raise LookupError(f"case variable {name!r} is missing at {self.element_id}")
        return value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler decided.

    :param values: merged into the case's variables; exactly the handler's ``outputs``.
    :param effects: carried out in order, in the same transaction.
    """

    values: Values
    effects: tuple[Effect, ...] = ()


def by_case_and_act(context: Context, inputs: Values) -> str:
    """The usual idempotency key: one token of one case does one act once."""
    return f"{context.case_id}:{context.element_id}:{context.token_id}"


@dataclass(frozen=True, slots=True)
class Handler:
    """A registered operation.

    :param operation: the name a diagram's service task uses.
    :param article: legal basis, or ``服务规则``.
    :param run: decides; pure but for reads through ``context.facts``.
    :param inputs: parameter names the diagram may map; an unknown one is refused.
    :param outputs: the variable names it sets, all of them, every time.
    :param always: outputs that always get the same value, and which; a proof over paths may count on them.
    :param effects: the kinds of effect it may return.
    :param errors: BPMN error codes it may raise through :class:`BusinessRefusal`.
    :param key: idempotency key of the act (case + act + period).
    """

    operation: str
    article: str
    run: Callable[[Values, Context], Outcome]
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    effects: tuple[type[Effect], ...] = ()
    errors: frozenset[str] = frozenset()
    key: Callable[[Context, Values], str] = by_case_and_act
    always: Values = field(default_factory=dict)

    def __call__(self, inputs: Values, context: Context) -> Outcome:
        """Run, and hold the handler to what it declared.

        :raises ContractBroken: it read, returned or raised what it did not declare.
        """
        unknown = inputs.keys() - set(self.inputs)
        if unknown:
            raise ContractBroken(f"{self.operation}: undeclared inputs {sorted(unknown)}")
        try:
            outcome = self.run(inputs, context)
        except BusinessRefusal as refusal:
            if refusal.code not in self.errors:
                raise ContractBroken(f"{self.operation}: undeclared error {refusal.code}") from refusal
            raise
        if outcome.values.keys() != set(self.outputs):
            raise ContractBroken(
                f"{self.operation}: returned {sorted(outcome.values)}, declared {sorted(self.outputs)}"
            )
        if any(outcome.values.get(name) != value for name, value in self.always.items()):
            raise ContractBroken(f"{self.operation}: returned other than {dict(self.always)}")
        for effect in outcome.effects:
            if not isinstance(effect, self.effects):
                raise ContractBroken(f"{self.operation}: undeclared effect {type(effect).__name__}")
        return outcome


def refuse(findings: Iterable[Finding]) -> None:
    """Refuse the act where a check of the law found something that forbids it.

    :raises Refused: the first blocking finding, all of them in its details.
    """
    against = blocking(findings)
    if against:
        first = against[0]
        reasons = [{"code": f.code, "message": f.message, "field": f.field} for f in against]
        raise Refused(first.code, first.message, article=first.article, details={"findings": reasons})


def at_fields(findings: Iterable[Finding]) -> None:
    """Show field findings at their fields, the first of the others as a refusal."""
    against = blocking(findings)
    refuse(finding for finding in against if not finding.field)
    errors: dict[str, list[str]] = {}
    for finding in against:
        errors.setdefault(finding.field, []).append(finding.message)
    if errors:
        raise InvalidForm(errors, against[0].message)


class ContractBroken(Exception):
    """A handler did what it did not declare: a defect, never a refusal."""
