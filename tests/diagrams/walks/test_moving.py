"""Running cases moved between versions on random walks: nothing that waits may notice.

Each version is the same diagram with steps in between that do nothing, so that the token game of the
first one still says what happens next. At every state the case is tried on another version; where it is
moved, tokens, ids, what each person sees and what is awaited must be the same, and the walk goes on there.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.diagrams.walks.oracle import B, Key, Oracle
from tests.diagrams.walks.walker import STEPS, Board, WalkServices, act, draw
from workflow_app.engine.model import LiveCase, Step
from workflow_app.engine.moving.model import Rehearsed
from workflow_app.engine.process import Engine

WALKS = int(os.environ.get("MOVES", "120"))
SHARDS = 8
ONE = os.environ.get("WALK_SEED")
VERSIONS = ("v0", "v1", "v2")


def lengthened(diagram: bytes, random: Random) -> bytes:
    """Put a step that does nothing on some of the flows."""
    root = ET.fromstring(diagram)  # noqa: S314 - the generator's own XML
    for container in [*root.iter(f"{B}process"), *root.iter(f"{B}subProcess")]:
        waiting = {each.get("id") for each in container.iter(f"{B}eventBasedGateway")}
        for flow in container.findall(f"{B}sequenceFlow"):
            if flow.get("sourceRef") in waiting or random.random() > 0.3:
                continue
            between, target = f"between_{flow.get('id')}", flow.get("targetRef", "")
            flow.set("targetRef", between)
            ET.SubElement(container, f"{B}task", id=between)
            ends = {"sourceRef": between, "targetRef": target}
            ET.SubElement(container, f"{B}sequenceFlow", id=f"{flow.get('id')}_on", attrib=ends)
    return ET.tostring(root)


def seen(engine: Engine, live: LiveCase) -> dict[str, Any]:
    """What each open task shows, by its token."""
    return {task.token_id: (task.element.id, dict(task.data)) for task in engine.open_tasks(live)}


def moved(engine: Engine, live: LiveCase, version: str, tried: Rehearsed) -> LiveCase:
    """Return the case as moved; every difference a person or a clock could notice is an assertion."""
    after = tried.moved
    assert after is not None
    assert (after.version, after.header) == (version, live.header)
    kept = {row.id: (row.element, row.state) for row in after.tokens.values()}
    known = {row.id: (row.element, row.state) for row in live.tokens.values()}
    assert kept.items() <= known.items(), "a token is another one"
    assert seen(engine, after) == seen(engine, live), "a task, or what it shows, is another one"
    back = engine.moves(live.version).rehearse(after)
    assert back.moved is not None
    assert seen(engine, back.moved) == seen(engine, live)
    return after


def expect(board: Board, oracle: Oracle, step: Step, key: Key | None) -> None:
    """Compare what is awaited, and the end."""
    board.apply(step)
    assert Counter(board.keys()) == Counter(list(oracle.waits())), f"after {key}"
    assert step.ended == oracle.ended
    if step.ended:
        assert step.outcome == oracle.outcome
        assert {k: v for k, v in step.variables.items() if k != "outcome"} == oracle.variables


def walk(seed: int) -> Counter[str]:
    """Walk the diagram of ``seed``, on another version whenever it can be; returns what was refused."""
    diagram, random = draw(seed), Random(seed ^ 0x40FE)  # noqa: S311 - a walk must repeat from its seed
    drawn = {name: lengthened(diagram.xml, random) if name != "v0" else diagram.xml for name in VERSIONS}
    engine = Engine(lambda name: {"processes/walk.bpmn": drawn[name], "decisions/walk.dmn": diagram.tables})
    services, counts = WalkServices(), Counter[str]()
    variables: dict[str, Any] = {name: random.randint(0, 2) for name in diagram.choices}
    variables["people"] = [f"p{n}" for n in range(random.randint(0, 3))]
    oracle = Oracle(diagram.xml, diagram.tables, variables)
    board = Board(oracle)
    key: Key | None = None
    step = engine.start("v0", "walk", variables, services)
    for _ in range(STEPS):
        expect(board, oracle, step, key)
        if oracle.ended or not oracle.waits():
            break
        assert board.live is not None
        version = random.choice([name for name in VERSIONS if name != board.live.version])
        before = replace(board.live)
        tried = engine.moves(version).rehearse(board.live)
        assert board.live == before, "a rehearsal changed the case"
        if tried.obstacles:
            counts.update(remark.code for remark in tried.obstacles)
        else:
            counts["moved"] += 1
            board.live = moved(engine, board.live, version, tried)
        key = random.choice(sorted(oracle.waits(), key=repr))
        step = act(engine, board, oracle, key, diagram, random, services)
    return counts


@pytest.mark.parametrize("shard", range(SHARDS))
def test_nothing_that_waits_notices_a_move(shard: int) -> None:
    seeds = [int(ONE)] if ONE else range(shard, WALKS, SHARDS)
    failures, counts = [], Counter[str]()
    for seed in seeds:
        try:
            counts += walk(seed)
        except Exception as error:  # noqa: BLE001 - every kind of difference is reported with its seed
            failures.append(f"WALK_SEED={seed}: {type(error).__name__}: {str(error)[:400]}")
    assert not failures, f"{len(failures)} walks differ\n" + "\n".join(failures[:5])
    # A token that waits at a join came along a flow that is another one where a step was put on it.
    assert set(counts) <= {"moved", "not_reachable", "other_branch"}, counts
    assert ONE or counts["moved"] > 2 * (counts.total() - counts["moved"]), counts
