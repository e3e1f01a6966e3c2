"""What the values people chose from a source are called: methodologies, filings, bureaus, people.

For showing an answer of any age, so nothing is left out because it is no longer on offer.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    methodology,
    organisation,
    pilot_filing,
    role_assignment,
    user_account,
)


def labels(reading: Reading) -> Mapping[str, Mapping[str, str]]:
    """Return value → label for every source kept in the database."""
    people = _experts(reading)
    codes = reading.execute(select(methodology.c.code, methodology.c.name))
    filings = reading.execute(select(pilot_filing.c.id, pilot_filing.c.number, pilot_filing.c.name))
    bureaus = select(organisation.c.id, organisation.c.name).where(organisation.c.kind == "prefecture_bureau")
    return {
        "methodologies": {row.code: row.name for row in codes},
        "pilot_filings": {row.id: f"{row.number or ''} {row.name}".strip() for row in filings},
        "bureaus": {row.id: row.name for row in reading.execute(bureaus)},
        "experts": people,
        "panel_members": people,
    }


def _experts(reading: Reading) -> dict[str, str]:
    joined = user_account.join(role_assignment, role_assignment.c.user_id == user_account.c.id)
    query = select(user_account.c.id, user_account.c.name).select_from(joined)
    held = role_assignment.c.role.in_(("expert", "panel_chair"))
    return {row.id: row.name for row in reading.execute(query.where(held).distinct())}
