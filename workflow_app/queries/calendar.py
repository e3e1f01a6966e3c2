"""Proposed holiday notices as pages and the API show them, and what the cases they touch are called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select

from workflow_app.queries.limits import case_title
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import calendar_proposal, case_file, project, user_account

READERS = ("process_admin", "system_admin", "department_leader", "auditor")
"""Who sees proposals; everybody sees the calendar and the notices in force."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed notice: what it says, who proposed it, what became of it.

    :param kind: ``first`` of its year, ``amendment`` or ``correction`` of one in force.
    :param base: the calendar's revision it was proposed on.
    """

    id: str
    number: str
    year: int
    notice_number: str
    issued_on: date
    title: str
    kind: str
    reason: str
    base: str
    state: str
    proposed_by: str
    proposed_by_id: str | None
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str


@dataclass(frozen=True, slots=True)
class WholeProposal:
    """A proposal with its file and, once approved, with what it changed."""

    proposal: Proposal
    body: str
    effect: Any


def proposals(reading: Reading, *, at_most: int = 100) -> tuple[Proposal, ...]:
    """Return the proposals, those that wait first, then the newest."""
    query = _select().order_by(
        calendar_proposal.c.state != "submitted",
        calendar_proposal.c.proposed_at.desc(),
        calendar_proposal.c.id.desc(),
    )
    return tuple(_proposal(row) for row in reading.execute(query.limit(at_most)))


def proposal(reading: Reading, proposal_id: str) -> WholeProposal | None:
    """Return one proposal."""
    row = reading.execute(_select().where(calendar_proposal.c.id == proposal_id)).first()
    return None if row is None else WholeProposal(_proposal(row), row.body, row.effect)


def waiting(reading: Reading) -> int:
    """Return how many proposals wait for the leader."""
    query = select(func.count()).select_from(calendar_proposal)
    return int(reading.execute(query.where(calendar_proposal.c.state == "submitted")).scalar_one())


def titles(reading: Reading, case_ids: Collection[str]) -> dict[str, str]:
    """Return what cases are called, for whoever may read them."""
    joined = case_file.outerjoin(project, project.c.id == case_file.c.project_id)
    query = select(case_file.c.id, case_title().label("title")).select_from(joined)
    found: dict[str, str] = {}
    wanted = sorted(case_ids)
    for at in range(0, len(wanted), 500):
        rows = reading.execute(query.where(case_file.c.id.in_(wanted[at : at + 500])))
        found |= {row.id: row.title for row in rows}
    return found


def _select() -> Any:
    proposer, decider = user_account.alias("proposer"), user_account.alias("decider")
    joined = calendar_proposal.outerjoin(proposer, proposer.c.id == calendar_proposal.c.proposed_by)
    joined = joined.outerjoin(decider, decider.c.id == calendar_proposal.c.decided_by)
    return select(
        calendar_proposal, proposer.c.name.label("proposer"), decider.c.name.label("decider")
    ).select_from(joined)


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        number=row.number,
        year=row.year,
        notice_number=row.notice_number,
        issued_on=row.issued_on,
        title=row.title,
        kind=row.kind,
        reason=row.reason,
        base=row.base,
        state=row.state,
        proposed_by=row.proposer or "命令行",
        proposed_by_id=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decider or "",
        decided_at=row.decided_at,
        decision_reason=row.decision_reason or "",
    )
