"""What is done on an order's page: buying of a listing, bidding in an auction, taking either back.

附件二（二）; R38-R40. Whatever cannot be taken back asks again, naming tonnes, money and consequence. The
commands judge; the page only shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.market.requests import PlaceBid, TakeListing, WithdrawBid, WithdrawOrder
from workflow_app.commands.requests import Request, Result
from workflow_app.domain.trading.orders import cents_of, ensure_offer, yuan
from workflow_app.kernel.errors import Forbidden, InvalidForm, JcerError, NotFound
from workflow_app.queries.orders import Order
from workflow_app.web.desk import act, form_key, fresh_key
from workflow_app.web.pages.market import order_page, seen
from workflow_app.web.problems import status_of
from workflow_app.web.texts import _

blueprint = Blueprint("market_acts", __name__)

Errors = list[tuple[str, str]]
LONGEST_REASON: Final = 500
LONGEST_NUMBER: Final = 12
"""Digits of a quantity that are read at all."""


@blueprint.post("/market/<order_id>/take")
def take(order_id: str) -> Response | tuple[str, int] | str:
    """Buy of a listing: first what it comes to, then the act."""
    found, _who = seen(order_id)
    typed = _typed()
    try:
        quantity = _tonnes(typed["quantity"])
        if not request.form.get("confirmed"):
            ensure_offer(quantity, found.cents)
            return _confirm(found, "take", quantity, found.cents, typed)
        done = act(TakeListing(order_id, quantity, typed["account_id"] or None), form_key())
    except JcerError as error:
        return order_page(order_id, typed, error), status_of(error)
    flash(_bought(done))
    return redirect(url_for("my_trading.trade", trade_id=done.values["trade_id"]), 303)


@blueprint.post("/market/<order_id>/bid")
def bid(order_id: str) -> Response | tuple[str, int] | str:
    """Bid in an auction: first what is set aside, then the act."""
    found, _who = seen(order_id)
    typed = _typed()
    try:
        quantity = _tonnes(typed["quantity"])
        cents = cents_of(typed["price"])
        if not request.form.get("confirmed"):
            ensure_offer(quantity, cents)
            return _confirm(found, "bid", quantity, cents, typed)
        act(PlaceBid(order_id, quantity, typed["price"], typed["account_id"] or None), form_key())
    except JcerError as error:
        return order_page(order_id, typed, error), status_of(error)
    flash(_("已报价，应付金额已冻结；截止前可以撤回"))
    return redirect(url_for("market.order", order_id=order_id), 303)


@blueprint.post("/market/<order_id>/bids/<bid_id>/withdraw")
def withdraw_bid(order_id: str, bid_id: str) -> Response:
    """Take a bid back."""
    seen(order_id)
    return _acted(order_id, WithdrawBid(bid_id), _("报价已撤回，冻结的资金已解冻"))


@blueprint.get("/market/<order_id>/withdraw")
def ask_withdrawal(order_id: str) -> str:
    """Ask once more before an order is taken back."""
    return _withdrawal(order_id)


@blueprint.post("/market/<order_id>/withdraw")
def withdraw(order_id: str) -> Response | tuple[str, int]:
    """Take back what of an order is not sold."""
    _mine(order_id)
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    try:
        act(WithdrawOrder(order_id, reason), form_key())
    except InvalidForm as error:
        return _withdrawal(order_id, reason, [(name, each[0]) for name, each in error.errors.items()]), 422
    except JcerError as error:
        return _withdrawal(order_id, reason, [("reason", error.message)]), status_of(error)
    flash(_("转让委托已撤回，未成交的减排量已解冻"))
    return redirect(url_for("market.order", order_id=order_id), 303)


def _mine(order_id: str) -> Order:
    found, who = seen(order_id)
    if not who.sells(found):
        raise NotFound("no_such_order", "没有这笔转让委托，或者您无权查看")
    return found


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:40] for name in ("quantity", "price", "account_id")}


def _tonnes(text: str) -> int:
    """Return whole tonnes as typed; ``1,000`` is a thousand.

    :raises InvalidForm: no whole number.
    """
    plain = text.replace(",", "").replace("，", "")
    if not (plain.isascii() and plain.isdigit()) or len(plain) > LONGEST_NUMBER:
        raise InvalidForm({"quantity": [_("数量须为整数吨，1至999,999,999")]})
    return int(plain)


def _bought(done: Result) -> str:
    said = done.values
    return _(
        "已成交 %(tonnes)s 吨，价款 %(amount)s 元，成交编号 %(number)s",
        tonnes=f"{said['quantity']:,}",
        amount=yuan(int(str(said["amount_cents"]))),
        number=said["confirmation_number"],
    )


def _acted(order_id: str, command: Request, words: str) -> Response:
    try:
        act(command, form_key())
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        flash(error.message, "attention")
    else:
        flash(words)
    return redirect(url_for("market.order", order_id=order_id), 303)


def _confirm(found: Order, step: str, quantity: int, cents: int, typed: Mapping[str, str]) -> str:
    return render_template(
        "market/confirm.html",
        order=found,
        step=step,
        quantity=quantity,
        cents=cents,
        amount=quantity * cents,
        typed=typed,
        form_key=fresh_key(),
        yuan=yuan,
    )


def _withdrawal(order_id: str, reason: str = "", errors: Errors | None = None) -> str:
    return render_template(
        "market/withdraw.html",
        order=_mine(order_id),
        reason=reason,
        errors=errors or [],
        wrong=dict(errors or []),
        form_key=form_key() or fresh_key(),
        longest=LONGEST_REASON,
    )
