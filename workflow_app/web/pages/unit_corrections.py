"""减排量更正: the department's corrections, each with its units and their way through all holders.

docs/domain.md §4. A clerk opens one on a project; what is found, decided and carried out are tasks of its
case. The exchange and the auditor read.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.unit_requests import OpenCorrection
from workflow_app.domain.correction import CorrectionKind, CorrectionState
from workflow_app.kernel.errors import Forbidden, JcerError, NotFound
from workflow_app.queries import case_tasks, concerned_units, correction_origin, corrections, holders
from workflow_app.queries.accounts import READERS
from workflow_app.web.desk import act, form_key, reading, require, somebody
from workflow_app.web.paging import address
from workflow_app.web.texts import _

blueprint = Blueprint("unit_corrections", __name__)

OPENS = "department_clerk"
SIZE = 50
TONES = {"open": "ochre", "confirmed": "ochre", "settled": "accent"}


@blueprint.get("/corrections")
def page() -> str:
    """List the corrections."""
    require(*READERS)
    state = request.args.get("state", "")
    state = state if state in tuple(CorrectionState) else ""
    kind = request.args.get("kind", "")
    kind = kind if kind in tuple(CorrectionKind) else ""
    before = request.args.get("before", "")[:32] or None
    found = corrections.corrections(reading(), state=state, kind=kind, before=before, size=SIZE + 1)
    kept = {"state": state, "kind": kind}
    last = found[SIZE - 1].id if len(found) > SIZE else ""
    return render_template(
        "units/corrections.html",
        corrections=found[:SIZE],
        complained=correction_origin.complained_of(reading(), [one.id for one in found[:SIZE]]),
        filtered=bool(state or kind),
        views=[
            {"label": words, "url": address(".page", {**kept, "state": name}), "current": name == state}
            for name, words in [("", _("全部")), *((one.value, one.label) for one in CorrectionState)]
        ],
        kinds=[(one.value, one.label) for one in CorrectionKind],
        kind=kind,
        state=state,
        tones=TONES,
        more=address(".page", {**kept, "before": last}) if last else "",
        projects=corrections.issued_projects(reading()) if somebody().holds(OPENS) else (),
        may_open=somebody().holds(OPENS),
    )


@blueprint.post("/corrections")
def start() -> Response:
    """Open a correction of a project's units; what was found is written down in its first task."""
    require(OPENS)
    project_id = request.form.get("project_id", "")[:32]
    if not project_id:
        flash(_("请选择要核查的项目"), "attention")
        return redirect(url_for(".page"), 303)
    try:
        done = act(OpenCorrection(project_id), form_key())
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        flash(error.message, "attention")
        return redirect(url_for(".page"), 303)
    flash(_("已立案，请登记问题；登记后减排量即告锁定"))
    task = next(iter(case_tasks.tasks_of_case(reading(), str(done.values["case_id"]))), None)
    return redirect(
        url_for("cases.page", case_id=done.values["case_id"])
        if task is None
        else url_for("tasks.page", task_id=task.id),
        303,
    )


@blueprint.get("/corrections/<correction_id>")
def correction(correction_id: str) -> str:
    """Show a correction: what was found and decided, which units, their way, where all of it lies now."""
    require(*READERS)
    found = corrections.correction_of(reading(), correction_id)
    if found is None:
        raise NotFound("no_such_correction", "没有这项更正")
    ranges = concerned_units.ranges_of(reading(), found)
    names = holders.holders_of(reading(), [found.account_id, found.to_account_id])
    return render_template(
        "units/correction.html",
        correction=found,
        holder=names[found.account_id],
        successor=names.get(found.to_account_id or ""),
        origin=correction_origin.complaint_behind(reading(), correction_id),
        ranges=ranges,
        concerned=sum(one.quantity for one in ranges),
        most=concerned_units.MOST_RANGES,
        way=concerned_units.way_of(reading(), found.project_id, ranges),
        lying=concerned_units.lying(reading(), found),
        tones=TONES,
    )
