"""A project for the office: its facts, opinions, notices, batches and every case of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template

from workflow_app.kernel.errors import NotFound
from workflow_app.queries import case_file, corrections, projects
from workflow_app.queries.accounts import READERS
from workflow_app.queries.case_file import Case
from workflow_app.queries.projects import Project
from workflow_app.web import total_view
from workflow_app.web.desk import reading, require
from workflow_app.web.frame import WORKS_ON_CASES
from workflow_app.web.pages.publicity import MAY_TERMINATE
from workflow_app.web.pages.unit_corrections import OPENS

blueprint = Blueprint("projects", __name__)


@blueprint.get("/office/projects/<project_id>")
def page(project_id: str) -> str:
    """Show a project to whoever may read one of its cases."""
    found = require(*WORKS_ON_CASES, "auditor")
    cases, _more = case_file.search(reading(), found.viewer, project_id=project_id, size=200)
    shown = projects.project_of(reading(), project_id) if cases else None
    if shown is None:
        raise NotFound("project_not_found", "没有这个项目，或者您无权查看")
    return render_template(
        "office/project.html",
        project=shown,
        cases=cases,
        opinions=projects.opinions_of(reading(), project_id),
        notices=projects.notices_of(reading(), project_id),
        batches=projects.batches_of(reading(), project_id),
        total=_total(shown, cases),
        may_terminate=found.holds(MAY_TERMINATE),
        corrections=corrections.corrections(reading(), project_id=project_id)
        if found.holds(*READERS)
        else (),
        may_correct=found.holds(OPENS),
    )


def _total(shown: Project, cases: Sequence[Case]) -> str:
    lifecycle = next((case for case in cases if case.process_id == "project_lifecycle"), None)
    if lifecycle is None or lifecycle.status != "open" or shown.registered_at is not None:
        return ""
    return total_view.total_words(shown.id, lifecycle.version, shown.accepted_at)
