"""Files of a draft: uploaded, edited as text, removed, put back, downloaded one by one or all together.

A file saved from a text somebody else has changed meanwhile is not kept: both texts are shown. It must
never know what a file means.
"""

from __future__ import annotations

import difflib
from pathlib import PurePosixPath
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from workflow_app.commands.design_requests import SaveDraftFile
from workflow_app.commands.version_drafts import LONGEST_PATH, lawful_path
from workflow_app.engine.documents import MAX_BYTES
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused, TooLarge
from workflow_app.queries import design
from workflow_app.queries.design import ListedDraft
from workflow_app.web import draft_files, draft_view, drafting, process_view
from workflow_app.web.desk import act, form_key, reading, require
from workflow_app.web.pages.files import disposition
from workflow_app.web.texts import _

blueprint = Blueprint("process_files", __name__, url_prefix="/admin/process/drafts/<draft_id>")

Page = Response | tuple[str, int] | str
MOST_UPLOADS: Final = 50
CONTEXT: Final = 3
"""Unchanged lines shown around a difference."""


@blueprint.get("/download")
def download(draft_id: str) -> Response:
    """Send all files of the draft as one archive."""
    require(*drafting.READERS)
    found = drafting.draft(draft_id)
    return sent(draft_files.archive(drafting.files(found)), f"{found.title}.zip", "application/zip")


@blueprint.get("/download/<path:path>")
def download_one(draft_id: str, path: str) -> Response:
    """Send one file of the draft."""
    require(*drafting.READERS)
    body = drafting.files(drafting.draft(draft_id)).get(path)
    if body is None:
        raise NotFound("file_not_found", "草稿中没有这个文件")
    return sent(body, PurePosixPath(path).name, "application/octet-stream")


@blueprint.post("/files")
def upload(draft_id: str) -> Page:
    """Add or replace files."""
    require("process_admin")
    found = drafting.draft(draft_id)
    known = drafting.files(found)
    typed = request.form.get("path", "").strip()[:LONGEST_PATH]
    chosen = [one for one in request.files.getlist("files") if one.filename][:MOST_UPLOADS]
    if not chosen:
        flash(_("请选择要上传的文件"), "attention")
    elif len(chosen) > 1 and typed and not typed.endswith("/"):
        flash(_("一次上传几个文件时，路径只能是以 / 结尾的文件夹"), "attention")
        chosen = []
    kept = [path for each in chosen if (path := _uploaded(found, each, typed, list(known)))]
    if kept:
        flash(_("已保存：%(files)s", files="、".join(kept)))
    return redirect(url_for("process_drafts.show", draft_id=draft_id), 303)


@blueprint.post("/remove/<path:path>")
def remove(draft_id: str, path: str) -> Page:
    """Take a file out of the version the draft makes."""
    return _kept(draft_id, path, None, _("已移除 %(path)s", path=path))


@blueprint.post("/restore/<path:path>")
def restore(draft_id: str, path: str) -> Page:
    """Put a file back as the base has it."""
    require("process_admin")
    base = process_view.files_of(drafting.draft(draft_id).base).get(path)
    return _kept(draft_id, path, base, _("已恢复为原版本的内容：%(path)s", path=path))


@blueprint.get("/new")
def new(draft_id: str) -> Response:
    """Lead to the empty text of a new file."""
    require("process_admin")
    path = request.args.get("path", "").strip()
    try:
        target = url_for(".text", draft_id=draft_id, path=lawful_path(path))
    except Refused as error:
        flash(error.message, "attention")
        target = url_for("process_drafts.show", draft_id=draft_id)
    return redirect(target)


@blueprint.get("/text/<path:path>")
def text(draft_id: str, path: str) -> str:
    """Show a file as text."""
    require(*drafting.READERS)
    return _text(drafting.draft(draft_id), path, {})


