"""What goes wrong with the book, in one table: each a clear error in Chinese with its rule, nothing lost.

Zero, negative, fractional and enormous quantities wherever one may be typed; retries; a payment that fails
half-way; an expired delegation; a frozen account; units that were never issued; a wrong identity code. One
world a database: after every line of the table each account and every bucket is what it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import pytest

from tests.scenarios import holding
from tests.scenarios.issuing import apply, assessed_and_published
from tests.scenarios.market import Market
from tests.scenarios.programme import Programme
from tests.scenarios.test_reported_trades import line, report
from tests.scenarios.units import given_delegate, when_cancelled
from workflow_app.adapters.payments import BookPayments
from workflow_app.commands.account_requests import EnterCash, VerifyAccount
from workflow_app.commands.ledger_proof import prove_book
from workflow_app.commands.market.requests import PlaceBid, StartTransfer, TakeListing
from workflow_app.commands.requests import CompleteTask
from workflow_app.commands.unit_requests import (
    GrantDelegation,
    OpenCancellation,
    OpenCorrection,
    OrderOnAccount,
    OrderSuccession,
)
from workflow_app.kernel.errors import InvalidForm, JcerError, Refused
from workflow_app.kernel.ports import Funds
from workflow_app.store import tables

NONE: Final = (0, -1, 1.5, 10**12, True)
"""What is no quantity of tonnes."""
TYPED: Final = (0, -1, "1.5", 10**12, "一百", "1e3")
"""The same as a form may bring it."""
PRICES: Final = ("0", "-1", "45.001", "1e3", "四十", "9" * 30)
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
Act = Callable[["World"], object]


class Bank(BookPayments):
    """A settlement account that takes the money aside and then does not pay."""

    def capture(self, funds: Funds, key: str, account_id: str, cents: int) -> None:
        raise Refused("payment_failed", "支付未成功：银行拒付", article="成交结算：交易机构资金账户")


@dataclass
class World:
    """P1 with a second batch about to be minted, a listing, an auction, a buyer with units, cases begun."""

    market: Market
    listing: str
    auction: str
    offer: str
    cancellation: str
    certificate: str
    finding: str
    ding: str

    @classmethod
    def of(cls, market: Market) -> World:
        programme = market.programme
        programme.on("2025-09-01")
        programme.hand_in("request_issuance", "owner")
        apply(programme, "2024-01-01", "2024-12-31", 1_000, "1000.00")
        assessed_and_published(programme, 1_000, "2025-09-15")
        programme.on("2025-09-23")
        holding.given_natural_person(programme)
        given_delegate(programme, "2025-09-23", "public_welfare")
        listing = market.offered("listing", 2_000, "45.00")
        auction = market.offered("auction", 1_000, "40.00")
        market.takes("乙", listing, 500)
        project = programme.project_id
        certified = when_cancelled(programme, "乙", market.accounts["乙"], 100)
        opened = programme.do("乙", OpenCancellation(market.accounts["乙"], project)).values["case_id"]
        finding = programme.do("clerk", OpenCorrection(project)).values["case_id"]
        offer = market.started("listing")
        programme.on("2025-09-24")
        return cls(
            market,
            listing,
            auction,
            offer,
            str(opened),
            certified,
            str(finding),
            holding.applied_natural(programme),
        )

    @property
    def programme(self) -> Programme:
        """Whose market it is."""
        return self.market.programme

    def state(self) -> tuple[Any, ...]:
        """All that may not change: both books' totals, every order, cancellation and certificate."""
        with self.programme.app.store.reading() as uow:
            read = uow.connection.execute
            kept = (tables.unit_balance, tables.money_balance, tables.trade_order, tables.trade, tables.bid)
            also = (tables.cancellation, tables.certificate, tables.delegation, tables.correction)
            postings = len(read(tables.ledger_posting.select()).all())
            return (postings, *(sorted(map(str, read(table.select()).all())) for table in (*kept, *also)))

    def fills(self, element: str, who: str, case_id: str | None = None, **changes: Any) -> None:
        """A form handed in with something wrong in it."""
        self.programme.hand_in(element, who, case_id=case_id, **changes)

    def reports(self, **changes: Any) -> None:
        """The exchange's report of one trade; what it is told is raised."""
        (told,) = report(self.market, line(self.market, "X-1", **changes))
        if told["state"] == "refused":
            raise Refused(told["code"], told["message"], article=told["article"])

    def frozen(self, name: str, act: Callable[[], object]) -> None:
        """An act while the department's order freezes an account."""
        account = self.market.accounts[name]
        order = OrderOnAccount(account, "freeze", "涉嫌操纵市场，冻结核查", "赣环气候函〔2025〕9号")
        self.programme.do("leader", order)
        try:
            act()
        finally:
            self.programme.do("leader", replace(order, kind="release"))

    def unpaid(self, act: Callable[[], object]) -> None:
        """An act whose payment fails half-way."""
        executor = self.programme.app.executor
        before, executor.tools = executor.tools, replace(executor.tools, payments=Bank())
        try:
            act()
        finally:
            executor.tools = before

    def succeeds(self, quantity: Any) -> None:
        """A succession of 乙's units to 甲."""
        accounts = self.market.accounts
        self.programme.do(
            "leader",
            OrderSuccession(
                accounts["乙"], accounts["甲"], self.programme.project_id, quantity, "法院裁定", "执1号"
            ),
        )

    def delegates(self, since: str, until: str) -> None:
        """A delegation granted."""
        body = self.programme.organisations["registry_body"]
        dates = (date.fromisoformat(since), date.fromisoformat(until))
        scope = ("public_welfare",)
        self.programme.do("leader", GrantDelegation(body, "赣环气候委〔2025〕99号", scope, *dates))

    def enters(self, kind: str, amount: str) -> None:
        """Money of 甲 entered at the counter."""
        self.programme.do("maker", EnterCash(self.market.accounts["甲"], kind, amount, f"B-{amount[:9]}"))


