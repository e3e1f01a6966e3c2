"""Registry accounts as the exchange, the department, the auditor and their holders read them.

附件二（一）（二）. Names of natural persons are whole for the exchange, which verifies them, and for
themselves; for others they are masked. An identity code is never told in full. It decides no right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union_all

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.kernel.codes import mask_id_number, mask_name
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import EXCHANGE, Viewer
from workflow_app.store.repositories.posts import held, in_service
from workflow_app.store.tables import (
    account,
    cash_entry,
    money_balance,
    organisation,
    registration,
    role_assignment,
    unit_balance,
    user_account,
)

READERS: Final = frozenset({*EXCHANGE, "department_clerk", "department_leader", "auditor"})
"""Roles that read every account."""
HELD: Final = ("owner", "buyer")


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in a list.

    :param pending: money entered for it that waits for its second person.
    """

    id: str
    number: str
    kind: str
    state: str
    legal_form: str
    holder: str
    opened_at: datetime
    verified: bool
    pending: int


@dataclass(frozen=True, slots=True)
class Account:
    """An account and who opened it.

    :param code: the organisation's credit code, or the person's identity code, masked.
    :param note: why it is in its state.
    """

    line: AccountLine
    organisation_id: str | None
    person_id: str | None
    code: str
    note: str
    applied_by: str
    opened_by: str
    checked_by: str
    closed_at: datetime | None


def may_read(viewer: Viewer, held: Account) -> bool:
    """Tell whether ``viewer`` reads this account: whoever reads all of them, and its holder."""
    return viewer.holds(READERS) or is_holder(viewer, held)


def is_holder(viewer: Viewer, held: Account) -> bool:
    """Tell whether ``viewer`` is the account's holder, or holds its post."""
    if held.person_id is not None:
        return held.person_id == viewer.user_id
    return (held.line.kind, held.organisation_id) in viewer.roles


def accounts(
    reading: Reading, *, text: str = "", kind: str = "", state: str = "", after: str = "", size: int = 50
) -> tuple[tuple[AccountLine, ...], str]:
    """Return accounts, those that wait first, then the newest; and the id to go on after.

    :param state: one of an account's states, or ``waiting``: something is to be verified or checked.
    """
    query = _lines()
    if text:
        query = query.where(
            or_(
                account.c.number == text.upper(),
                organisation.c.name.contains(text, autoescape=True),
                organisation.c.uscc == text.upper(),
                user_account.c.name.contains(text, autoescape=True),
            )
        )
    if kind:
        query = query.where(account.c.kind == kind)
    if state == "waiting":
        query = query.where(_waits())
    elif state:
        query = query.where(account.c.state == state)
    if after:
        query = query.where(account.c.id < after)
    rows = reading.execute(query.order_by(account.c.id.desc()).limit(size + 1)).all()
    found = tuple(_line(reading, row) for row in rows[:size])
    return found, found[-1].id if len(rows) > size else ""


def waiting(reading: Reading) -> int:
    """Return how many accounts wait for somebody of the exchange."""
    return int(reading.execute(select(func.count()).select_from(account).where(_waits())).scalar_one())


def own(reading: Reading, viewer: Viewer) -> tuple[Account, ...]:
    """Return the accounts of ``viewer`` and of the organisations they sell or buy for."""
    mine: list[ColumnElement[bool]] = [
        (account.c.kind == kind) & account.c.organisation_id.in_(viewer.organisations(kind)) for kind in HELD
    ]
    mine.append(account.c.person_id == viewer.user_id)
    rows = reading.execute(_lines().where(or_(*mine)).order_by(account.c.kind.desc(), account.c.id)).all()
    return tuple(_account(reading, row) for row in rows)


def account_of(reading: Reading, account_id: str) -> Account | None:
    """Return an account somebody holds."""
    row = reading.execute(_lines().where(account.c.id == account_id)).one_or_none()
    return None if row is None else _account(reading, row)


