"""One walk: a diagram, a path through it, the engine beside the token game at every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.diagrams.walks.generator import Diagram, Generator
from tests.diagrams.walks.oracle import Key, Oracle, Refusal, service
from workflow_app.engine.model import BusinessError, Element, Json, LiveCase, Step
from workflow_app.engine.process import Engine

STEPS = 30


class WalkServices:
    """The services of the generated diagrams, as the engine calls them."""

    def call(
        self,
        operation: str,
        element: Element,
        token_id: str,
        inputs: Mapping[str, Json],
        variables: Mapping[str, Json],
    ) -> Mapping[str, Json]:
        try:
            return service(operation, dict(inputs))
        except Refusal as refusal:
            raise BusinessError(refusal.code) from refusal


@dataclass
class Walk:
    """What a walk did, for the counts."""

    seed: int
    features: set[str]
    steps: int = 0
    ended: bool = False
    most_rows: int = 0


@dataclass
class Board:
    """The engine's waits, kept from the differences its steps report."""

    oracle: Oracle
    tasks: dict[str, Key] = field(default_factory=dict)
    calls: dict[str, Key] = field(default_factory=dict)
    timers: dict[tuple[str, str], Key] = field(default_factory=dict)
    messages: dict[tuple[str, str], Key] = field(default_factory=dict)
    live: LiveCase | None = None

    def apply(self, step: Step) -> None:
        """Take a step as a store would: rows by upsert and delete, waits by opened and closed."""
        rows = dict(self.live.tokens) if self.live is not None else {}
        for identifier in step.deletes:
            del rows[identifier]
        rows.update({row.id: row for row in step.upserts})
        assert rows == dict(step.case.tokens), "upserts and deletes do not give the live rows"
        self.live = LiveCase(step.case.version, step.case.process_id, step.case.header, rows)
        for token in step.tasks_closed:
            del self.tasks[token]
        for token in step.calls_closed:
            del self.calls[token]
        for pair in step.timers_closed:
            del self.timers[pair]
        for task in step.tasks_opened:
            self.tasks[task.token_id] = ("task", task.element.id, self._path(task.element.id, task.data))
        for call in step.calls_opened:
            self.calls[call.token_id] = ("call", call.element.id, self._path(call.element.id, call.inputs))
        for timer in step.timers_opened:
            names = self._items(timer.element.id)
            path = ((names[0], timer.start),) if names else ()
            self.timers[timer.token_id, timer.element.id] = ("timer", timer.element.id, path)
        self.messages = {(m.token_id, m.name): ("message", m.element.id, ()) for m in step.messages}

    def keys(self) -> list[Key]:
        return [*self.tasks.values(), *self.calls.values(), *self.timers.values(), *self.messages.values()]

    def _items(self, element_id: str) -> list[str]:
        names, node = [], self.oracle.nodes[element_id]
        own = True
        while True:
            if node.loop is not None and (not own or node.kind != "boundaryEvent"):
                names.append(next(e.get("id") for e in node.loop.iter() if e.tag.endswith("inputDataItem")))
            if not node.container:
                return names
            node, own = self.oracle.nodes[node.container], False

    def _path(self, element_id: str, data: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
        return tuple((name, data[name]) for name in self._items(element_id))


def draw(seed: int) -> Diagram:
    """Return the diagram of ``seed``."""
    return Generator(Random(seed)).diagram()  # noqa: S311 - a walk must repeat from its seed


def walk(seed: int) -> Walk:
    """Walk the diagram of ``seed``; every difference from the token game is an assertion."""
    diagram = draw(seed)
    random = Random(seed ^ 0x5EED)  # noqa: S311
    # Two engines, two parses: a case must go on from its rows on a specification it never saw.
    files = {"processes/walk.bpmn": diagram.xml, "decisions/walk.dmn": diagram.tables}
    engines = [Engine(lambda _: files) for _ in range(2)]
    services = WalkServices()
    variables: dict[str, Any] = {name: random.randint(0, 2) for name in diagram.choices}
    variables["people"] = [f"p{n}" for n in range(random.randint(0, 3))]
    oracle = Oracle(diagram.xml, diagram.tables, variables)
    step = engines[0].start("v", "walk", variables, services)
    board, done = Board(oracle), Walk(seed, diagram.features)
    expect(board, oracle, step, None)
    while not oracle.ended and done.steps < STEPS and oracle.waits():
        engine = random.choice(engines)
        key = random.choice(sorted(oracle.waits(), key=repr))
        step = act(engine, board, oracle, key, diagram, random, services)
        done.steps += 1
        expect(board, oracle, step, key)
        done.most_rows = max(done.most_rows, len(step.case.tokens))
    done.ended = oracle.ended
    return done


def act(
    engine: Engine,
    board: Board,
    oracle: Oracle,
    key: Key,
    diagram: Diagram,
    random: Random,
    services: WalkServices,
) -> Step:
    """Do the same thing on both sides."""
    assert board.live is not None
    kind, element, _ = key
    values: dict[str, Any] = {name: random.randint(0, 2) for name in diagram.choices if random.random() < 0.4}
    values[f"v_{element}"] = random.randint(0, 99)
    if random.random() < 0.2:
        values["people"] = [f"p{n}" for n in range(random.randint(0, 3))]
    loop = oracle.nodes[element].loop
    if kind == "task" and loop is not None and random.random() < 0.5:
        item = next(e.get("id") for e in loop.iter() if e.tag.endswith("inputDataItem"))
        values[f"value_{item}"] = random.randint(0, 99)
    if kind == "task":
        token = next(t for t, k in board.tasks.items() if k == key)
        step = engine.complete(board.live, token, values, services)
        oracle.act(key, values)
    elif kind == "call":
        token = next(t for t, k in board.calls.items() if k == key)
        if random.random() < 0.4 and catches(oracle, element):
            step = engine.deliver(board.live, token, BusinessError("E1"), services)
            oracle.act(key, {}, "E1")
        else:
            answer = random.randint(0, 9)
            step = engine.deliver(board.live, token, {"answer": answer, "other": 1}, services)
            oracle.act(key, {f"r_{element}": answer})
    elif kind == "timer":
        token, element = next(t for t, k in board.timers.items() if k == key)
        step = engine.fire(board.live, token, element, services)
        oracle.act(key, {})
    else:
        _, name = next(t for t, k in board.messages.items() if k == key)
        step = engine.send(board.live, name, values, services)
        oracle.act(key, values)
    return step


def catches(oracle: Oracle, element: str) -> bool:
    """Say whether the element has an error boundary event of its own."""
    return any(oracle.nodes[edge].event("error") is not None for edge in oracle.nodes[element].boundaries)


def expect(board: Board, oracle: Oracle, step: Step, key: Key | None) -> None:
    """Compare the waits, flows taken, rules that matched, variables each person sees, and the end."""
    board.apply(step)
    wanted = oracle.waits()
    got = Counter(board.keys())
    both = f"engine {sorted(got, key=repr)}, token game {sorted(wanted, key=repr)}"
    assert got == Counter(list(wanted)), f"after {key}: {both}"
    flows = Counter(move.element_id for move in step.moves if move.what == "flow")
    assert flows == Counter(oracle.taken), f"after {key}: flows {flows} instead of {Counter(oracle.taken)}"
    decided = Counter((each.element_id, *each.rule_ids) for each in step.decisions)
    assert decided == Counter(oracle.decided), f"after {key}: rules {decided} instead of {oracle.decided}"
    assert step.ended == oracle.ended, f"after {key}: ended {step.ended}"
    if step.ended:
        assert step.outcome == oracle.outcome
        assert {k: v for k, v in step.variables.items() if k != "outcome"} == oracle.variables
        return
    opened = {task.token_id: task.data for task in step.tasks_opened}
    for token, data in opened.items():
        activity, _ = wanted[board.tasks[token]]
        seen = oracle.view(activity.scope, activity)
        assert dict(data) == seen, f"after {key}: data of {board.tasks[token]}"
