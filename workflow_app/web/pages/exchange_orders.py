"""转让委托: the exchange's board of orders, and one order with its bids, trades and failures (R38).

The exchange oversees, the department and the auditor read. A negotiated transfer is reviewed in the inbox;
what failed technically on an order's case is tried again here. Whether, the command decides.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.requests import RetryIncident
from workflow_app.domain.trading.orders import Mode
from workflow_app.kernel.errors import Forbidden, JcerError, NotFound
from workflow_app.queries import order_board, trade_board
from workflow_app.queries.accounts import READERS
from workflow_app.queries.order_board import VIEWS, BoardOrder
from workflow_app.queries.trade_board import Wanted
from workflow_app.web import exchange_view
from workflow_app.web.desk import act, form_key, reading, require, somebody
from workflow_app.web.paging import address
from workflow_app.web.texts import _

blueprint = Blueprint("exchange_orders", __name__)

MAY_RETRY = "exchange_checker"


@blueprint.get("/exchange/orders")
def page() -> str:
    """List the orders."""
    require(*READERS)
    view = request.args.get("view", "standing")
    view = view if view in VIEWS else "all"
    mode = request.args.get("mode", "")
    mode = mode if mode in tuple(Mode) else ""
    text = request.args.get("find", "").strip()[:100]
    found, more = order_board.orders(
        reading(), view=view, mode=mode, text=text, after=request.args.get("after", "")[:32]
    )
    kept = {"view": view, "mode": mode, "find": text}
    numbers = order_board.counts(reading())
    names = (
        ("standing", _("进行中")),
        ("review", _("待审核")),
        ("sold", _("已成交")),
        ("failed", _("失败")),
        ("ended", _("撤回、到期")),
        ("all", _("全部")),
    )
    return render_template(
        "exchange/orders.html",
        orders=found,
        view=view,
        mode=mode,
        text=text,
        filtered=bool(mode or text),
        views=[
            {
                "label": words,
                "url": address(".page", {**kept, "view": name}),
                "current": name == view,
                "count": numbers.get(name),
            }
            for name, words in names
        ],
        more=address(".page", {**kept, "after": more}) if more else "",
        show=exchange_view,
    )


@blueprint.get("/exchange/orders/<order_id>")
def order(order_id: str) -> str:
    """Show an order."""
    require(*READERS)
    found = _seen(order_id)
    sold, _more = trade_board.trades(reading(), Wanted(order_id=order_id), size=200)
    task = order_board.review_task(reading(), found.case_id) if found.state == "matched" else None
    return render_template(
        "exchange/order.html",
        order=found,
        bids=order_board.bids_of(reading(), order_id) if found.mode == Mode.AUCTION else (),
        trades=sold,
        task=task if somebody().holds("exchange_checker") else None,
        failures=order_board.failures_of(reading(), found.case_id),
        may_retry=somebody().holds(MAY_RETRY),
        show=exchange_view,
    )


@blueprint.post("/exchange/orders/<order_id>/retry/<incident_id>")
def retry(order_id: str, incident_id: str) -> Response:
    """Do again what failed on an order's case."""
    require(MAY_RETRY)
    found = _seen(order_id)
    if incident_id not in {one.id for one in order_board.failures_of(reading(), found.case_id)}:
        raise NotFound("no_such_incident", "没有这项失败的办理，或者已经处理")
    try:
        act(RetryIncident(incident_id), form_key())
        flash(_("已重新执行成功"))
    except Forbidden:
        raise
    except JcerError as error:
        flash(error.message, "attention")
    return redirect(url_for(".order", order_id=order_id), 303)


def _seen(order_id: str) -> BoardOrder:
    found = order_board.order_of(reading(), order_id)
    if found is None:
        raise NotFound("no_such_order", "没有这笔转让委托，或者您无权查看")
    return found
