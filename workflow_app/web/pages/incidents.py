"""待排障: acts that failed and were rolled back whole; a person sees them and tries again.

The operator sees what failed technically; what is in the case stays with those who may read it.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.requests import RetryIncident
from workflow_app.kernel.errors import JcerError
from workflow_app.queries.incidents import incidents
from workflow_app.web.desk import act, form_key, reading, require
from workflow_app.web.texts import _

blueprint = Blueprint("incidents", __name__)
READERS = ("department_clerk", "department_leader", "system_admin", "auditor")


@blueprint.get("/incidents")
def page() -> str:
    """List failed acts, the open ones first."""
    found = require(*READERS)
    return render_template(
        "office/incidents.html",
        incidents=incidents(reading(), found.viewer),
        may_retry=found.holds("department_clerk", "department_leader", "system_admin"),
    )


@blueprint.post("/incidents/<incident_id>/retry")
def retry(incident_id: str) -> Response:
    """Do again what failed."""
    require("department_clerk", "department_leader", "system_admin")
    try:
        act(RetryIncident(incident_id), form_key())
        flash(_("已重新执行成功"))
    except JcerError as error:
        flash(error.message, "attention")
    return redirect(url_for("incidents.page"))
