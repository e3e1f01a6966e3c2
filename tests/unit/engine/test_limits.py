"""What a diagram may write in one step, and what a case may carry after it."""

from __future__ import annotations

import pytest

from tests.unit.engine.drawings import Play, definitions, end, node, path, start, user
from workflow_app.engine.faults import EngineFault


def copies(count: int) -> bytes:
    """Draw a task, and scripts that each copy ``x`` into a variable of their own."""
    names = [f"copy_{number}" for number in range(count)]
    scripts = "".join(
        node("scriptTask", name, f"<bpmn:script>{name} = [x]</bpmn:script>", name=name) for name in names
    )
    return definitions(start() + user("work") + scripts + end() + path("start", "work", *names, "end"))


def test_a_step_that_writes_too_much_is_stopped() -> None:
    play = Play(copies(14), x="a" * 400_000)
    with pytest.raises(EngineFault) as raised:
        play.complete("work")
    assert raised.value.code == "too_much_data"


def test_a_case_that_became_too_heavy_is_stopped() -> None:
    """What was there before counts too, once a diagram writes."""
    play = Play(copies(1), x="a" * 400_000, y=["b" * 400_000] * 25)
    with pytest.raises(EngineFault) as raised:
        play.complete("work")
    assert raised.value.code == "too_much_data"


def test_what_people_hand_in_is_carried() -> None:
    assert Play(copies(2), x="a" * 400_000).complete("work").ended
