"""减排量市场: what stands open, and one order with its bids and trades.

附件二（二）; R38-R40. What is done on an order's page, :mod:`market_acts` takes.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request

from workflow_app.domain.trading.orders import Mode, cents_of, yuan
from workflow_app.kernel.errors import InvalidForm, JcerError
from workflow_app.queries import market, orders
from workflow_app.queries.market import Sought
from workflow_app.queries.orders import Order
from workflow_app.web import market_view, trader
from workflow_app.web.desk import now, reading, require
from workflow_app.web.paging import address
from workflow_app.web.texts import _
from workflow_app.web.trader import LOOKERS, Trader

blueprint = Blueprint("market", __name__)

Errors = list[tuple[str, str]]
MODES = {Mode.LISTING.value: "挂牌", Mode.AUCTION.value: "竞价"}


@blueprint.get("/market")
def page() -> str:
    """List what stands open."""
    require(*LOOKERS)
    kept = {name: request.args.get(name, "").strip()[:100] for name in ("find", "mode", "vintage", "price")}
    kept["mode"] = kept["mode"] if kept["mode"] in MODES else ""
    wrong = ""
    price = None
    if kept["price"]:
        try:
            price = cents_of(kept["price"])
        except JcerError as error:
            wrong = error.message
    vintage = int(kept["vintage"]) if kept["vintage"].isascii() and kept["vintage"].isdigit() else None
    sought = Sought(kept["find"], kept["mode"], vintage, price)
    found, more = market.offers(reading(), sought, now(), after=request.args.get("after", "")[:32])
    who = trader.trader()
    views = [("", _("全部")), *((mode, _(label)) for mode, label in MODES.items())]
    return render_template(
        "market/list.html",
        orders=found,
        who=who,
        purse=trader.purse(who),
        may_apply=require(*LOOKERS).holds("buyer")
        and not any(one.line.kind == "buyer" for one in who.accounts),
        sought=kept,
        wrong=wrong,
        filtered=any(kept.values()),
        narrowed=any(kept[name] for name in ("find", "vintage", "price")),
        years=market.vintages(reading(), now()),
        views=[
            {"label": label, "url": address(".page", {**kept, "mode": mode}), "current": mode == kept["mode"]}
            for mode, label in views
        ],
        more=address(".page", {**kept, "after": more}) if more else "",
        now=now(),
        yuan=yuan,
    )


@blueprint.get("/market/<order_id>")
def order(order_id: str) -> str:
    """Show one order."""
    return order_page(order_id)


def seen(order_id: str) -> tuple[Order, Trader]:
    """Return an order and whoever looks at it.

    :raises NotFound: it is not theirs to see.
    """
    require(*LOOKERS)
    who = trader.trader()
    return trader.seen_order(order_id, who), who


def order_page(order_id: str, typed: Mapping[str, str] | None = None, error: JcerError | None = None) -> str:
    """Draw an order; after a refusal, with what was typed and why it was refused."""
    found, who = seen(order_id)
    own_bids = trader.own_bids(found, who)
    confirm = orders.tasks_on(reading(), [found.case_id], "confirm_transfer")
    running = found.state == "open" and found.closes_at > now()
    why_not = trader.why_not_buy(who, found) if running else ("", "")
    placed = next((one for one in own_bids if one.state == "placed"), None)
    return render_template(
        "market/order.html",
        order=found,
        told=market_view.facts(found),
        who=who,
        sells=who.sells(found),
        buys=found.buyer_account in who.ids,
        purse=trader.purse(who),
        act=_offered(found, who, why_not[0], bool(placed)) if running else "",
        why_not=why_not,
        placed=placed,
        own_bids=own_bids,
        all_bids=trader.opened_bids(found, who),
        trades=trader.trades_on(found, who),
        confirm_task=confirm.get(found.case_id) if found.buyer_account in who.ids else None,
        typed=typed or {},
        errors=_errors(error),
        wrong=dict(_errors(error)),
        article=error.article if error else None,
        yuan=yuan,
    )


def _offered(found: Order, who: Trader, why_not: str, placed: bool) -> str:
    """Return what of an order that stands open is offered: a form, its bid, a wait, why not, or nothing."""
    if found.mode not in MODES or (who.office and not who.accounts):
        return ""
    if why_not:
        return "why_not"
    if placed:
        return "placed"
    return "form" if found.opens_at <= now() else "wait"


def _errors(error: JcerError | None) -> Errors:
    if error is None:
        return []
    if isinstance(error, InvalidForm):
        return [(name, each[0]) for name, each in error.errors.items()]
    field = {"bad_price": "price", "below_reserve": "price", "choose_account": "account_id"}
    return [(field.get(error.code, "quantity"), error.message)]
