"""Drafts of the next version: who may change one, file by file, without losing anybody's work.

One person edits a draft at a time. The lock lasts half an hour from the last change, so that nobody waits for
somebody who went home; a change always names the revision it was made from, so that even then nothing
is written over unseen. This module must never know what a file means.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Final

from workflow_app.commands import permissions
from workflow_app.commands.design_requests import (
    DiscardDraft,
    HandOverDraft,
    OpenDraft,
    SaveDraftFile,
    TakeDraft,
)
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.commands.versions import STATUTE, SUFFIXES
from workflow_app.engine.documents import MAX_BYTES
from workflow_app.kernel.clock import SHANGHAI, legal_date
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused, TooLarge
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.design import Draft, DraftFile

EDITING: Final = timedelta(minutes=30)
LONGEST_TITLE: Final = 200
LONGEST_PATH: Final = 200
FOLDERS: Final = frozenset({"processes", "decisions", "forms", "documents", "calculations"})
PLAIN: Final = frozenset({"parameters.yaml", "counties.yaml", "distribution.yaml", "methodologies.yaml"})
"""Files of a version that lie in no folder."""
IN_A_FOLDER: Final = 2
"""Parts of a path: folder and file."""
SEPARATION: Final = "服务规则：一份草稿同时只由一人编辑"


def open_draft(run: Run, request: OpenDraft) -> Result:
    """Begin a draft; whoever opens it edits it.

    :raises InvalidForm: no title.
    :raises NotFound: there is no such base.
    """
    permissions.ensure_holds(run.actor, "process_admin")
    title = request.title.strip()[:LONGEST_TITLE]
    if not title:
        raise InvalidForm({"title": ["请填写草稿名称"]})
    base = request.base or run.tools.versions.effective(run.uow)
    run.tools.versions.files(base)
    me = str(run.actor.user_id)
    draft = Draft(new_id(), title, base, "open", me, run.at, run.at, me, run.at + EDITING)
    run.uow.design.open(draft)
    return Result({"draft_id": draft.id, "base": base})


def save_file(run: Run, request: SaveDraftFile) -> Result:
    """Keep a file of a draft as it is to be.

    :raises Refused: somebody else edits the draft, it is proposed already, or the path is no version's.
    :raises Conflict: the file was changed since it was read; theirs is in the details.
    :raises TooLarge: over 10 MB.
    """
    draft = _mine(run, request.draft_id)
    path = lawful_path(request.path)
    if request.body is not None and len(request.body) > MAX_BYTES:
        raise TooLarge("file_too_large", "文件超过 10 MB")
    known = run.uow.design.file(draft.id, path)
    revision = known.revision if known is not None else 0
    if request.revision != revision:
        theirs = known.body if known is not None else run.tools.versions.files(draft.base).get(path)
        text = theirs.decode("utf-8", "replace") if theirs is not None else None
        details = {"revision": revision, "theirs": text, "by": known.changed_by if known else None}
        raise Conflict("file_changed", "这个文件已被修改，请比对后再保存", details=details)
    if request.body is None and known is None and path not in run.tools.versions.files(draft.base):
        raise NotFound("file_not_found", "草稿中没有这个文件")
    me = str(run.actor.user_id)
    run.uow.design.keep(draft.id, DraftFile(path, request.body, revision + 1, me, run.at))
    run.uow.design.change(draft.id, changed_at=run.at, editor=me, editing_until=run.at + EDITING)
    return Result({"draft_id": draft.id, "path": path, "revision": revision + 1})


def take(run: Run, request: TakeDraft) -> Result:
    """Take the edit lock where nobody holds it, or its holder has not changed anything for half an hour.

    :raises Refused: somebody edits the draft now.
    """
    permissions.ensure_holds(run.actor, "process_admin")
    draft = _open(run.uow.design.draft(request.draft_id, lock=True))
    _ensure_free(run, draft)
    me = str(run.actor.user_id)
    run.uow.design.change(draft.id, editor=me, editing_until=run.at + EDITING)
    return Result({"draft_id": draft.id, "editor": me})


def hand_over(run: Run, request: HandOverDraft) -> Result:
    """Give the edit lock up.

    :raises Refused: one does not hold it, or the other is no process administrator.
    """
    draft = _mine(run, request.draft_id)
    if not request.to:
        run.uow.design.change(draft.id, editor=None, editing_until=None)
        return Result({"draft_id": draft.id, "editor": None})
    if "process_admin" not in {role for role, _ in run.uow.people.roles(request.to, legal_date(run.at))}:
        raise Refused("not_process_admin", "只能交给另一名流程管理员", article=SEPARATION)
    run.uow.design.change(draft.id, editor=request.to, editing_until=run.at + EDITING)
    return Result({"draft_id": draft.id, "editor": request.to})


def discard(run: Run, request: DiscardDraft) -> Result:
    """Give a draft up; it can still be read."""
    draft = _mine(run, request.draft_id)
    run.uow.design.change(draft.id, state="discarded", editor=None, editing_until=None)
    return Result({"draft_id": draft.id})


def files_of(run: Run, draft: Draft) -> dict[str, bytes]:
    """Return the whole version a draft makes of its base."""
    files = dict(run.tools.versions.files(draft.base))
    for file in run.uow.design.files(draft.id):
        if file.body is None:
            files.pop(file.path, None)
        else:
            files[file.path] = file.body
    return files


def lawful_path(path: str) -> str:
    """Return the path where it can be a version's.

    :raises Refused: it leaves the version, is of no kind a version holds, or is the statute's.
    """
    parts = PurePosixPath(path).parts
    known = len(parts) == IN_A_FOLDER and parts[0] in FOLDERS and parts[1].endswith(SUFFIXES)
    if parts[:1] == (STATUTE,):
        raise Refused(
            "statute_read_only", "法规规则随产品发布，流程管理员不能修改", article="服务规则：法规只读"
        )
    plain = path in PLAIN
    if not (known or plain) or len(path) > LONGEST_PATH or path != "/".join(parts):
        raise Refused("path_refused", f"版本中没有这样的文件：{path[:60]}")
    return path


def _mine(run: Run, draft_id: str) -> Draft:
    """Return an open draft, its lock with whoever acts; a free one is taken by the act."""
    permissions.ensure_holds(run.actor, "process_admin")
    draft = _open(run.uow.design.draft(draft_id, lock=True))
    _ensure_free(run, draft)
    return replace(draft, editor=run.actor.user_id)


def _ensure_free(run: Run, draft: Draft) -> None:
    held = draft.editor is not None and draft.editing_until is not None and draft.editing_until > run.at
    if held and draft.editor != run.actor.user_id and draft.editing_until is not None:
        name = run.uow.people.user(draft.editor or "").name
        until = draft.editing_until.astimezone(SHANGHAI).strftime("%H:%M")
        raise Refused(
            "draft_locked",
            f"{name}正在编辑这份草稿，到{until}没有改动的可以接手，或者请其移交",
            article=SEPARATION,
            details={"editor": draft.editor},
        )


def _open(draft: Draft) -> Draft:
    if draft.state != "open":
        said = {"proposed": "已提交审批", "deployed": "已部署", "discarded": "已放弃"}[draft.state]
        raise Refused("draft_closed", f"这份草稿{said}，不能再改")
    return draft
