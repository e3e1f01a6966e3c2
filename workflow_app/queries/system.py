"""What keeps the house running, as its pages show it: failed acts, messages, notices, versions, settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, or_, select

from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import EVERYTHING
from workflow_app.store.prepared import Prepared
from workflow_app.store.tables import (
    calendar_notice,
    content,
    definition_file,
    deployment,
    incident,
    notification,
    notification_read,
    outbox,
    user_account,
)

PRINCIPALS: Final = 32
"""Statements kept for as many numbers of principals one person has."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something that leaves the system, or has left it."""

    id: str
    kind: str
    recipient: str
    payload: Any
    state: str
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str


@dataclass(frozen=True, slots=True)
class InAppNotice:
    """A notice in the reader's own list."""

    id: str
    case_id: str | None
    subject: str
    text: str
    created_at: datetime
    read: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A deployment of a version of ``bpmn/``.

    :param statute: the edition of the statute it was judged by.
    """

    version: str
    sequence: int
    effective_from: datetime
    deployed_at: datetime
    deployed_by: str
    approved_by: str
    reason: str
    statute: str
    files: int


@dataclass(frozen=True, slots=True)
class LoadedNotice:
    """A holiday notice loaded at run time."""

    number: str
    year: int
    issued_on: Any
    loaded_at: datetime
    loaded_by: str


def calendar_sequence(reading: Reading) -> int:
    """Return the sequence of the calendar notice loaded last, 0 where none was."""
    return int(reading.all(_LOADED)[0][0] or 0)


def open_incidents(reading: Reading) -> int:
    """Return how many failed acts wait for somebody."""
    return int(reading.all(_OPEN_INCIDENTS)[0][0])


def messages(reading: Reading, *, at_most: int = 200) -> tuple[Message, ...]:
    """Return the outbox, the newest first; what it says is for those who read every case."""
    query = select(outbox).order_by(outbox.c.created_at.desc(), outbox.c.id.desc()).limit(at_most)
    blind = reading.viewer is not None and not reading.viewer.holds(EVERYTHING)
    return tuple(
        Message(
            row.id,
            row.kind,
            row.recipient,
            {} if blind else row.payload,
            row.state,
            row.created_at,
            row.sent_at,
            row.attempts,
            row.last_error or "",
        )
        for row in reading.execute(query)
    )


def notices(
    reading: Reading, principals: Sequence[str], user_id: str, *, at_most: int = 100
) -> tuple[InAppNotice, ...]:
    """Return the reader's in-app notices, the newest first."""
    joined = notification.outerjoin(notification_read, _read_by(user_id))
    query = select(notification, notification_read.c.read_at).select_from(joined)
    query = query.where(notification.c.principal.in_(principals))
    rows = reading.execute(
        query.order_by(notification.c.created_at.desc(), notification.c.id.desc()).limit(at_most)
    )
    return tuple(
        InAppNotice(
            row.id,
            row.case_id,
            row.subject,
            row.text,
            row.created_at,
            row.read_at is not None,
        )
        for row in rows
    )


def unread(reading: Reading, principals: Sequence[str], user_id: str, *, at_most: int = 100) -> int:
    """Return how many in-app notices were not opened yet, at most ``at_most``."""
    values = {f"principal_{at}": principal for at, principal in enumerate(principals)}
    found = reading.all(_unread(len(principals)), values | {"user": user_id, "at_most": at_most})
    return int(found[0][0])


@lru_cache(maxsize=PRINCIPALS)
def _unread(principals: int) -> Prepared:
    joined = notification.outerjoin(notification_read, _read_by(bindparam("user")))
    addressed = [notification.c.principal == bindparam(f"principal_{at}") for at in range(principals)]
    wanted = select(notification.c.id).select_from(joined)
    wanted = wanted.where(or_(*addressed), notification_read.c.read_at.is_(None)).limit(bindparam("at_most"))
    return Prepared(select(func.count().label("number")).select_from(wanted.subquery()))


_LOADED: Final = Prepared(select(func.max(calendar_notice.c.sequence).label("last")))
_OPEN_INCIDENTS: Final = Prepared(select(func.count().label("number")).where(incident.c.state == "open"))


def versions(reading: Reading) -> tuple[Version, ...]:
    """Return the deployments, the newest first."""
    deployer, approver = user_account.alias("deployer"), user_account.alias("approver")
    files = select(func.count()).where(definition_file.c.version == deployment.c.version).scalar_subquery()
    joined = deployment.outerjoin(deployer, deployer.c.id == deployment.c.deployed_by).outerjoin(
        approver, approver.c.id == deployment.c.approved_by
    )
    query = select(
        deployment,
        deployer.c.name.label("deployer"),
        approver.c.name.label("approver"),
        files.label("files"),
    )
    rows = reading.execute(query.select_from(joined).order_by(deployment.c.sequence.desc()))
    return tuple(
        Version(
            row.version,
            row.sequence,
            row.effective_from,
            row.deployed_at,
            row.deployer or "",
            row.approver or "",
            row.reason,
            row.statute,
            row.files,
        )
        for row in rows
    )


def files_of(reading: Reading, version: str) -> tuple[tuple[str, str], ...]:
    """Return the paths of a version with their content hashes."""
    query = select(definition_file.c.path, definition_file.c.sha256).where(
        definition_file.c.version == version
    )
    return tuple((row.path, row.sha256) for row in reading.execute(query.order_by(definition_file.c.path)))


def file_of(reading: Reading, version: str, path: str) -> bytes | None:
    """Return the bytes of one file of a version."""
    joined = definition_file.join(content, content.c.sha256 == definition_file.c.sha256)
    query = select(content.c.bytes).select_from(joined)
    return reading.execute(
        query.where(definition_file.c.version == version, definition_file.c.path == path)
    ).scalar_one_or_none()


def loaded_notices(reading: Reading) -> tuple[LoadedNotice, ...]:
    """Return the holiday notices loaded at run time, the newest first."""
    joined = calendar_notice.outerjoin(user_account, user_account.c.id == calendar_notice.c.loaded_by)
    query = select(calendar_notice, user_account.c.name).select_from(joined)
    rows = reading.execute(query.order_by(calendar_notice.c.sequence.desc()))
    return tuple(
        LoadedNotice(row.number, row.year, row.issued_on, row.loaded_at, row.name or "") for row in rows
    )


def _read_by(user_id: Any) -> Any:
    return and_(
        notification_read.c.notification_id == notification.c.id,
        notification_read.c.user_id == user_id,
    )