def is_empty(reading: Reading, account_id: str) -> bool:
    """Tell whether nothing keeps an account open: no live unit, no money, none waiting, no project.

    What :func:`workflow_app.commands.accounts.close` refuses, as a page may know it beforehand.
    """
    live = unit_balance.c.bucket.not_in([bucket.value for bucket in Bucket if bucket.terminal])
    bound = (
        select(unit_balance.c.account_id).where(
            unit_balance.c.account_id == account_id, live, unit_balance.c.quantity > 0
        ),
        select(money_balance.c.account_id).where(
            money_balance.c.account_id == account_id, money_balance.c.cents != 0
        ),
        select(cash_entry.c.account_id).where(
            cash_entry.c.account_id == account_id, cash_entry.c.state == "entered"
        ),
        select(registration.c.account_id).where(
            registration.c.account_id == account_id, registration.c.state == "active"
        ),
    )
    return reading.execute(union_all(*bound).limit(1)).first() is None


def natural_buyers(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return id and name of the natural persons who may buy."""
    query = (
        select(user_account.c.id, user_account.c.name)
        .join(role_assignment, role_assignment.c.user_id == user_account.c.id)
        .where(
            role_assignment.c.role == "buyer",
            held(reading.today),
            user_account.c.organisation_id.is_(None),
            in_service(reading.today),
        )
    )
    rows = reading.execute(query.distinct().order_by(user_account.c.name, user_account.c.id))
    return tuple((row.id, row.name) for row in rows)


def _waits() -> Any:
    entered = select(cash_entry.c.id).where(
        cash_entry.c.account_id == account.c.id, cash_entry.c.state == "entered"
    )
    return (account.c.state == "applied") | entered.exists()


def _lines() -> Select[Any]:
    joined = account.outerjoin(organisation, organisation.c.id == account.c.organisation_id).outerjoin(
        user_account, user_account.c.id == account.c.person_id
    )
    entered = select(func.count()).where(
        cash_entry.c.account_id == account.c.id, cash_entry.c.state == "entered"
    )
    return (
        select(
            account,
            case((account.c.person_id.is_(None), organisation.c.name), else_=user_account.c.name).label(
                "holder"
            ),
            organisation.c.uscc,
            entered.scalar_subquery().label("pending"),
        )
        .select_from(joined)
        .where(account.c.kind.in_(HELD))
    )


def _known(reading: Reading, person_id: str | None) -> bool:
    """Tell whether whoever looks may read the name of this natural person."""
    viewer = reading.viewer
    return viewer is None or viewer.holds(EXCHANGE) or person_id in (None, viewer.user_id)


def _line(reading: Reading, row: Any) -> AccountLine:
    holder = row.holder or ""
    return AccountLine(
        id=row.id,
        number=row.number,
        kind=row.kind,
        state=row.state,
        legal_form=row.legal_form or "",
        holder=holder if _known(reading, row.person_id) else mask_name(holder),
        opened_at=row.opened_at,
        verified=row.opened_by is not None,
        pending=int(row.pending),
    )


def _account(reading: Reading, row: Any) -> Account:
    code = row.uscc or ""
    if row.identity is not None:
        code = mask_id_number(str(reading.opened(row.identity)))
    names = _names(reading, [row.applied_by, row.opened_by, row.checked_by])
    if row.person_id in names and not _known(reading, row.person_id):
        names[row.person_id] = mask_name(names[row.person_id])
    return Account(
        line=_line(reading, row),
        organisation_id=row.organisation_id,
        person_id=row.person_id,
        code=code,
        note=row.note or "",
        applied_by=names.get(row.applied_by, ""),
        opened_by=names.get(row.opened_by, ""),
        checked_by=names.get(row.checked_by, ""),
        closed_at=row.closed_at,
    )


def _names(reading: Reading, user_ids: list[str | None]) -> dict[str | None, str]:
    wanted = [each for each in user_ids if each is not None]
    query = select(user_account.c.id, user_account.c.name).where(user_account.c.id.in_(wanted))
    return {row.id: row.name for row in reading.execute(query)}
