"""Carrying out one posting of the book inside a command: lock, decide, post; once for a key.

docs/domain.md §5. ``on_ledger`` and ``on_money`` say what moves; here is what all of them share. The rows
written are in the event of the act under way; where no case is stepped, ``account_events`` writes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow_app.commands.run import Run
from workflow_app.domain.ledger.accounts import SYSTEM_NUMBERS, AccountKind, MoneyBucket, Right, ensure_may
from workflow_app.domain.ledger.entries import Posting
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.domain.ledger.operations import resale_forbidden
from workflow_app.kernel.errors import Conflict, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

Accounts = Mapping[str, Mapping[str, Any]]
"""Rows of the accounts an act locked, by id."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a posting is told about the act it belongs to.

    :param key: idempotency key: the act's own name, such as ``trade:<id>``; one key, one posting.
    :param memo: Chinese, as a statement shows it.
    """

    key: str
    case_id: str | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """A posting as it stands in the book.

    :param quantity: tonnes moved, 0 where only money moved.
    :param serials: the blocks moved, as printed, in order of their units.
    :param replayed: it was there already; nothing was done again.
    """

    posting_id: str
    quantity: int
    serials: tuple[str, ...]
    replayed: bool


def carry(
    run: Run,
    act: Act,
    kind: PostingKind,
    account_ids: Iterable[str],
    decide: Callable[[Accounts], Posting],
    before: Callable[[str], None] | None = None,
    *,
    project_id: str | None = None,
) -> Carried:
    """Lock the accounts, let ``decide`` make the posting, and enter it, unless its key is there already.

    :param project_id: whose units move, if any.
    :param before: called with the posting's id before it is entered, for rows that must stand by then.
    :raises Refused: what ``decide``, the accounts or the database forbid.
    :raises Conflict: the key stands for another kind of act.
    """
    accounts, earlier = run.uow.ledger.begin(account_ids, act.key, project_id)
    if earlier is not None:
        if earlier["kind"] != kind.value:
            raise Conflict("posting_key_reused", "此业务编号已用于另一笔台账分录")
        return _earlier(run, earlier["id"])
    posting = decide(accounts)
    posting_id = new_id()
    if before is not None:
        before(posting_id)
    run.uow.ledger.post(posting, run.at, posting_id=posting_id, case_id=act.case_id, memo=act.memo)
    moved = sorted((line.block for line in posting.moved()), key=lambda block: block.start)
    return Carried(posting_id, posting.quantity.value, tuple(map(str, moved)), replayed=False)


def system_account(run: Run, kind: AccountKind) -> str:
    """Return the id of one of the book's own accounts; opens it when it is the first time."""
    found = run.uow.programme.account(None, kind.value)
    if found is not None:
        return str(found["id"])
    account_id = new_id()
    run.uow.programme.add(
        tables.account,
        {
            "id": account_id,
            "number": SYSTEM_NUMBERS[kind],
            "kind": kind.value,
            "state": "normal",
            "opened_at": run.at,
        },
    )
    return account_id


def ensure_owner(run: Run, account: Mapping[str, Any], project_id: str) -> None:
    """Refuse a sale from any account but that of the project's owner (I3, R39).

    :raises Refused: ``resale_forbidden``.
    """
    owner = run.uow.ledger.owner_of(project_id)
    if owner is None or account["kind"] != "owner" or account["organisation_id"] != owner:
        raise resale_forbidden()


def ensure_buyer(account: Mapping[str, Any]) -> None:
    """Refuse a sale to any account but a buyer's that may buy (R40).

    :raises Refused: ``buyer_account_required``, ``account_not_normal``.
    """
    if account["kind"] != AccountKind.BUYER:
        raise Refused("buyer_account_required", "减排量只能转让到购买户", article="355号附件二（二）")
    ensure_may(account["state"], Right.BUY)


def ensure_funds(run: Run, account_id: str, bucket: MoneyBucket, cents: int) -> None:
    """Refuse to spend what an account does not have.

    :raises Refused: ``insufficient_funds``.
    """
    held = run.uow.ledger.money(account_id).get(bucket, 0)
    if held < cents:
        raise Refused(
            "insufficient_funds",
            f"{bucket.label}不足：需要{cents / 100:,.2f}元，仅有{held / 100:,.2f}元",
            article="355号附件二（二）",
        )


def _earlier(run: Run, posting_id: str) -> Carried:
    lines = run.uow.ledger.lines(posting_id)
    given = {line["line"]: line for line in lines}
    moved = [
        line
        for line in lines
        if line["quantity"] > 0
        and (line["account_id"], line["bucket"])
        != (given[line["of_line"]]["account_id"], given[line["of_line"]]["bucket"])
    ]
    moved.sort(key=lambda line: line["first_unit"])
    quantity = sum(line["quantity"] for line in moved)
    return Carried(posting_id, quantity, tuple(line["serial"] for line in moved), replayed=True)
