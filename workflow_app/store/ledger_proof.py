"""What the nightly proof reads: all that stands on record of each project's units, and all money.

Rows are read as they are; nothing is derived here. It must never know an invariant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, and_, exists, func, or_, select

from workflow_app.domain.ledger.accounts import AccountKind, Bucket
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.domain.ledger.records import (
    BatchRecord,
    CancellationRecord,
    CertificateRecord,
    HoldingRecord,
    LineRecord,
    PostingRecord,
    ProjectBook,
)
from workflow_app.store.tables import (
    account,
    batch,
    cancellation,
    certificate,
    comment,
    holding,
    ledger_line,
    ledger_money,
    ledger_posting,
    money_balance,
    panel_opinion,
    project,
    public_notice,
    trade,
    unit_balance,
)


def hold_still(connection: Connection) -> None:
    """Let everything read from here on be of one moment; call it before the first query."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def read_books(connection: Connection) -> Iterator[ProjectBook]:
    """Yield the book of every project that has a batch issued or a unit on record."""
    kinds = {
        row.id: AccountKind(row.kind) for row in connection.execute(select(account.c.id, account.c.kind))
    }
    noted = select(ledger_posting.c.project_id).where(ledger_posting.c.project_id.is_not(None))
    issued = select(batch.c.project_id).where(batch.c.issued.is_not(None))
    held = select(holding.c.project_id)
    query = select(project).where(project.c.id.in_(noted.union(issued, held))).order_by(project.c.id)
    for row in connection.execute(query).all():
        start, end = row.crediting_start, row.crediting_end
        yield ProjectBook(
            row.id,
            (start, end) if start and end else None,
            _owner_account(connection, row.owner_org),
            tuple(_batches(connection, row.id)),
            tuple(_postings(connection, row.id)),
            tuple(_lines(connection, row.id)),
            tuple(_holdings(connection, row.id)),
            {
                (total.account_id, Bucket(total.bucket)): total.quantity
                for total in connection.execute(
                    select(unit_balance).where(unit_balance.c.project_id == row.id)
                )
            },
            kinds,
            tuple(_cancellations(connection, row.id)),
        )


def unbalanced_money(connection: Connection) -> tuple[str, ...]:
    """Return the postings whose money does not come to nought, or is not all there, or has no posting."""
    summed = (
        select(
            ledger_money.c.posting_id,
            func.sum(ledger_money.c.cents).label("cents"),
            func.count().label("lines"),
        )
        .group_by(ledger_money.c.posting_id)
        .subquery()
    )
    noted = (
        select(ledger_posting.c.id)
        .outerjoin(summed, summed.c.posting_id == ledger_posting.c.id)
        .where(
            or_(
                func.coalesce(summed.c.lines, 0) != ledger_posting.c.money_lines,
                func.coalesce(summed.c.cents, 0) != 0,
            )
        )
    )
    orphans = select(summed.c.posting_id).where(summed.c.posting_id.not_in(select(ledger_posting.c.id)))
    return tuple(connection.execute(noted.union(orphans)).scalars())


def money_sums(connection: Connection) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    """Return cents by (account, bucket): as the lines add up, and as the running totals say."""
    total = func.sum(ledger_money.c.cents).label("cents")
    summed = select(ledger_money.c.account_id, ledger_money.c.bucket, total).group_by(
        ledger_money.c.account_id, ledger_money.c.bucket
    )
    lines = {(row.account_id, row.bucket): int(row.cents) for row in connection.execute(summed)}
    kept = {(row.account_id, row.bucket): int(row.cents) for row in connection.execute(select(money_balance))}
    return lines, kept


def _owner_account(connection: Connection, organisation_id: str) -> str | None:
    query = select(account.c.id).where(
        account.c.organisation_id == organisation_id, account.c.kind == "owner"
    )
    return connection.execute(query).scalar()


