"""A step looks no further than it goes: what lies behind the next wait is not foreseen."""

from __future__ import annotations

import pytest

from tests.unit.engine.drawings import Play, definitions, edge, end, flow, node, path, start, timer, user
from workflow_app.engine.tree import Node

LENGTH = 40
NAMES = [f"task_{number}" for number in range(LENGTH)]
LONG = definitions(
    start()
    + "".join(user(name) for name in NAMES)
    + node("exclusiveGateway", "again", default="again_to_end")
    + end()
    + edge("late", NAMES[1], timer("warning('x', asked_at)"), interrupting=False)
    + node("endEvent", "told")
    + path("start", *NAMES, "again", "end")
    + flow("again", NAMES[0], "more")
    + flow("late", "told")
)


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the nodes grown since."""
    names: list[str] = []
    make = Node.__init__

    def noted(node: Node, workflow: object, task_spec: object, *rest: object, **named: object) -> None:
        names.append(str(getattr(task_spec, "name", "")))
        make(node, workflow, task_spec, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Node, "__init__", noted)
    return names


def test_the_first_task_is_reached_without_the_others(grown: list[str]) -> None:
    play = Play(LONG, asked_at="2026-11-23T02:00:00+00:00", more=False)
    assert [task.element.id for task in play.step.tasks_opened] == [NAMES[0]]
    assert len(grown) <= 4, grown
    assert not {*NAMES[2:]} & {*grown}


def test_a_task_is_completed_without_what_comes_later(grown: list[str]) -> None:
    play = Play(LONG, asked_at="2026-11-23T02:00:00+00:00", more=False)
    for done, name in enumerate(NAMES[:4]):
        grown.clear()
        play.complete(name)
        assert [task.element.id for task in play.step.tasks_opened] == [NAMES[done + 1]]
        assert not {*NAMES[done + 3 :]} & {*grown}, grown


def test_the_end_is_reached_through_the_gateway() -> None:
    play = Play(LONG, asked_at="2026-11-23T02:00:00+00:00", more=False)
    for name in NAMES:
        play.complete(name)
    assert play.step.ended
