"""The nightly proof: every invariant of the book, anew from its lines, trusting no total.

docs/domain.md §5, I1-I9; I8 is in ``proof_certificates``. Pure: it is given what stands on record of one
project and tells each breach in words for people. Must never know: storage, cases.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from workflow_app.domain.ledger.accounts import AccountKind, Bucket
from workflow_app.domain.ledger.breach import Breach
from workflow_app.domain.ledger.moves import CROSSING, UNIT_MOVES, PostingKind
from workflow_app.domain.ledger.proof_certificates import certified
from workflow_app.domain.ledger.records import HoldingRecord, LineRecord, PostingRecord, ProjectBook


def prove(book: ProjectBook) -> Iterator[Breach]:
    """Yield every breach of a project's book."""
    by_posting: defaultdict[str, list[LineRecord]] = defaultdict(list)
    for line in book.lines:
        by_posting[line.posting_id].append(line)
    for posting in book.postings:
        yield from _posting(book, posting, sorted(by_posting[posting.id], key=lambda line: line.line))
    for orphan in by_posting.keys() - {posting.id for posting in book.postings}:
        yield Breach("I4", orphan, "分录明细没有所属的分录")
    live = _live(book.lines)
    yield from _given_once(book.lines)
    yield from _holdings(book, live)
    yield from _partition(book, live)
    yield from _per_batch(book, live)
    yield from _totals(book)
    yield from _issued(book)
    numbered = {posting.id: posting for posting in book.postings}
    for cancellation in book.cancellations:
        yield from certified(cancellation, numbered.get(cancellation.posting_id))


def _posting(book: ProjectBook, posting: PostingRecord, lines: Sequence[LineRecord]) -> Iterator[Breach]:
    if len(lines) != posting.lines or sum(line.quantity for line in lines) != 0:
        yield Breach("I7", posting.id, "分录借贷不平或明细数不符")
        return
    numbered = {line.line: line for line in lines}
    moved = 0
    for line in lines:
        if line.quantity < 0:
            if line.bucket.terminal:
                yield Breach("I4", posting.id, "已注销或核减的减排量被转出")
            continue
        given = numbered.get(line.of or 0)
        if given is None or not (
            given.quantity < 0 and given.first <= line.first and line.last <= given.last
        ):
            yield Breach("I2", posting.id, f"转入的第{line.first:,}至{line.last:,}号不是所转出的减排量")
            continue
        if (line.account_id, line.bucket) == (given.account_id, given.bucket):
            continue
        moved += line.quantity
        yield from _move(book, posting, given, line)
    if moved != posting.quantity:
        yield Breach("I7", posting.id, f"分录数量{posting.quantity:,}与明细{moved:,}不符")
    if posting.kind is PostingKind.TRANSFER and posting.traded != posting.quantity:
        yield Breach("I7", posting.id, "转让没有数量一致的成交记录")


def _move(book: ProjectBook, posting: PostingRecord, given: LineRecord, line: LineRecord) -> Iterator[Breach]:
    kind = posting.kind
    if (given.bucket, line.bucket) not in UNIT_MOVES.get(kind, ()):
        yield Breach("I3", posting.id, f"“{kind.label}”不能由{given.bucket.label}转为{line.bucket.label}")
    if (given.account_id != line.account_id) != (kind in CROSSING):
        yield Breach("I3", posting.id, f"“{kind.label}”跨账户或未跨账户变动")
    if line.transfer_count != given.transfer_count + (kind is PostingKind.TRANSFER):
        yield Breach("I3", posting.id, "转让次数与分录不符")
    if kind is PostingKind.TRANSFER and (
        given.transfer_count or book.kinds.get(given.account_id) is not AccountKind.OWNER
    ):
        yield Breach("I3", posting.id, "购买的减排量被二次转让")


def _live(lines: Iterable[LineRecord]) -> dict[str, LineRecord]:
    """Return the received lines nobody has given, by holding."""
    made: dict[str, LineRecord] = {}
    given: set[str] = set()
    for line in lines:
        if line.holding_id is None:
            continue
        if line.quantity > 0:
            made[line.holding_id] = line
        else:
            given.add(line.holding_id)
    return {holding_id: line for holding_id, line in made.items() if holding_id not in given}


def _given_once(lines: Iterable[LineRecord]) -> Iterator[Breach]:
    made: dict[str, LineRecord] = {}
    given: dict[str, LineRecord] = {}
    for line in lines:
        if line.holding_id is None:
            continue
        side = made if line.quantity > 0 else given
        if line.holding_id in side:
            yield Breach("I4", line.holding_id, "同一持有两次转入或转出")
        side[line.holding_id] = line
    for holding_id, line in given.items():
        before = made.get(holding_id)
        if before is None or _image(before) != _image(line):
            yield Breach("I4", holding_id, "转出的不是曾经转入的持有")


