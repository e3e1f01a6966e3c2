"""I3 and I7 by direct SQL, on both databases: no second transfer, no move that is none, no money astray.

docs/domain.md §5. The lawful act next to each passes.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from tests.support.book import Book
from tests.support.forgery import Forgery, forge, holdings, refused, report
from workflow_app.commands import on_ledger
from workflow_app.commands.book import Act
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.holdings import Hold, HoldKind
from workflow_app.domain.ledger.moves import CROSSING, MONEY_KINDS, UNIT_MOVES, PostingKind
from workflow_app.kernel.errors import Refused
from workflow_app.store import tables
from workflow_app.store.unit_of_work import Store


@pytest.fixture
def book(store: Store) -> Book:
    """100 units of 2021, 50 of them sold to ``book.buyer_account``."""
    made = Book(store)
    made.mint(y2021=100)
    return made


# --- I3 and the moves -------------------------------------------------------------------------


def test_a_buyer_does_not_sell(book: Book, store: Store) -> None:
    """R39, by direct SQL: with a trade, with the count kept, raised or taken back."""
    buyer, other = book.buyer(), book.buyer()
    book.sell(buyer, 50)
    (row,) = holdings(store, account_id=buyer)
    for count in (0, 1):
        trade = report(buyer, other, book.project, 50)
        received = [[{"account_id": other, "transfer_count": count}]]
        with refused("resale_forbidden"):
            forge(store, Forgery("transfer", [row], received, trade=trade))
    for kind in ("freeze", "return_cancellation", "undispute"):
        with refused("posting_move", "bucket_of_account"):
            forge(store, Forgery(kind, [row], [[{"account_id": other}]]))
        with refused("bucket_of_account", "holding_sold_once"):
            forge(store, Forgery(kind, [row], [[{"bucket": "available", "transfer_count": 0}]]))
    with refused("posting_move"):
        forge(store, Forgery("hold_cancellation", [row], [[{"bucket": "pending", "transfer_count": 0}]]))


def test_only_the_projects_owner_sells_and_only_to_a_buyer(book: Book, store: Store) -> None:
    buyer, other = book.buyer(), book.account("owner")
    (row,) = holdings(store)
    sold = {"account_id": buyer, "bucket": "held", "transfer_count": 1}
    trade = report(book.owner, buyer, book.project, 100)
    others: tuple[dict[str, object], ...] = (
        {"transfer_count": 0},
        {"account_id": other},
        {"bucket": "pending"},
    )
    for spoilt in others:
        with refused("posting_move", "trade_missing"):
            forge(store, Forgery("transfer", [row], [[sold | spoilt]], trade=trade))
    for spoilt in ({"bucket": "available", "transfer_count": 0}, {"bucket": "frozen", "transfer_count": 0}):
        with refused("bucket_of_account"):
            forge(store, Forgery("transfer", [row], [[sold | spoilt]], trade=trade))
    order = book.succession_order(book.owner, other)
    inherited = {"account_id": other}
    forge(store, Forgery("succession", [row], [[inherited]], posting={"order_id": order}))
    (row,) = holdings(store)
    with refused("resale_forbidden"):
        forge(store, Forgery("transfer", [row], [[sold]], trade=report(other, buyer, book.project, 100)))


def test_every_move_the_domain_does_not_know_is_refused_and_every_other_passes(
    book: Book, store: Store
) -> None:
    dispute = Hold(HoldKind.DISPUTE, "d1")
    book.mint(y2022=500)
    buyer, heir = book.buyer(), book.buyer()
    book.sell(buyer, 100)
    book.act(on_ledger.freeze, Act("f"), book.units(book.owner, 50), "o1")
    book.act(on_ledger.hold_cancellation, Act("h"), book.units(book.owner, 50), "c1")
    book.act(on_ledger.dispute, Act("d"), book.units(book.owner, 25), dispute)
    order = book.succession_order(book.owner, heir)
    rows = {row["bucket"]: row for row in holdings(store, account_id=book.owner)}
    assert set(rows) == {"available", "frozen", "pending", "disputed"}
    tried = 0
    for kind in [one for one in PostingKind if one not in MONEY_KINDS and one is not PostingKind.MINT]:
        for given, row in rows.items():
            for received in (bucket.value for bucket in Bucket if bucket is not Bucket.ISSUED):
                block = _placed(kind, row, received, heir)
                forgery = Forgery(kind.value, [row], [[block]])
                if kind is PostingKind.SUCCESSION:
                    forgery.posting = {"order_id": order}
                if kind is PostingKind.TRANSFER:
                    size = row["last_unit"] - row["first_unit"] + 1
                    forgery.trade = report(book.owner, heir, book.project, size)
                lawful = (Bucket(given), Bucket(received)) in UNIT_MOVES[kind]
                if kind is PostingKind.UNDISPUTE:
                    lawful = lawful and received == row["prior_bucket"]
                if kind is PostingKind.SUCCESSION:
                    lawful = lawful and received == "held"  # a buyer has nothing for sale
                assert _passes(store, forgery) is lawful, (kind, given, received)
                tried += 1
    assert tried == 10 * 4 * 7


def _placed(kind: PostingKind, row: dict[str, Any], bucket: str, heir: str) -> dict[str, Any]:
    block: dict[str, Any] = {"bucket": bucket, "hold_kind": None, "hold_id": None, "prior_bucket": None}
    if kind is PostingKind.UNDISPUTE:
        block |= {"hold_kind": row["prior_hold_kind"], "hold_id": row["prior_hold_id"]}
    if kind in CROSSING:
        block |= {"account_id": heir}
    if kind is PostingKind.TRANSFER:
        block |= {"transfer_count": 1}
    if bucket == "disputed":
        block |= {
            "prior_bucket": row["bucket"],
            "prior_hold_kind": row["hold_kind"],
            "prior_hold_id": row["hold_id"],
        }
    return block


def _passes(store: Store, forgery: Forgery) -> bool:
    """Try it, and take it back."""
    try:
        with store.unit_of_work() as uow:
            forgery.write(uow.connection)
    except (Refused, IntegrityError):
        return False
    return True


def test_only_a_department_order_carries_units_over(book: Book, store: Store) -> None:
    heir, other = book.buyer(), book.buyer()
    (row,) = holdings(store)
    inherited = [[{"account_id": heir, "bucket": "held"}]]
    with refused("posting_move"):
        forge(store, Forgery("succession", [row], inherited))
    for order in (book.succession_order(heir, book.owner), book.succession_order(book.owner, other)):
        with refused("posting_move"):
            forge(store, Forgery("succession", [row], inherited, posting={"order_id": order}))
    order = book.succession_order(book.owner, heir)
    with refused("posting_move"):
        counted = [[{"account_id": heir, "bucket": "held", "transfer_count": 1}]]
        forge(store, Forgery("succession", [row], counted, posting={"order_id": order}))
    forge(store, Forgery("succession", [row], inherited, posting={"order_id": order}))


def test_an_account_that_may_not_is_refused_by_the_database_too(book: Book, store: Store) -> None:
    buyer = book.buyer()
    (row,) = holdings(store)
    trade = report(book.owner, buyer, book.project, 100)
    sold = [[{"account_id": buyer, "bucket": "held", "transfer_count": 1}]]
    book.programme.change(tables.account, buyer, state="restricted")
    with refused("account_not_normal"):
        forge(store, Forgery("transfer", [row], sold, trade=trade))
    book.programme.change(tables.account, buyer, state="normal")
    book.programme.change(tables.account, book.owner, state="frozen")
    for forgery in (
        Forgery("transfer", [row], sold, trade=trade),
        Forgery("freeze", [row], [[{"bucket": "frozen"}]]),
        Forgery("hold_cancellation", [row], [[{"bucket": "pending"}]]),
    ):
        with refused("account_not_normal"):
            forge(store, forgery)
    book.programme.change(tables.account, book.owner, state="restricted")
    forge(store, Forgery("hold_cancellation", [row], [[{"bucket": "pending"}]]))


# --- I7: money --------------------------------------------------------------------------------


def test_money_is_neither_made_nor_lost_nor_sent_astray(book: Book, store: Store) -> None:
    buyer, other = book.buyer(1_000), book.buyer(1_000)
    with store.reading() as uow:
        outside = str(uow.programme.account(None, "outside")["id"])  # type: ignore[index]
    for kind, money, codes in (
        ("deposit", [(outside, "cash", -5), (buyer, "cash", 6)], ("money_unbalanced",)),
        ("deposit", [(buyer, "cash", 6)], ("money_unbalanced",)),
        ("deposit", [(other, "cash", -5), (buyer, "cash", 5)], ("money_move",)),
        ("deposit", [(outside, "cash", -5), (buyer, "reserved", 5)], ("money_move",)),
        ("payout", [(outside, "cash", -5), (buyer, "cash", 5)], ("money_move",)),
        ("reserve", [(buyer, "cash", -5), (other, "reserved", 5)], ("money_move",)),
        ("unreserve", [(buyer, "cash", -5), (buyer, "reserved", 5)], ("money_move",)),
        ("fee", [(buyer, "cash", -5), (other, "cash", 5)], ("money_move",)),
        (
            "deposit",
            [(outside, "cash", -5), (buyer, "cash", 3), (other, "cash", 2)],
            ("money_move",),
        ),
    ):
        with refused(*codes):
            forge(store, Forgery(kind, money=money))
    forge(store, Forgery("payout", money=[(buyer, "cash", -5), (outside, "cash", 5)]))
    (row,) = holdings(store)
    with refused("money_move"):
        freeze = Forgery("freeze", [row], [[{"bucket": "frozen"}]])
        freeze.money = [(buyer, "cash", -5), (other, "cash", 5)]
        forge(store, freeze)


def test_units_are_delivered_against_exactly_the_trades_money(book: Book, store: Store) -> None:
    buyer, other = book.buyer(10_000), book.buyer(100_000)
    book.sell(other, 1, fee=1)  # opens the fee account
    with store.reading() as uow:
        fee = str(uow.programme.account(None, "fee")["id"])  # type: ignore[index]
    (row,) = holdings(store, account_id=book.owner)
    sold = [[{"account_id": buyer, "bucket": "held", "transfer_count": 1}]]
    market = {"channel": "market", "external_id": None, "fee_cents": 99}
    right = [(buyer, "cash", -9_900), (book.owner, "cash", 9_801), (fee, "cash", 99)]

    def forged(money: list[tuple[str, str, int]], **changes: Any) -> Forgery:
        trade = report(book.owner, buyer, book.project, 99) | market | changes
        return Forgery("transfer", [row], sold, money, trade=trade)

    with refused("trade_missing"):
        forge(store, Forgery("transfer", [row], sold, right))
    for money in (
        [],
        [(buyer, "cash", -9_900), (book.owner, "cash", 9_900)],
        [(buyer, "cash", -9_801), (book.owner, "cash", 9_801)],
        [(other, "cash", -9_900), (book.owner, "cash", 9_801), (fee, "cash", 99)],
        [(buyer, "cash", -9_900), (other, "cash", 9_801), (fee, "cash", 99)],
        [(buyer, "cash", -9_900), (book.owner, "reserved", 9_801), (fee, "cash", 99)],
        right * 2,
    ):
        with refused("money_move"):
            forge(store, forged(money))
    with refused("money_move"):
        forge(store, forged(right, channel="reported", external_id="x"))
    for wrong in (
        {"quantity": 98, "amount_cents": 9_800},
        {"buyer_account": other},
        {"seller_account": other},
    ):
        with refused("trade_missing"):
            forge(store, forged(right, **wrong))
    forge(store, forged(right))
