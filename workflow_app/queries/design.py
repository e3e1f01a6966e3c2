"""Drafts of the next version and proposals to deploy one, as their pages show them.

Whoever reads versions reads these; nothing of a case is here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import definition_draft, definition_draft_file, proposal, user_account

DECIDERS: Final = frozenset({"process_admin", "department_leader"})
"""Posts that approve or return proposals."""


@dataclass(frozen=True, slots=True)
class ListedDraft:
    """A draft; ``editor`` holds its lock until ``editing_until``."""

    id: str
    title: str
    base: str
    state: str
    opened_by: str
    opened_at: datetime
    changed_at: datetime
    editor_id: str | None
    editor: str
    editing_until: datetime | None
    files: int


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file a draft changes; ``removed`` where the version is no longer to hold it."""

    path: str
    revision: int
    removed: bool
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ListedProposal:
    """A proposal to deploy a version."""

    id: str
    number: str
    draft_id: str | None
    version: str
    base: str
    kind: str
    reason: str
    effective_from: datetime | None
    warnings: Any
    statute: str
    state: str
    submitted_by_id: str
    submitted_by: str
    submitted_at: datetime
    authors: Any
    decided_by: str
    decided_at: datetime | None
    decision_reason: str | None


def drafts(reading: Reading) -> tuple[ListedDraft, ...]:
    """Return all drafts, those in work first, the last changed first."""
    rows = reading.execute(
        _drafts().order_by(definition_draft.c.state != "open", definition_draft.c.changed_at.desc())
    )
    return tuple(_draft(row) for row in rows)


def draft(reading: Reading, draft_id: str) -> ListedDraft | None:
    """Return one draft."""
    row = reading.execute(_drafts().where(definition_draft.c.id == draft_id)).first()
    return None if row is None else _draft(row)


def changed_files(reading: Reading, draft_id: str) -> tuple[ChangedFile, ...]:
    """Return the files a draft changes, by path."""
    query = (
        select(definition_draft_file, user_account.c.name.label("name"))
        .outerjoin(user_account, user_account.c.id == definition_draft_file.c.changed_by)
        .where(definition_draft_file.c.draft_id == draft_id)
    )
    return tuple(
        ChangedFile(row.path, row.revision, row.body is None, row.name or "", row.changed_at)
        for row in reading.execute(query.order_by(definition_draft_file.c.path))
    )


def draft_bodies(reading: Reading, draft_id: str) -> dict[str, tuple[bytes | None, int]]:
    """Return the bytes (``None``: removed) and revision of each file a draft changes."""
    query = select(definition_draft_file).where(definition_draft_file.c.draft_id == draft_id)
    return {
        row.path: (None if row.body is None else bytes(row.body), row.revision)
        for row in reading.execute(query)
    }


def proposals(reading: Reading, *, state: str = "") -> tuple[ListedProposal, ...]:
    """Return proposals, the newest first."""
    query = _proposals().order_by(proposal.c.submitted_at.desc(), proposal.c.id.desc())
    if state:
        query = query.where(proposal.c.state == state)
    return tuple(_proposal(row) for row in reading.execute(query))


def proposal_of(reading: Reading, proposal_id: str) -> ListedProposal | None:
    """Return one proposal."""
    row = reading.execute(_proposals().where(proposal.c.id == proposal_id)).first()
    return None if row is None else _proposal(row)


def waiting(reading: Reading, user_id: str, roles: Collection[str]) -> int:
    """Return how many proposals wait for this person's decision; one's own are another's to decide."""
    query = select(proposal.c.kind, proposal.c.submitted_by, proposal.c.authors)
    rows = reading.execute(query.where(proposal.c.state == "submitted"))
    return sum(
        ("department_leader" if row.kind == "article_fixed" else "process_admin") in roles
        and user_id not in {row.submitted_by, *row.authors}
        for row in rows
    )


def _drafts() -> Any:
    opener, editor = user_account.alias("opener"), user_account.alias("editor_of")
    files = (
        select(func.count())
        .where(definition_draft_file.c.draft_id == definition_draft.c.id)
        .scalar_subquery()
    )
    return select(
        definition_draft,
        opener.c.name.label("opener"),
        editor.c.name.label("editor_name"),
        files.label("files"),
    ).select_from(
        definition_draft.outerjoin(opener, opener.c.id == definition_draft.c.opened_by).outerjoin(
            editor, editor.c.id == definition_draft.c.editor
        )
    )


def _draft(row: Any) -> ListedDraft:
    return ListedDraft(
        row.id,
        row.title,
        row.base,
        row.state,
        row.opener or "",
        row.opened_at,
        row.changed_at,
        row.editor,
        row.editor_name or "",
        row.editing_until,
        row.files,
    )


def _proposals() -> Any:
    author, decider = user_account.alias("author"), user_account.alias("decider")
    return select(proposal, author.c.name.label("author"), decider.c.name.label("decider")).select_from(
        proposal.outerjoin(author, author.c.id == proposal.c.submitted_by).outerjoin(
            decider, decider.c.id == proposal.c.decided_by
        )
    )


def _proposal(row: Any) -> ListedProposal:
    return ListedProposal(
        row.id,
        row.number,
        row.draft_id,
        row.version,
        row.base,
        row.kind,
        row.reason,
        row.effective_from,
        row.warnings,
        row.statute,
        row.state,
        row.submitted_by,
        row.author or "",
        row.submitted_at,
        row.authors,
        row.decider or "",
        row.decided_at,
        row.decision_reason,
    )
