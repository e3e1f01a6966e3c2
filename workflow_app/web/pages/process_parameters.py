"""办理参数 of a draft: every limit and switch in a form, with its basis and what an article fixes.

What is saved is the draft's ``parameters.yaml``, its comments kept. The command and the gate decide; a limit
an article fixes is bounded here too, and its change goes to the department's leader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands import parameter_text, parameters
from workflow_app.commands.design_requests import SaveDraftFile
from workflow_app.commands.parameters import PATH, Parameters
from workflow_app.commands.requests import Json
from workflow_app.domain.deadlines import FIXED
from workflow_app.kernel.errors import Conflict, Refused
from workflow_app.queries.design import ListedDraft
from workflow_app.web import drafting, process_view
from workflow_app.web.desk import act, form_key, require
from workflow_app.web.pages.parameters import explained
from workflow_app.web.texts import _

blueprint = Blueprint(
    "process_parameters", __name__, url_prefix="/admin/process/drafts/<draft_id>/parameters"
)

MOST: Final = 999
"""Days or months a limit may have in the form."""
LARGEST: Final = 10**12
LONGEST: Final = 200

Page = Response | tuple[str, int] | str


@blueprint.get("")
def page(draft_id: str) -> str:
    """Show the parameters as the draft has them."""
    require(*drafting.READERS)
    return _shown(drafting.draft(draft_id), {}, {})


@blueprint.post("")
def save(draft_id: str) -> Page:
    """Keep what was typed in the draft's file; where it cannot be kept it is shown again."""
    require("process_admin")
    one = drafting.draft(draft_id)
    body = drafting.files(one).get(PATH, b"")
    flags, numbers, errors = _typed(parameters.load({PATH: body}))
    if errors:
        return _shown(one, errors, request.form), 422
    revision = _whole(request.form.get("revision", ""), LARGEST)
    try:
        text = parameter_text.changed(body, flags, numbers)
        act(SaveDraftFile(draft_id, PATH, text, -1 if revision is None else revision), form_key())
    except Refused as error:
        rule = str(error.details.get("rule", ""))
        return _shown(one, {f"n-{rule}" if rule else "": error.message}, request.form), 422
    except Conflict as error:
        return _shown(drafting.draft(draft_id), {"": error.message}, request.form), 409
    flash(_("参数已保存在草稿中"))
    return redirect(url_for("process_drafts.show", draft_id=draft_id), 303)


def _typed(known: Parameters) -> tuple[dict[str, Json], dict[str, int], dict[str, str]]:
    """Return flags and numbers as typed, each of the kind it has, and what is wrong, by field."""
    flags: dict[str, Json] = {}
    numbers: dict[str, int] = {}
    errors: dict[str, str] = {}
    for name, value in known.flags.items():
        typed = request.form.get(f"flag-{name}", "").strip()[:LONGEST]
        if isinstance(value, bool):
            flags[name] = typed == "true"
        elif isinstance(value, int):
            number = _whole(typed, LARGEST)
            if number is None:
                errors[f"flag-{name}"] = _("请填写整数")
            else:
                flags[name] = number
        elif typed and typed.isprintable():
            flags[name] = typed
        else:
            errors[f"flag-{name}"] = _("请填写")
    for rule_id in known.rules:
        number = _whole(request.form.get(f"n-{rule_id}", "").strip(), MOST)
        if not number:
            errors[f"n-{rule_id}"] = _("请填写 1 至 %(most)s 的整数", most=MOST)
        else:
            numbers[rule_id] = number
    return flags, numbers, errors


def _whole(typed: str, most: int) -> int | None:
    right = typed.isascii() and typed.isdigit() and len(typed) <= len(str(most))
    return int(typed) if right and int(typed) <= most else None


def _shown(one: ListedDraft, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    me = require(*drafting.READERS)
    file = drafting.file(one, PATH)
    try:
        known = parameters.load({PATH: (file["text"] or "").encode()})
        base = parameters.load({PATH: (file["base"] or "").encode()})
    except Refused as error:
        known = base = Parameters({}, {})
        errors = {**errors, "": error.message}
    said = explained(file["text"] or "")
    values: dict[str, Any] = {f"flag-{name}": value for name, value in known.flags.items()}
    values |= {f"n-{rule.id}": rule.n for rule in known.rules.values()}
    return render_template(
        "process/parameters.html",
        one=one,
        revision=file["revision"],
        flags=[
            (name, said.get(name, ""), value, base.flags.get(name)) for name, value in known.flags.items()
        ],
        limits=[(rule, FIXED.get(rule.id), base.rules.get(rule.id)) for rule in known.rules.values()],
        values={**values, **typed},
        errors=errors,
        may_edit=process_view.may_edit(me, one),
    )
