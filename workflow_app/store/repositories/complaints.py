"""Complaints about registered reductions: read by id, by the correction they led to, by case.

Who complained is sealed (:meth:`ComplaintRepository.author`). Must never know who may act.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, select

from workflow_app.store.schema.columns import Value
from workflow_app.store.sealing import PersonalValues
from workflow_app.store.tables import complaint

Record = dict[str, Any]


class ComplaintRepository:
    """Complaints in one unit of work."""

    def __init__(self, connection: Connection, personal: PersonalValues) -> None:
        self._connection = connection
        self._personal = personal

    def get(self, complaint_id: str) -> Record | None:
        """Return a complaint."""
        return self._by(complaint.c.id, complaint_id)

    def by_receipt(self, receipt: str) -> Record | None:
        """Return the complaint with this receipt number."""
        return self._by(complaint.c.receipt, receipt)

    def of_correction(self, correction_id: str) -> Record | None:
        """Return the complaint a correction goes back to."""
        return self._by(complaint.c.correction_id, correction_id)

    def sealed_author(self, complaint_id: str, name: str, contact: str) -> Mapping[str, str] | None:
        """Return the ``author`` column of a new complaint: ciphertext, or ``None`` where nothing is."""
        if not name and not contact:
            return None
        return self._personal.seal(f"complaint:{complaint_id}", {"name": name, "contact": contact})

    def author(self, record: Mapping[str, Any]) -> Value:
        """Return a complaint's ``{"name", "contact"}``, ``None``, or the mark of an erased person."""
        return None if record["author"] is None else self._personal.open(record["author"])

    def _by(self, column: Column[Any], value: str) -> Record | None:
        query = select(complaint).where(column == value)
        row = self._connection.execute(query.limit(1)).mappings().first()
        return None if row is None else dict(row)
