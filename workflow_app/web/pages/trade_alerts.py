"""异常交易: what stood out among trades, on what evidence, and what was found out about it (R19)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.market.requests import ReviewAlert
from workflow_app.domain.trading.alerts import AlertState
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused
from workflow_app.queries import trade_alerts
from workflow_app.queries.accounts import READERS
from workflow_app.web import exchange_view
from workflow_app.web.desk import act, form_key, reading, require, somebody
from workflow_app.web.paging import address
from workflow_app.web.texts import _

blueprint = Blueprint("trade_alerts", __name__)

REVIEWERS = ("exchange_checker", "department_clerk", "department_leader")
LONGEST = 2000
Errors = list[tuple[str, str]]


@blueprint.get("/exchange/alerts")
def page() -> str:
    """List the alerts."""
    require(*READERS)
    state = request.args.get("state", "open")
    state = state if state in tuple(AlertState) else ""
    found, more = trade_alerts.alerts(reading(), state=state, after=request.args.get("after", "")[:32])
    names = [(one.value, one.label) for one in AlertState]
    return render_template(
        "exchange/alerts.html",
        alerts=found,
        state=state,
        views=[
            {
                "label": words,
                "url": address(".page", {"state": name}),
                "current": name == (state or "all"),
                "count": trade_alerts.waiting(reading()) if name == "open" else None,
            }
            for name, words in [*names, ("all", _("全部"))]
        ],
        more=address(".page", {"state": state or "all", "after": more}) if more else "",
        show=exchange_view,
    )


@blueprint.get("/exchange/alerts/<alert_id>")
def alert(alert_id: str) -> str:
    """Show an alert with its evidence."""
    return _shown(alert_id, {}, [])


@blueprint.post("/exchange/alerts/<alert_id>")
def review(alert_id: str) -> Response | tuple[str, int]:
    """Say what was found out."""
    require(*REVIEWERS)
    typed = {name: request.form.get(name, "").strip() for name in ("state", "finding")}
    if len(typed["finding"]) > LONGEST:
        return _shown(alert_id, typed, [("finding", _("不得超过 %(number)s 字", number=LONGEST))]), 422
    try:
        act(ReviewAlert(alert_id, typed["state"], typed["finding"]), form_key())
    except InvalidForm as error:
        return _shown(alert_id, typed, [(name, each[0]) for name, each in error.errors.items()]), 422
    except (Refused, Conflict) as error:
        return _shown(alert_id, typed, [("finding", error.message)]), 409
    flash(_("核查结论已记录"))
    return redirect(url_for(".alert", alert_id=alert_id), 303)


def _shown(alert_id: str, typed: dict[str, str], errors: Errors) -> str:
    require(*READERS)
    found = trade_alerts.alert_of(reading(), alert_id)
    if found is None:
        raise NotFound("no_such_alert", "没有这条异常交易提示，或者您无权查看")
    return render_template(
        "exchange/alert.html",
        alert=found,
        evidence=exchange_view.evidence(found),
        may_review=found.state == AlertState.OPEN and somebody().holds(*REVIEWERS),
        orders=somebody().holds("department_leader"),
        corrects=somebody().holds("department_clerk"),
        choices=[(one.value, one.label) for one in AlertState if one is not AlertState.OPEN],
        typed=typed,
        errors=errors,
        wrong=dict(errors),
        longest=LONGEST,
        show=exchange_view,
    )
