"""Drafts and attachments: what was typed or uploaded and is not handed in yet.

Not acts: nothing here is in the history until a form is handed in, which records the form's
data and the hashes of its files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from workflow_app.kernel.errors import Conflict, NotFound
from workflow_app.store.driver import Driver, Query
from workflow_app.store.schema.columns import Value
from workflow_app.store.tables import attachment, draft


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person typed on one task."""

    raw: Value
    revision: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file, by content hash; ``state`` is ``draft``, ``submitted`` or ``removed``."""

    id: str
    case_id: str
    task_id: str | None
    field: str
    filename: str
    media_type: str
    size: int
    sha256: str
    state: str
    uploaded_by: str | None
    uploaded_at: datetime


class FormRepository:
    """Drafts and attachments of one unit of work."""

    def __init__(self, connection: Connection, driver: Driver) -> None:
        self._connection = connection
        self._driver = driver

    def draft(self, task_id: str, user_id: str) -> Draft | None:
        """Return what this person typed so far, or ``None``."""
        row = self._connection.execute(_DRAFT, {"task_id": task_id, "user_id": user_id}).first()
        return None if row is None else Draft(*row)

    def save_draft(self, task_id: str, user_id: str, raw: Value, revision: int, at: datetime) -> int:
        """Keep what was typed; returns the new revision.

        :param revision: the draft revision it was typed on; 0 for the first.
        :raises Conflict: a newer draft exists, from another tab or device.
        """
        values = {"raw": raw, "revision": revision + 1, "updated_at": at}
        if revision == 0:
            try:
                with self._connection.begin_nested():
                    self._connection.execute(
                        insert(draft), {"task_id": task_id, "user_id": user_id, **values}
                    )
            except IntegrityError:
                raise _newer() from None
            return 1
        done = self._connection.execute(
            update(draft)
            .where(draft.c.task_id == task_id, draft.c.user_id == user_id, draft.c.revision == revision)
            .values(**values)
        )
        if done.rowcount != 1:
            raise _newer()
        return revision + 1

    def drop_drafts(self, task_id: str, user_id: str | None = None) -> None:
        """Forget drafts of a task that was handed in, or one person's."""
        query = _DROP if user_id is None else _DROP_OF
        self._driver.write(query, {"task_id": task_id, "user_id": user_id})

    def pass_on(self, task_id: str, from_user: str, to_user: str) -> bool:
        """Give what one person typed on a task to another, who has typed nothing; tells whether it went."""
        mine = draft.c.task_id == task_id, draft.c.user_id == from_user
        theirs = select(draft.c.user_id).where(draft.c.task_id == task_id, draft.c.user_id == to_user)
        if self._connection.execute(theirs).first() is not None:
            return False
        return self._connection.execute(update(draft).where(*mine).values(user_id=to_user)).rowcount == 1

    def attach(self, row: AttachmentRow) -> None:
        """Keep a file's record."""
        self._connection.execute(
            insert(attachment), {name: getattr(row, name) for name in AttachmentRow.__slots__}
        )

    def attachment(self, attachment_id: str) -> AttachmentRow:
        """Return a file's record.

        :raises NotFound: there is none, or it was removed.
        """
        row = self._connection.execute(_ATTACHMENTS.where(attachment.c.id == attachment_id)).first()
        if row is None or row.state == "removed":
            raise NotFound("no_such_attachment", "没有这个附件")
        return AttachmentRow(*row)

    def attachments(
        self, *, case_id: str | None = None, task_id: str | None = None
    ) -> tuple[AttachmentRow, ...]:
        """Return the files of a case or of a task that were not removed, oldest first."""
        query = _ATTACHMENTS.where(attachment.c.state != "removed")
        if case_id is not None:
            query = query.where(attachment.c.case_id == case_id)
        if task_id is not None:
            query = query.where(attachment.c.task_id == task_id)
        rows = self._connection.execute(query.order_by(attachment.c.uploaded_at, attachment.c.id))
        return tuple(AttachmentRow(*row) for row in rows)

    def attachments_named(self, case_id: str, ids: Sequence[str]) -> tuple[AttachmentRow, ...]:
        """Return those of these files that are a case's and were not removed."""
        numbered = {f"id_{number}": name for number, name in enumerate(ids)}
        marks = ", ".join(f"{{{name}}}" for name in numbered)
        rest = f"WHERE case_id = {{case_id}} AND state <> 'removed' AND id IN ({marks})"
        return tuple(
            AttachmentRow(*row) for row in Query(_FILE, rest).all(self._driver, case_id=case_id, **numbered)
        )

    def submit_attachments(self, ids: Sequence[str]) -> None:
        """Freeze the files a handed-in form names."""
        self._driver.write_many(_SUBMIT, [{"id": each} for each in ids])

    def remove_attachment(self, attachment_id: str) -> None:
        """Take a file off a form that was not handed in.

        :raises Conflict: it was handed in meanwhile, or is gone.
        """
        done = self._connection.execute(
            update(attachment)
            .where(attachment.c.id == attachment_id, attachment.c.state == "draft")
            .values(state="removed")
        )
        if done.rowcount != 1:
            raise Conflict("attachment_submitted", "附件已随表单提交或已删除，不能再删除")


def _newer() -> Conflict:
    return Conflict("draft_moved", "此表单在另一窗口或设备上有更新的草稿，请刷新后再保存")


_DRAFT: Final = select(draft.c.raw, draft.c.revision, draft.c.updated_at).where(
    draft.c.task_id == bindparam("task_id"), draft.c.user_id == bindparam("user_id")
)
_DROP: Final = "DELETE FROM draft WHERE task_id = {task_id}"
_DROP_OF: Final = f"{_DROP} AND user_id = {{user_id}}"
_FILE: Final = [attachment.c[name] for name in AttachmentRow.__slots__]
_ATTACHMENTS: Final = select(*_FILE)
_SUBMIT: Final = "UPDATE attachment SET state = 'submitted' WHERE id = {id} AND state = 'draft'"
