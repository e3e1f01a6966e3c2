"""表单 of a draft: sections and fields added, moved and changed by buttons, beside the form as it will look.

Without JavaScript every button draws the page anew; with it the preview follows what is typed. Only 保存
keeps anything, as the draft's file. The command decides who may; the loader says what does not hold.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.design_requests import SaveDraftFile
from workflow_app.commands.version_drafts import lawful_path
from workflow_app.engine.forms import BadForm, FormDefinition, load_form
from workflow_app.kernel.errors import Conflict, Refused, TooLarge
from workflow_app.queries.design import ListedDraft
from workflow_app.web import draft_view, drafting, form_builder, process_view
from workflow_app.web.desk import act, form_key, require
from workflow_app.web.form_page import FormPage
from workflow_app.web.texts import _

PREFIX: Final = "/admin/process/drafts/<draft_id>/forms/<key>"
blueprint = Blueprint("process_forms", __name__, url_prefix=PREFIX)

Page = Response | tuple[str, int] | str
SKELETON: Final = """key: {key}
version: 1
title: 新表单
article: 服务规则
actions:
  - {{value: submit, label: 提交, sets: {{{key}_result: done}}}}
sections:
  - key: section_1
    title: 第一部分
    fields:
      - {{name: field_1, label: 第一项, type: text, required: true}}
"""


@blueprint.get("")
def page(draft_id: str, key: str) -> str:
    """Show the form of the draft, or the beginning of a new one."""
    require(*drafting.READERS)
    one = drafting.draft(draft_id)
    body, revision = _kept(one, key)
    text = SKELETON.format(key=key) if body is None else body.decode("utf-8", "replace")
    return _shown(one, key, text, revision, fresh=body is None)


@blueprint.post("")
def change(draft_id: str, key: str) -> Page:
    """Do what a button says with what was typed; only ``save`` keeps it."""
    require("process_admin")
    one = drafting.draft(draft_id)
    pressed = request.form.get("act", "show")
    revision = draft_view.revision_of(request.form.get("revision", ""))
    text = request.form.get("yaml", "").replace("\r\n", "\n")
    try:
        found = form_builder.typed(form_builder.document(text), request.form)
        text = form_builder.written(form_builder.done(found, pressed))
        if pressed != "save":
            return _shown(one, key, text, revision)
        load_form(text.encode(), {**drafting.files(one), _path(key): text.encode()})
        act(SaveDraftFile(draft_id, _path(key), text.encode(), revision), form_key())
    except (BadForm, Refused, TooLarge) as error:
        said = getattr(error, "message", str(error))
        return _shown(one, key, text, revision, error=said), 422
    except Conflict as error:
        return _shown(drafting.draft(draft_id), key, text, revision, error=error.message), 409
    flash(_("表单已保存在草稿中"))
    return redirect(url_for(".page", draft_id=draft_id, key=key), 303)


def _path(key: str) -> str:
    return lawful_path(f"forms/{key}.yaml")


def _kept(one: ListedDraft, key: str) -> tuple[bytes | None, int]:
    """Return the draft's file and the revision to save it from."""
    path = _path(key)
    body = drafting.files(one).get(path)
    return body, drafting.revision(one, path)


def _shown(
    one: ListedDraft, key: str, text: str, revision: int, *, error: str = "", fresh: bool = False
) -> str:
    me = require(*drafting.READERS)
    found: dict[str, Any] = {}
    drawn: FormDefinition | None = None
    fault = ""
    try:
        found = form_builder.document(text)
        drawn = load_form(text.encode(), {**drafting.files(one), _path(key): text.encode()})
        if drawn.key != key:
            fault = _("表单的 key 应与文件名相同（%(key)s）", key=key)
    except BadForm as bad:
        fault = str(bad)
    return render_template(
        "process/form.html",
        one=one,
        key=key,
        path=_path(key),
        text=text,
        found=found,
        revision=revision,
        preview=FormPage(form=drawn, url="", data={}) if drawn else None,
        fault=fault,
        error=error,
        fresh=fresh,
        types=draft_view.field_types(),
        builder=form_builder,
        may_edit=process_view.may_edit(me, one),
    )
