"""What became of what the public said: the answers, and one comment for whoever holds its receipt.

附件一（三）. The text of a comment and its author are shown under the receipt number alone, which is the
key to them; the notice's page shows what was answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import comment, public_notice


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered in public. The comment itself is only its author's to read.

    :param kind: objection or comment.
    """

    received_at: datetime
    kind: str
    outcome: str
    reply: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many comments a notice had: all that came in time, those answered, and those that came late."""

    timely: int
    answered: int
    late: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """One comment, for whoever holds its receipt number.

    :param author: the name that was given, opened; empty where none was.
    :param outcome: ``None`` until it is answered or decided.
    """

    number: str
    notice_id: str
    notice_title: str
    received_at: datetime
    late: bool
    text: str
    author: str
    kind: str | None
    outcome: str | None
    reply: str
    decided_at: datetime | None


def answers(reading: Reading, notice_id: str) -> tuple[Answer, ...]:
    """Return the public answers on a notice, in the order they were given."""
    query = select(
        comment.c.received_at, comment.c.kind, comment.c.outcome, comment.c.reply, comment.c.decided_at
    ).where(comment.c.notice_id == notice_id, comment.c.outcome.is_not(None))
    return tuple(
        Answer(row.received_at, row.kind, row.outcome, row.reply or "", row.decided_at)
        for row in reading.execute(query.order_by(comment.c.decided_at, comment.c.id))
    )


def tally(reading: Reading, notice_id: str) -> Tally:
    """Return how many comments a notice had."""
    timely, late = comment.c.late.is_(False), comment.c.late.is_(True)
    answered = and_(timely, comment.c.outcome.is_not(None))
    query = select(
        func.count().filter(timely), func.count().filter(answered), func.count().filter(late)
    ).where(comment.c.notice_id == notice_id)
    return Tally(*(int(number) for number in reading.execute(query).one()))


def receipt(reading: Reading, number: str) -> Receipt | None:
    """Return the comment with this receipt number: the number is the key to it."""
    joined = comment.join(public_notice, public_notice.c.id == comment.c.notice_id)
    query = select(comment, public_notice.c.title.label("notice_title")).select_from(joined)
    row = reading.execute(query.where(comment.c.receipt == number)).one_or_none()
    if row is None:
        return None
    author = reading.opened(row.author) if row.author else None
    return Receipt(
        number=row.receipt,
        notice_id=row.notice_id,
        notice_title=row.notice_title,
        received_at=row.received_at,
        late=bool(row.late),
        text=row.text,
        author=_author(author),
        kind=row.kind,
        outcome=row.outcome,
        reply=row.reply or "",
        decided_at=row.decided_at,
    )


def _author(opened: Any) -> str:
    if isinstance(opened, dict):
        return str(opened.get("name") or "")
    return opened if isinstance(opened, str) else ""
