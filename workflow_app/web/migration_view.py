"""A rehearsal and a batch as their pages and the API show them: by process, the reasons counted.

Who looks at it stays off cases: numbers, elements and outcomes only. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from workflow_app.commands.rehearsal import Verdict
from workflow_app.engine.moving.model import Remark
from workflow_app.web.texts import _

SHOWN: Final = 50
"""Numbers of cases that are listed under one reason."""


@dataclass(frozen=True, slots=True)
class CaseReason:
    """Something said of several cases of a process.

    :param numbers: of the first of them.
    """

    code: str
    element_id: str
    element: str
    text: str
    cases: int
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """Where cases of a process stand, and how many could be moved from there."""

    places: tuple[str, ...]
    cases: int
    movable: int


@dataclass(frozen=True, slots=True)
class ProcessOutcome:
    """The running cases of one process: by default each of them stays."""

    process_id: str
    running: int
    movable: int
    standings: tuple[CaseStanding, ...]
    reasons: tuple[CaseReason, ...]
    differences: tuple[CaseReason, ...]

    @property
    def staying(self) -> int:
        """Return how many could not be moved."""
        return self.running - self.movable


def by_process(verdicts: Iterable[Verdict]) -> tuple[ProcessOutcome, ...]:
    """Return what a rehearsal says, a process a row."""
    groups: dict[str, list[Verdict]] = {}
    for each in verdicts:
        groups.setdefault(each.process_id, []).append(each)
    return tuple(_outcome(process_id, groups[process_id]) for process_id in sorted(groups))


def _outcome(process_id: str, found: list[Verdict]) -> ProcessOutcome:
    places: dict[tuple[str, ...], list[Verdict]] = {}
    for each in found:
        places.setdefault(each.places, []).append(each)
    return ProcessOutcome(
        process_id,
        len(found),
        sum(each.moves for each in found),
        tuple(
            CaseStanding(place, len(cases), sum(each.moves for each in cases))
            for place, cases in sorted(places.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        ),
        _reasons((each.number, each.obstacles) for each in found),
        _reasons((each.number, each.differences) for each in found if each.moves),
    )


def _reasons(said: Iterable[tuple[str, tuple[Remark, ...]]]) -> tuple[CaseReason, ...]:
    numbers: dict[Remark, list[str]] = {}
    for number, remarks in said:
        for remark in remarks:
            numbers.setdefault(remark, []).append(number)
    return tuple(
        CaseReason(one.code, one.element_id, one.element, one.text, len(cases), tuple(sorted(cases)[:SHOWN]))
        for one, cases in sorted(numbers.items(), key=lambda pair: (-len(pair[1]), pair[0].text))
    )


def state_words(state: str, *, back: bool) -> tuple[str, str]:
    """Return a batch's state and the tone of its badge."""
    if back:
        words = {"running": _("正在回退"), "stopped": _("回退已停下"), "done": _("已回退")}
    else:
        words = {
            "requested": _("待审批"),
            "rejected": _("未批准"),
            "running": _("正在迁移"),
            "stopped": _("已停下"),
            "done": _("已完成"),
        }
    tone = {"requested": "ochre", "running": "accent", "stopped": "ochre"}.get(state, "")
    return words.get(state, state), tone


def case_words(state: str) -> tuple[str, str]:
    """Return what became of a case, and the tone of its badge."""
    words = {
        "pending": _("等待"),
        "moved": _("已迁移"),
        "skipped": _("未迁移"),
        "failed": _("出错"),
        "kept": _("未回退"),
        "reverted": _("已回退"),
    }
    tone = {"moved": "accent", "skipped": "ochre", "failed": "ochre", "kept": "ochre"}.get(state, "")
    return words.get(state, state), tone