TABLE: Final[tuple[tuple[str, Act, str], ...]] = (
    *((f"摘牌 {n!r}", lambda w, n=n: w.market.takes("甲", w.listing, n), "bad_quantity") for n in NONE),
    ("摘牌 多于余量", lambda w: w.market.takes("甲", w.listing, 1_501), "insufficient_units"),
    ("报价 资金不足", lambda w: w.market.bids("乙", w.auction, 1_000, "99"), "insufficient_funds"),
    *((f"报价 {n!r}", lambda w, n=n: w.market.bids("甲", w.auction, n, "41"), "bad_quantity") for n in NONE),
    *((f"报价 {p}", lambda w, p=p: w.market.bids("甲", w.auction, 1, p), "bad_price") for p in PRICES),
    ("报价 低于底价", lambda w: w.market.bids("甲", w.auction, 1, "39.99"), "below_reserve"),
    ("报价 多于竞价数量", lambda w: w.market.bids("甲", w.auction, 1_001, "41"), "insufficient_units"),
    *(
        (
            f"挂牌 {n!r}",
            lambda w, n=n: w.fills("offer_units", "owner", w.offer, offer_tonnes=n, offer_price="45"),
            "invalid_form",
        )
        for n in TYPED
    ),
    *(
        (
            f"挂牌单价 {p}",
            lambda w, p=p: w.fills("offer_units", "owner", w.offer, offer_tonnes=1, offer_price=p),
            "invalid_form",
        )
        for p in PRICES
    ),
    (
        "挂牌 多于可用",
        lambda w: w.fills("offer_units", "owner", w.offer, offer_tonnes=50_000, offer_price="45"),
        "insufficient_units",
    ),
    *(
        (
            f"注销 {n!r}",
            lambda w, n=n: w.fills("apply_cancellation", "乙", w.cancellation, cancel_tonnes=n),
            "invalid_form|bad_quantity",
        )
        for n in TYPED
    ),
    (
        "注销 多于持有",
        lambda w: w.fills("apply_cancellation", "乙", w.cancellation, cancel_tonnes=401),
        "insufficient_units|invalid_form",
    ),
    *(
        (
            f"登记签发 {n!r}",
            lambda w, n=n: w.fills(
                "prepare_minting", "maker", mint_tonnes=n, mint_vintages=[{"year": 2024, "tonnes": n}]
            ),
            "invalid_form",
        )
        for n in (*TYPED, 1_001, 999)
    ),
    *(
        (
            f"更正 {n!r}",
            lambda w, n=n: w.fills(
                "register_finding",
                "clerk",
                w.finding,
                correction_batch=str(w.programme.batches[0]["id"]),
                correction_tonnes=n,
            ),
            "invalid_form",
        )
        for n in (*TYPED, 44_101)
    ),
    *((f"过户 {n!r}", lambda w, n=n: w.succeeds(n), "bad_quantity") for n in NONE),
    ("过户 多于持有", lambda w: w.succeeds(401), "insufficient_units"),
    *((f"报送成交 {n!r}", lambda w, n=n: w.reports(quantity=n), "bad_quantity") for n in NONE),
    ("报送成交 多于可用", lambda w: w.reports(quantity=50_000), "insufficient_units"),
    (
        "报送成交 二次转让",
        lambda w: w.reports(seller_account=w.market.numbers["乙"]),
        "resale_forbidden",
    ),
    *(
        (
            f"入金 {amount}",
            lambda w, a=amount: w.enters("deposit", a),
            "bad_amount",
        )
        for amount in ("0", "-1", "0.001", "1e3000", "一百", "9" * 30)
    ),
    (
        "支付失败",
        lambda w: w.unpaid(lambda: w.market.takes("甲", w.listing, 10)),
        "payment_failed",
    ),
    (
        "委托到期",
        lambda w: w.fills("issue_by_delegate", "delegate", w.certificate),
        "delegation_expired",
    ),
    ("委托 起止颠倒", lambda w: w.delegates("2025-12-31", "2025-10-01"), "invalid_form"),
    (
        "冻结账户 摘牌",
        lambda w: w.frozen("甲", lambda: w.market.takes("甲", w.listing, 1)),
        "account_not_normal",
    ),
    (
        "冻结账户 报价",
        lambda w: w.frozen("甲", lambda: w.market.bids("甲", w.auction, 1, "41")),
        "account_not_normal",
    ),
    ("冻结账户 转让", lambda w: w.frozen("owner", lambda: w.market.started("listing")), "account_not_normal"),
    (
        "冻结账户 其挂牌被摘",
        lambda w: w.frozen("owner", lambda: w.market.takes("甲", w.listing, 1)),
        "account_not_normal",
    ),
    (
        "冻结账户 注销",
        lambda w: w.frozen(
            "乙",
            lambda: w.programme.do("乙", OpenCancellation(w.market.accounts["乙"], w.programme.project_id)),
        ),
        "account_not_normal",
    ),
    ("冻结账户 出金", lambda w: w.frozen("甲", lambda: w.enters("payout", "1")), "account_not_normal"),
    *(
        (
            f"身份证号 {code}",
            lambda w, c=code: holding.applied_natural(w.programme, code=c),
            "identity_code",
        )
        for code in ("", "360101199001010012", "36010119900230001X", "360101", "1" * 400)
    ),
    (
        "身份证号 与申请不一致",
        lambda w: w.programme.do("maker", VerifyAccount(w.ding, "360101198506120027")),
        "invalid_form",
    ),
    ("没有的转让委托", lambda w: w.market.takes("甲", "0" * 32, 1), "no_such_order"),
    (
        "没有的项目",
        lambda w: w.programme.do("owner", StartTransfer("0" * 32, "listing")),
        "no_such_project",
    ),
    ("没有的账户", lambda w: w.reports(buyer_account="GM-99999"), "no_such_account"),
)
WITHOUT_RULE: Final = {"no_such_order", "no_such_project", "invalid_form"}
"""What is simply not there needs no rule; a form says its own beside each field."""


