"""What the exchange answers for stays as it was entered, on both databases; impossible rows are refused."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from sqlalchemy import Table, text
from sqlalchemy.exc import IntegrityError

from tests.integration.store.test_rules import refused
from tests.support.records import NOON, Programme
from workflow_app.kernel.errors import JcerError
from workflow_app.store import tables
from workflow_app.store.unit_of_work import Store

IMPOSSIBLE: Final = (JcerError, IntegrityError)
PAPER: Final = {
    "number": "赣金办函〔2025〕6号",
    "issuer": "演示监管机关",
    "valid_from": date(2025, 1, 1),
    "valid_until": date(2027, 12, 31),
    "note": "",
    "entered_by": "u1",
    "entered_at": NOON,
}
REMEDY: Final = {"remedy": "relisted", "note": "清单有误", "settled_by": "u2", "settled_at": NOON}
REFUSAL: Final = {
    "external_id": "X-1",
    "sha256": "0" * 64,
    "told": "{}",
    "code": "bad_quantity",
    "message": "数量有误",
    "refused_at": NOON,
    "reported_by": "u1",
}
FILE: Final = {
    "about": "account_order",
    "about_id": "o1",
    "filename": "裁定书.pdf",
    "media_type": "application/pdf",
    "size": 1,
    "sha256": "0" * 64,
    "uploaded_by": "u1",
    "uploaded_at": NOON,
}
DAY: Final = {
    "day": "2025-08-12",
    "sha256": "0" * 64,
    "trades": 1,
    "quantity": 1,
    "amount_cents": 1,
    "differences": 1,
    "received_at": NOON,
}
DIFFERENCE: Final = {"report_id": "r1", "external_id": "X-1", "kind": "differs", "what": "数量"}


@pytest.fixture
def filled(store: Store) -> str:
    """One row of each table; returns the organisation they are of."""
    organisation = Programme(store).owner
    _entered(store, tables.trade_report_day, id="r1", exchange_org=organisation, **DAY)
    _entered(store, tables.trade_difference, line=1, **DIFFERENCE)
    _entered(store, tables.difference_remedy, report_id="r1", line=1, **REMEDY)
    _entered(store, tables.trade_refusal, id="f1", exchange_org=organisation, **REFUSAL)
    _entered(store, tables.exchange_qualification, id="q1", organisation_id=organisation, **PAPER)
    _entered(store, tables.registry_paper, id="p1", **FILE)
    return organisation


def _entered(store: Store, table: Table, **row: Any) -> None:
    with store.unit_of_work() as uow:
        uow.connection.execute(table.insert(), row)
        uow.commit()


def _sql(store: Store, statement: str) -> None:
    with store.unit_of_work() as uow:
        uow.connection.execute(text(statement))
        uow.commit()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("difference_remedy", "note"),
        ("trade_refusal", "message"),
        ("exchange_qualification", "number"),
        ("registry_paper", "filename"),
    ],
)
def test_nothing_of_it_is_changed_or_deleted(filled: str, store: Store, table: str, column: str) -> None:
    with refused("append_only"):
        _sql(store, f"UPDATE {table} SET {column} = 'x'")  # noqa: S608 - direct SQL is what this is about
    with refused("append_only"):
        _sql(store, f"DELETE FROM {table}")  # noqa: S608


def test_a_difference_is_put_right_once_and_only_where_there_is_one(filled: str, store: Store) -> None:
    for line in (1, 2):
        with pytest.raises(IMPOSSIBLE):
            _entered(store, tables.difference_remedy, report_id="r1", line=line, **REMEDY)
    _entered(store, tables.trade_difference, line=2, **DIFFERENCE)
    for wrong in ({"remedy": "forgotten"}, {"note": ""}):
        with pytest.raises(IMPOSSIBLE):
            _entered(store, tables.difference_remedy, report_id="r1", line=2, **{**REMEDY, **wrong})
    _entered(store, tables.difference_remedy, report_id="r1", line=2, **REMEDY)


def test_the_same_refusal_stands_once(filled: str, store: Store) -> None:
    with pytest.raises(IMPOSSIBLE):
        _entered(store, tables.trade_refusal, id="f2", exchange_org=filled, **REFUSAL)
    _entered(store, tables.trade_refusal, id="f2", exchange_org=filled, **{**REFUSAL, "sha256": "1" * 64})


def test_a_qualification_does_not_end_before_it_begins(filled: str, store: Store) -> None:
    wrong = {**PAPER, "valid_until": date(2024, 12, 31)}
    with pytest.raises(IMPOSSIBLE):
        _entered(store, tables.exchange_qualification, id="q2", organisation_id=filled, **wrong)
