"""The database's own rules on cancellations, certificates, delegations and corrections, attacked by SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Executable, text
from sqlalchemy.exc import DBAPIError

from tests.support.book import Book
from tests.support.records import NOON
from workflow_app.commands import on_ledger
from workflow_app.commands.book import Act
from workflow_app.commands.ledger_proof import prove_book
from workflow_app.domain.certificate import code_of
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.history import Who
from workflow_app.store.unit_of_work import Store


class Office:
    """A buyer with 100 cancelled units, and what may be written about them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.book = Book(store)
        self.book.mint(y2021=60, y2022=60)
        self.buyer = self.book.buyer()
        self.book.sell(self.buyer, 100)
        self.id = new_id()
        units = self.book.units(self.buyer, 100)
        hold = self.book.act(on_ledger.hold_cancellation, Act("hold"), units, self.id)
        self.write(
            tables.cancellation,
            id=self.id,
            number="ZX-1",
            account_id=self.buyer,
            project_id=self.book.project,
            quantity=100,
            purpose="public_welfare",
            evidence={},
            beneficiary_kind="holder",
            state="pending",
            hold_posting_id=hold.posting_id,
            applied_at=NOON,
        )
        self.cancelled = self.book.act(on_ledger.cancel, Act("cancel"), units, self.id)
        self.change(
            tables.cancellation,
            self.id,
            state="cancelled",
            cancel_posting_id=self.cancelled.posting_id,
            decided_at=NOON,
        )

    def write(self, table: Any, **row: Any) -> None:
        """Insert a row in a transaction of its own."""
        with self.store.unit_of_work() as uow:
            uow.live.insert(table, row)
            uow.history.record("written", f"test:{new_id()}", Who(None), NOON)
            uow.commit()

    def change(self, table: Any, row_id: str, **values: Any) -> None:
        """Change a row in a transaction of its own."""
        with self.store.unit_of_work() as uow:
            assert uow.live.update(table, {"id": row_id}, values)
            uow.history.record("changed", f"test:{new_id()}", Who(None), NOON)
            uow.commit()

    def certificate(self, **changes: Any) -> str:
        """A certificate as it should be, but for these changes."""
        row = {
            "id": new_id(),
            "number": f"赣碳凭{new_id()[-6:]}",
            "cancellation_id": self.id,
            "quantity": 100,
            "serials": list(self.cancelled.serials),
            "code": code_of("A" * 10 + "23456789BC"[len(changes)]),
            "issuer": "department",
            "issued_by": "leader",
            "issued_at": NOON,
            "state": "valid",
        } | changes
        self.write(tables.certificate, **row)
        return str(row["id"])

    def delegation(self, **changes: Any) -> str:
        """A delegation of 2026, to the project's exchange-less body."""
        with self.store.reading() as uow:
            body = uow.connection.execute(text("SELECT id FROM organisation LIMIT 1")).scalar_one()
        row = {
            "id": new_id(),
            "number": new_id(),
            "organisation_id": body,
            "scope": ["public_welfare"],
            "valid_from": date(2026, 1, 1),
            "valid_until": date(2026, 12, 31),
            "granted_by": "leader",
            "granted_at": NOON,
        } | changes
        self.write(tables.delegation, **row)
        self.body = str(row["organisation_id"])
        return str(row["id"])


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def refused(code: str) -> Any:
    """What the database says when a rule of this name is broken."""
    return pytest.raises(Exception, match=code)


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": 99},
        {"quantity": 101},
        {"serials": ["JX-JCER-01-00001-01-2021-000000001-000000060-X"]},
        {"serials": []},
        {"state": "void", "voided_at": NOON, "void_reason": "x"},
    ],
)
def test_i8_a_certificate_says_what_was_cancelled(office: Office, changes: dict[str, Any]) -> None:
    with refused("certificate_differs"):
        office.certificate(**changes)


def test_i8_the_order_of_the_serials_is_that_of_the_units(office: Office) -> None:
    assert len(office.cancelled.serials) == 2
    with refused("certificate_differs"):
        office.certificate(serials=list(reversed(office.cancelled.serials)))


def test_i8_one_certificate_of_a_cancellation_is_valid(office: Office) -> None:
    first = office.certificate()
    with refused("already_there"):
        office.certificate(code=code_of("9" * 11))
    office.change(tables.certificate, first, state="void", voided_at=NOON, void_reason="要素错误")
    office.certificate(replaces_id=first, code=code_of("8" * 11))
    with refused("certificate_final"):
        office.change(tables.certificate, first, void_reason="另一原因")


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": date(2026, 11, 22)},
        {"valid_from": date(2026, 11, 24)},
        {"scope": ["voluntary_offset"]},
        {"revoked_at": NOON, "revoked_by": "leader", "revoke_reason": "x"},
    ],
)
def test_a_delegate_needs_a_delegation_in_force(office: Office, changes: dict[str, Any]) -> None:
    """NOON is 2026-11-23 in Shanghai."""
    delegation = office.delegation(**changes)
    with refused("delegation_not_live"):
        office.certificate(issuer="delegate", delegation_id=delegation, issuer_org=office.body)


