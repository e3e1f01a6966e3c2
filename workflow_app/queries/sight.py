"""Who may look at what: the read half of the role table (docs/domain.md §6), over plain values.

W, D and R in the table's columns make a reader; administrators of processes and of the system see no case at
all, the auditor sees every one and writes none. What a person may *do* is decided by the commands, not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, select, true

from workflow_app.store.tables import (
    cancellation,
    case_file,
    certificate,
    event,
    inbox_task,
    pilot_filing,
    project,
    trade_order,
)

EVERYTHING: Final = frozenset({"department_clerk", "department_leader", "auditor"})
"""Roles that read every case."""
EXCHANGE: Final = frozenset({"exchange_maker", "exchange_checker"})
RELEASED: Final = (
    "public_notice",
    "objection",
    "registration",
    "issuance",
    "cancellation",
    "correction",
)
"""What an exchange reads: cases that have reached it; and transfers once something was offered."""
JUDGED: Final = ("project_application", "issuance_application", "issuance")
"""What an expert reads beside the assessment: the cases in which what is to be judged was handed in."""
COMPLAINT: Final = "complaint"
"""Whom a complaint is about does not read it: its cases are the department's alone."""
UNMASKED: Final = frozenset({"department_clerk", "department_leader"})
"""Who may ask to see a personal value in full; the asking itself goes into the history."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, as plain values."""

    user_id: str
    roles: frozenset[tuple[str, str | None]]
    organisation_id: str | None

    def holds(self, roles: Iterable[str]) -> bool:
        """Tell whether any of ``roles`` is held, whatever its scope."""
        wanted = set(roles)
        return any(role in wanted for role, _ in self.roles)

    def organisations(self, *roles: str) -> list[str]:
        """Return the organisations for which any of ``roles`` is held."""
        return [org for role, org in self.roles if role in roles and org is not None]


INSIDE: Final = EVERYTHING | EXCHANGE | {"expert", "panel_chair"}
"""Roles that read the office's own papers of the cases they see."""


def outside(viewer: Viewer) -> bool:
    """Tell whether ``viewer`` reads of a case only what is addressed to its applicant."""
    return not viewer.holds(INSIDE)


def visible_cases(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on ``case_file`` that holds for the cases ``viewer`` may read."""
    if viewer.holds({"auditor"}):
        return true()
    if viewer.holds(EVERYTHING):
        return or_(case_file.c.project_id.is_(None), case_file.c.project_id.not_in(_drafts()))
    own = viewer.organisations("owner", "agent", "pilot_unit", "prefecture_bureau", "buyer")
    exchanges = viewer.organisations(*EXCHANGE)
    conditions: list[Any] = []
    if own:
        conditions += [
            _among(case_file.c.owner_org, own),
            _among(case_file.c.applicant_org, own),
        ]
        conditions.append(_among(case_file.c.bureau_org, own))
    if area := viewer.organisations("pilot_unit", "prefecture_bureau"):
        of_area = case_file.c.project_id.in_(_in_area(area))
        conditions.append(and_(of_area, case_file.c.process_id != COMPLAINT))
    if exchanges:
        released = _among(case_file.c.process_id, RELEASED)
        reached = or_(released, case_file.c.id.in_(select(trade_order.c.case_id)))
        conditions.append(and_(_among(case_file.c.exchange_org, exchanges), reached))
    if viewer.holds({"buyer"}):  # a natural person opens cases for themselves (R40)
        opened = and_(case_file.c.opened_by == viewer.user_id, case_file.c.applicant_org.is_(None))
        conditions.append(and_(opened, case_file.c.process_id == "cancellation"))
    if delegates := viewer.organisations("certificate_delegate"):
        conditions += [case_file.c.id.in_(_offered(delegates)), case_file.c.id.in_(_certified(delegates))]
    if viewer.holds({"expert", "panel_chair"}):
        conditions += [
            case_file.c.id.in_(_assigned(viewer.user_id)),
            case_file.c.id.in_(_worked_on(viewer.user_id)),
            and_(
                _among(case_file.c.process_id, JUDGED),
                case_file.c.project_id.in_(_assessed_by(viewer.user_id)),
            ),
        ]
    return or_(*conditions) if conditions else false()


def _among(column: ColumnElement[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Tell whether a column has one of a few values; written out, so that the query can be prepared."""
    return or_(*[column == value for value in values])


def _in_area(organisations: list[str]) -> Any:
    """Projects handed in on a filing of these pilot units, or that these bureaux organised (R16)."""
    filed = or_(
        _among(pilot_filing.c.organisation_id, organisations),
        _among(pilot_filing.c.bureau_org, organisations),
    )
    resting = project.c.pilot_filing_id == pilot_filing.c.id
    return select(project.c.id).join(pilot_filing, resting).where(filed, project.c.state != "draft")


def _drafts() -> Any:
    """Projects whose application was not handed in yet: their applicant's alone."""
    return select(project.c.id).where(project.c.state == "draft")


def _offered(organisations: list[str]) -> Any:
    """Cases of which a delegate has a certificate to issue (R42)."""
    offered = [
        cast(inbox_task.c.candidates, Text).contains(f'"role:certificate_delegate:{each}"', autoescape=True)
        for each in organisations
    ]
    return select(inbox_task.c.case_id).where(inbox_task.c.process_id == "cancellation", or_(*offered))


def _certified(organisations: list[str]) -> Any:
    """Cases of which a delegate has issued the certificate."""
    issued = _among(certificate.c.issuer_org, organisations)
    named = cancellation.c.id == certificate.c.cancellation_id
    return select(cancellation.c.case_id).join(certificate, named).where(issued)


def _assigned(user_id: str) -> Any:
    return select(inbox_task.c.case_id).where(inbox_task.c.assignee_id == user_id)


def _assessed_by(user_id: str) -> Any:
    """Projects an expert was appointed to assess."""
    assessment = case_file.alias("assessment")
    return select(assessment.c.project_id).where(
        assessment.c.process_id == "expert_assessment",
        or_(assessment.c.id.in_(_assigned(user_id)), assessment.c.id.in_(_worked_on(user_id))),
    )


def _worked_on(user_id: str) -> Any:
    """Cases in whose history this person stands: streams are ``case:<id>``."""
    acted = event.c.actor_id == user_id
    return select(func.substr(event.c.stream, 6)).where(
        acted, event.c.stream.startswith("case:", autoescape=True)
    )
