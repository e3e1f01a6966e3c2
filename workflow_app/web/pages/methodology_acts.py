"""方法学目录维护: a methodology is entered, revised, ended, by the department (355号正文四; R12).

The commands judge what is said; a version once entered is never changed.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.requests import EndMethodology, EnterMethodology, Request, ReviseMethodology
from workflow_app.domain.methodology import Gas, MethodologyField
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused
from workflow_app.queries import methodology_register, public_programme
from workflow_app.web.desk import act, form_key, reading, require, today
from workflow_app.web.texts import _
from workflow_app.web.words import field_name

blueprint = Blueprint("methodology_acts", __name__, url_prefix="/programme/methodologies")

KEEPERS = ("department_clerk", "department_leader")
READERS = (*KEEPERS, "auditor")
Errors = list[tuple[str, str]]
Answer = str | Response | tuple[str, int]


@blueprint.get("")
def page() -> str:
    """List the register as it is kept."""
    found = require(*READERS)
    codes = [one.code for one in public_programme.methodologies(reading())]
    entries = [one for code in codes if (one := methodology_register.entry(reading(), code))]
    return render_template(
        "office/methodologies.html", entries=entries, today=today(), may_keep=found.holds(*KEEPERS)
    )


@blueprint.route("/<what>", methods=["GET", "POST"])
def change(what: str) -> Answer:
    """Ask for a methodology (``new``), a next version (``revise``) or an end (``end``), and take it."""
    require(*KEEPERS)
    if what not in {"new", "revise", "end"}:
        raise NotFound("page_not_found", "没有这个页面")
    code = request.values.get("code", "").strip()[:60]
    entry = methodology_register.entry(reading(), code) if what != "new" else None
    if what != "new" and entry is None:
        raise NotFound("methodology_unknown", "方法学目录中没有这个编号")
    errors: Errors = []
    status = 200
    if request.method == "POST":
        try:
            act(_command(what, code), form_key())
        except InvalidForm as error:
            errors, status = [(name, each[0]) for name, each in error.errors.items()], 422
        except (Refused, Conflict) as error:
            errors, status = [("", error.message)], 409
        else:
            flash({"new": _("方法学已登记"), "revise": _("新版本已登记")}.get(what) or _("已登记停用日期"))
            return redirect(url_for(".page"), 303)
    page = render_template(
        "office/methodology_change.html",
        what=what,
        entry=entry,
        errors=errors,
        wrong=dict(errors),
        said=request.form,
        gases=[(gas.value, gas.value) for gas in Gas],
        chosen=request.form.getlist("gases") or (entry.versions[0].gases if entry else ("CO2",)),
        fields=[(one.value, f"{one.value} {field_name(one.value)}") for one in MethodologyField],
    )
    return page, status


def _command(what: str, code: str) -> Request:
    said = {name: value.strip()[:500] for name, value in request.form.items()}
    gases = tuple(request.form.getlist("gases"))
    if what == "end":
        return EndMethodology(code, _day("ends_on"), said.get("reason", ""))
    document, gwp_set = said.get("document", "")[:100], said.get("gwp_set", "")[:20]
    crediting = bool(said.get("crediting_required"))
    if what == "revise":
        if not document:
            raise InvalidForm({"document": [_("请填写公布该版本的文号")]})
        return ReviseMethodology(
            code, _day("effective_from"), document, gases, gwp_set, crediting_required=crediting
        )
    return EnterMethodology(
        code,
        said.get("name", "")[:200],
        said.get("kind", ""),
        said.get("field", ""),
        _day("published_on"),
        document=document,
        gases=gases,
        gwp_set=gwp_set,
        crediting_required=crediting,
        demo=bool(said.get("demo")),
    )


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise InvalidForm({name: [_("请填写日期，例如 2026-11-23")]}) from None
