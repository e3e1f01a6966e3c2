"""What holders of accounts are called in lists: organisations in full, natural persons masked.

R40; docs/domain.md §5: a person's whole name is for the exchange, which verified it, and for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from workflow_app.kernel.codes import mask_name
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import EVERYTHING, EXCHANGE, Viewer
from workflow_app.store.tables import account, organisation, project, user_account


@dataclass(frozen=True, slots=True)
class Holder:
    """An account and what its holder is called."""

    account_id: str
    number: str
    kind: str
    name: str


def holders_of(reading: Reading, account_ids: Iterable[str | None]) -> dict[str, Holder]:
    """Return these accounts' holders by account; the book's own accounts go by their number."""
    wanted = sorted({each for each in account_ids if each is not None})
    query = (
        select(
            account.c.id,
            account.c.number,
            account.c.kind,
            account.c.person_id,
            organisation.c.name,
            user_account.c.name.label("person"),
        )
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .outerjoin(user_account, user_account.c.id == account.c.person_id)
        .where(account.c.id.in_(wanted))
    )
    found = {}
    for row in reading.execute(query) if wanted else ():
        person = row.person or ""
        known = person if _knows(reading.viewer, row.person_id) else mask_name(person)
        found[row.id] = Holder(row.id, row.number, row.kind, row.name or known or row.number)
    return found


def account_numbered(reading: Reading, number: str) -> str | None:
    """Return the id of the account somebody holds under this number."""
    query = select(account.c.id).where(
        account.c.number == number.upper(), account.c.kind.in_(("owner", "buyer"))
    )
    return reading.execute(query).scalar_one_or_none()


def people_of(reading: Reading, user_ids: Iterable[str | None]) -> dict[str, str]:
    """Return what officers are called, by their id."""
    wanted = sorted({each for each in user_ids if each is not None})
    if not wanted:
        return {}
    query = select(user_account.c.id, user_account.c.name).where(user_account.c.id.in_(wanted))
    return {row.id: row.name for row in reading.execute(query)}


def accounts_called(text: str) -> ColumnElement[bool]:
    """Return the condition on ``account.id`` that holds for accounts of this number or organisation.

    A natural person is found by the account's number alone: a name typed must not tell more than a mask.
    """
    named = select(organisation.c.id).where(
        or_(organisation.c.name.contains(text, autoescape=True), organisation.c.uscc == text.upper())
    )
    return or_(account.c.number == text.upper(), account.c.organisation_id.in_(named))


def traded_for(viewer: Viewer) -> ColumnElement[bool] | None:
    """Return the condition on ``project`` that keeps an exchange to its own; ``None`` for who reads all."""
    if viewer.holds(EVERYTHING):
        return None
    own = viewer.organisations(*EXCHANGE)
    return project.c.exchange_org.in_(own)


def _knows(viewer: Viewer | None, person_id: str | None) -> bool:
    return viewer is None or viewer.holds(EXCHANGE) or person_id in (None, viewer.user_id)
