"""What still hangs on somebody who leaves: rows to be told over, by person and by principal.

Read by commands, which judge where it goes. It must never read what a form or a draft holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.repositories.inbox import InboxTask
from workflow_app.store.tables import (
    account,
    calendar_proposal,
    case_file,
    cash_entry,
    definition_draft,
    delegation,
    draft,
    inbox_entry,
    inbox_task,
    proposal,
)

OPEN = ("open", "incident")


class LeaverRepository:
    """Reads of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unclaimed(self, principals: Collection[str]) -> tuple[InboxTask, ...]:
        """Return the open tasks nobody has in hand that are offered to one of these principals."""
        offered = select(inbox_entry.c.task_id).where(inbox_entry.c.principal.in_(principals))
        return self._tasks(inbox_task.c.assignee_id.is_(None), inbox_task.c.id.in_(offered))

    def drafted(self, user_id: str) -> tuple[InboxTask, ...]:
        """Return the open tasks somebody has typed something for, whoever has them in hand."""
        typed = select(draft.c.task_id).where(draft.c.user_id == user_id)
        return self._tasks(inbox_task.c.id.in_(typed))

    def naming(self, process_id: str, user_id: str) -> tuple[CaseRow, ...]:
        """Return the open cases of a process whose variables name somebody, oldest first."""
        query = select(*(case_file.c[name] for name in CaseRow.__slots__)).where(
            case_file.c.process_id == process_id,
            case_file.c.status.in_(OPEN),
            case_file.c.header.contains(user_id, autoescape=True),
        )
        rows = self._connection.execute(query.order_by(case_file.c.opened_at, case_file.c.id))
        return tuple(CaseRow(*row) for row in rows)

    def numbers(self, case_ids: Collection[str]) -> dict[str, str]:
        """Return the numbers of cases."""
        query = select(case_file.c.id, case_file.c.number).where(case_file.c.id.in_(case_ids))
        return {row.id: row.number for row in self._connection.execute(query)}

    def cash_entries(self) -> tuple[Any, ...]:
        """Return the entries of money that wait for a second person: id, account, its number, maker."""
        query = (
            select(cash_entry.c.id, cash_entry.c.account_id, account.c.number, cash_entry.c.entered_by)
            .join(account, account.c.id == cash_entry.c.account_id)
            .where(cash_entry.c.state == "entered")
        )
        return tuple(self._connection.execute(query.order_by(cash_entry.c.entered_at, cash_entry.c.id)))

    def applications(self) -> tuple[Any, ...]:
        """Return the accounts applied for and not decided: id, number, applicant, who verified."""
        query = select(account.c.id, account.c.number, account.c.applied_by, account.c.opened_by)
        return tuple(
            self._connection.execute(query.where(account.c.state == "applied").order_by(account.c.number))
        )

    def version_drafts(self, user_id: str) -> tuple[Any, ...]:
        """Return the open drafts of a version somebody edits, or opened and nobody edits: ids."""
        whose = func.coalesce(definition_draft.c.editor, definition_draft.c.opened_by)
        query = select(definition_draft.c.id).where(definition_draft.c.state == "open", whose == user_id)
        return tuple(self._connection.execute(query.order_by(definition_draft.c.opened_at)))

    def version_proposals(self) -> tuple[Any, ...]:
        """Return the versions proposed and not decided: id, number, kind, who had a hand in them."""
        columns = (
            proposal.c.id,
            proposal.c.number,
            proposal.c.kind,
            proposal.c.submitted_by,
            proposal.c.authors,
        )
        query = select(*columns)
        return tuple(
            self._connection.execute(
                query.where(proposal.c.state == "submitted").order_by(proposal.c.submitted_at)
            )
        )

    def calendar_proposals(self) -> tuple[Any, ...]:
        """Return the holiday notices proposed and not decided: id, number, who proposed."""
        query = select(calendar_proposal.c.id, calendar_proposal.c.number, calendar_proposal.c.proposed_by)
        return tuple(
            self._connection.execute(
                query.where(calendar_proposal.c.state == "submitted").order_by(
                    calendar_proposal.c.proposed_at
                )
            )
        )

    def delegations(self, organisation_id: str, day: date) -> tuple[Any, ...]:
        """Return the delegations of a body that stand on a day or will: id and number."""
        query = select(delegation.c.id, delegation.c.number).where(
            delegation.c.organisation_id == organisation_id,
            delegation.c.revoked_at.is_(None),
            delegation.c.valid_until >= day,
        )
        return tuple(self._connection.execute(query.order_by(delegation.c.number)))

    def _tasks(self, *conditions: Any) -> tuple[InboxTask, ...]:
        columns: Sequence[Any] = [inbox_task.c[name] for name in InboxTask.__slots__]
        query = select(*columns).where(*conditions).order_by(inbox_task.c.opened_at, inbox_task.c.id)
        return tuple(InboxTask(*row) for row in self._connection.execute(query))