def test_each_is_a_clear_error_and_nothing_is_lost(market_on_both: Market) -> None:
    world = World.of(market_on_both)
    before, wrong = world.state(), []
    for name, act, codes in TABLE:
        try:
            act(world)
        except AssertionError as gone:
            wrong.append(f"{name}: {str(gone)[:60]}")
        except JcerError as error:
            wrong += [f"{name}: {fault}" for fault in faults(error, codes)]
        else:
            wrong.append(f"{name}: 没有被拒绝")
        if world.state() != before:
            wrong.append(f"{name}: 台账变动")
            before = world.state()
    assert not wrong, "\n".join(wrong)
    with world.programme.app.store.reading() as uow:
        assert prove_book(uow, None).breaches == ()


def faults(error: JcerError, codes: str) -> list[str]:
    """What is wrong with the way an act was refused."""
    found = []
    if error.code not in codes.split("|"):
        found.append(f"{error.code} 而非 {codes}")
    told = (
        [each for field in error.errors.values() for each in field] if isinstance(error, InvalidForm) else []
    )
    found += [f"不是中文：{text}" for text in (error.message, *told) if not CHINESE.search(text)]
    if isinstance(error, InvalidForm) and not told:
        found.append("没有指明哪一项有误")
    if error.code not in WITHOUT_RULE and not error.article:
        found.append("没有依据")
    return found


