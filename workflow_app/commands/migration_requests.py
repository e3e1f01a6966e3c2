"""What process administrators may ask for of running cases: to be moved to another version, and back."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.commands.requests import Request


@dataclass(frozen=True, slots=True)
class StartMigration(Request):
    """Ask that running cases be moved to a deployed version; another process administrator approves.

    :param target: the content hash of the version.
    :param processes: only cases of these; empty for all.
    :param cases: only these, by id or number; empty for all that can be moved.
    """

    target: str
    reason: str
    processes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApproveMigration(Request):
    """Let a batch run: by another process administrator than the one who asked."""

    migration_id: str


@dataclass(frozen=True, slots=True)
class RejectMigration(Request):
    """Refuse a batch, or take back one's own."""

    migration_id: str


@dataclass(frozen=True, slots=True)
class StopMigration(Request):
    """Let no further case of a batch be moved for now; those moved stay moved."""

    migration_id: str


@dataclass(frozen=True, slots=True)
class ResumeMigration(Request):
    """Let a stopped batch go on."""

    migration_id: str


@dataclass(frozen=True, slots=True)
class RevertMigration(Request):
    """Take the cases back to where they came from, but for those that went on since."""

    migration_id: str


@dataclass(frozen=True, slots=True)
class AdvanceMigrations(Request):
    """Move the next cases of the batches under way, each in a transaction of its own.

    :param limit: how many cases at most.
    """

    limit: int = 20
