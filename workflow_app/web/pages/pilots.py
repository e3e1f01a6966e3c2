"""试点: the list of filed pilots and each one's page: mechanism, activities, comments, evaluations.

正文五. A bureau finds the pilots of its own area, a pilot unit itself (R16).
"""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from workflow_app.kernel.errors import NotFound
from workflow_app.queries import documents, pilot_lines
from workflow_app.web import offers, pilot_view
from workflow_app.web.desk import reading, require
from workflow_app.web.pages.documents import recipients_of, sends
from workflow_app.web.texts import _

blueprint = Blueprint("pilots", __name__)


@blueprint.get("/pilots")
def page() -> str:
    """List the pilots whoever looks may read."""
    viewer = require(*pilot_lines.READERS).viewer
    chosen = request.args.get("state", "")
    every = pilot_lines.pilots(reading(), viewer)
    states = [("", _("全部")), ("filed", _("已备案")), ("suspended", _("暂停")), ("terminated", _("终止"))]
    views = [
        {
            "label": label,
            "count": sum(1 for one in every if state in ("", one.state)),
            "url": url_for(".page", state=state or None),
            "current": state == chosen,
        }
        for state, label in states
    ]
    return render_template(
        "pilots/list.html",
        pilots=[one for one in every if chosen in ("", one.state)],
        views=views,
        view=pilot_view,
        counties=offers.labels().get("counties", {}),
    )


@blueprint.get("/pilots/<filing_id>")
def pilot(filing_id: str) -> str:
    """Show a pilot."""
    found = pilot_view.seen(filing_id)
    papers = documents.of_cases(reading(), [one.case_id for one in found.evaluations])
    filed = documents.of_subject(reading(), filing_id, "pilot_filing_notice")
    return render_template(
        "pilots/pilot.html",
        pilot=found,
        line=found.line,
        acts=pilot_view.offered(found),
        view=pilot_view,
        papers={one.subject_id: one for one in papers if one.key == "evaluation_report"},
        filed=filed,
        recipients=recipients_of((*papers, *filed)),
        counties=offers.labels().get("counties", {}),
    )


@blueprint.get("/pilots/<filing_id>/mechanism/<int:version>")
def mechanism(filing_id: str, version: int) -> str:
    """Show an earlier version of the work mechanism."""
    found = pilot_view.seen(filing_id)
    said = next((one for one in found.mechanism if one.version == version), None)
    if said is None:
        raise NotFound("no_such_version", "没有这一版工作机制")
    return render_template("pilots/mechanism.html", pilot=found, line=found.line, said=said)


@blueprint.get("/pilots/<filing_id>/evaluations/<int:sequence>")
def evaluation(filing_id: str, sequence: int) -> str:
    """Show an evaluation: its figures and, once it is signed, its report."""
    found = pilot_view.seen(filing_id)
    one = next((each for each in found.evaluations if each.sequence == sequence), None)
    if one is None:
        raise NotFound("no_such_evaluation", "没有这一期评估")
    papers = documents.of_subject(reading(), one.id, "evaluation_report")
    return render_template(
        "pilots/evaluation.html",
        pilot=found,
        line=found.line,
        evaluation=one,
        papers=papers,
        recipients=recipients_of(papers),
        sending=sends(),
        view=pilot_view,
    )
