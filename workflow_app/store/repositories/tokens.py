"""Live tokens: a handful of rows a case, opaque to everyone but the engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from workflow_app.store.driver import Driver, Query
from workflow_app.store.live import Live
from workflow_app.store.tables import token


class Token(NamedTuple):
    """A live token as stored; the command layer makes the engine's ``TokenRow`` of it."""

    id: str
    element: str
    state: int
    body: str


class TokenRepository:
    """Tokens of one unit of work."""

    def __init__(self, driver: Driver, live: Live) -> None:
        self._driver = driver
        self._live = live

    def of_case(self, case_id: str) -> dict[str, Token]:
        """Return the live tokens of a case by id."""
        rows = _OF_CASE.all(self._driver, case_id=case_id)
        return {row[0]: Token(*row) for row in rows}

    def save(self, case_id: str, upserts: Iterable[Token], deletes: Iterable[str]) -> None:
        """Write the delta of one step."""
        gone = [{"case_id": case_id, "id": token_id} for token_id in deletes]
        self._live.delete(token, *gone)
        self._live.put(
            token,
            *(
                {
                    "case_id": case_id,
                    "id": row.id,
                    "element": row.element,
                    "state": row.state,
                    "body": row.body,
                }
                for row in upserts
            ),
        )

    def clear(self, case_id: str) -> None:
        """Remove every token of a case that ended."""
        self.save(case_id, (), self.of_case(case_id))


_OF_CASE: Final = Query(
    [token.c.id, token.c.element, token.c.state, token.c.body], "WHERE case_id = {case_id}"
)
