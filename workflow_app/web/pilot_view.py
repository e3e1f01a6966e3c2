"""What the pages of pilots show in words: kinds, states with their colours, grades, what may be done.

正文三、五. It decides no act; it must never know a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workflow_app.domain.pilot import FIGURES, GRADES, ActivityKind
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import pilots
from workflow_app.queries.pilot_lines import READERS, PilotLine
from workflow_app.queries.pilot_work import Evaluation
from workflow_app.queries.pilots import Pilot
from workflow_app.web.desk import reading, require, somebody

KINDS: Final[Mapping[str, str]] = {
    "county": "县（市、区）",
    "development_zone": "开发区",
    "provincial_soe": "省属国企",
    "municipal_soe": "市属国企",
    "grandfathered": "2020年林业碳汇试点县",
}
STATES: Final[Mapping[str, str]] = {"filed": "已备案", "suspended": "暂停", "terminated": "终止"}
TONES: Final[Mapping[str, str]] = {"filed": "accent", "suspended": "ochre"}
GRADE_TONES: Final[Mapping[str, str]] = {"good": "accent", "weak": "ochre"}
ACTIVITIES: Final[Mapping[str, str]] = {kind.value: kind.label for kind in ActivityKind}
COUNTED: Final[Mapping[str, str]] = {kind.value: kind.counted for kind in ActivityKind}


@dataclass(frozen=True, slots=True)
class Offered:
    """What whoever looks may be offered on a pilot's page."""

    write: bool
    comment: bool
    suspend: bool
    terminate: bool

    @property
    def decide(self) -> bool:
        """Whether a leader decides anything here."""
        return self.suspend or self.terminate


def seen(filing_id: str) -> Pilot:
    """Return a pilot the person signed in may read.

    :raises NotFound: there is none, or it is not theirs to see.
    """
    viewer = require(*READERS).viewer
    found = pilots.pilot(reading(), viewer, filing_id)
    if found is None:
        raise NotFound("no_such_filing", "没有这个试点，或者您无权查看")
    return found


def offered(pilot: Pilot) -> Offered:
    """Return what the person signed in may be offered; whether it may be done the commands decide."""
    found = somebody()
    roles = found.viewer.roles
    own = any((role, pilot.organisation_id) in roles for role in ("pilot_unit", "prefecture_bureau"))
    leader, state = found.holds("department_leader"), pilot.line.state
    return Offered(
        write=own and state != "terminated",
        comment=("prefecture_bureau", pilot.bureau_org) in roles,
        suspend=leader and state == "filed",
        terminate=leader and state in {"filed", "suspended"},
    )


def figures(evaluation: Evaluation) -> list[tuple[str, int, int]]:
    """Return an evaluation's figures by name: of the period, and all together."""
    period, total = evaluation.figures["period"], evaluation.figures["total"]
    return [(label, period.get(name, 0), total.get(name, 0)) for name, label in FIGURES]


def grade(evaluation: Evaluation) -> str:
    """Return the grade of a report, empty while there is none."""
    return GRADES.get(evaluation.report.get("grade", ""), "")


def kind_name(line: PilotLine) -> str:
    """Return the kind of unit."""
    return KINDS.get(line.kind, "其他")
