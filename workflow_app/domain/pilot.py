"""What a filed pilot does and is judged by: its work mechanism, its activities, its evaluation.

正文五: a leader and duties (R15), publicity, training and an expert team (R18), the department's regular
evaluation (R22) and what is to be spread of it (R46). Must never know: cases, forms, storage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from workflow_app.kernel.codes import email_holds, phone_holds

ARTICLE: Final = "355号正文五"
LONGEST_TEXT: Final = 3000
MOST_DUTIES: Final = 50
LONGEST_DEPARTMENT: Final = 100
LONGEST_DUTY: Final = 1_000
MOST_PEOPLE: Final = 1_000_000
MOST_SESSIONS: Final = 1_000


class ActivityKind(StrEnum):
    """宣传、培训、专家团队 (R18), and whatever else."""

    PUBLICITY = "publicity"
    TRAINING = "training"
    EXPERT_TEAM = "expert_team"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _KINDS[self]

    @property
    def counted(self) -> str:
        """What its people are: reached, trained, members."""
        return _PEOPLE[self]


_KINDS = {
    ActivityKind.PUBLICITY: "宣传",
    ActivityKind.TRAINING: "培训",
    ActivityKind.EXPERT_TEAM: "专家团队建设",
    ActivityKind.OTHER: "其他",
}
_PEOPLE = {
    ActivityKind.PUBLICITY: "覆盖人数",
    ActivityKind.TRAINING: "参训人数",
    ActivityKind.EXPERT_TEAM: "专家人数",
    ActivityKind.OTHER: "参加人数",
}


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity as a pilot enters it.

    :param held_on: its day, a legal date.
    :param sessions: how many times it was held.
    :param people: how many it reached, as :attr:`ActivityKind.counted` says.
    """

    kind: str
    title: str
    held_on: date
    place: str
    sessions: int
    people: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """工作机制 (R15): who leads, who is asked, which department does what."""

    leader_name: str
    leader_post: str
    contact_name: str
    contact_phone: str
    contact_email: str
    duties: Sequence[Mapping[str, str]]
    training_plan: str = ""
    absorption_plan: str = ""


Errors = dict[str, list[str]]


def check_activity(activity: Activity, today: date, filed_on: date) -> Errors:
    """Return what stands against an activity, by its field."""
    errors: Errors = {}
    if activity.kind not in set(ActivityKind):
        errors["kind"] = ["请选择活动类别"]
    _required(errors, "title", activity.title, 200)
    if activity.held_on > today:
        errors["held_on"] = ["活动日期不得晚于今天"]
    elif activity.held_on < filed_on:
        errors["held_on"] = [f"活动日期不得早于备案日期（{filed_on.isoformat()}）"]
    _required(errors, "place", activity.place, 200)
    if not 1 <= activity.sessions <= MOST_SESSIONS:
        errors["sessions"] = [f"场次应为1至{MOST_SESSIONS:,}的整数"]
    if not 0 <= activity.people <= MOST_PEOPLE:
        errors["people"] = [f"人数应为0至{MOST_PEOPLE:,}的整数"]
    _at_most(errors, "note", activity.note, LONGEST_TEXT)
    return errors


def check_mechanism(said: Mechanism) -> Errors:
    """Return what stands against a work mechanism, by its field."""
    errors: Errors = {}
    _required(errors, "leader_name", said.leader_name, 50)
    _required(errors, "leader_post", said.leader_post, 100)
    _required(errors, "contact_name", said.contact_name, 50)
    if not phone_holds(said.contact_phone):
        errors["contact_phone"] = ["请填写11位手机号码，或带区号的固定电话，如0791-86866666"]
    if said.contact_email and not email_holds(said.contact_email):
        errors["contact_email"] = ["请填写有效的电子邮箱，如 name@example.com"]
    duties = [row for row in said.duties if row.get("department", "").strip() or row.get("duty", "").strip()]
    if not duties:
        errors["duties"] = ["请至少写明一个部门的分工"]
    elif len(duties) > MOST_DUTIES:
        errors["duties"] = [f"部门分工不得超过{MOST_DUTIES}项"]
    elif any(not row.get("department", "").strip() or not row.get("duty", "").strip() for row in duties):
        errors["duties"] = ["每项分工均须写明部门和职责"]
    elif any(_too_long(row) for row in duties):
        errors["duties"] = [f"部门不得超过{LONGEST_DEPARTMENT}字，职责不得超过{LONGEST_DUTY:,}字"]
    _at_most(errors, "training_plan", said.training_plan, LONGEST_TEXT)
    _at_most(errors, "absorption_plan", said.absorption_plan, LONGEST_TEXT)
    return errors


def _too_long(row: Mapping[str, str]) -> bool:
    return len(row["department"]) > LONGEST_DEPARTMENT or len(row["duty"]) > LONGEST_DUTY


def _required(errors: Errors, name: str, value: str, longest: int) -> None:
    if not value.strip():
        errors[name] = ["请填写此项"]
    else:
        _at_most(errors, name, value, longest)


def _at_most(errors: Errors, name: str, value: str, longest: int) -> None:
    if len(value) > longest:
        errors[name] = [f"不得超过{longest:,}字"]


FIGURES: Final[tuple[tuple[str, str], ...]] = (
    ("applied", "收到的项目申请（项）"),
    ("registered", "登记的项目（项）"),
    ("issued", "登记的减排量（吨）"),
    ("sold", "转让的减排量（吨）"),
    ("cancelled", "注销的减排量（吨）"),
    ("publicity_sessions", "宣传活动（场）"),
    ("publicity_people", "宣传覆盖（人次）"),
    ("training_sessions", "培训（场）"),
    ("training_people", "参训（人次）"),
    ("expert_team_sessions", "专家团队活动（次）"),
    ("expert_team_people", "专家参与（人次）"),
    ("comments", "设区市局指导意见（条）"),
)
"""The figures of an evaluation by name and as printed, in their order (R18, R22)."""

GRADES: Final[Mapping[str, str]] = {"good": "进展良好", "steady": "进展正常", "weak": "需要改进"}
"""总体评价 of an evaluation."""
