"""持有减排量: an account's units by project, with their serial numbers and what may be done with them.

附件二（二）（三）. The owner sells or cancels, a buyer only cancels (R39). Who may do what, commands decide.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from workflow_app.domain.ledger.accounts import Bucket, Right
from workflow_app.domain.trading.orders import Mode
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import holdings, ranges
from workflow_app.queries.accounts import Account
from workflow_app.queries.holdings import ProjectUnits
from workflow_app.queries.ranges import ENDED, LIVE
from workflow_app.web import account_view, trader
from workflow_app.web.account_view import seen
from workflow_app.web.desk import reading, require, somebody
from workflow_app.web.paging import address
from workflow_app.web.texts import _
from workflow_app.web.trader import NO_RESALE, NOT_YET, TRADERS

blueprint = Blueprint("my_holdings", __name__)

MODES = {Mode.LISTING.value: "挂牌转让", Mode.NEGOTIATED.value: "协议转让", Mode.AUCTION.value: "竞价转让"}
PAGE = ranges.PAGE
FIRST = 8
"""Ranges of each project that the overview shows."""
FIRST_ROWS = 200
"""Rows it reads for them: a project cut finer is read on its own page."""


@blueprint.get("/my/holdings")
def page() -> str:
    """Show what is held, account by account, project by project."""
    require(*TRADERS)
    who = trader.trader()
    shown = [_account(one) for one in who.accounts if one.line.state not in NOT_YET]
    return render_template(
        "holdings/mine.html",
        accounts=shown,
        modes=MODES,
        has_buyer=any(one.line.kind == "buyer" for one in who.accounts),
        applied=any(one.line.state == "applied" for one in who.accounts),
        may_buy=somebody().holds("buyer"),
        no_resale=NO_RESALE,
        view=account_view,
    )


@blueprint.get("/my/holdings/<account_id>/<project_id>")
def project(account_id: str, project_id: str) -> str:
    """Show every range an account holds of a project, a page at a time."""
    found = seen(account_id)
    units = next(
        (one for one in holdings.units_of(reading(), account_id) if one.project_id == project_id), None
    )
    if units is None:
        raise NotFound("no_such_holding", "账户没有这个项目的减排量")
    ended = request.args.get("view") == "ended"
    blocks, more = ranges.blocks_of(
        reading(),
        account_id,
        project_id=project_id,
        buckets=ENDED if ended else LIVE,
        after=request.args.get("after", "")[:100],
        size=PAGE,
    )
    place = {"account_id": account_id, "project_id": project_id}
    views = (("", _("持有中")), ("ended", _("已注销、核减")))
    return render_template(
        "holdings/project.html",
        account=found,
        units=units,
        blocks=blocks,
        first="after" not in request.args,
        ended=ended,
        views=[
            {
                "label": label,
                "url": address(".project", {**place, "view": key}),
                "current": ended == bool(key),
            }
            for key, label in views
        ],
        here=address(".project", {**place, "view": "ended" if ended else ""}),
        more=address(".project", {**place, "view": "ended" if ended else "", "after": more}) if more else "",
        buckets=account_view.OF_KIND[found.line.kind],
        view=account_view,
    )


def _account(one: Account) -> dict[str, object]:
    units = holdings.units_of(reading(), one.line.id)
    owner = one.line.kind == "owner"
    return {
        "account": one,
        "units": [_project(one, project) for project in units],
        "totals": account_view.totals(units),
        "buckets": account_view.OF_KIND[one.line.kind],
        "owner": owner,
        "no_sale": trader.refusal(one, Right.SELL) if owner else "",
        "no_cancel": trader.refusal(one, Right.CANCEL),
    }


def _project(one: Account, units: ProjectUnits) -> dict[str, object]:
    blocks, more = ranges.blocks_of(
        reading(), one.line.id, project_id=units.project_id, buckets=LIVE, size=FIRST, most_rows=FIRST_ROWS
    )
    place = {"account_id": one.line.id, "project_id": units.project_id}
    return {
        "project": units,
        "blocks": blocks,
        "more": bool(more),
        "url": address(".project", place if blocks else {**place, "view": "ended"}),
        "free": units.units.get(Bucket.AVAILABLE, 0) + units.units.get(Bucket.HELD, 0),
        "for_sale": units.units.get(Bucket.AVAILABLE, 0),
    }
