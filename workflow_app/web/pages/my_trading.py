"""委托与成交: a seller's orders, a buyer's bids, what waits to be handed in or confirmed, and every trade.

附件二（二）. A transfer begins here and is offered on its case's own form.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.market.requests import StartTransfer
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.trading.orders import OrderState, yuan
from workflow_app.queries import bids, documents, holdings, orders, started, trades
from workflow_app.queries.trades import Trade
from workflow_app.web import trader
from workflow_app.web.desk import act, form_key, reading, require
from workflow_app.web.paging import address
from workflow_app.web.texts import _
from workflow_app.web.trader import LOOKERS, TRADERS

blueprint = Blueprint("my_trading", __name__)

OVER = tuple(state.value for state in OrderState.over())
STANDING = tuple(state.value for state in OrderState if state.value not in OVER)
VIEWS = {"": "进行中", "over": "已结束", "bids": "报价", "trades": "成交"}


@blueprint.get("/my/trading")
def page() -> str:
    """Show orders, bids or trades of whoever is signed in."""
    found = require(*TRADERS)
    who = trader.trader()
    view = request.args.get("view", "")
    view = view if view in VIEWS else ""
    after = request.args.get("after", "")[:32]
    names = [name for name in VIEWS if name != "bids" or found.holds("buyer")]
    listed: tuple[object, ...]
    if view == "trades":
        listed, more = trades.trades(reading(), account_ids=who.ids, after=after)
    elif view == "bids":
        listed, more = bids.bids(reading(), account_ids=who.ids, after=after)
    else:
        states = OVER if view == "over" else STANDING
        listed, more = orders.orders(reading(), account_ids=who.ids, states=states, after=after)
    cases = [one.case_id for one in listed if isinstance(one, orders.Order)]
    return render_template(
        "trading/mine.html",
        view=view,
        listed=listed,
        drafts=started.transfers(reading(), found.viewer.organisations("owner")) if view == "" else (),
        confirm=orders.tasks_on(reading(), cases, "confirm_transfer"),
        who=who,
        sells=found.holds("owner"),
        views=[
            {"label": _(VIEWS[name]), "url": address(".page", {"view": name}), "current": name == view}
            for name in names
        ],
        more=address(".page", {"view": view, "after": more}) if more else "",
        yuan=yuan,
    )


@blueprint.post("/my/trading/start")
def start() -> Response:
    """Begin a transfer, or go on with the one that was begun and not offered."""
    found = require(*TRADERS)
    project_id, mode = (request.form.get(name, "")[:40] for name in ("project_id", "mode"))
    begun = started.transfers(reading(), found.viewer.organisations("owner"))
    same = next((one for one in begun if (one.project_id, one.mode) == (project_id, mode)), None)
    if same is not None:
        return redirect(url_for("tasks.page", task_id=same.task_id), 303)
    done = act(StartTransfer(project_id, mode), form_key())
    task = orders.tasks_on(reading(), [str(done.values["case_id"])], "offer_units")
    return redirect(url_for("tasks.page", task_id=task[str(done.values["case_id"])]), 303)


@blueprint.get("/trades/<trade_id>")
def trade(trade_id: str) -> str:
    """Show a trade as it was confirmed, to its two sides and to whoever reads every account."""
    require(*LOOKERS)
    who = trader.trader()
    found = trader.seen_trade(trade_id, who)
    return render_template(
        "trading/trade.html",
        trade=found,
        serials=trades.serials(reading(), trade_id),
        papers=documents.of_subject(reading(), trade_id, "trade_confirmation"),
        bought=found.buyer_account in who.ids,
        may_cancel=_free(found),
        mine=not who.office,
        yuan=yuan,
    )


def _free(found: Trade) -> bool:
    """Tell whether the buyer still has units of the project that nothing binds."""
    held = holdings.units_of(reading(), found.buyer_account)
    return any(one.project_id == found.project_id and one.units.get(Bucket.HELD) for one in held)
