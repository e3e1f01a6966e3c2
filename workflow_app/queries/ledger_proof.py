"""The last proof of the book, as the exchange, the department and the auditor see it (docs/domain.md §5).

What proves it is ``commands.ledger_proof``; here is only what it found and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import setting

SETTING: Final = "ledger_proof"


@dataclass(frozen=True, slots=True)
class LastProof:
    """What the last proof found.

    :param units: tonnes issued over all projects.
    :param breaches: (rule, subject, what), the first hundred; ``more`` others are not told.
    """

    at: datetime
    projects: int
    postings: int
    units: int
    breaches: tuple[tuple[str, str, str], ...]
    more: int

    @property
    def holds(self) -> bool:
        """Nothing was found."""
        return not self.breaches


def last_proof(reading: Reading) -> LastProof | None:
    """Return the last proof; ``None`` before the first night."""
    kept = reading.execute(select(setting.c.value).where(setting.c.name == SETTING)).scalar_one_or_none()
    if not kept:
        return None
    return LastProof(
        datetime.fromisoformat(kept["at"]),
        kept["projects"],
        kept["postings"],
        kept["units"],
        tuple((rule, subject, what) for rule, subject, what in kept["breaches"]),
        kept["more"],
    )