@blueprint.post("/text/<path:path>")
def save(draft_id: str, path: str) -> Page:
    """Keep the text as typed; what was typed is shown again where it could not be kept."""
    require("process_admin")
    typed = request.form.get("text", "").replace("\r\n", "\n")
    try:
        act(SaveDraftFile(draft_id, path, typed.encode(), _revision()), form_key())
    except Conflict as error:
        return _text(drafting.draft(draft_id), path, _both(typed, dict(error.details))), 409
    except (Refused, TooLarge) as error:
        return _text(drafting.draft(draft_id), path, {"typed": typed, "error": error.message}), 422
    flash(_("已保存 %(path)s", path=path))
    if request.form.get("then") == "stay":
        return redirect(url_for(".text", draft_id=draft_id, path=path), 303)
    return redirect(url_for("process_drafts.show", draft_id=draft_id), 303)


def sent(body: bytes, name: str, kind: str) -> Response:
    """Return a download, never run by a browser."""
    answer = Response(body, mimetype=kind)
    answer.headers["Content-Disposition"] = disposition(name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _revision() -> int:
    typed = request.form.get("revision", "0")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):  # noqa: PLR2004
        raise InvalidForm({"revision": [_("修订号有误，请重新打开文件")]})
    return int(typed)


def _uploaded(found: ListedDraft, file: FileStorage, typed: str, known: list[str]) -> str:
    """Keep one uploaded file, from the revision its page showed; return its path, empty where refused."""
    name = file.filename or ""
    path = draft_files.place(name, typed, known)
    if not path:
        flash(_("%(name)s：请写明存放的文件夹，如 forms/", name=name), "attention")
        return ""
    seen = request.form.get(f"revision:{path}", "0")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0  # noqa: PLR2004
    key = form_key()
    try:
        body = file.stream.read(MAX_BYTES + 1)
        wanted = SaveDraftFile(found.id, path, body, revision)
        act(wanted, f"{key}:{path}"[:200] if key else None)
    except (Refused, Conflict, TooLarge) as error:
        flash(f"{path}：{error.message}", "attention")
        return ""
    return path


def _kept(draft_id: str, path: str, body: bytes | None, said: str) -> Page:
    require("process_admin")
    try:
        act(SaveDraftFile(draft_id, path, body, _revision()), form_key())
        flash(said)
    except (Refused, Conflict) as error:
        flash(error.message, "attention")
    return redirect(url_for("process_drafts.show", draft_id=draft_id), 303)


def _both(typed: str, details: dict[str, Any]) -> dict[str, Any]:
    """Return what a page shows of two texts of one file."""
    theirs = details.get("theirs") or ""
    said = difflib.unified_diff(
        theirs.splitlines(), typed.splitlines(), _("现有的"), _("您的"), lineterm="", n=CONTEXT
    )
    by = "、".join(process_view.names_of([details["by"]])) if details.get("by") else ""
    revision = details.get("revision", 0)
    return {"typed": typed, "theirs": theirs, "by": by, "revision": revision, "difference": list(said)}


def _text(found: ListedDraft, path: str, said: dict[str, Any]) -> str:
    me = require(*drafting.READERS)
    lawful_path(path)
    base = process_view.files_of(found.base).get(path)
    body, revision = design.draft_bodies(reading(), found.id).get(path, (base, 0))
    if body is None and base is None and not process_view.may_edit(me, found):
        raise NotFound("file_not_found", "草稿中没有这个文件")
    try:
        content = (body or b"").decode()
    except UnicodeDecodeError:
        content = None
    return render_template(
        "process/text.html",
        one=found,
        path=path,
        content=content,
        fresh=base is None and body is None,
        removed=body is None and base is not None,
        revision=said.get("revision", revision),
        may_edit=process_view.may_edit(me, found) and content is not None,
        held=process_view.held_by_another(me, found),
        drawn=draft_view.editor_of(found.id, path) if path.endswith(".bpmn") else "",
        said=said,
    )
