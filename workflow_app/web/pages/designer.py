"""流程设计: one file of a draft in its editor; without JavaScript, and for every other kind, as plain text.

Saving with the editor goes through the API; the plain form here makes the same command. This module must
never judge a diagram: what stands against it is the gate's to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands import parameters
from workflow_app.commands.design_requests import SaveDraftFile
from workflow_app.commands.known_names import catalogue
from workflow_app.engine.forms import BadForm, load_forms
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.kernel.errors import Forbidden, JcerError, NotFound, Refused
from workflow_app.queries.design import ListedDraft
from workflow_app.web import drafting
from workflow_app.web.desk import act, form_key, now, require
from workflow_app.web.security import allow_style_attributes
from workflow_app.web.texts import _

blueprint = Blueprint("designer", __name__)
_DECISION = re.compile(rb"<(?:\w+:)?decision\s[^>]*?\bid=\"([^\"]+)\"")


@blueprint.get("/admin/process/drafts/<draft_id>/files/<path:path>")
def page(draft_id: str, path: str) -> str:
    """Show a file of a draft in its editor."""
    me = require(*drafting.READERS)
    found = drafting.draft(draft_id)
    file = drafting.file(found, path)
    held = found.editor_id if found.editing_until is not None and found.editing_until > now() else None
    writable = found.state == "open" and me.holds("process_admin") and held in {None, me.user_id}
    allow_style_attributes()
    drawn = PurePosixPath(path).suffix == ".bpmn" and file["text"] is not None
    return _shown(found, file, writable, drawn=drawn, typed=None)


@blueprint.post("/admin/process/drafts/<draft_id>/files/<path:path>")
def save(draft_id: str, path: str) -> Response | tuple[str, int]:
    """Keep the text as typed; what was typed is shown again where it could not be kept."""
    require("process_admin")
    typed = request.form.get("text", "").replace("\r\n", "\n")
    revision = request.form.get("revision", "0")
    try:
        if not revision.isdecimal():
            raise Refused("revision_invalid", _("修订号有误，请重新打开文件"))
        act(SaveDraftFile(draft_id, path, typed.encode(), int(revision)), form_key())
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        found = drafting.draft(draft_id)
        flash(error.message, "attention")
        file = drafting.file(found, path)
        # The form stays one of the revision it was opened at: pressed again, it must not win unseen.
        file = {**file, "theirs": file["text"], "revision": revision if revision.isdecimal() else "0"}
        return _shown(found, file, writable=True, drawn=False, typed=typed), 409
    flash(_("已保存"))
    return redirect(url_for(".page", draft_id=draft_id, path=path), 303)


def _shown(
    found: ListedDraft, file: dict[str, Any], writable: bool, *, drawn: bool, typed: str | None
) -> str:
    return render_template(
        "office/designer.html",
        draft=found,
        file=file,
        writable=writable,
        drawn=drawn,
        typed=typed,
        names=_names(drafting.files(found)) if drawn else {},
    )


def _names(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what the settings of an element are chosen from; empty lists where the draft cannot be read."""
    try:
        known = catalogue(load_forms(files), parameters.load(files))
    except (BadForm, Refused):
        known = Catalogue()
    decisions = [body for path, body in files.items() if path.endswith(".dmn")]
    operations = (known.operations or {}).items()
    return {
        "forms": sorted(known.forms or ()),
        "roles": sorted(known.roles or ()),
        "scopes": sorted(known.scopes or ()),
        "deadlines": sorted(known.deadlines or ()),
        "messages": sorted(known.messages or ()),
        "operations": {
            name: {
                "inputs": sorted(one.inputs),
                "outputs": sorted(one.outputs),
                "errors": sorted(one.errors),
            }
            for name, one in sorted(operations)
        },
        "decisions": sorted(name.decode() for body in decisions for name in _DECISION.findall(body)),
        "processes": sorted(PurePosixPath(path).stem for path in files if path.endswith(".bpmn")),
    }
