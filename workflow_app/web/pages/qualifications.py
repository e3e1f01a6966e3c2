"""交易资质: until when each exchange is qualified; the department's leader enters the papers (R45)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.market.requests import EnterQualification
from workflow_app.kernel.errors import InvalidForm
from workflow_app.queries import qualifications
from workflow_app.queries import registry_papers as kept_papers
from workflow_app.queries.accounts import READERS
from workflow_app.web import exchange_view
from workflow_app.web.desk import act, form_key, reading, require, somebody, today
from workflow_app.web.pages import registry_papers
from workflow_app.web.texts import _

blueprint = Blueprint("qualifications", __name__)

ENTERS = "department_leader"
FIELDS = ("organisation_id", "number", "issuer", "valid_from", "valid_until", "note")
Errors = list[tuple[str, str]]


@blueprint.get("/exchange/qualification")
def page() -> str:
    """List the exchanges with their papers."""
    return _shown({}, [])


@blueprint.post("/exchange/qualification")
def enter() -> Response | tuple[str, int]:
    """Enter a paper."""
    require(ENTERS)
    typed = {name: request.form.get(name, "").strip()[:2000] for name in FIELDS}
    since, until = exchange_view.day(typed["valid_from"]), exchange_view.day(typed["valid_until"])
    errors: Errors = []
    if not typed["organisation_id"]:
        errors.append(("organisation_id", _("请选择交易机构")))
    if since is None:
        errors.append(("valid_from", _("请填写有效期的第一天")))
    if until is None:
        errors.append(("valid_until", _("请填写有效期的最后一天")))
    if errors or since is None or until is None:
        return _shown(typed, errors), 422
    command = EnterQualification(
        typed["organisation_id"], typed["number"], typed["issuer"], since, until, typed["note"]
    )
    try:
        done = act(command, form_key())
    except InvalidForm as error:
        return _shown(typed, [(name, each[0]) for name, each in error.errors.items()]), 422
    flash(_("资质已登记，有效期至 %(day)s", day=until))
    registry_papers.kept("exchange_qualification", str(done.values["qualification_id"]))
    return redirect(url_for(".page"), 303)


def _shown(typed: dict[str, str], errors: Errors) -> str:
    require(*READERS)
    found = qualifications.exchanges(reading(), today())
    return render_template(
        "exchange/qualification.html",
        exchanges=found,
        papers=kept_papers.papers_of(
            reading(), "exchange_qualification", [paper.id for one in found for paper in one.papers]
        ),
        may_enter=somebody().holds(ENTERS),
        typed=typed or ({"organisation_id": found[0].id} if len(found) == 1 else {}),
        errors=errors,
        wrong=dict(errors),
    )
