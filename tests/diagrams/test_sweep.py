"""One walk for all rules finds exactly the rules that a walk for each alone finds."""

from __future__ import annotations

import pytest

from workflow_app.engine.paths.automaton import Automaton
from workflow_app.engine.paths.chart import Chart
from workflow_app.engine.paths.judge import breaches_of
from workflow_app.engine.paths.law import Ground, OwedRule, PathRule, Pattern
from workflow_app.engine.paths.local import Local, Station
from workflow_app.engine.paths.monitors import Monitor
from workflow_app.engine.paths.space import Space
from workflow_app.engine.paths.sweep import Sweep


def act(operation: str) -> Pattern:
    return Pattern({"operation": frozenset({operation})})


def loop(*names: str) -> Local:
    """Draw acts any of which may come next, again and again, before the end."""
    stations = {
        "start": Station("start", "startEvent", {}, ("@start",), (("go", "@wait", None),)),
        "wait": Station(
            "wait",
            "eventBasedGateway",
            {},
            ("@wait",),
            (*((f"to_{name}", f"@{name}", None) for name in names), ("to_end", "@last", None)),
        ),
        "last": Station("last", "intermediateCatchEvent", {}, ("@last",), (("out", "@end", None),)),
        "end": Station("end", "endEvent", {}, ("@end",), ()),
    }
    for name in names:
        stations[name] = Station(
            name,
            "intermediateCatchEvent",
            {"operation": name},
            (f"@{name}",),
            ((f"back_{name}", "@wait", None),),
        )
    return Local("p", "p", "start", stations)


NAMES = tuple(f"act_{number}" for number in range(8))
RULES = (
    PathRule("kept", act("other"), (Ground((act("act_0"),)),)),
    PathRule("broken", act("act_1"), (Ground((act("act_0"),)),)),
    PathRule("broken_by_many", act("act_7"), (Ground(tuple(act(name) for name in NAMES[:7])),)),
    OwedRule("owed", act("act_2"), act("act_3")),
    OwedRule("never_owed", act("other"), act("act_3")),
)


@pytest.mark.parametrize("count", [2, 4, 8])
def test_both_walks_agree(count: int) -> None:
    """With eight acts one rule remembers 2^7 sets of them."""
    space = Space("p", {"p": loop(*NAMES[:count])}, {})
    chart = Chart(space)
    rules = [Automaton(Monitor(rule, ()), chart.kinds) for rule in RULES]
    alone = [rule.rule for rule in rules if breaches_of(chart, rule)]
    assert [rule.rule for rule in Sweep(chart, rules).broken()] == alone
    assert "broken" in alone
    assert ("broken_by_many" in alone) == (count == 8)
