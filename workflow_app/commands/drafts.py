"""Drafts, notes and attachments: what people type and upload around a task.

A draft is no act and leaves no event; a note is one. Nothing typed is ever lost by another's act:
a draft outlives the task it was for.
"""

from __future__ import annotations

from typing import Final

from workflow_app.commands import inbox, permissions
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import AddNote, Attach, RemoveAttachment, Result, SaveDraft
from workflow_app.commands.run import OpenCase, Run
from workflow_app.engine.form_model import FILE_TYPES
from workflow_app.kernel.errors import Forbidden, InvalidForm, NotFound
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.repositories.forms import AttachmentRow

NOTE_LENGTH: Final = 4000


def save_draft(run: Run, request: SaveDraft) -> Result:
    """Keep what was typed so far, judged by nothing but its size.

    :raises Conflict: a newer draft stands, from another window or device.
    """
    task = inbox.find(run, request.task_id)
    permissions.ensure_may_work(run.actor, task.candidates, task.assignee_id)
    form = run.tools.form(run.case(task.case_id).row.version, task.form)
    kept = form.draft(request.raw)
    revision = run.uow.forms.save_draft(task.id, str(run.actor.user_id), kept, request.revision, run.at)
    return Result({"task_id": task.id, "revision": revision})


def add_note(run: Run, request: AddNote) -> Result:
    """Write a note on a case; notes are never changed.

    :raises Forbidden: this person has no part in the case.
    """
    permissions.ensure_on_cases(run.actor)
    text = request.text.strip()
    if not text:
        raise InvalidForm({"text": ["请填写备注内容"]})
    if len(text) > NOTE_LENGTH:
        raise InvalidForm({"text": [f"备注不得超过{NOTE_LENGTH}字"]})
    case = run.case(request.case_id)
    ensure_party(run, case)
    note_id = new_id()
    row = {"id": note_id, "case_id": case.id, "author_id": run.actor.user_id, "at": run.at, "text": text}
    run.uow.live.insert(tables.note, row)
    run.uow.history.record("note_added", f"case:{case.id}", who(run.actor), run.at)
    return Result({"note_id": note_id})


def ensure_party(run: Run, case: OpenCase) -> None:
    """Refuse whoever has no part in a case.

    The department and the assigned experts work on all of it; everybody else belongs to an
    organisation of the case.

    :raises Forbidden: no part in it.
    """
    if run.actor.holds("department_clerk", "department_leader"):
        return
    parties = {case.row.owner_org, case.row.applicant_org, case.row.exchange_org, case.row.bureau_org} - {
        None
    }
    held = {organisation for _, organisation in run.actor.roles} | {run.actor.organisation_id}
    if parties & held:
        return
    mine = set(permissions.principals(run.actor))
    if any(mine & {*task.candidates, f"user:{task.assignee_id}"} for task in case.tasks.values()):
        return
    raise Forbidden("not_a_party", "此办件不在您的职责范围内")


def attach(run: Run, request: Attach) -> Result:
    """Upload a file to a form's field.

    :raises InvalidForm: no such field, or a kind of file it does not take.
    :raises TooLarge: beyond the configured size.
    """
    task = inbox.find(run, request.task_id)
    permissions.ensure_may_work(run.actor, task.candidates, task.assignee_id)
    case = run.case(task.case_id)
    form = run.tools.form(case.row.version, task.form)
    name, _, rest = request.field.replace("-", ".").partition(".")
    field = next((each for each in form.fields() if each.name == name), None)
    if field is not None and field.type == "rows":
        column = rest.partition(".")[2]
        field = next((each for each in field.rows if each.name == column), None)
    if field is None or field.type not in FILE_TYPES:
        raise InvalidForm({request.field: ["此处不能上传文件"]})
    stored = run.tools.files.store(request.stream, request.filename, field.accept)
    row = AttachmentRow(
        id=new_id(),
        case_id=case.id,
        task_id=task.id,
        field=request.field.replace("-", "."),
        filename=stored.filename,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        state="draft",
        uploaded_by=run.actor.user_id,
        uploaded_at=run.at,
    )
    run.uow.forms.attach(row)
    return Result({"attachment_id": row.id, "filename": row.filename, "size": row.size, "sha256": row.sha256})


def remove_attachment(run: Run, request: RemoveAttachment) -> Result:
    """Take a file off a form that was not handed in yet.

    :raises Conflict: it was handed in meanwhile.
    """
    row = run.uow.forms.attachment(request.attachment_id)
    if row.task_id is None:
        raise NotFound("no_such_attachment", "没有这个附件")
    task = inbox.find(run, row.task_id)
    permissions.ensure_may_work(run.actor, task.candidates, task.assignee_id)
    run.uow.forms.remove_attachment(row.id)
    return Result({"attachment_id": row.id})


def submit_files(
    run: Run, case: OpenCase, task_id: str, named: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    """Freeze the files a form names: uploaded for this task, or handed in on this case before.

    :raises InvalidForm: a file is gone, or belongs to another case or to somebody's draft of another task.
    """
    errors: dict[str, list[str]] = {}
    ids: list[str] = []
    if not named:
        return
    wanted = [attachment_id for _, attachment_ids in named for attachment_id in attachment_ids]
    files = run.uow.forms.attachments_named(case.id, wanted) if wanted else ()
    known = {row.id for row in files if row.state == "submitted" or row.task_id in (None, task_id)}
    for path, attachment_ids in named:
        if set(attachment_ids) - known:
            errors[path] = ["附件不存在或已删除，请重新上传"]
        ids.extend(attachment_ids)
    if errors:
        raise InvalidForm(errors)
    fresh = {row.id for row in files if row.state == "draft"}
    run.uow.forms.submit_attachments([each for each in ids if each in fresh])
