"""Small worlds for tests of the store: a case, a project on its way to registration, in few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from workflow_app.kernel.clock import FixedClock
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.engine import create_engine
from workflow_app.store.history import Recorded, Who
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.repositories.inbox import InboxTask
from workflow_app.store.repositories.tokens import Token
from workflow_app.store.sealing import Vault
from workflow_app.store.unit_of_work import Store, UnitOfWork

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
MASTER_KEY = bytes(range(32))
DAY = timedelta(days=1)


def open_store(url: str) -> Store:
    """The store at an address that is migrated already."""
    return Store(create_engine(url), Vault(MASTER_KEY), FixedClock(NOON))


def case_row(**changes: Any) -> CaseRow:
    """A case file of its own."""
    case_id = new_id()
    row = CaseRow(
        id=case_id,
        number=f"LC-{case_id[-8:]}",
        process_id="project_application",
        version="0" * 64,
        title="演示项目",
        project_id=None,
        batch_id=None,
        parent_case_id=None,
        parent_token_id=None,
        status="open",
        outcome=None,
        revision=0,
        header="{}",
        owner_org=None,
        applicant_org=None,
        exchange_org=None,
        bureau_org=None,
        opened_by=None,
        opened_at=NOON,
        closed_at=None,
    )
    return replace(row, **changes)


def task_of(case: CaseRow, *candidates: str, **changes: Any) -> InboxTask:
    """An open task of a case."""
    task = InboxTask(
        id=new_id(),
        case_id=case.id,
        project_id=case.project_id,
        process_id=case.process_id,
        element_id="review_application",
        name="形式审查",
        form="formal_review",
        role="department_clerk",
        candidates=list(candidates or ("role:department_clerk",)),
        opened_at=NOON,
    )
    return replace(task, **changes)


def opened_case(store: Store, *tasks: str, **changes: Any) -> CaseRow:
    """A case with one token, in the database, with one event and a task for each principal."""
    row = case_row(**changes)
    with store.unit_of_work() as uow:
        uow.cases.insert(row)
        uow.tokens.save(row.id, [Token(f"{row.id}-1", "review_application", 16, '{"data":{}}')], [])
        uow.inbox.open(*(task_of(row, principal) for principal in tasks))
        record(uow, "case_opened", row.id)
        uow.commit()
    return row


def record(uow: UnitOfWork, kind: str, case_id: str) -> Recorded:
    """One event of a case, by nobody in particular."""
    return uow.history.record(kind, f"case:{case_id}", Who(None, role="system"), NOON)


class Programme:
    """A project with all that registration needs, each part to be spoilt by a test."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.owner = self._add(tables.organisation, name="演示林场", uscc=None, kind="owner", created_at=NOON)
        self.project = self._add(
            tables.project,
            name="演示林业碳汇项目",
            state="registration_pending",
            owner_org=self.owner,
            applicant_org=self.owner,
            crediting_start=date(2021, 1, 1),
            crediting_end=date(2030, 12, 31),
            created_at=NOON,
            received_at=NOON,
        )
        self.account = self._add(
            tables.account,
            number=new_id(),
            organisation_id=self.owner,
            kind="owner",
            state="normal",
            opened_at=NOON,
        )

    def opinion(self, result: str = "passed", **changes: Any) -> str:
        """An opinion of the panel, signed before the notice."""
        values = {
            "project_id": self.project,
            "result": result,
            "accepted_tonnes": 44_100,
            "findings": {},
            "revision_round": 0,
            "signed_at": NOON - 20 * DAY,
        }
        return self._add(tables.panel_opinion, **(values | changes))

    def notice(self, **changes: Any) -> str:
        """A notice published for its floor, closed and unopposed."""
        values = {
            "project_id": self.project,
            "title": "公示",
            "published_at": NOON - 10 * DAY,
            "closes_at": NOON - 3 * DAY,
            "working_days": 5,
            "calendar_revision": "r",
            "provisional": False,
            "state": "closed",
            "closed_at": NOON - 3 * DAY,
            "outcome": "unopposed",
        }
        return self._add(tables.public_notice, **(values | changes))

    def comment(self, notice: str, **changes: Any) -> str:
        """A timely comment nobody has looked at."""
        values = {
            "receipt": new_id()[-12:],
            "notice_id": notice,
            "received_at": NOON - 5 * DAY,
            "late": False,
            "text": "边界与邻县项目重叠",
        }
        return self._add(tables.comment, **(values | changes))

    def registration(self, opinion: str, notice: str, **changes: Any) -> str:
        """The registration itself."""
        values = {
            "project_id": self.project,
            "number": f"JX-{self.project[-8:]}",
            "opinion_id": opinion,
            "notice_id": notice,
            "account_id": self.account,
            "maker_id": "maker",
            "checker_id": "checker",
            "registered_at": NOON,
            "state": "active",
        }
        return self._add(tables.registration, **(values | changes))

    def batch(self, start: date, end: date, **changes: Any) -> str:
        """A batch just received."""
        values = {
            "project_id": self.project,
            "sequence": 1,
            "state": "formal_review",
            "period_start": start,
            "period_end": end,
            "applied_on": date(2026, 11, 23),
            "quantity": 44_100,
            "calculated": Decimal("44100.5000"),
            "notice_required": True,
            "received_at": NOON,
        }
        return self._add(tables.batch, **(values | changes))

    def change(self, table: Any, key: str, **values: Any) -> None:
        """Change a record."""
        with self.store.unit_of_work() as uow:
            uow.programme.change(table, key, values)
            uow.history.record("changed", f"project:{self.project}", Who(None), NOON)
            uow.commit()

    def _add(self, table: Any, **values: Any) -> str:
        key = new_id()
        with self.store.unit_of_work() as uow:
            uow.programme.add(table, {"id": key, **values})
            uow.history.record("added", f"project:{getattr(self, 'project', 'new')}", Who(None), NOON)
            uow.commit()
        return key
