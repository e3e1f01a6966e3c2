"""Who looks at the market: the accounts they sell and buy with, and why they may not, in words.

R39, R40. It only says beforehand what the commands would refuse; it must never decide an act.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workflow_app.domain.ledger.accounts import Right, ensure_may
from workflow_app.domain.roles import NO_ACCOUNT
from workflow_app.kernel.errors import JcerError, NotFound
from workflow_app.queries import accounts, bids, holdings, orders, trades
from workflow_app.queries.accounts import READERS, Account
from workflow_app.queries.bids import Bid
from workflow_app.queries.holdings import Money
from workflow_app.queries.market import PUBLIC_MODES
from workflow_app.queries.orders import Order
from workflow_app.queries.trades import Trade
from workflow_app.web.desk import reading, somebody
from workflow_app.web.texts import _

TRADERS: Final = ("owner", "buyer")
LOOKERS: Final = (*TRADERS, *sorted(READERS))
"""Roles that read the market."""
NO_RESALE: Final = "不得二次转让：购买的减排量只能用于注销（355号附件二（三））。"
NOT_YET: Final = frozenset({"applied", "returned", "closed"})
"""States of an account in which there is nothing in it."""


@dataclass(frozen=True, slots=True)
class Trader:
    """A person and the accounts of theirs, or of whom they sell and buy for."""

    accounts: tuple[Account, ...]
    office: bool

    @property
    def ids(self) -> tuple[str, ...]:
        """The accounts' ids."""
        return tuple(one.line.id for one in self.accounts)

    @property
    def buying(self) -> tuple[Account, ...]:
        """The accounts that were opened to buy with."""
        return tuple(
            one for one in self.accounts if one.line.kind == "buyer" and one.line.state not in NOT_YET
        )

    def account(self, account_id: str) -> Account | None:
        """Return the account with this id, where it is one of theirs."""
        return next((one for one in self.accounts if one.line.id == account_id), None)

    def sells(self, order: Order) -> bool:
        """Whether an order is their own organisation's."""
        return order.seller_account in self.ids


def trader() -> Trader:
    """Return who is signed in, as one who trades."""
    viewer = somebody().viewer
    held = accounts.own(reading(), viewer) if viewer.holds(TRADERS) else ()
    return Trader(held, viewer.holds(READERS))


def seen_order(order_id: str, who: Trader) -> Order:
    """Return an order whoever looks may read: what stands on the market anybody's, else its two sides'.

    :raises NotFound: there is none, or it is not theirs to see.
    """
    found = orders.order_of(reading(), order_id)
    sides = () if found is None else (found.seller_account, found.buyer_account)
    if found is None or not (who.office or found.mode in PUBLIC_MODES or set(sides) & set(who.ids)):
        raise NotFound("no_such_order", "没有这笔转让委托，或者您无权查看")
    return found


def own_bids(order: Order, who: Trader) -> tuple[Bid, ...]:
    """Return what whoever looks has bid for an order, prices opened."""
    return bids.bids(reading(), account_ids=who.ids, order_id=order.id)[0] if who.ids else ()


def opened_bids(order: Order, who: Trader) -> tuple[Bid, ...]:
    """Return every bid of an auction that is over, to its seller and to whoever reads all accounts."""
    if order.standing or not (who.office or who.sells(order)):
        return ()
    return bids.bids(reading(), order_id=order.id)[0]


def trades_on(order: Order, who: Trader) -> tuple[Trade, ...]:
    """Return the trades of an order that whoever looks may read: their own, or all of them."""
    return trades.trades(reading(), account_ids=None if who.office else who.ids, order_id=order.id)[0]


def seen_trade(trade_id: str, who: Trader) -> Trade:
    """Return a trade to one of its two sides, or to whoever reads all accounts.

    :raises NotFound: there is none, or it is not theirs to see.
    """
    found = trades.trade_of(reading(), trade_id)
    if found is None or not (who.office or {found.seller_account, found.buyer_account} & set(who.ids)):
        raise NotFound("no_such_trade", "没有这笔成交，或者您无权查看")
    return found


def why_not_buy(who: Trader, order: Order) -> tuple[str, str]:
    """Return why whoever looks may not buy of an order, and what to do first; nothing where they may.

    :returns: a sentence, and ``account`` where an account has to be opened first.
    """
    found = somebody()
    if found.holds(*NO_ACCOUNT):
        return _("主管部门、交易机构工作人员和评估专家不得参与减排量交易（参照31号令第三十七条）。"), ""
    if who.sells(order):
        return _("本单位的转让委托，不能自己购买。"), ""
    if not found.holds("buyer"):
        return _("购买减排量须由购买方岗位办理。"), ""
    if not who.buying:
        waits = any(one.line.kind == "buyer" and one.line.state == "applied" for one in who.accounts)
        if waits:
            return _("开户申请正在由交易机构核验，开立后即可购买。"), ""
        return _("还没有购买户：法人、其他组织和自然人均可开立。"), "account"
    refused = [refusal(one, Right.BUY) for one in who.buying]
    return ("", "") if not all(refused) else (f"{refused[0]}。", "")


def refusal(account: Account, right: Right) -> str:
    """Return why an account's state forbids something; nothing where it allows it."""
    try:
        ensure_may(account.line.state, right)
    except JcerError as error:
        return error.message
    return ""


def purse(who: Trader) -> tuple[tuple[Account, Money], ...]:
    """Return the accounts one buys with and the money in each."""
    return tuple((one, holdings.money_of(reading(), one.line.id)) for one in who.buying)