def test_whatever_is_sent_again_takes_effect_once(market_on_both: Market) -> None:
    """Order, take, bid, settlement, cancellation, mint and report, each twice under its key."""
    world = World.of(market_on_both)
    market, programme = world.market, world.programme

    def twice(who: str, request: Any, key: str) -> None:
        first = programme.do(who, request, key)
        state = world.state()
        again = programme.do(who, request, key)
        assert (again.replayed, again.values) == (True, first.values), key
        assert world.state() == state, key

    def form(element: str, who: str, case_id: str | None = None, **changes: Any) -> CompleteTask:
        task = programme.task(element, case_id=case_id)
        return CompleteTask(task.id, programme.answer_to(task, who, **changes))

    twice("owner", form("offer_units", "owner", world.offer, offer_tonnes=7, offer_price="45"), "order")
    twice("甲", TakeListing(world.listing, 3), "take")
    twice("丙", PlaceBid(world.auction, 5, "41.00"), "bid")
    agreed = market.agreed("甲", 11, "44.00")
    twice("checker", form("review_transfer", "checker", market.order(agreed)["case_id"]), "settlement")
    twice("乙", form("apply_cancellation", "乙", world.cancellation, cancel_tonnes=13), "cancellation")
    twice("checker", form("verify_cancellation", "checker", world.cancellation), "cancelled")
    vintages = [{"year": 2024, "tonnes": 1_000}]
    programme.hand_in("prepare_minting", "maker", mint_tonnes=1_000, mint_vintages=vintages)
    twice("checker", form("verify_minting", "checker"), "mint")
    state = world.state()
    world.reports(quantity=17)
    once = world.state()
    world.reports(quantity=17)
    assert (state != once, world.state()) == (True, once)

    assert market.units("甲") == {"held": 3 + 11 + 17}
    assert market.units("乙") == {"held": 500 - 100 - 13, "cancelled": 113}
    frozen = 2_000 - 500 - 3 + 1_000 + 7
    assert market.units("owner") == {"available": 45_100 - 500 - 31 - frozen, "frozen": frozen}
    with programme.app.store.reading() as uow:
        assert prove_book(uow, None).breaches == ()


@pytest.mark.parametrize("who", ["甲", "clerk", "auditor", "expert_one"])
def test_who_may_not_is_refused_and_nothing_is_lost(market: Market, who: str) -> None:
    """A buyer sells nothing again (R39); who only reads changes nothing."""
    project, units = market.programme.project_id, market.units("owner")
    with pytest.raises(JcerError) as refused:
        market.programme.do(who, StartTransfer(project, "listing"))
    assert CHINESE.search(refused.value.message)
    assert market.units("owner") == units
