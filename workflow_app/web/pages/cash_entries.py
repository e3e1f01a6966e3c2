"""出入金: every movement of money at the exchange's counter, what waits for its second person first.

docs/domain.md §5 (settlement). Entering stands on the account's page; checking also here.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.account_requests import DecideCash
from workflow_app.kernel.errors import Forbidden, InvalidForm, JcerError, NotFound
from workflow_app.queries import cash
from workflow_app.queries.accounts import READERS
from workflow_app.web import account_view
from workflow_app.web.desk import act, form_key, reading, require
from workflow_app.web.paging import address
from workflow_app.web.texts import _

blueprint = Blueprint("cash_entries", __name__)

CHECKS = "exchange_checker"


@blueprint.get("/exchange/cash")
def page() -> str:
    """List money in and out."""
    found = require(*READERS)
    state = request.args.get("state", "entered")
    state = state if state in cash.STATES else ""
    kind = request.args.get("kind", "")
    kind = kind if kind in account_view.CASH else ""
    lines, more = cash.entries(reading(), state=state, kind=kind, after=request.args.get("after", "")[:32])
    kept = {"state": state or "all", "kind": kind}
    return render_template(
        "exchange/cash.html",
        entries=lines,
        state=state,
        kind=kind,
        views=[
            {
                "label": words,
                "url": address(".page", {**kept, "state": name}),
                "current": name == kept["state"],
                "count": cash.waiting(reading()) if name == "entered" else None,
            }
            for name, words in [*account_view.CASH_STATES.items(), ("all", _("全部"))]
        ],
        more=address(".page", {**kept, "after": more}) if more else "",
        checks=found.holds(CHECKS),
        enters=found.holds("exchange_maker"),
        me=found.user_id,
        view=account_view,
    )


@blueprint.post("/exchange/cash/<entry_id>")
def decide(entry_id: str) -> Response:
    """Post what another person entered, or return it."""
    require(CHECKS)
    approve = request.form.get("decision") == "approve"
    try:
        act(DecideCash(entry_id, approve, request.form.get("reason", "").strip()), form_key())
    except InvalidForm as error:
        flash(next(iter(error.errors.values()))[0], "attention")
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        flash(error.message, "attention")
    else:
        flash(_("已入账") if approve else _("已退回"))
    return redirect(url_for(".page"), 303)
