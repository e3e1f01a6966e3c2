"""委托出具凭证: who may issue certificates beside the department, for what and until when (R42).

The leader delegates and revokes; the clerk and the auditor read; a delegate reads its own.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.unit_requests import GrantDelegation, RevokeDelegation
from workflow_app.domain.cancellation import Purpose
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, JcerError, NotFound
from workflow_app.queries import organisations
from workflow_app.queries import registry_papers as kept_papers
from workflow_app.queries.delegations import WARNED, delegations
from workflow_app.web import exchange_view
from workflow_app.web.desk import act, form_key, reading, require, somebody, today
from workflow_app.web.pages import registry_papers
from workflow_app.web.texts import _

blueprint = Blueprint("delegations", __name__)

READS = ("department_clerk", "department_leader", "auditor", "certificate_delegate")
GRANTS = "department_leader"
Errors = list[tuple[str, str]]


@blueprint.get("/delegations")
def page() -> str:
    """List the delegations."""
    return _shown({}, [], [])


@blueprint.post("/delegations")
def grant() -> Response | tuple[str, int]:
    """Delegate."""
    require(GRANTS)
    names = ("organisation_id", "number", "valid_from", "valid_until")
    typed = {name: request.form.get(name, "").strip()[:200] for name in names}
    scope = request.form.getlist("scope")
    since, until = exchange_view.day(typed["valid_from"]), exchange_view.day(typed["valid_until"])
    errors: Errors = []
    if not typed["organisation_id"]:
        errors.append(("organisation_id", _("请选择受托机构")))
    if since is None:
        errors.append(("valid_from", _("请填写委托的第一天")))
    if until is None:
        errors.append(("valid_until", _("请填写委托的最后一天")))
    if errors or since is None or until is None:
        return _shown(typed, scope, errors), 422
    try:
        command = GrantDelegation(typed["organisation_id"], typed["number"], scope, since, until)
        done = act(command, form_key())
    except InvalidForm as error:
        return _shown(typed, scope, [(name, each[0]) for name, each in error.errors.items()]), 422
    except Conflict as error:
        return _shown(typed, scope, [("number", error.message)]), 409
    flash(_("委托已登记"))
    registry_papers.kept("delegation", str(done.values["delegation_id"]))
    return redirect(url_for(".page"), 303)


@blueprint.post("/delegations/<delegation_id>/revoke")
def revoke(delegation_id: str) -> Response:
    """Take a delegation back."""
    require(GRANTS)
    try:
        act(RevokeDelegation(delegation_id, request.form.get("reason", "")), form_key())
    except InvalidForm as error:
        flash(next(iter(error.errors.values()))[0], "attention")
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        flash(error.message, "attention")
    else:
        flash(_("委托已撤销；其未出具的凭证改由省厅出具"))
    return redirect(url_for(".page"), 303)


def _shown(typed: dict[str, str], scope: list[str], errors: Errors) -> str:
    found = require(*READS)
    office = found.holds("department_clerk", "department_leader", "auditor")
    own = found.viewer.organisations("certificate_delegate")
    listed = delegations(reading(), today(), None if office else own[0] if own else "")
    on = today()
    return render_template(
        "units/delegations.html",
        delegations=[(one, (one.valid_until - on).days if one.live else None) for one in listed],
        papers=kept_papers.papers_of(reading(), "delegation", [one.id for one in listed]) if office else {},
        warned=WARNED,
        today=on,
        may_grant=somebody().holds(GRANTS),
        organisations=[
            (one.id, one.name)
            for one in organisations.organisations(reading(), active=True)
            if one.kind in {"other", "exchange"}
        ],
        purposes=[(one.value, one.label) for one in Purpose],
        typed=typed,
        scope=scope,
        errors=errors,
        wrong=dict(errors),
    )
