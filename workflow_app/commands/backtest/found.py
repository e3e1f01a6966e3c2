"""What a back-test finds: of each case the first place where it goes another way, and every limit that moves.

Elements, rules, limits and dates are named; what somebody filled in never is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from workflow_app.commands.requests import Json


class Kind(StrEnum):
    """In what a case differs."""

    PATH = "path"
    DECISION = "decision"
    ASKED = "asked"
    GONE = "gone"
    STOPPED = "stopped"
    DEADLINE = "deadline"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference of one case.

    :param at: the instant of the recorded act it shows at.
    :param element: where it shows.
    :param subject: the decision table or the limit it is about, where it is about one.
    :param before: rules, elements, or a due date with what became of it, as recorded.
    :param after: the same on the version tested.
    """

    kind: Kind
    at: datetime
    element: str
    subject: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return it as the API says it."""
        plain = asdict(self)
        return {
            **plain,
            "kind": self.kind.value,
            "at": self.at.isoformat(),
            "before": list(self.before),
            "after": list(self.after),
        }


@dataclass(frozen=True, slots=True)
class Tested:
    """One case and its differences, the place it goes another way last.

    :param names: what the ids in them are called in the diagrams, tables, parameters and forms.
    """

    case_id: str
    number: str
    process_id: str
    differences: tuple[Difference, ...]
    names: Mapping[str, str]

    def to_json(self) -> dict[str, Json]:
        """Return it as the API says it."""
        return {
            "case_id": self.case_id,
            "number": self.number,
            "process_id": self.process_id,
            "differences": [one.to_json() for one in self.differences],
            "names": dict(self.names),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What a back-test came to.

    :param processes: ids of the processes tested.
    :param cases: how many cases were run.
    :param found: the cases that differ, the last closed first.
    :param totals: how many cases differ, by kind of difference.
    :param left_out: how many closed cases of these processes were not run, by reason.
    """

    version: str
    processes: tuple[str, ...]
    cases: int
    found: tuple[Tested, ...]
    totals: Mapping[str, int]
    left_out: Mapping[str, int]

    def to_json(self) -> dict[str, Json]:
        """Return it as the API says it."""
        return {
            "version": self.version,
            "processes": list(self.processes),
            "cases": self.cases,
            "differing": len(self.found),
            "totals": dict(self.totals),
            "left_out": dict(self.left_out),
            "items": [one.to_json() for one in self.found],
        }
