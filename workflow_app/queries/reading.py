"""The one transaction a page reads in: a steady picture of the database, and the key to sealed names.

Faces open it, hand it to the queries and close it; they never see what is behind it. It never writes: on
SQLite it does not queue behind a command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CursorResult, Engine, Executable

from workflow_app.kernel.clock import legal_date
from workflow_app.queries.sight import Viewer, outside
from workflow_app.store.driver import Driver
from workflow_app.store.engine import WRITES
from workflow_app.store.prepared import Prepared
from workflow_app.store.sealing import PersonalValues, Vault

NEVER: Final = 9999
"""The year an inbox entry without a limit carries as its due date."""


class Reading:
    """An open read-only transaction.

    :param vault: opens what is sealed under a person's key.
    """

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], datetime]) -> None:
        self.viewer: Viewer | None = None
        """Who looks; ``None`` where nobody does: the product itself."""
        self._connection = engine.connect().execution_options(**{WRITES: False})
        self._driver: Driver | None = None
        self._personal = PersonalValues(self._connection, vault, now)
        self._now = now

    @property
    def today(self) -> date:
        """The legal date: which posts count is judged by it."""
        return legal_date(self._now())

    @property
    def outside(self) -> bool:
        """Whether whoever looks reads only what is addressed to an applicant."""
        return self.viewer is not None and outside(self.viewer)

    @property
    def driver(self) -> Driver:
        """The driver's cursor of this transaction, for what is prepared."""
        if self._driver is None:
            if not self._connection.in_transaction():
                self._connection.begin()
            self._driver = Driver(self._connection)
        return self._driver

    def all(self, query: Prepared, values: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the rows of a prepared query."""
        return query.all(self.driver, values)

    def first(self, query: Prepared, values: Mapping[str, Any] | None = None) -> Any | None:
        """Return the first row of a prepared query, or ``None``."""
        return query.first(self.driver, values)

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> CursorResult[Any]:
        """Run one query."""
        return self._connection.execute(statement, parameters)

    def opened(self, value: Any) -> Any:
        """Return a JSON value with every sealed part opened; an erased person's parts say so."""
        return self._personal.open_all(value)

    def close(self) -> None:
        """Give the connection back."""
        if self._driver is not None:
            self._driver.close()
        self._connection.close()
