"""回测: what a version would have made of closed cases, on a page. Asking changes nothing.

Process administrators read numbers, elements and due dates; a number leads to its case only where whoever
looks may read it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from workflow_app.kernel.errors import InvalidForm, Refused
from workflow_app.queries import backtests
from workflow_app.web import backtest_view, backtesting
from workflow_app.web.backtesting import EVERY, LIMITS, Target
from workflow_app.web.desk import act, reading, require
from workflow_app.web.texts import _

blueprint = Blueprint("backtests", __name__)


@blueprint.get("/admin/process/backtest")
def page() -> str:
    """Ask what to test."""
    require("process_admin")
    return _page({}, "", LIMITS[1])


@blueprint.post("/admin/process/backtest")
def run() -> str | tuple[str, int]:
    """Test it and show what differs."""
    require("process_admin")
    process, limit = request.form.get("process", "")[:64], request.form.get("limit", "")
    size = int(limit) if limit in map(str, LIMITS) else LIMITS[1]
    found = backtesting.target(request.form)
    if process not in {"", EVERY, *(key for key, _name in backtesting.processes(found))}:
        process = ""
    try:
        report = act(backtesting.request_of(found, process, size)).values
    except (Refused, InvalidForm) as refused:
        return _page({"errors": [refused.message]}, process, size), 422
    return _page({"report": report}, process, size)


def _page(told: dict[str, Any], process: str, limit: int) -> str:
    found = backtesting.target(request.form if request.method == "POST" else request.args)
    report = told.get("report")
    shown: dict[str, Any] = {"report": report}
    if report is not None:
        ids = [one["case_id"] for one in report["items"]]
        readable = backtests.readable(reading(), require("process_admin").viewer, ids)
        shown |= {
            "lines": backtest_view.lines(report, readable),
            "counted": backtest_view.counted(report),
            "left_out": backtest_view.left_out(report),
        }
    known = backtesting.processes(found)
    return render_template(
        "office/backtest.html",
        target=found,
        way=_way(found),
        processes=[(EVERY, _("全部流程")), *known],
        names=dict(known),
        limits=LIMITS,
        process=process,
        limit=limit,
        errors=told.get("errors", []),
        explained=backtest_view.explained(),
        **shown,
    )


def _way(found: Target) -> list[tuple[str, str]]:
    """Return the pages above this one: a list, and what is tested."""
    if found.field == "draft":
        own = url_for("process_drafts.show", draft_id=found.id)
        return [(_("草稿"), url_for("process_drafts.page")), (found.name, own)]
    if found.field == "proposal":
        own = url_for("process_proposals.show", proposal_id=found.id)
        return [(_("部署申请"), url_for("process_proposals.page")), (found.name, own)]
    own = url_for("definitions.version", version=found.id)
    return [(_("流程与表单"), url_for("definitions.page")), (found.name, own)]
