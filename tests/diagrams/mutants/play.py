"""A version played through the real engine by people and services who answer in every way they could.

A walk is a history of acts: who did which form with what values, what the services answered, which timer
ran out counted from what, which message came. The guards of the code are left out on purpose, so that a
drawing is judged by itself. Walks repeat from their numbers, and each prefers what no walk before it tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any

from handlers.registry import HANDLERS
from tests.support.edited import files
from workflow_app.commands import parameters
from workflow_app.engine.faults import EngineFault
from workflow_app.engine.forms import FormDefinition, load_forms
from workflow_app.engine.model import Element, Json, LiveCase, Step, TimerRequest
from workflow_app.engine.process import Engine

STEPS = 150
ENDINGS = ("withdrawal", "batch_withdrawal", "revocation", "deregistration")
VARIED: Mapping[str, int] = {
    **dict.fromkeys(("open_objections", "first_batch", "certificate_route", "outstanding_tonnes"), 2),
    **dict.fromkeys(("notice_outcome", "settlement_result"), 3),
    **dict.fromkeys(("panel_opinion", "comment_classification"), 2),
}
"""Of which answers and actions a walk has a taste of its own, and among how many."""

OFTEN = 2
CURIOUS = 0.4
"""How often a walk does what was tried less than ``OFTEN`` at a place: so walks go deeper as they go on."""

RARELY = 0.04
"""How often a walk may be cut short by a message of ``ENDINGS``, which waits nearly everywhere."""

ROOTS = {
    "project_lifecycle": (
        *("project_lifecycle", "project_application", "expert_assessment", "public_notice"),
        *("registration", "issuance", "issuance_application"),
    )
}
"""The processes that are only played inside another; each of the others is played by itself."""

ANSWERS: Mapping[str, Mapping[str, tuple[Json, ...]]] = {
    "receive_application": {"methodology_kind": ("jcer", "ccer", "international")},
    "return_to_review": {"deemed_acceptance": ("escalate",)},
    "count_quorum": {"quorum": (True, False)},
    "record_opinion": {"rounds_exhausted": (False, True)},
    "record_recheck": {"rounds_exhausted": (False, True)},
    "close_notice": {"open_objections": (0, 1)},
    "record_round": {"batch_id": (None,)},
    "lapse_issuance": {"batch_id": (None,)},
    "cancel_units": {"certificate_route": ("department", "delegate")},
    "reverse_units": {"outstanding_tonnes": (0, 5)},
    "measure_price": {"has_reference": (True, False), "price_deviation": (0, 80, -30)},
}
"""What a handler may answer where a diagram asks for it, the usual answer first; the rest are names."""

FIELDS: Mapping[str, Mapping[str, tuple[Json, ...]]] = {
    "project_application": {
        "mandatory_duty": (False, True),
        **dict.fromkeys(("within_quota", "other_mechanism", "green_power", "green_certificate"), (False,)),
        "first_batch": ("separate", "combined"),
        "applicant_is_owner": (True,),
        "project_type": ("01",),
    },
    "cancellation_application": {"cancellation_purpose": ("public_welfare",), "neutrality_kind": ("",)},
    "panel": {"experts": (["e1", "e2"],), "chair": ("e1",)},
}
FIELDS = {**FIELDS, "application_correction": {**FIELDS["project_application"], "first_batch": ("separate",)}}

MESSAGES: Mapping[str, Mapping[str, tuple[Json, ...]]] = {
    "objections_settled": {"notice_outcome": ("dismissed", "upheld_fixable", "upheld_fatal")},
    "order_settled": {"settlement_result": ("settled", "failed", "unsold")},
    "delegation_revoked": {"certificate_route": ("department",)},
    "correction_decided": {"correction_result": ("confirmed", "dismissed")},
}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happened.

    :param what: ``task``, ``operation``, ``decision``, ``timer``, ``message`` or ``end``.
    :param name: the form, operation, table, limit, message or outcome.
    :param values: what it wrote.
    :param seen: the variables of its case before it.
    :param start: what a timer, or a task's limit, is counted from: the value, not its name.
    """

    what: str
    name: str
    process: str
    element: str
    roles: frozenset[str] = frozenset()
    values: Mapping[str, Json] = field(default_factory=dict)
    seen: Mapping[str, Json] = field(default_factory=dict)
    limit: str = ""
    start: Json = None
    kind: str = ""


@dataclass
class Choices:
    """What has been tried over all walks, so that the next goes where none has been."""

    random: Random
    tried: Counter[tuple[str, str]] = field(default_factory=Counter)

    def pick(self, place: str, ways: list[str], usual: str | None, bold: float) -> str:
        seen = usual is None or min(self.tried[place, way] for way in ways) >= OFTEN
        if usual is not None and self.random.random() > (bold if seen else max(bold, CURIOUS)):
            found = usual
        else:
            least = min(self.tried[place, way] for way in ways)
            found = self.random.choice([way for way in ways if self.tried[place, way] == least])
        self.tried[place, found] += 1
        return found


