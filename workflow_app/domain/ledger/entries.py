"""Postings: what the ledger is made of. Frozen, balanced when constructed, never changed.

I4: entries are append-only and corrections are contra-entries; I7: what is given equals what is received.
A balance is derived from postings. Must never know: cases, storage, diagrams.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.serial import Serial
from workflow_app.domain.quantity import Tonnes


class Unbalanced(ValueError):
    """A posting gives more than it receives, or of other units."""


class PostingKind(StrEnum):
    """Why units move."""

    MINT = "mint"
    REVERSAL = "reversal"
    TRANSFER = "transfer"
    CANCELLATION = "cancellation"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a movement: ``quantity`` > 0 is received, < 0 given; tCO2e.

    :raises Unbalanced: the quantity is not that of the block.
    """

    account_id: str
    bucket: Bucket
    quantity: int
    block: Serial

    def __post_init__(self) -> None:
        if abs(self.quantity) != self.block.quantity:
            raise Unbalanced(f"a line of {self.quantity} on a block of {self.block.quantity}")


@dataclass(frozen=True, slots=True)
class Posting:
    """One act of the ledger.

    :param key: idempotency key; a second posting of the same key is refused by the store.
    :raises Unbalanced: no lines, or given and received units differ.
    """

    key: str
    kind: PostingKind
    project_id: str
    batch_id: str
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        if not self.key or not self.lines:
            raise Unbalanced("a posting has a key and at least two lines")
        if units(line for line in self.lines if line.quantity > 0) != units(
            line for line in self.lines if line.quantity < 0
        ):
            raise Unbalanced(f"{self.key}: the units given are not the units received")
        if any(line.bucket.terminal and line.quantity < 0 for line in self.lines):
            raise Unbalanced(f"{self.key}: nothing leaves a cancelled or reversed holding")

    @property
    def quantity(self) -> Tonnes:
        """How many units it moves."""
        return Tonnes(sum(line.quantity for line in self.lines if line.quantity > 0))


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
