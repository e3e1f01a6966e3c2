"""The list of 公示 as anybody may read it: what is open, what was, and who published it.

附件一（三）. A row of ``public_notice`` exists only once a notice is published, so a draft
cannot be read here. Every column is named: a notice never shows whose hands it went through, the text or the
author of a comment, or a paper that is no public copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, func, or_, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    batch,
    organisation,
    project,
    public_notice,
)

State = Literal["open", "closed", ""]


@dataclass(frozen=True, slots=True)
class ListedNotice:
    """A line of the list. ``tonnes`` are whole tCO₂e; ``batch`` is the stage, 0 for the project itself.

    ``of_project``: it names the project, alone or with its first stage (一并公示), as 附件一（三） asks.
    """

    id: str
    number: str
    title: str
    state: str
    outcome: str | None
    published_at: datetime
    closes_at: datetime
    provisional: bool
    project: str
    owner: str
    publisher: str
    field: str
    tonnes: int | None
    batch: int
    of_project: bool
    announced_at: datetime | None


def notices(
    reading: Reading,
    state: State = "",
    *,
    text: str = "",
    project_number: str = "",
    after: tuple[datetime, str] | None = None,
    size: int = 20,
) -> tuple[tuple[ListedNotice, ...], tuple[datetime, str] | None]:
    """Return published notices, the newest first, and the key to go on after."""
    query = _listed()
    if state:
        query = query.where(
            public_notice.c.state == state if state == "open" else public_notice.c.state != "open"
        )
    if project_number:
        query = query.where(project.c.number == project_number)
    if text:
        query = query.where(
            or_(
                public_notice.c.title.contains(text, autoescape=True),
                project.c.name.contains(text, autoescape=True),
                organisation.c.name.contains(text, autoescape=True),
            )
        )
    if after is not None:
        at, notice_id = after
        same = and_(public_notice.c.published_at == at, public_notice.c.id < notice_id)
        query = query.where(or_(public_notice.c.published_at < at, same))
    ordered = query.order_by(public_notice.c.published_at.desc(), public_notice.c.id.desc()).limit(size + 1)
    rows = reading.execute(ordered).all()
    found = tuple(line(row) for row in rows[:size])
    return found, (found[-1].published_at, found[-1].id) if len(rows) > size else None


def count(reading: Reading, state: State) -> int:
    """Return how many notices are open, or are not."""
    matching = public_notice.c.state == state if state == "open" else public_notice.c.state != "open"
    return int(reading.execute(select(func.count()).select_from(public_notice).where(matching)).scalar_one())


_publisher = organisation.alias("publisher")
LISTED: tuple[Any, ...] = (
    public_notice.c.id,
    public_notice.c.number,
    public_notice.c.title,
    public_notice.c.state,
    public_notice.c.outcome,
    public_notice.c.published_at,
    public_notice.c.closes_at,
    public_notice.c.provisional,
    public_notice.c.announced_at,
    public_notice.c.quantity,
    project.c.name.label("project"),
    project.c.field,
    project.c.registered_at,
    organisation.c.name.label("owner"),
    _publisher.c.name.label("publisher"),
    batch.c.sequence,
)
JOINED = (
    public_notice.join(project, project.c.id == public_notice.c.project_id)
    .join(organisation, organisation.c.id == project.c.owner_org)
    .outerjoin(_publisher, _publisher.c.id == project.c.exchange_org)
    .outerjoin(batch, batch.c.id == public_notice.c.batch_id)
)


def _listed() -> Any:
    return select(*LISTED).select_from(JOINED)


def line(row: Any) -> ListedNotice:
    """Return a line of the list of a row of :data:`LISTED`."""
    return ListedNotice(
        id=row.id,
        number=row.number or "",
        title=row.title,
        state=row.state,
        outcome=row.outcome,
        published_at=row.published_at,
        closes_at=row.closes_at,
        provisional=bool(row.provisional),
        project=row.project,
        owner=row.owner,
        publisher=row.publisher or "",
        field=row.field or "",
        tonnes=None if row.quantity is None else int(row.quantity),
        batch=int(row.sequence or 0),
        of_project=row.registered_at is None or row.published_at < row.registered_at,
        announced_at=row.announced_at,
    )
