"""One complaint for whoever holds its receipt number (docs/domain.md §4), and how many a project had.

参照31号令第四十一条. What was said and by whom is shown under the receipt alone, which is the key to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from workflow_app.kernel.codes import mask_name
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import complaint, official_document, project


@dataclass(frozen=True, slots=True)
class ComplaintReceipt:
    """A complaint as its author finds it.

    :param author: the name that was given, masked; empty where none was.
    :param state: ``received``, ``taken_up`` or ``answered``.
    :param document_id: the written answer, empty until it is given.
    """

    number: str
    project_number: str
    project_name: str
    serial: str
    received_at: datetime
    text: str
    author: str
    state: str
    outcome: str | None
    reply: str
    decided_at: datetime | None
    document_id: str
    document_number: str


def receipt(reading: Reading, number: str) -> ComplaintReceipt | None:
    """Return the complaint with this receipt number."""
    joined = complaint.join(project, project.c.id == complaint.c.project_id).outerjoin(
        official_document,
        (official_document.c.subject_id == complaint.c.id) & (official_document.c.key == "complaint_reply"),
    )
    query = select(
        complaint,
        project.c.name.label("project_name"),
        project.c.number.label("project_number"),
        official_document.c.id.label("document_id"),
        official_document.c.number.label("document_number"),
    ).select_from(joined)
    row = reading.execute(query.where(complaint.c.receipt == number)).first()
    if row is None:
        return None
    author = reading.opened(row.author) if row.author else None
    named = author.get("name") if isinstance(author, dict) else author
    return ComplaintReceipt(
        number=row.receipt,
        project_number=row.project_number,
        project_name=row.project_name,
        serial=row.serial,
        received_at=row.received_at,
        text=row.text,
        author=mask_name(str(named)) if named else "",
        state=row.state,
        outcome=row.outcome,
        reply=row.reply or "",
        decided_at=row.decided_at,
        document_id=row.document_id or "",
        document_number=row.document_number or "",
    )