def _image(line: LineRecord | HoldingRecord) -> tuple[object, ...]:
    return (line.account_id, line.bucket, line.batch_id, line.first, line.last, line.transfer_count)


def _holdings(book: ProjectBook, live: Mapping[str, LineRecord]) -> Iterator[Breach]:
    held = {holding.id: holding for holding in book.holdings}
    for holding_id in sorted(live.keys() ^ held.keys()):
        what = "台账有此持有而持有表没有" if holding_id in live else "持有表有此持有而台账没有"
        yield Breach("holdings", holding_id, what)
    for holding_id in sorted(live.keys() & held.keys()):
        if _image(live[holding_id]) != _image(held[holding_id]):
            yield Breach("holdings", holding_id, "持有与台账分录不符")
    for holding in book.holdings:
        kind = book.kinds.get(holding.account_id)
        for_sale = holding.bucket in {Bucket.AVAILABLE, Bucket.FROZEN}
        if for_sale and (kind is not AccountKind.OWNER or holding.transfer_count):
            yield Breach("I3", holding.id, "已售或非业主的减排量可供转让")


def _partition(book: ProjectBook, live: Mapping[str, LineRecord]) -> Iterator[Breach]:
    following = 1
    for line in sorted(live.values(), key=lambda one: one.first):
        if line.first != following:
            word = "重叠" if line.first < following else "缺失"
            yield Breach("I2", book.project_id, f"第{min(line.first, following):,}号起减排量{word}")
        following = max(following, line.last + 1)
    minted = sum(batch.issued for batch in book.batches)
    if following - 1 != minted:
        yield Breach("I2", book.project_id, f"编号至{following - 1:,}，而签发{minted:,}吨")


def _per_batch(book: ProjectBook, live: Mapping[str, LineRecord]) -> Iterator[Breach]:
    standing: Counter[str] = Counter()
    for line in live.values():
        standing[line.batch_id] += line.quantity
    minted = Counter(p.batch_id for p in book.postings if p.kind is PostingKind.MINT)
    for batch in book.batches:
        if standing[batch.id] != batch.issued:
            yield Breach("I1", batch.id, f"签发{batch.issued:,}吨，而各状态合计{standing[batch.id]:,}吨")
        if minted[batch.id] != 1:
            yield Breach("I9", batch.id, f"签发的批次有{minted[batch.id]}笔登记分录")
    for batch_id in standing.keys() - {batch.id for batch in book.batches}:
        yield Breach("I1", batch_id, "批次未签发而有减排量")


def _totals(book: ProjectBook) -> Iterator[Breach]:
    sums: Counter[tuple[str, Bucket]] = Counter()
    for line in book.lines:
        if line.bucket is not Bucket.ISSUED:
            sums[line.account_id, line.bucket] += line.quantity
    for account_id, bucket in sorted(sums.keys() | book.totals.keys()):
        total = book.totals.get((account_id, bucket), 0)
        if sums[account_id, bucket] != total:
            what = f"{bucket.label}余额{total:,}吨，而分录合计{sums[account_id, bucket]:,}吨"
            yield Breach("totals", account_id, what)


def _issued(book: ProjectBook) -> Iterator[Breach]:
    ordered = sorted(book.batches, key=lambda batch: batch.start)
    for earlier, later in pairwise(ordered):
        if later.start <= earlier.end:
            yield Breach("I6", later.id, "起止日期与该项目其他批次重叠")
    for batch in ordered:
        if batch.end > batch.applied_on or (
            book.crediting and not (book.crediting[0] <= batch.start and batch.end <= book.crediting[1])
        ):
            yield Breach("I6", batch.id, "起止日期不在计入期内或晚于申请之日")
        allowed = [batch.accepted or 0, int(batch.calculated)]
        if batch.notice_required or batch.publicised is not None:
            allowed.append(batch.publicised or 0)
        if batch.issued > min(allowed):
            yield Breach("I5", batch.id, f"签发{batch.issued:,}吨，大于公示、认可或核算的数量")
        if not batch.opinion_passed or batch.open_objections:
            yield Breach("I9", batch.id, "没有通过的专家组意见，或仍有未处理完毕的异议")
        if batch.notice_required and not batch.notice_closed:
            yield Breach("I9", batch.id, "没有期满且无异议成立的公示")
