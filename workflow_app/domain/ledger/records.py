"""What stands on record of one project's units, as the proof is given it. Must never know: storage, cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflow_app.domain.ledger.accounts import AccountKind, Bucket
from workflow_app.domain.ledger.moves import PostingKind


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A line as it stands in the book."""

    posting_id: str
    line: int
    account_id: str
    bucket: Bucket
    batch_id: str
    vintage: int
    quantity: int
    first: int
    last: int
    transfer_count: int
    of: int | None
    holding_id: str | None


@dataclass(frozen=True, slots=True)
class HoldingRecord:
    """A holding as it stands beside the book."""

    id: str
    account_id: str
    bucket: Bucket
    batch_id: str
    first: int
    last: int
    transfer_count: int


@dataclass(frozen=True, slots=True)
class PostingRecord:
    """A posting as it stands in the book.

    :param traded: the quantity of its trade, ``None`` where there is none.
    """

    id: str
    kind: PostingKind
    batch_id: str | None
    quantity: int
    lines: int
    traded: int | None


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """An issued batch, and what it was issued on.

    :param opinion_passed: the opinion it names passed.
    :param notice_closed: the notice it names closed without an objection upheld.
    :param open_objections: comments on that notice which would have forbidden it.
    """

    id: str
    start: date
    end: date
    applied_on: date
    issued: int
    accepted: int | None
    publicised: int | None
    calculated: Decimal
    notice_required: bool
    opinion_passed: bool
    notice_closed: bool
    open_objections: int


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """A certificate as it stands.

    :param serials: the blocks it names, as printed.
    :param valid: it is in force, not voided.
    """

    id: str
    quantity: int
    serials: tuple[str, ...]
    valid: bool


@dataclass(frozen=True, slots=True)
class CancellationRecord:
    """An application for cancellation that cancelled its units, and its certificates.

    :param posting_id: what cancelled them.
    :param serials: the blocks it cancelled, as printed, in order of their units.
    """

    id: str
    quantity: int
    posting_id: str
    serials: tuple[str, ...]
    certificates: tuple[CertificateRecord, ...]


@dataclass(frozen=True, slots=True)
class ProjectBook:
    """All that stands on record of one project's units.

    :param totals: running totals by (account, bucket).
    :param kinds: of every account named.
    """

    project_id: str
    crediting: tuple[date, date] | None
    owner_account: str | None
    batches: Sequence[BatchRecord]
    postings: Sequence[PostingRecord]
    lines: Sequence[LineRecord]
    holdings: Sequence[HoldingRecord]
    totals: Mapping[tuple[str, Bucket], int]
    kinds: Mapping[str, AccountKind]
    cancellations: Sequence[CancellationRecord] = ()
