"""Minting: a batch's units come into being, once, numbered on from the project's earlier batches.

附件二（一）. Whether it may be minted is ``issuance.check_mint``; when is the diagram's to say. Must never
know: cases, storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.entries import Line, Posting
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.domain.ledger.serial import Serial
from workflow_app.domain.methodology import MethodologyField
from workflow_app.domain.quantity import Tonnes


@dataclass(frozen=True, slots=True)
class MintOrder:
    """A batch to be minted.

    :param project_number: such as ``JX-JCER-01-00001``.
    :param sequence: 1 for the project's first batch.
    :param minted_before: the units of the project's earlier batches; numbers run on from there.
    :param vintages: tonnes by calendar year.
    """

    batch_id: str
    project_id: str
    project_number: str
    sequence: int
    minted_before: int
    vintages: Mapping[int, Tonnes]


def blocks(order: MintOrder) -> tuple[Serial, ...]:
    """Return the batch's blocks, a year each, numbered on from the earlier batches.

    :raises ValueError: the project's number has another form, or there is nothing to mint.
    """
    _, _, field, project = order.project_number.split("-")
    start = order.minted_before + 1
    result: list[Serial] = []
    for year, tonnes in sorted(order.vintages.items()):
        if tonnes.value == 0:
            continue
        end = start + tonnes.value - 1
        result.append(Serial(MethodologyField(field), int(project), order.sequence, year, start, end))
        start = end + 1
    if not result:
        raise ValueError(f"batch {order.batch_id} has nothing to mint")
    return tuple(result)


def mint(order: MintOrder, *, issuance_account: str, owner_account: str) -> Posting:
    """Return the posting that brings a batch's units into being, in the owner's available holding."""
    made = blocks(order)
    given = [Line(issuance_account, Bucket.ISSUED, -block.quantity, block, order.batch_id) for block in made]
    received = [
        Line(owner_account, Bucket.AVAILABLE, block.quantity, block, order.batch_id, of=number)
        for number, block in enumerate(made, start=1)
    ]
    return Posting(
        f"mint:{order.batch_id}", PostingKind.MINT, order.project_id, order.batch_id, (*given, *received)
    )
