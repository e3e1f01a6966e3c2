"""Cancellations, certificates, delegations and corrections as rows; the K rules stand in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, Text, and_, cast, func, or_, select

from workflow_app.domain.delegation import Delegation
from workflow_app.store.live import Live
from workflow_app.store.schema.columns import Value
from workflow_app.store.sealing import PersonalValues
from workflow_app.store.tables import (
    account,
    cancellation,
    certificate,
    correction,
    delegation,
    inbox_task,
    ledger_line,
    unit_balance,
)

Record = dict[str, Any]


class CancellationRepository:
    """What became of units other than by sale, in one unit of work."""

    def __init__(self, connection: Connection, live: Live, personal: PersonalValues) -> None:
        self._connection = connection
        self._live = live
        self._personal = personal
        self._locks = connection.dialect.name == "postgresql"

    def account(self, account_id: str) -> Record | None:
        """Return a registry account."""
        return self._first(select(account).where(account.c.id == account_id))

    def cancellation(self, cancellation_id: str, *, lock: bool = False) -> Record | None:
        """Return an application for cancellation.

        :param lock: hold it till the end of the transaction (PostgreSQL; SQLite holds all).
        """
        return self._first(self._held(select(cancellation).where(cancellation.c.id == cancellation_id), lock))

    def sealed_people(self, cancellation_id: str, people: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return the ``people`` column: ciphertext, or ``None`` where nobody is named."""
        named = {name: value for name, value in people.items() if value}
        return self._personal.seal(f"cancellation:{cancellation_id}", named) if named else None

    def people(self, record: Mapping[str, Any]) -> Value:
        """Return the names a cancellation keeps sealed, ``None``, or the mark of an erased person."""
        return None if record["people"] is None else self._personal.open(record["people"])

    def serials(self, posting_id: str) -> tuple[str, ...]:
        """Return the blocks a posting cancelled, as printed, in order of their units."""
        rows = self._connection.execute(
            select(ledger_line.c.serial)
            .where(
                ledger_line.c.posting_id == posting_id,
                ledger_line.c.quantity > 0,
                ledger_line.c.bucket == "cancelled",
            )
            .order_by(ledger_line.c.first_unit)
        )
        return tuple(rows.scalars())

    def certificate(self, certificate_id: str, *, lock: bool = False) -> Record | None:
        """Return a certificate."""
        return self._first(self._held(select(certificate).where(certificate.c.id == certificate_id), lock))

    def valid_certificate(self, cancellation_id: str) -> Record | None:
        """Return a cancellation's certificate in force."""
        return self._first(
            select(certificate).where(
                certificate.c.cancellation_id == cancellation_id, certificate.c.state == "valid"
            )
        )

    def delegation(self, delegation_id: str, *, lock: bool = False) -> Record | None:
        """Return a delegation's row."""
        return self._first(self._held(select(delegation).where(delegation.c.id == delegation_id), lock))

    def delegations(self, organisation_id: str | None = None) -> tuple[Delegation, ...]:
        """Return the delegations of a body, or all, the first granted first."""
        query = select(delegation).order_by(delegation.c.granted_at, delegation.c.id)
        if organisation_id is not None:
            query = query.where(delegation.c.organisation_id == organisation_id)
        return tuple(Delegation.of(dict(row)) for row in self._connection.execute(query).mappings())

    def holders(self, project_id: str) -> tuple[tuple[str, str], ...]:
        """Return the accounts with live units of a project: id, and number with the tonnes; no names."""
        tonnes = func.sum(unit_balance.c.quantity).label("tonnes")
        query = (
            select(account.c.id, account.c.number, tonnes)
            .join(unit_balance, unit_balance.c.account_id == account.c.id)
            .where(
                unit_balance.c.project_id == project_id,
                unit_balance.c.bucket.not_in(("cancelled", "reversed")),
                unit_balance.c.quantity > 0,
            )
            .group_by(account.c.id, account.c.number)
            .order_by(account.c.number)
        )
        rows = self._connection.execute(query)
        return tuple((row.id, f"{row.number}（{int(row.tonnes):,}吨）") for row in rows)

    def waiting_for_delegate(self, organisation_id: str) -> tuple[tuple[str, str], ...]:
        """Return case and purpose of the cancellations whose certificate a body has in its inbox."""
        offered = f'"role:certificate_delegate:{organisation_id}"'
        query = (
            select(inbox_task.c.case_id, cancellation.c.purpose)
            .join(cancellation, cancellation.c.case_id == inbox_task.c.case_id)
            .where(
                inbox_task.c.process_id == "cancellation",
                cast(inbox_task.c.candidates, Text).contains(offered, autoescape=True),
                cancellation.c.state == "cancelled",
            )
            .order_by(inbox_task.c.case_id)
        )
        return tuple((row.case_id, row.purpose) for row in self._connection.execute(query))

    def correction(self, correction_id: str, *, lock: bool = False) -> Record | None:
        """Return a correction."""
        return self._first(self._held(select(correction).where(correction.c.id == correction_id), lock))

    def bar(self, account_ids: tuple[str, ...], on: date) -> Record | None:
        """Return the correction for which the holder of these accounts may not apply on a day, if any.

        Barred for its years, and without an end as long as something is owed.
        """
        return self._first(
            select(correction)
            .where(
                correction.c.account_id.in_(account_ids),
                correction.c.kind == "revocation",
                or_(
                    correction.c.barred_until >= on,
                    and_(correction.c.state == "confirmed", correction.c.outstanding > 0),
                ),
            )
            .order_by(correction.c.barred_until.desc())
            .limit(1)
        )

    def change(self, table: Any, record_id: str, values: Mapping[str, Any]) -> None:
        """Change columns of a record that is there."""
        if not self._live.update(table, {"id": record_id}, values):
            raise LookupError(f"{table.name} {record_id} is not on record")

    def _held(self, query: Select[Any], lock: bool) -> Select[Any]:
        return query.with_for_update() if lock and self._locks else query

    def _first(self, query: Select[Any]) -> Record | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else dict(row)
