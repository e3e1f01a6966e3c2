"""Versions of ``bpmn/`` and their deployments, content-addressed: the same bytes are stored once.

A version is the hash over its sorted (path, hash of content) pairs; nothing of it changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select

from workflow_app.kernel.errors import NotFound
from workflow_app.store.live import Live
from workflow_app.store.tables import content, definition_file, definition_version, deployment


@dataclass(frozen=True, slots=True)
class Deployment:
    """A version becoming effective; ``sequence`` 1 is the first.

    :param effective_from: new cases start on it from this instant, unless a later one is effective too.
    :param statute: the edition of the statute it was judged by.
    """

    version: str
    sequence: int
    effective_from: datetime
    deployed_at: datetime
    deployed_by: str | None
    approved_by: str | None
    reason: str
    statute: str


def version_of(files: Mapping[str, bytes]) -> str:
    """Return the content hash of a set of files: SHA-256 over sorted (path, SHA-256 of bytes)."""
    overall = hashlib.sha256()
    for path in sorted(files):
        overall.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return overall.hexdigest()


class DefinitionRepository:
    """Versions of one unit of work."""

    def __init__(self, connection: Connection, live: Live) -> None:
        self._connection = connection
        self._live = live

    def store(self, files: Mapping[str, bytes], at: datetime) -> str:
        """Keep a set of files as a version, once; return its hash. Files kept before are not kept again."""
        version = version_of(files)
        known = select(definition_version.c.version).where(definition_version.c.version == version)
        if self._connection.execute(known).first() is not None:
            return version
        hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
        by_hash = {hashes[path]: data for path, data in files.items()}
        kept = set(
            self._connection.execute(select(content.c.sha256).where(content.c.sha256.in_(by_hash))).scalars()
        )
        new = [{"sha256": digest, "bytes": data} for digest, data in by_hash.items() if digest not in kept]
        if new:
            self._connection.execute(insert(content), new)
        self._live.insert(definition_version, {"version": version, "stored_at": at})
        self._live.insert(
            definition_file,
            *({"version": version, "path": path, "sha256": hashes[path]} for path in sorted(files)),
        )
        return version

    def deploy(
        self,
        version: str,
        at: datetime,
        reason: str,
        *,
        statute: str,
        effective_from: datetime | None = None,
        deployed_by: str | None = None,
        approved_by: str | None = None,
    ) -> Deployment:
        """Make a stored version effective, at once or from a later instant.

        :raises Refused: no approved proposal of this version by these two people (rules of the database).
        """
        last = self._connection.execute(select(func.max(deployment.c.sequence))).scalar() or 0
        row = Deployment(
            version, last + 1, effective_from or at, at, deployed_by, approved_by, reason, statute
        )
        self._live.insert(deployment, {name: getattr(row, name) for name in Deployment.__slots__})
        return row

    def effective(self, at: datetime) -> Deployment | None:
        """Return the deployment new cases start on at an instant, or ``None`` before the first."""
        query = _DEPLOYMENTS.where(deployment.c.effective_from <= at)
        row = self._connection.execute(query.order_by(deployment.c.sequence.desc()).limit(1)).first()
        return None if row is None else Deployment(*row)

    def scheduled(self, at: datetime) -> Deployment | None:
        """Return the newest deployment where it is not effective yet at an instant."""
        row = self._connection.execute(_DEPLOYMENTS.order_by(deployment.c.sequence.desc()).limit(1)).first()
        return Deployment(*row) if row is not None and row.effective_from > at else None

    def deployments(self) -> tuple[Deployment, ...]:
        """Return all deployments, newest first."""
        rows = self._connection.execute(_DEPLOYMENTS.order_by(deployment.c.sequence.desc()))
        return tuple(Deployment(*row) for row in rows)

    def files(self, version: str) -> dict[str, bytes]:
        """Return the files of a version by path.

        :raises NotFound: it was never deployed.
        """
        rows = self._connection.execute(
            select(definition_file.c.path, content.c.bytes)
            .join(content, content.c.sha256 == definition_file.c.sha256)
            .where(definition_file.c.version == version)
            .order_by(definition_file.c.path)
        ).all()
        if not rows:
            raise NotFound("no_such_version", "没有这个流程版本")
        return {row.path: bytes(row.bytes) for row in rows}


_DEPLOYMENTS: Final = select(*(deployment.c[name] for name in Deployment.__slots__))
