"""The ledger: the serials of the design, balanced postings, and minting once in order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain.ledger import accounts
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.entries import Line, Posting, Unbalanced, Unlawful, balances
from workflow_app.domain.ledger.minting import MintOrder, blocks, mint
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.domain.ledger.serial import BadSerial, Serial
from workflow_app.domain.methodology import MethodologyField
from workflow_app.domain.quantity import Tonnes
from workflow_app.kernel.errors import Refused

WHOLE = "JX-JCER-01-00001-01-2021-000000001-000014500-E"
SOLD = (
    "JX-JCER-01-00001-01-2021-000000001-000002000-7",
    "JX-JCER-01-00001-01-2021-000002001-000012000-J",
    "JX-JCER-01-00001-01-2021-000012001-000014500-S",
)
BLOCK = Serial(MethodologyField.ECOSYSTEM_SINK, 1, 1, 2021, 1, 14_500)
FIRST_BATCH = MintOrder(
    batch_id="b1",
    project_id="p1",
    project_number="JX-JCER-01-00001",
    sequence=1,
    minted_before=0,
    vintages={2022: Tonnes(14_700), 2021: Tonnes(14_500), 2023: Tonnes(14_900)},
)


def test_the_serials_of_the_design() -> None:
    assert str(BLOCK) == WHOLE
    assert Serial.parse(WHOLE) == BLOCK
    assert [str(Serial.parse(text)) for text in SOLD] == list(SOLD)


def test_selling_in_parts_preserves_the_units() -> None:
    first, rest = BLOCK.split(2_000)
    second, third = rest.split(10_000)
    assert tuple(str(part) for part in (first, second, third)) == SOLD
    assert not first.overlaps(second)
    assert BLOCK.overlaps(third)


@given(quantity=st.integers(1, 14_499))
def test_a_split_conserves_its_range(quantity: int) -> None:
    first, rest = BLOCK.split(quantity)
    assert (first.start, rest.end) == (BLOCK.start, BLOCK.end)
    assert first.end + 1 == rest.start
    assert first.quantity + rest.quantity == BLOCK.quantity


@pytest.mark.parametrize("quantity", [0, 14_500, -1])
def test_no_part_is_empty(quantity: int) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        BLOCK.split(quantity)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE[:-1] + "F",
        WHOLE.replace("00001-01", "00010-01"),
        WHOLE.replace("14500", "15400"),
        "JX-JCER-01-00001",
        "",
        "JX-JCER-07-00001-01-2021-000000001-000014500-E",
    ],
    ids=["check", "project", "transposed", "short", "empty", "field"],
)
def test_a_mistyped_serial_is_refused(text: str) -> None:
    with pytest.raises(BadSerial):
        Serial.parse(text)


def test_a_batch_is_numbered_on_from_the_earlier_ones_a_year_each() -> None:
    """Scenario 10: B1 is 1-44,100, B2 is 44,101-58,900."""
    assert [(block.vintage, block.start, block.end) for block in blocks(FIRST_BATCH)] == [
        (2021, 1, 14_500),
        (2022, 14_501, 29_200),
        (2023, 29_201, 44_100),
    ]
    second = replace(
        FIRST_BATCH, batch_id="b2", sequence=2, minted_before=44_100, vintages={2024: Tonnes(14_800)}
    )
    (block,) = blocks(second)
    assert (block.batch, block.start, block.end) == (2, 44_101, 58_900)


def test_minting_is_one_balanced_posting_into_the_owners_available_holding() -> None:
    posting = mint(FIRST_BATCH, issuance_account="issuance", owner_account="owner")
    assert (posting.key, posting.kind, posting.quantity) == ("mint:b1", PostingKind.MINT, Tonnes(44_100))
    balance = balances([posting])
    assert balance["owner", Bucket.AVAILABLE] == 44_100
    assert sum(balance.values()) == 0


def test_nothing_is_minted_from_nothing() -> None:
    with pytest.raises(ValueError, match="nothing to mint"):
        blocks(replace(FIRST_BATCH, vintages={2021: Tonnes(0)}))


def give(block: Serial, bucket: Bucket = Bucket.AVAILABLE) -> Line:
    return Line("owner", bucket, -block.quantity, block, "b1", holding_id="h1")


def receive(block: Serial, of: int | None = 1, **changes) -> Line:
    line = Line("buyer", Bucket.HELD, block.quantity, block, "b1", transfer_count=1, of=of)
    return replace(line, **changes)


FIRST, REST = BLOCK.split(2_000)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (give(BLOCK),),
        (give(BLOCK), receive(FIRST)),
        (give(FIRST), receive(REST.split(2_000)[0])),
        (give(BLOCK), receive(BLOCK), receive(FIRST)),
        (give(FIRST), receive(replace(FIRST, project=2))),
        (give(FIRST), receive(FIRST, of=2)),
        (give(FIRST), receive(FIRST, of=None)),
        (give(FIRST), receive(FIRST, batch_id="b2")),
    ],
    ids=[
        "empty",
        "one side",
        "part",
        "other units",
        "twice",
        "other project",
        "of itself",
        "of none",
        "batch",
    ],
)
def test_an_unbalanced_posting_cannot_be_made(lines: tuple[Line, ...]) -> None:
    with pytest.raises(Unbalanced):
        Posting("k", PostingKind.TRANSFER, "p1", None, lines)


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (PostingKind.TRANSFER, (give(BLOCK, Bucket.CANCELLED), receive(BLOCK))),
        (PostingKind.TRANSFER, (give(BLOCK), receive(BLOCK, transfer_count=0))),
        (PostingKind.TRANSFER, (give(BLOCK), receive(BLOCK, account_id="owner"))),
        (PostingKind.TRANSFER, (replace(give(BLOCK), transfer_count=1), receive(BLOCK, transfer_count=2))),
        (PostingKind.FREEZE, (give(BLOCK), receive(BLOCK, bucket=Bucket.FROZEN, transfer_count=0))),
        (
            PostingKind.CANCEL,
            (give(BLOCK), receive(BLOCK, account_id="owner", bucket=Bucket.CANCELLED, transfer_count=0)),
        ),
        (
            PostingKind.FREEZE,
            (give(BLOCK), receive(BLOCK, account_id="owner", bucket=Bucket.AVAILABLE, transfer_count=0)),
        ),
        (PostingKind.DEPOSIT, (give(BLOCK), receive(BLOCK))),
    ],
    ids=[
        "terminal",
        "not counted",
        "to itself",
        "twice",
        "to another",
        "cancel free",
        "nothing",
        "money kind",
    ],
)
def test_a_posting_makes_only_the_moves_of_its_kind(kind: PostingKind, lines: tuple[Line, ...]) -> None:
    with pytest.raises(Unlawful):
        Posting("k", kind, "p1", None, lines)


def test_a_posting_may_split_what_it_moves() -> None:
    stays = receive(REST, account_id="owner", bucket=Bucket.AVAILABLE, transfer_count=0)
    posting = Posting("k", PostingKind.TRANSFER, "p1", None, (give(BLOCK), stays, receive(FIRST)))
    assert posting.quantity == Tonnes(2_000)


def test_a_line_is_of_its_whole_block() -> None:
    with pytest.raises(Unbalanced, match="a line of 1"):
        Line("owner", Bucket.AVAILABLE, 1, BLOCK, "b1")


def test_accounts_close_when_empty() -> None:
    accounts.ensure_step("normal", "frozen")
    accounts.ensure_step("normal", "closed")
    with pytest.raises(Refused, match="尚有5吨"):
        accounts.ensure_step("normal", "closed", balance=5)
    with pytest.raises(Refused, match="账户为“已关闭”"):
        accounts.ensure_step("closed", "normal")
