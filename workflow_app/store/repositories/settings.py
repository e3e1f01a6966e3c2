"""Settings, running numbers, retried requests, and calendar notices loaded at run time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from workflow_app.kernel.errors import Conflict
from workflow_app.store.driver import Driver, Query
from workflow_app.store.live import Live
from workflow_app.store.schema.columns import Value, canonical, to_micros
from workflow_app.store.tables import calendar_notice, counter, idempotency, setting


@dataclass(frozen=True, slots=True)
class CalendarNotice:
    """A State Council notice loaded at run time; ``body`` is its TOML text."""

    id: str
    sequence: int
    year: int
    number: str
    issued_on: date
    body: str
    revision: str
    loaded_at: datetime
    loaded_by: str | None


class SettingsRepository:
    """Settings of one unit of work."""

    def __init__(self, connection: Connection, driver: Driver, live: Live) -> None:
        self._connection = connection
        self._driver = driver
        self._sequence: int | None = None
        self._live = live
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def get(self, name: str, default: Value = None) -> Value:
        """Return a setting's JSON value, or ``default``."""
        row = self._connection.execute(_SETTING, {"name": name}).first()
        return default if row is None else row.value

    def set(self, name: str, value: Value) -> None:
        """Set a setting."""
        query = self._insert(setting).values(name=name, value=value)
        self._connection.execute(
            query.on_conflict_do_update(index_elements=[setting.c.name], set_={"value": query.excluded.value})
        )

    def next(self, name: str) -> int:
        """Take the next running number of a series, from 1; nobody else gets it, none is lost."""
        query = self._insert(counter).values(name=name, value=1)
        return int(
            self._connection.execute(
                query.on_conflict_do_update(
                    index_elements=[counter.c.name], set_={"value": counter.c.value + 1}
                ).returning(counter.c.value)
            ).scalar_one()
        )

    # --- idempotency

    def answered(self, actor_id: str, key: str, request_hash: str) -> Value | None:
        """Return the stored answer of a retried request, or ``None`` where it is new.

        :raises Conflict: the key was used for another request, or its request is still under way.
        """
        found = _ANSWER.first(self._driver, actor_id=actor_id, key=key)
        if found is None:
            return None
        asked, result = found
        if asked != request_hash:
            raise Conflict("idempotency_key_reused", "此幂等键已用于另一请求，请换用新的键")
        if result == _UNDER_WAY:
            raise Conflict(
                "under_way",
                "此操作正在办理，或者上次办理时中断；请先查看结果，确需再办时刷新页面或换用新的幂等键",
            )
        return result

    def begin(self, actor_id: str, key: str, request_hash: str, at: datetime) -> None:
        """Take a key before a request of several transactions; a second taker is refused as a duplicate."""
        self.answer(actor_id, key, request_hash, _UNDER_WAY, at)

    def settle(self, actor_id: str, key: str, result: Value) -> None:
        """Keep the answer under a key that was taken."""
        self._connection.execute(_taken(update(idempotency), actor_id, key).values(result=result))

    def release(self, actor_id: str, key: str) -> None:
        """Give a key back whose request was refused before it had any effect."""
        self._connection.execute(_taken(delete(idempotency), actor_id, key))

    def answer(self, actor_id: str, key: str, request_hash: str, result: Value, at: datetime) -> None:
        """Keep the answer to a request; two at once with one key: the second is refused as a duplicate."""
        row = {
            "actor_id": actor_id,
            "key": key,
            "request_hash": request_hash,
            "result": canonical(result),
            "created_at": to_micros(at),
        }
        self._driver.write(_KEEP, row)

    def forget_answers(self, before: datetime) -> int:
        """Drop answers older than ``before``; returns how many."""
        return self._connection.execute(delete(idempotency).where(idempotency.c.created_at < before)).rowcount

    # --- calendar notices

    def add_calendar_notice(self, row: CalendarNotice) -> None:
        """Keep a loaded notice; its number is unique."""
        self._sequence = None
        self._live.insert(calendar_notice, {name: getattr(row, name) for name in CalendarNotice.__slots__})

    def calendar_notices(self) -> tuple[CalendarNotice, ...]:
        """Return the loaded notices in the order they were loaded."""
        rows = self._connection.execute(_NOTICES.order_by(calendar_notice.c.sequence))
        return tuple(CalendarNotice(*row) for row in rows)

    def calendar_sequence(self) -> int:
        """Return the sequence of the last loaded notice, 0 where none is: cheap to poll."""
        if self._sequence is None:
            self.read_sequence(self._driver.rows(SEQUENCE, {})[0])
        return self._sequence or 0

    def read_sequence(self, row: tuple[Any, ...]) -> None:
        """Take the answer to :data:`SEQUENCE`, which was asked in this transaction among others."""
        self._sequence = row[0] or 0


def _taken(statement: Any, actor_id: str, key: str) -> Any:
    return statement.where(idempotency.c.actor_id == actor_id, idempotency.c.key == key)


_UNDER_WAY: Final = {"jcer": "under_way"}
"""What is kept as the answer to a request that has begun and has none yet."""
SEQUENCE: Final = "SELECT max(sequence) FROM calendar_notice"
_SETTING: Final = select(setting.c.value).where(setting.c.name == bindparam("name"))
_ANSWER: Final = Query(
    [idempotency.c.request_hash, idempotency.c.result], "WHERE actor_id = {actor_id} AND key = {key}"
)
_KEEP: Final = (
    "INSERT INTO idempotency (actor_id, key, request_hash, result, created_at)"
    " VALUES ({actor_id}, {key}, {request_hash}, {result}, {created_at})"
)
_NOTICES: Final = select(*(calendar_notice.c[name] for name in CalendarNotice.__slots__))
