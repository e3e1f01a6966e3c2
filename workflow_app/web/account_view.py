"""What the pages of registry accounts show: states with their colours, amounts, whose account one may see.

附件二（一）（二）. It decides no act; it must never know a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from workflow_app.domain.ledger.accounts import ACCOUNT_STATES, AccountKind, Bucket
from workflow_app.domain.parties import LegalForm
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import accounts
from workflow_app.queries.accounts import Account
from workflow_app.queries.holdings import ProjectUnits
from workflow_app.queries.statements import StatementLine
from workflow_app.web.desk import reading, somebody

TONES: Final[Mapping[str, str]] = {
    "applied": "ochre",
    "normal": "accent",
    "restricted": "ochre",
    "frozen": "ochre",
}
SHOWN: Final = tuple(bucket for bucket in Bucket if bucket is not Bucket.ISSUED)
"""Buckets units lie in, in the order pages show them."""
OF_KIND: Final[Mapping[str, tuple[Bucket, ...]]] = {
    "owner": tuple(bucket for bucket in SHOWN if bucket is not Bucket.HELD),
    "buyer": tuple(bucket for bucket in SHOWN if bucket not in {Bucket.AVAILABLE, Bucket.FROZEN}),
}
ORDERS: Final[Mapping[str, str]] = {
    "freeze": "冻结",
    "restrict": "限制",
    "release": "解除",
    "succession": "非交易过户",
}
CASH: Final[Mapping[str, str]] = {"deposit": "入金", "payout": "出金"}
CASH_STATES: Final[Mapping[str, str]] = {"entered": "待复核", "posted": "已入账", "returned": "已退回"}


def seen(account_id: str) -> Account:
    """Return an account the person signed in may read.

    :raises NotFound: there is none, or it is not theirs to see.
    """
    viewer = somebody().viewer
    found = accounts.account_of(reading(), account_id)
    if found is None or not accounts.may_read(viewer, found):
        raise NotFound("no_such_account", "没有这个账户，或者您无权查看")
    return found


def kind_name(kind: str) -> str:
    """Return 业主户 or 购买户."""
    return AccountKind(kind).label


def state_name(state: str) -> str:
    """Return an account's state in words."""
    return ACCOUNT_STATES.get(state, state)


def form_name(form: str) -> str:
    """Return 法人, 其他组织 or 自然人; nothing where an account has none on record."""
    return LegalForm(form).label if form else ""


def yuan(cents: int) -> str:
    """Return whole cents as ``1,234.50``."""
    return f"{cents / 100:,.2f}"


def signed(number: int) -> str:
    """Return a change with its sign, as a statement shows it."""
    return f"{number:+,}".replace("-", "−")


def totals(units: Iterable[ProjectUnits]) -> dict[Bucket, int]:
    """Return tonnes by bucket over all projects."""
    found: dict[Bucket, int] = {}
    for one in units:
        for bucket, tonnes in one.units.items():
            found[bucket] = found.get(bucket, 0) + tonnes
    return found


def unit_changes(line: StatementLine) -> list[str]:
    """Return what an entry did to units, in words, bucket by bucket."""
    return [f"{bucket.label} {signed(change)}" for bucket, change in line.entry.units.items()]


def money_changes(line: StatementLine) -> list[str]:
    """Return what an entry did to money, in words, bucket by bucket."""
    return [
        f"{bucket.label} {'+' if change > 0 else '−'}{yuan(abs(change))}"
        for bucket, change in line.entry.money.items()
    ]
