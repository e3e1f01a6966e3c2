"""Growth of one case over its rounds: a lifecycle's loop, on the engine alone.

Run by hand or from the bench: ``python -m tests.benchmarks.engine_growth 10000``. A round is
a request, a linked case and its result; one in twenty is withdrawn, one in twenty rejected,
one in ten is warned on the way. No store: what is measured is load, step, prune and diff.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import dataclass
from random import Random

from tests.unit.engine.drawings import (
    Recorder,
    definitions,
    edge,
    end,
    flow,
    letter,
    node,
    path,
    properties,
    service,
    start,
    timer,
    user,
)  # fmt: skip
from workflow_app.engine.model import BusinessError, LiveCase, Step
from workflow_app.engine.process import Engine

ERROR = '<bpmn:errorEventDefinition errorRef="e"/>'

LIFECYCLE = definitions(
    start() + user("request") + edge("deregistered", "request", letter("d"))
    + node("exclusiveGateway", "next", default="next_to_finished")
    + node("callActivity", "issue", properties(inputs="owner_org, round", outputs="result=outcome"),
           calledElement="issuance")
    + edge("withdrawn", "issue", letter("w")) + edge("rejected", "issue", ERROR)
    + edge("soon", "issue", timer("warning('issuance', asked_at)"), interrupting=False)
    + service("warn", "warn") + node("endEvent", "warned")
    + node("exclusiveGateway", "merge") + service("record", "record_round", value="round")
    + end("finished") + end("gone", "deregistered")
    + path("start", "request", "next", "finished") + flow("next", "issue", "step == 'issue'")
    + path("issue", "merge", "record", "request") + flow("withdrawn", "merge") + flow("rejected", "merge")
    + flow("deregistered", "gone") + path("soon", "warn", "warned"),
    top='<bpmn:error id="e" errorCode="NO"/><bpmn:message id="w" name="withdrawal"/>'
        '<bpmn:message id="d" name="deregistration"/>',
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """One round: CPU milliseconds a step, live rows and bytes after it."""

    number: int
    step_ms: float
    rows: int
    stored: int


def rounds(count: int, seed: int = 1) -> tuple[list[Sample], Step]:
    """Play ``count`` rounds and finish; return the samples and the last step."""
    random = Random(seed)  # noqa: S311 - a measurement must repeat
    engine = Engine(lambda _: {"processes/p.bpmn": LIFECYCLE})
    services = Recorder(warn=dict, record_round=lambda value: {"round": value + 1})
    step = engine.start(
        "v", "p", {"owner_org": "o", "round": 0, "asked_at": "2026-11-23T02:00:00+00:00"}, services
    )
    samples: list[Sample] = []
    for number in range(count):
        services.calls.clear()
        started, steps = time.process_time(), 2
        step = engine.complete(step.case, step.tasks_opened[0].token_id, {"step": "issue"}, services)
        call, warning = step.calls_opened[0], step.timers_opened[0]
        if random.random() < 0.1:
            steps += 1
            step = engine.fire(step.case, warning.token_id, warning.element.id, services)
        fate = random.random()
        if fate < 0.05:
            step = engine.send(step.case, "withdrawal", {}, services)
        elif fate < 0.1:
            step = engine.deliver(step.case, call.token_id, BusinessError("NO"), services)
        else:
            step = engine.deliver(step.case, call.token_id, {"outcome": "issued"}, services)
        spent = (time.process_time() - started) * 1000 / steps
        samples.append(Sample(number + 1, spent, len(step.case.tokens), stored(step.case)))
    return samples, engine.complete(step.case, step.tasks_opened[0].token_id, {"step": "finish"}, services)


def stored(case: LiveCase) -> int:
    """Return the bytes a case's live state takes."""
    return len(case.header) + sum(len(json.dumps(row.body)) + len(row.id) for row in case.tokens.values())


def around(samples: list[Sample], number: int, width: int = 10) -> float:
    """Return the median step near round ``number``."""
    near = [sample.step_ms for sample in samples if abs(sample.number - number) <= width]
    return statistics.median(near)


def main(count: int) -> None:
    """Print the growth table."""
    samples, last = rounds(count)
    print("round  CPU ms/step  rows  bytes")  # noqa: T201
    for number in (10, 100, 1_000, 10_000):
        if number <= count:
            sample = samples[number - 1]
            print(f"{number:6d} {around(samples, number):11.2f} {sample.rows:5d} {sample.stored:6d}")  # noqa: T201
    print(f"rounds recorded: {last.variables['round']} of {count}; ended: {last.ended}")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
