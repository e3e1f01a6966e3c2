"""Deployed versions of ``bpmn/``, content-addressed: the same bytes are stored once.

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
from workflow_app.store.tables import content, definition_file, definition_version


@dataclass(frozen=True, slots=True)
class Version:
    """A deployed version; ``sequence`` 1 is the first, the highest is the effective one."""

    version: str
    sequence: int
    deployed_at: datetime
    deployed_by: str | None
    approved_by: str | None
    reason: str


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

    def deploy(
        self,
        files: Mapping[str, bytes],
        at: datetime,
        reason: str,
        *,
        deployed_by: str | None = None,
        approved_by: str | None = None,
    ) -> Version:
        """Store a version and make it the effective one.

        Files that were stored before are not stored again. A version deployed before becomes
        effective again under its own hash only by a change of some file; that is a duplicate here.

        :raises Conflict: these very files are deployed already (by the unique version).
        """
        hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
        by_hash = {hashes[path]: data for path, data in files.items()}
        known = set(
            self._connection.execute(select(content.c.sha256).where(content.c.sha256.in_(by_hash))).scalars()
        )
        new = [{"sha256": digest, "bytes": data} for digest, data in by_hash.items() if digest not in known]
        if new:
            self._connection.execute(insert(content), new)
        sequence = (
            self._connection.execute(select(func.max(definition_version.c.sequence))).scalar() or 0
        ) + 1
        row = Version(version_of(files), sequence, at, deployed_by, approved_by, reason)
        self._live.insert(definition_version, {name: getattr(row, name) for name in Version.__slots__})
        self._live.insert(
            definition_file,
            *({"version": row.version, "path": path, "sha256": hashes[path]} for path in sorted(files)),
        )
        return row

    def latest(self) -> Version | None:
        """Return the version new cases start on, or ``None`` before the first deployment."""
        row = self._connection.execute(
            _VERSIONS.order_by(definition_version.c.sequence.desc()).limit(1)
        ).first()
        return None if row is None else Version(*row)

    def versions(self) -> tuple[Version, ...]:
        """Return all versions, newest first."""
        rows = self._connection.execute(_VERSIONS.order_by(definition_version.c.sequence.desc()))
        return tuple(Version(*row) for row in rows)

    def get(self, version: str) -> Version:
        """Return one version.

        :raises NotFound: it was never deployed.
        """
        row = self._connection.execute(_VERSIONS.where(definition_version.c.version == version)).first()
        if row is None:
            raise NotFound("no_such_version", "没有这个流程版本")
        return Version(*row)

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


_VERSIONS: Final = select(*(definition_version.c[name] for name in Version.__slots__))
