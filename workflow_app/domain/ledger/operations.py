"""The acts of the ledger on units, as functions that return balanced postings.

docs/domain.md §3 (holding block), §5: what is taken of the holdings picked (``holdings.take``) goes where the
act says; what is left of a split block stays as it was. Who may act and when is the commands' and the
diagram's to say. Must never know: cases, storage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workflow_app.domain.ledger.accounts import AccountKind, Bucket
from workflow_app.domain.ledger.entries import Line, MoneyLine, Posting
from workflow_app.domain.ledger.holdings import Hold, Holding, Part, Prior, home
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.domain.ledger.payments import Payment, payment_lines
from workflow_app.kernel.errors import Refused

Placing = Callable[[Part, int], Line]
"""Where a part goes: the received line, of the given line of this number."""


def freeze(key: str, parts: Sequence[Part], hold: Hold) -> Posting:
    """Set units for sale aside for an order."""
    return _posting(key, PostingKind.FREEZE, parts, _within(Bucket.FROZEN, hold))


def release(key: str, parts: Sequence[Part]) -> Posting:
    """Give units set aside for an order back for sale."""
    return _posting(key, PostingKind.RELEASE, parts, _within(Bucket.AVAILABLE))


def transfer(key: str, parts: Sequence[Part], buyer_account: str, payment: Payment | None) -> Posting:
    """Deliver units to a buyer against payment, in one posting (I7).

    :param payment: ``None`` where the exchange's own system settled the money and only reports the trade.
    :raises Refused: ``resale_forbidden``: a unit was sold before (R39), or lies with no owner for sale.
    """
    for part in parts:
        if part.holding.transfer_count or part.holding.bucket not in {Bucket.AVAILABLE, Bucket.FROZEN}:
            raise resale_forbidden()

    def place(part: Part, of: int) -> Line:
        return _received(part, of, buyer_account, Bucket.HELD, transfer_count=1)

    money = () if payment is None else payment_lines(payment, parts[0].holding.account_id, buyer_account)
    return _posting(key, PostingKind.TRANSFER, parts, place, money=money)


def hold_cancellation(key: str, parts: Sequence[Part], hold: Hold) -> Posting:
    """Lock units their holder applies to cancel."""
    return _posting(key, PostingKind.HOLD_CANCELLATION, parts, _within(Bucket.PENDING, hold))


def cancel(key: str, parts: Sequence[Part]) -> Posting:
    """Cancel units for ever (I4)."""
    return _posting(key, PostingKind.CANCEL, parts, _within(Bucket.CANCELLED, keep_hold=True))


def return_cancellation(key: str, parts: Sequence[Part], kind: AccountKind) -> Posting:
    """Give units back whose cancellation was returned.

    :param kind: of the account they lie in; unsold units of an owner are for sale again.
    """

    def place(part: Part, of: int) -> Line:
        return _received(part, of, None, home(kind, part.holding.transfer_count))

    return _posting(key, PostingKind.RETURN_CANCELLATION, parts, place)


def dispute(key: str, parts: Sequence[Part], hold: Hold) -> Posting:
    """Lock live units while a complaint or a finding is looked into."""

    def place(part: Part, of: int) -> Line:
        prior = Prior(part.holding.bucket, part.holding.hold)
        return _received(part, of, None, Bucket.DISPUTED, hold=hold, prior=prior)

    return _posting(key, PostingKind.DISPUTE, parts, place)


def undispute(key: str, parts: Sequence[Part]) -> Posting:
    """Lift a lock: units return to where they were, for what they were set aside."""

    def place(part: Part, of: int) -> Line:
        prior = part.holding.prior
        if prior is None:
            raise ValueError(f"holding {part.holding.id} is not locked by a dispute")
        return _received(part, of, None, prior.bucket, hold=prior.hold)

    return _posting(key, PostingKind.UNDISPUTE, parts, place)


def reverse(key: str, parts: Sequence[Part]) -> Posting:
    """Take units out of the programme that ought not to have been issued: a contra-entry (I4)."""
    return _posting(key, PostingKind.REVERSE, parts, _within(Bucket.REVERSED, keep_hold=True))


def succession(key: str, parts: Sequence[Part], to: str, kind: AccountKind, order_id: str) -> Posting:
    """Move units by the department's order; how often they were sold does not change (I3).

    :param kind: of the account ``to``.
    """

    def place(part: Part, of: int) -> Line:
        count = part.holding.transfer_count
        return _received(part, of, to, home(kind, count))

    return _posting(key, PostingKind.SUCCESSION, parts, place, order_id=order_id)


def resale_forbidden() -> Refused:
    """Return the refusal of a second transfer (R39)."""
    return Refused("resale_forbidden", "购买的减排量不得二次转让，只能用于注销", article="355号附件二（三）")


def _within(bucket: Bucket, hold: Hold | None = None, *, keep_hold: bool = False) -> Placing:
    def place(part: Part, of: int) -> Line:
        return _received(part, of, None, bucket, hold=part.holding.hold if keep_hold else hold)

    return place


def _received(
    part: Part,
    of: int,
    account_id: str | None,
    bucket: Bucket,
    *,
    transfer_count: int | None = None,
    hold: Hold | None = None,
    prior: Prior | None = None,
) -> Line:
    holding = part.holding
    return Line(
        account_id or holding.account_id,
        bucket,
        part.block.quantity,
        part.block,
        holding.batch_id,
        holding.transfer_count if transfer_count is None else transfer_count,
        hold,
        prior,
        of,
    )


def _posting(
    key: str,
    kind: PostingKind,
    parts: Sequence[Part],
    place: Placing,
    *,
    money: tuple[MoneyLine, ...] = (),
    order_id: str | None = None,
) -> Posting:
    given = tuple(_given(part.holding) for part in parts)
    received: list[Line] = []
    for number, part in enumerate(parts, start=1):
        received.append(place(part, number))
        if part.rest is not None:
            received.append(_rest(part.holding, part, number))
    project_id = parts[0].holding.project_id if parts else None
    return Posting(key, kind, project_id, None, (*given, *received), money, order_id)


def _given(holding: Holding) -> Line:
    return Line(
        holding.account_id,
        holding.bucket,
        -holding.quantity,
        holding.block,
        holding.batch_id,
        holding.transfer_count,
        holding.hold,
        holding.prior,
        holding_id=holding.id,
    )


def _rest(holding: Holding, part: Part, of: int) -> Line:
    if part.rest is None:
        raise ValueError("nothing is left")
    return Line(
        holding.account_id,
        holding.bucket,
        part.rest.quantity,
        part.rest,
        holding.batch_id,
        holding.transfer_count,
        holding.hold,
        holding.prior,
        of,
    )