def test_a_live_delegation_issues_on_its_last_day(office: Office) -> None:
    delegation = office.delegation(valid_until=date(2026, 11, 23))
    office.certificate(issuer="delegate", delegation_id=delegation, issuer_org=office.body)
    with refused("delegation_final"):
        office.change(tables.delegation, delegation, valid_until=date(2027, 12, 31))


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE cancellation SET quantity = 1", "cancellation_final"),
        ("UPDATE cancellation SET state = 'pending', decided_at = NULL, cancel_posting_id = NULL", "final"),
        ("DELETE FROM cancellation", "append_only"),
        ("DELETE FROM certificate", "append_only"),
        ("DELETE FROM delegation", "append_only"),
        ("UPDATE certificate SET quantity = 99", "certificate_final"),
        ("UPDATE certificate SET code = 'AAAAAAAAAAAA'", "certificate_final"),
        ("UPDATE certificate SET serials = '[]'", "certificate_final"),
    ],
)
def test_direct_sql_changes_nothing_of_what_is_final(office: Office, statement: str, code: str) -> None:
    office.certificate()
    office.delegation()
    with pytest.raises(DBAPIError, match=code), office.store.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda o: text("UPDATE certificate SET quantity = 99"), "凭证载明99吨，而注销100吨"),
        (lambda o: text("UPDATE cancellation SET quantity = 101"), "申请注销101吨，而分录注销100吨"),
        (lambda o: serials(list(reversed(o.cancelled.serials))), "凭证载明的编号不是所注销的编号"),
        (lambda o: serials(list(o.cancelled.serials[:1])), "凭证载明的编号不是所注销的编号"),
        (
            lambda o: text("UPDATE cancellation SET cancel_posting_id = hold_posting_id"),
            "已注销的申请没有注销分录",
        ),
        (
            lambda o: text(
                "INSERT INTO certificate (id, number, cancellation_id, quantity, serials, code, issuer,"
                " issued_by, issued_at, state) SELECT 'second', 'X-1', cancellation_id, quantity, serials,"
                " 'SECONDSECOND', issuer, issued_by, issued_at, state FROM certificate"
            ),
            "同一笔注销有两份有效凭证",
        ),
    ],
)
def test_i8_what_was_broken_behind_the_rules_is_found_by_night(
    office: Office, spoil: Callable[[Office], Executable], found: str
) -> None:
    office.certificate()
    with office.store.reading() as uow:
        assert prove_book(uow, None).breaches == ()
    without_rules(office.store, spoil(office))
    with office.store.reading() as uow:
        breaches = prove_book(uow, None).breaches
    assert {breach.rule for breach in breaches} == {"I8"}
    assert found in {breach.what for breach in breaches}


def serials(printed: list[str]) -> Executable:
    return tables.certificate.update().values(serials=printed)


def without_rules(store: Store, statement: Executable) -> None:
    """Carry out a statement as somebody might who may switch the database's rules off."""
    with store.engine.connect() as raw:
        if raw.dialect.name == "postgresql":
            raw.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            names = raw.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in names.scalars().all():
                raw.exec_driver_sql(f'DROP TRIGGER "{name}"')
        raw.exec_driver_sql("DROP INDEX uq_certificate_cancellation_id")
        raw.execute(statement)
        raw.commit()


def test_a_cancellation_names_the_posting_that_cancelled_its_own_units(office: Office) -> None:
    other = new_id()
    held = office.book.sell(office.buyer, 10)
    with refused("cancellation_differs"):
        office.write(
            tables.cancellation,
            id=other,
            number="ZX-2",
            account_id=office.buyer,
            project_id=office.book.project,
            quantity=10,
            purpose="public_welfare",
            evidence={},
            beneficiary_kind="holder",
            state="pending",
            hold_posting_id=held.posting_id,
            applied_at=NOON,
        )


def test_a_correction_is_settled_by_what_was_reversed_under_it(office: Office) -> None:
    row: dict[str, Any] = {
        "id": new_id(),
        "number": "GZ-1",
        "kind": "over_issuance",
        "project_id": office.book.project,
        "account_id": office.book.owner,
        "quantity": 5,
        "grounds": "x",
        "state": "open",
        "case_id": "c" * 32,
        "found_at": NOON,
    }
    office.write(tables.correction, **row)
    decided = {"confirmed": 5, "outstanding": 5, "decided_by": "leader", "decided_at": NOON}
    office.change(tables.correction, row["id"], state="confirmed", **decided)
    with refused("correction_differs"):
        office.change(tables.correction, row["id"], reversed=5, outstanding=0)
    with refused("correction_differs"):
        office.change(tables.correction, row["id"], state="settled", settled_at=NOON, outstanding=0)
    units = office.book.units(office.book.owner, 5)
    office.book.act(on_ledger.reverse, Act("reverse", "c" * 32), units)
    office.change(tables.correction, row["id"], state="settled", settled_at=NOON, reversed=5, outstanding=0)
    with refused("correction_final"):
        office.change(tables.correction, row["id"], confirmed=6)