def _batches(connection: Connection, project_id: str) -> Iterator[BatchRecord]:
    objecting = (
        select(func.count())
        .select_from(comment)
        .where(
            comment.c.notice_id == batch.c.notice_id,
            comment.c.late.is_(False),
            or_(
                comment.c.kind.is_(None),
                and_(
                    comment.c.kind == "objection",
                    or_(comment.c.outcome.is_(None), comment.c.outcome != "dismissed"),
                ),
            ),
        )
        .scalar_subquery()
    )
    passed = exists().where(panel_opinion.c.id == batch.c.opinion_id, panel_opinion.c.result == "passed")
    closed = exists().where(
        public_notice.c.id == batch.c.notice_id,
        public_notice.c.state == "closed",
        public_notice.c.outcome.in_(("unopposed", "dismissed")),
    )
    query = select(
        batch, objecting.label("objections"), passed.label("passed"), closed.label("closed")
    ).where(batch.c.project_id == project_id, batch.c.issued.is_not(None))
    for row in connection.execute(query):
        yield BatchRecord(
            row.id,
            row.period_start,
            row.period_end,
            row.applied_on,
            row.issued,
            row.accepted,
            row.publicised,
            row.calculated,
            row.notice_required,
            bool(row.passed),
            bool(row.closed),
            int(row.objections),
        )


def _cancellations(connection: Connection, project_id: str) -> Iterator[CancellationRecord]:
    """Yield what was cancelled; a certificate's serials stay in the order it names them in."""
    done = (cancellation.c.project_id == project_id, cancellation.c.state == "cancelled")
    serials: defaultdict[str, list[str]] = defaultdict(list)
    lines = (
        select(ledger_line.c.posting_id, ledger_line.c.serial)
        .join(cancellation, cancellation.c.cancel_posting_id == ledger_line.c.posting_id)
        .where(*done, ledger_line.c.quantity > 0, ledger_line.c.bucket == Bucket.CANCELLED.value)
        .order_by(ledger_line.c.first_unit)
    )
    for line in connection.execute(lines):
        serials[line.posting_id].append(line.serial)
    issued: defaultdict[str, list[CertificateRecord]] = defaultdict(list)
    certificates = (
        select(certificate)
        .join(cancellation, cancellation.c.id == certificate.c.cancellation_id)
        .where(*done)
    )
    for row in connection.execute(certificates):
        record = CertificateRecord(row.id, row.quantity, tuple(row.serials), row.state == "valid")
        issued[row.cancellation_id].append(record)
    for row in connection.execute(select(cancellation).where(*done).order_by(cancellation.c.id)):
        posting_id = row.cancel_posting_id or ""
        yield CancellationRecord(
            row.id, row.quantity, posting_id, tuple(serials[posting_id]), tuple(issued[row.id])
        )


def _postings(connection: Connection, project_id: str) -> Iterator[PostingRecord]:
    query = (
        select(ledger_posting, trade.c.quantity.label("traded"))
        .outerjoin(trade, trade.c.posting_id == ledger_posting.c.id)
        .where(ledger_posting.c.project_id == project_id)
    )
    for row in connection.execute(query):
        yield PostingRecord(row.id, PostingKind(row.kind), row.batch_id, row.quantity, row.lines, row.traded)


def _lines(connection: Connection, project_id: str) -> Iterator[LineRecord]:
    query = (
        select(ledger_line)
        .join(batch, batch.c.id == ledger_line.c.batch_id)
        .where(batch.c.project_id == project_id)
    )
    for row in connection.execute(query):
        yield LineRecord(
            row.posting_id,
            row.line,
            row.account_id,
            Bucket(row.bucket),
            row.batch_id,
            row.vintage,
            row.quantity,
            row.first_unit,
            row.last_unit,
            row.transfer_count,
            row.of_line,
            row.holding_id,
        )


def _holdings(connection: Connection, project_id: str) -> Iterator[HoldingRecord]:
    for row in connection.execute(select(holding).where(holding.c.project_id == project_id)):
        yield HoldingRecord(
            row.id,
            row.account_id,
            Bucket(row.bucket),
            row.batch_id,
            row.first_unit,
            row.last_unit,
            row.transfer_count,
        )
