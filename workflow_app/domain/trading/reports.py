"""What the exchange's own system reports of its trades, and how a day's list differs from the book.

docs/domain.md §5: 「end-of-day reconciliation」. A line is read strictly: whole tonnes, exact cents, an aware
instant. Must never know: storage, people, how a list arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from workflow_app.domain.trading.orders import cents_of, ensure_offer, yuan
from workflow_app.kernel.errors import Refused

ARTICLE: Final = "355号附件二（二）"
LONGEST_ID: Final = 100
FIELDS: Final = frozenset(
    {"external_id", "project_number", "seller_account", "buyer_account", "quantity", "price", "at"}
)


class DifferenceKind(StrEnum):
    """How a day's list and the book may differ in one trade."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    DIFFERS = "differs"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _DIFFERENCES[self][0]

    @property
    def advice(self) -> str:
        """How it is put right, in one Chinese sentence."""
        return _DIFFERENCES[self][1]


class Remedy(StrEnum):
    """How a difference was put right. The book itself is changed by contra-entries alone (I4)."""

    ENTERED = "entered"
    RELISTED = "relisted"
    CORRECTION = "correction"
    EXPLAINED = "explained"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _REMEDIES[self]


_DIFFERENCES: Final = {
    DifferenceKind.MISSING_HERE: (
        "登记系统没有",
        "成交属实的，补报该笔成交入账；被退回的，先按退回原因处理；不属实的，由交易机构更正清单后重报。",
    ),
    DifferenceKind.MISSING_THERE: (
        "清单未列",
        "成交属实的，由交易机构补列后重报当日清单；不属实的，已入账的不能撤销，报省厅按减排量更正办理。",
    ),
    DifferenceKind.DIFFERS: (
        "内容不一致",
        "清单有误的，由交易机构更正后重报当日清单；入账有误的，不得改账，报省厅按减排量更正办理。",
    ),
}
_REMEDIES: Final = {
    Remedy.ENTERED: "已补报入账",
    Remedy.RELISTED: "清单有误，已更正",
    Remedy.CORRECTION: "入账有误，已报省厅更正",
    Remedy.EXPLAINED: "已查明，无须处理",
}


@dataclass(frozen=True, slots=True)
class ReportedTrade:
    """A trade as reported; accounts and project by their numbers.

    :param quantity: tonnes.
    :param cents: price of a tonne.
    :param at: when it was made.
    """

    external_id: str
    project_number: str
    seller_account: str
    buyer_account: str
    quantity: int
    cents: int
    at: datetime

    @property
    def amount(self) -> int:
        """What was paid, cents."""
        return self.quantity * self.cents


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a day's list and the book do not agree.

    :param kind: ``missing_here``, ``missing_there`` or ``differs``.
    :param what: Chinese, one sentence.
    """

    external_id: str
    kind: str
    what: str


def read(line: Mapping[str, object]) -> ReportedTrade:
    """Read one reported trade.

    :raises Refused: ``bad_report`` and the like, naming what does not hold.
    """
    unknown = sorted(str(name) for name in line.keys() - FIELDS)
    if unknown:
        raise _bad(f"不认识的项“{unknown[0][:40]}”")
    texts = {}
    for name in ("external_id", "project_number", "seller_account", "buyer_account", "at"):
        value = line.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_ID:
            raise _bad(f"{name} 须为不超过{LONGEST_ID}字的文本")
        texts[name] = value.strip()
    quantity = line.get("quantity")
    if isinstance(quantity, bool) or not isinstance(quantity, int):
        raise Refused("bad_quantity", "数量须为1至999,999,999的整数吨", article=ARTICLE)
    cents = cents_of(line.get("price"))
    ensure_offer(quantity, cents)
    return ReportedTrade(
        texts["external_id"],
        texts["project_number"],
        texts["seller_account"],
        texts["buyer_account"],
        quantity,
        cents,
        _instant(texts["at"]),
    )


def compare(theirs: Iterable[ReportedTrade], ours: Iterable[ReportedTrade]) -> Iterator[Difference]:
    """Yield every difference between the exchange's list of a day and the book, by number."""
    listed = {trade.external_id: trade for trade in theirs}
    booked = {trade.external_id: trade for trade in ours}
    for external_id in sorted(listed.keys() | booked.keys()):
        there, here = listed.get(external_id), booked.get(external_id)
        if here is None and there is not None:
            yield Difference(external_id, "missing_here", f"交易机构列有此笔（{_said(there)}），登记系统没有")
        elif there is None and here is not None:
            yield Difference(external_id, "missing_there", f"登记系统有此笔（{_said(here)}），交易机构未列")
        elif there is not None and here is not None and there != here:
            names = "、".join(_differing(there, here))
            yield Difference(
                external_id, "differs", f"{names}不一致：交易机构{_said(there)}，登记系统{_said(here)}"
            )


def _differing(there: ReportedTrade, here: ReportedTrade) -> Iterator[str]:
    for label, one, other in (
        ("项目", there.project_number, here.project_number),
        ("转让方", there.seller_account, here.seller_account),
        ("购买方", there.buyer_account, here.buyer_account),
        ("数量", there.quantity, here.quantity),
        ("单价", there.cents, here.cents),
        ("时间", there.at, here.at),
    ):
        if one != other:
            yield label


def _said(trade: ReportedTrade) -> str:
    return f"{trade.quantity:,}吨，单价{yuan(trade.cents)}元"


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _bad("at 须为带时区的时间，如 2026-11-23T10:00:00+08:00") from None
    if moment.tzinfo is None:
        raise _bad("at 须为带时区的时间，如 2026-11-23T10:00:00+08:00")
    return moment.astimezone(UTC)


def _bad(what: str) -> Refused:
    return Refused("bad_report", f"报送的成交有误：{what}", article=ARTICLE)