@dataclass
class Live:
    """One case and what it waits for."""

    process: str
    live: LiveCase
    parent: tuple[Live, str] | None
    variables: dict[str, Json]
    tasks: dict[str, tuple[Element, Mapping[str, Json]]] = field(default_factory=dict)
    timers: dict[tuple[str, str], TimerRequest] = field(default_factory=dict)
    calls: dict[str, Live] = field(default_factory=dict)
    messages: tuple[tuple[str, str], ...] = ()

    def take(self, step: Step) -> None:
        """Keep what waits after a step."""
        self.live = step.case
        for token in step.tasks_closed:
            self.tasks.pop(token, None)
        for pair in step.timers_closed:
            self.timers.pop(pair, None)
        for token in step.calls_closed:
            self.calls.pop(token, None)
        self.tasks |= {task.token_id: (task.element, task.data) for task in step.tasks_opened}
        self.timers |= {(timer.token_id, timer.element.id): timer for timer in step.timers_opened}
        self.messages = tuple((each.element.id, each.name) for each in step.messages)


class Play:
    """The walks of one version from one process."""

    def __init__(self, changed: Mapping[str, bytes], root: str) -> None:
        self._files = dict(changed)
        self._engine = Engine(lambda _: self._files)
        self._flags = dict(parameters.load(self._files).flags)
        self._forms = _forms()
        self._outputs = _outputs()
        self._choices = Choices(Random(0))  # noqa: S311 - a walk must repeat
        self._root = root
        self._count = 0
        self._open = 0
        self._history: list[Act] = []
        self.stuck = False

    def walk(self, number: int) -> list[Act]:
        """Return the history of one walk; it ends with the case, or after ``STEPS`` acts."""
        self._choices.random = Random(number)  # noqa: S311
        self._history, self._count, self._open, self._number = [], 0, 0, number
        self._bold = (0.02, 0.1, 0.2, 0.4)[number % 4]
        self._top: Live | None = None
        begun = {"project_id": "p", "owner_org": "o", "received_at": "received_at#0", "period_from": "d"}
        try:
            self._start(self._root, begun, None)
            for _ in range(STEPS):
                if self._top is None or not self._step():
                    break
        except EngineFault:
            self.stuck = True  # the engine refuses the act: the case stays where it is, and nothing happened
        return self._history

    def _start(self, process: str, given: Mapping[str, Json], parent: tuple[Live, str] | None) -> None:
        base: dict[str, Json] = dict(self._flags)
        for name in ("project_id", "batch_id", "owner_org", "applicant_org", "exchange_org", "bureau_org"):
            base[name] = None
        base |= given
        base["case_id"] = self._choices.pick(f"case:{process}", ["x", "y"], None, 1)
        live = Live(process, LiveCase("v", process, "", {}), parent, dict(base))
        if parent is None:
            self._top = live
        else:
            parent[0].calls[parent[1]] = live
        self._run(live, lambda services: self._engine.start("v", process, base, services))

    def _run(self, live: Live, act: Any) -> None:
        services = _Services(self, live)
        step: Step = act(services)
        self._apply(live, step, services.acts)

    def _apply(self, live: Live, step: Step, acts: list[Act]) -> None:
        """Take over what a step opened and closed; what it calls begins, what it ended goes back."""
        self._in_order(live, step, acts)
        live.take(step)
        for call in step.calls_opened:
            self._start(call.process_id, call.inputs, (live, call.token_id))
        if step.ended:
            self._note(Act("end", step.outcome or "", live.process, ""))
            if live.parent is None:
                self._top = None
                return
            outer, token = live.parent
            outer.calls.pop(token, None)
            self._run(
                outer, lambda services: self._engine.deliver(outer.live, token, step.variables, services)
            )

    def _in_order(self, live: Live, step: Step, acts: list[Act]) -> None:
        """Note what services and tables did in the order of the path."""
        acts += [
            Act("decision", each.table, live.process, each.element_id, values=each.outputs)
            for each in step.decisions
        ]
        for move in step.moves:
            done = next((a for a in acts if a.element == move.element_id and move.what == "completed"), None)
            if done is not None:
                acts.remove(done)
                self._note(done)
        for act in acts:
            self._note(act)

    def _note(self, act: Act) -> None:
        self._history.append(act)

    def _step(self) -> bool:
        ways: dict[str, Any] = {}
        self._endings: set[str] = set()
        tasks: list[str] = []
        timers: list[str] = []
        pending = [self._top]
        while pending:
            live = pending.pop()
            assert live is not None
            pending += live.calls.values()
            for token, (element, data) in live.tasks.items():
                ways[f"task {element.id}"] = (self._complete, live, token, element, data)
                tasks.append(f"task {element.id}")
            for pair, timer in live.timers.items():
                ways[f"timer {timer.element.id}"] = (self._fire, live, pair, timer)
                timers.append(f"timer {timer.element.id}")
            names = [name for _, name in live.messages]
            for element_id, name in live.messages:
                if names.count(name) == 1 and (name != "objections_settled" or self._open):
                    ways[f"message {element_id}"] = (self._send, live, element_id, name)
                    if name in ENDINGS:
                        self._endings.add(f"message {element_id}")
        if not ways:
            return False
        usual = self._choices.random.choice(tasks or timers or list(ways))
        calm = [way for way in ways if way not in self._endings or self._choices.random.random() < RARELY]
        chosen = ways[self._choices.pick(" ".join(sorted(ways)), calm or list(ways), usual, self._bold / 2)]
        chosen[0](*chosen[1:])
        return True

    def _complete(self, live: Live, token: str, element: Element, data: Mapping[str, Json]) -> None:
        form = self._forms[element.properties["form"]]
        actions = [action.value for action in form.actions] or [""]
        usual = str(self._taste(form.key, actions[: VARIED.get(form.key, 1)]))
        chosen = self._choices.pick(element.id, actions, usual, self._bold)
        values: dict[str, Json] = {}
        for each in form.fields():
            if each.variable:
                name = each.variable if isinstance(each.variable, str) else each.name
                values[name] = self._value(element.id, FIELDS.get(form.key, {}), name)
        for name in FIELDS.get(form.key, {}):
            values.setdefault(name, self._value(element.id, FIELDS[form.key], name))
        for action in form.actions:
            if action.value == chosen:
                values |= action.sets
        roles = frozenset(each for each in element.properties.get("role", "").split(",") if each)
        start = data.get(element.properties.get("deadline_from", ""))
        limit = element.properties.get("deadline", "")
        self._note(Act("task", form.key, live.process, element.id, roles, values, data, limit, start))
        self._run(live, lambda services: self._engine.complete(live.live, token, values, services))

    def _fire(self, live: Live, pair: tuple[str, str], timer: TimerRequest) -> None:
        element = timer.element.id
        self._note(Act("timer", timer.rule, live.process, element, start=timer.start, kind=timer.kind))
        self._run(live, lambda services: self._engine.fire(live.live, *pair, services))

    def _send(self, live: Live, element: str, name: str) -> None:
        values = {key: self._value(element, MESSAGES[name], key) for key in MESSAGES.get(name, {})}
        if name == "objections_settled":
            self._open = 0
        self._note(Act("message", name, live.process, element, values=values))
        self._run(live, lambda services: self._engine.send(live.live, name, values, services))

    def answer(self, operation: str, element: Element) -> Mapping[str, Json]:
        """Return what a service answers, one of the ways it could."""
        known = ANSWERS.get(operation, {})
        values = {name: self._value(element.id, known, name) for name in self._outputs.get(operation, ())}
        if operation == "open_notice":
            self._open = 1  # from now on somebody may object
        if operation == "close_notice":
            self._open = int(str(values["open_objections"]))
        return values

    def _value(self, place: str, known: Mapping[str, tuple[Json, ...]], name: str) -> Json:
        self._count += 1
        if name not in known:
            return f"{name}#{self._count}"
        ways = {repr(each): each for each in known[name]}
        usual = repr(self._taste(name, known[name][: VARIED.get(name, 1)]))
        return ways[self._choices.pick(f"{place}.{name}", list(ways), usual, self._bold)]

    def _taste(self, name: str, ways: Sequence[Json]) -> Json:
        """Return what is usual on this walk: where it leads elsewhere but no case ends, each walk differs."""
        return Random(f"{self._number} {name}").choice(ways)  # noqa: S311


class _Services:
    def __init__(self, play: Play, live: Live) -> None:
        self._play, self._live = play, live
        self.acts: list[Act] = []

    def call(
        self,
        operation: str,
        element: Element,
        token_id: str,
        inputs: Mapping[str, Json],
        variables: Mapping[str, Json],
    ) -> Mapping[str, Json]:
        values = self._play.answer(operation, element)
        process = self._live.process
        self.acts.append(
            Act("operation", operation, process, element.id, values=values, seen=dict(variables))
        )
        return values


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, FormDefinition]:
    """Return the shipped forms, which no mutant changes."""
    return load_forms(files())


def _outputs() -> dict[str, tuple[str, ...]]:
    return {handler.operation: tuple(sorted(handler.outputs)) for handler in HANDLERS}


def root_of(process: str) -> str:
    """Return the process in which ``process`` is played from the beginning."""
    return next((root for root, inside in ROOTS.items() if process in inside), process)
