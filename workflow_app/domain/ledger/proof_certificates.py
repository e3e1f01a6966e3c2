"""I8 of the nightly proof: one certificate a cancellation, of its quantity and its serial numbers.

355号附件二（三）. Pure; must never know: storage, cases.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_app.domain.ledger.breach import Breach
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.domain.ledger.records import CancellationRecord, PostingRecord


def certified(cancellation: CancellationRecord, posting: PostingRecord | None) -> Iterator[Breach]:
    """Yield what of a cancellation and its certificates is not what the book cancelled.

    :param posting: the one the cancellation names, where the project's book has it.
    """
    if posting is None or posting.kind is not PostingKind.CANCEL:
        yield Breach("I8", cancellation.id, "已注销的申请没有注销分录")
    elif posting.quantity != cancellation.quantity:
        what = f"申请注销{cancellation.quantity:,}吨，而分录注销{posting.quantity:,}吨"
        yield Breach("I8", cancellation.id, what)
    if sum(one.valid for one in cancellation.certificates) > 1:
        yield Breach("I8", cancellation.id, "同一笔注销有两份有效凭证")
    for certificate in cancellation.certificates:
        if certificate.quantity != cancellation.quantity:
            what = f"凭证载明{certificate.quantity:,}吨，而注销{cancellation.quantity:,}吨"
            yield Breach("I8", certificate.id, what)
        if certificate.serials != cancellation.serials:
            yield Breach("I8", certificate.id, "凭证载明的编号不是所注销的编号")
