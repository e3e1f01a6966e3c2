"""Postings: what the ledger is made of. Frozen, balanced and lawful when constructed, never changed.

I4: entries are append-only and corrections are contra-entries; I7: what is given equals what is received,
in units and in money. A line names a whole block: a part of a holding moves by giving the whole and
receiving its parts. Must never know: cases, storage, diagrams.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.domain.ledger.holdings import Hold, Prior
from workflow_app.domain.ledger.moves import CROSSING, MONEY_KINDS, UNIT_MOVES, PostingKind
from workflow_app.domain.ledger.serial import Serial
from workflow_app.domain.quantity import Tonnes

_SOLD_ONCE = 1


class Unbalanced(ValueError):
    """A posting gives more than it receives, or of other units."""


class Unlawful(ValueError):
    """A posting makes a move its kind does not make."""


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a movement: ``quantity`` > 0 is received, < 0 given; tCO2e.

    :param of: the number, from 1, of the given line a received one is a part of.
    :param holding_id: the holding a given line gives; ``None`` where units come into being.
    :raises Unbalanced: the quantity is not that of the block.
    """

    account_id: str
    bucket: Bucket
    quantity: int
    block: Serial
    batch_id: str
    transfer_count: int = 0
    hold: Hold | None = None
    prior: Prior | None = None
    of: int | None = None
    holding_id: str | None = None

    def __post_init__(self) -> None:
        if abs(self.quantity) != self.block.quantity:
            raise Unbalanced(f"a line of {self.quantity} on a block of {self.block.quantity}")

    def stays(self, given: Line) -> bool:
        """Tell whether it is what is left of ``given``: the same in all but its units."""
        return (self.account_id, self.bucket, self.transfer_count, self.hold, self.prior) == (
            given.account_id,
            given.bucket,
            given.transfer_count,
            given.hold,
            given.prior,
        )


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One side of a payment: ``cents`` > 0 is received, < 0 given; hundredths of a yuan."""

    account_id: str
    bucket: MoneyBucket
    cents: int


@dataclass(frozen=True, slots=True)
class Posting:
    """One act of the ledger.

    :param key: idempotency key; a second posting of the same key is refused by the store.
    :param project_id: the one project whose units move; ``None`` where only money moves.
    :param order_id: the department's order a succession rests on.
    :raises Unbalanced: no lines, or given and received differ.
    :raises Unlawful: a move that is not this kind's.
    """

    key: str
    kind: PostingKind
    project_id: str | None
    batch_id: str | None
    lines: tuple[Line, ...] = ()
    money: tuple[MoneyLine, ...] = ()
    order_id: str | None = None

    def __post_init__(self) -> None:
        if not self.key or not (self.lines or self.money):
            raise Unbalanced("a posting has a key and at least two lines")
        if bool(self.lines) != (self.project_id is not None) or bool(self.lines) == (
            self.kind in MONEY_KINDS
        ):
            raise Unlawful(f"{self.key}: {self.kind} without its units, or with units that are not its")
        if units(line for line in self.lines if line.quantity > 0) != units(
            line for line in self.lines if line.quantity < 0
        ):
            raise Unbalanced(f"{self.key}: the units given are not the units received")
        if sum(line.cents for line in self.money) or any(line.cents == 0 for line in self.money):
            raise Unbalanced(f"{self.key}: the money given is not the money received")
        if self.money and self.kind not in MONEY_KINDS | {PostingKind.TRANSFER}:
            raise Unlawful(f"{self.key}: {self.kind} moves no money")
        if (self.kind is PostingKind.SUCCESSION) != (self.order_id is not None):
            raise Unlawful(f"{self.key}: a succession, and nothing else, rests on an order")
        moved = [pair for pair in self.pairs() if not pair[0].stays(pair[1])]
        if self.lines and not moved:
            raise Unlawful(f"{self.key}: nothing moves")
        for received, given in moved:
            _ensure_lawful(self, received, given)

    def pairs(self) -> tuple[tuple[Line, Line], ...]:
        """Return each received line with the given line it is a part of.

        :raises Unbalanced: it is a part of none.
        """
        result: list[tuple[Line, Line]] = []
        for line in self.lines:
            if line.quantity < 0:
                continue
            number = line.of or 0
            given = self.lines[number - 1] if 1 <= number <= len(self.lines) else None
            if given is None or given.quantity > 0 or not _contains(given, line):
                raise Unbalanced(f"{self.key}: a received block is a part of no given one")
            result.append((line, given))
        return tuple(result)

    @property
    def quantity(self) -> Tonnes:
        """How many units it moves; what is only split off and stays does not count."""
        return Tonnes(sum(line.quantity for line in self.moved()))

    def moved(self) -> tuple[Line, ...]:
        """Return the received lines that are not merely what a split left."""
        return tuple(line for line, given in self.pairs() if not line.stays(given))

    @property
    def account_ids(self) -> tuple[str, ...]:
        """Return the accounts it touches, in order."""
        found = {line.account_id for line in self.lines} | {line.account_id for line in self.money}
        return tuple(sorted(found))


def units(lines: Iterable[Line]) -> tuple[tuple[tuple[str, int], tuple[tuple[int, int], ...]], ...]:
    """Return the units of lines, by project, as merged ranges: equal whatever way they are split.

    :raises Unbalanced: a unit stands twice.
    """
    ranges: defaultdict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for line in lines:
        ranges[line.block.field.value, line.block.project].append((line.block.start, line.block.end))
    return tuple((project, _merged(sorted(spans))) for project, spans in sorted(ranges.items()))


def balances(postings: Iterable[Posting]) -> Counter[tuple[str, Bucket]]:
    """Return the balance of each account and bucket, tCO2e; the issuance side is negative."""
    result: Counter[tuple[str, Bucket]] = Counter()
    for posting in postings:
        for line in posting.lines:
            result[line.account_id, line.bucket] += line.quantity
    return result


def _ensure_lawful(posting: Posting, received: Line, given: Line) -> None:
    kind = posting.kind
    if (given.bucket, received.bucket) not in UNIT_MOVES[kind]:
        raise Unlawful(f"{posting.key}: {kind} does not move {given.bucket} to {received.bucket}")
    if (received.account_id != given.account_id) != (kind in CROSSING):
        raise Unlawful(f"{posting.key}: {kind} from {given.account_id} to {received.account_id}")
    if received.transfer_count != given.transfer_count + (kind is PostingKind.TRANSFER):
        raise Unlawful(f"{posting.key}: {kind} counts {received.transfer_count} transfers")
    if received.transfer_count > _SOLD_ONCE:
        raise Unlawful(f"{posting.key}: units are sold once")


def _contains(given: Line, part: Line) -> bool:
    same = (given.batch_id, given.block.vintage) == (part.batch_id, part.block.vintage)
    return same and given.block.start <= part.block.start and part.block.end <= given.block.end


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            raise Unbalanced(f"unit {start} stands twice on one side")
        if merged and start == merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)
