"""The history: what one act leaves behind, chained by SHA-256, and how it is read back.

One act writes one event for each stream it touches (``case:<id>``, ``calendar``, ``clock``,
``definitions``, ``people:<id>`` …) in its own transaction: who, in which role, when, what, on
which element of which version, with which form, decisions, effects, calendar revision and legal
basis, and every live row it changed. Personal values are ciphertext before they come here.
Nothing here changes or removes an event; the database would refuse.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select

from workflow_app.kernel.errors import Conflict
from workflow_app.store.chain import ALGORITHM, GENESIS, HASHED, SCHEMA_VERSION, digest
from workflow_app.store.driver import Driver
from workflow_app.store.live import Live
from workflow_app.store.schema.columns import canonical, pack, to_micros
from workflow_app.store.sealing import PersonalValues, Vault
from workflow_app.store.tables import event


@dataclass(frozen=True, slots=True)
class Who:
    """Who did it, as the history names them.

    :param name: displayed name; enters the event as ciphertext under ``user:<user_id>``.
    :param on_behalf: organisation or user for whom it was done under a mandate.
    """

    user_id: str | None
    name: str = ""
    role: str | None = None
    organisation_id: str | None = None
    on_behalf: str | None = None


SYSTEM: Final = Who(None, role="system")


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A form as handed in.

    :param data: JSON-ready; the values at ``personal`` paths are sealed on the way in.
    :param personal: dotted path to the subject whose value stands there.
    """

    key: str
    version: int
    data: Mapping[str, Any]
    personal: Mapping[str, str] = field(default_factory=dict)
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where an event came to stand."""

    stream: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event read back; sealed values are as they were opened for this reader, or sealed."""

    id: int
    stream: str
    seq: int
    at: datetime
    kind: str
    actor_id: str | None
    actor_name: str
    role: str | None
    organisation_id: str | None
    on_behalf: str | None
    element_id: str | None
    version: str | None
    form_key: str | None
    body: Mapping[str, Any]
    hash: str


class History:
    """Events of one unit of work."""

    def __init__(
        self, connection: Connection, driver: Driver, live: Live, personal: PersonalValues, vault: Vault
    ) -> None:
        self._connection = connection
        self._live = live
        self._personal = personal
        self._vault = vault
        self._driver = driver
        self._heads: dict[str, tuple[int, str]] = {}

    def locked(self, stream: str, head: tuple[int, str]) -> None:
        """Take the last event of a stream as this transaction has read and locked it."""
        self._heads[stream] = head

    def record(
        self,
        kind: str,
        stream: str,
        who: Who,
        at: datetime,
        *,
        element_id: str | None = None,
        version: str | None = None,
        form: FormEntry | None = None,
        decisions: Sequence[Mapping[str, Any]] = (),
        calls: Sequence[Mapping[str, Any]] = (),
        effects: Sequence[Mapping[str, Any]] = (),
        moves: Sequence[Any] = (),
        calendar_revision: str | None = None,
        legal_basis: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Recorded:
        """Write the event of an act, with all row changes since the last one recorded.

        :param kind: past tense, such as ``task_completed``.
        :param facts: whatever else the act is about, JSON-ready.
        :raises Conflict: another transaction wrote to the same new stream at the same moment.
        """
        body: dict[str, Any] = {}
        if form is not None:
            data = self._personal.seal_paths(form.data, form.personal) if form.personal else form.data
            body["form"] = {"key": form.key, "version": form.version, "data": data}
            if form.action is not None:
                body["form"]["action"] = form.action
        parts = {
            "decisions": decisions,
            "calls": calls,
            "effects": effects,
            "moves": moves,
            "calendar_revision": calendar_revision,
            "legal_basis": legal_basis,
            "facts": facts,
        }
        body |= {name: part for name, part in parts.items() if part}
        changes = self._live.take()
        if changes:
            body["changes"] = changes
        name = (
            canonical(self._personal.seal_name(who.user_id, who.name)) if who.user_id and who.name else None
        )
        seq, previous = self._heads[stream] if stream in self._heads else self._head(stream)
        row = {
            "stream": stream,
            "seq": seq + 1,
            "at": to_micros(at),
            "kind": kind,
            "actor_id": who.user_id,
            "actor_name": name,
            "role": who.role,
            "organisation_id": who.organisation_id,
            "on_behalf": who.on_behalf,
            "element_id": element_id,
            "version": version,
            "form_key": form.key if form is not None else None,
            "body": canonical(body),
            "prev_hash": previous,
            "schema_version": SCHEMA_VERSION,
            "algorithm": ALGORITHM,
        }
        row["hash"] = digest(row)
        self._append(row)
        self._heads[stream] = (seq + 1, str(row["hash"]))
        return Recorded(stream, seq + 1, str(row["hash"]))

    def stream(self, stream: str, *, after: int = 0, limit: int = 500) -> tuple[Event, ...]:
        """Return events of one stream in order, personal values opened."""
        rows = self._connection.execute(_STREAM, {"stream": stream, "after": after, "limit": limit})
        return tuple(self._read(row) for row in rows)

    def latest(self, stream: str, *, before: int | None = None, limit: int = 50) -> tuple[Event, ...]:
        """Return the last events of one stream, newest first, personal values opened."""
        query = select(event).where(event.c.stream == stream).order_by(event.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(event.c.seq < before)
        return tuple(self._read(row) for row in self._connection.execute(query))

    def forms(self, stream: str, key: str) -> tuple[Mapping[str, Any], ...]:
        """Return the data of every form ``key`` handed in on a stream, oldest first, opened."""
        rows = self._connection.execute(_FORMS, {"stream": stream, "key": key})
        return tuple(self._personal.open_all(json.loads(row.body)["form"]["data"]) for row in rows)

    def form(self, stream: str, key: str) -> Mapping[str, Any] | None:
        """Return the data of the form ``key`` last handed in on a stream, opened, or ``None``."""
        row = self._connection.execute(_LAST_FORM, {"stream": stream, "key": key}).first()
        if row is None:
            return None
        data: Mapping[str, Any] = self._personal.open_all(json.loads(row.body)["form"]["data"])
        return data

    def acts(self, stream: str, key: str) -> tuple[tuple[str | None, str | None], ...]:
        """Return the role and the button of every form ``key`` handed in on a stream, oldest first."""
        rows = self._connection.execute(_FORMS, {"stream": stream, "key": key})
        return tuple((row.role, json.loads(row.body)["form"].get("action")) for row in rows)

    def _head(self, stream: str) -> tuple[int, str]:
        rows = self._driver.rows(_HEAD_FREE if self._driver.sqlite else _HEAD_LOCKED, {"stream": stream})
        return (rows[0][0], rows[0][1]) if rows else (0, GENESIS)

    def _append(self, row: Mapping[str, Any]) -> None:
        stream, seq, digested = row["stream"], row["seq"], row["hash"]
        head = {
            "stream": stream,
            "seq": seq,
            "hash": digested,
            "mac": self._vault.mac(stream, seq, digested),
            "before": seq - 1,
        }
        moved = Conflict("stream_moved", "他人刚刚更新了同一记录，请刷新后重试")
        self._driver.write(_FIRST_HEAD if seq == 1 else _NEXT_HEAD, head, moved)
        self._driver.write(_INSERT, {**row, "body": pack(row["body"])})

    def _read(self, row: Row[Any]) -> Event:
        name = self._personal.open(json.loads(row.actor_name)) if row.actor_name else ""
        return Event(
            row.id,
            row.stream,
            row.seq,
            row.at,
            row.kind,
            row.actor_id,
            str(name),
            row.role,
            row.organisation_id,
            row.on_behalf,
            row.element_id,
            row.version,
            row.form_key,
            self._personal.open_all(json.loads(row.body)),
            row.hash,
        )


_WRITTEN: Final = (*HASHED, "hash")
_INSERT: Final = (
    f"INSERT INTO event ({', '.join(_WRITTEN)})"  # noqa: S608 - constants of this module
    f" VALUES ({', '.join('{' + name + '}' for name in _WRITTEN)})"
)
HEAD: Final = "SELECT seq, hash FROM event_head WHERE stream = "
"""The last event of a stream; the stream's name follows."""
_HEAD_FREE: Final = f"{HEAD}{{stream}}"
_HEAD_LOCKED: Final = f"{_HEAD_FREE} FOR UPDATE"
_FIRST_HEAD: Final = (
    "INSERT INTO event_head (stream, seq, hash, mac) VALUES ({stream}, {seq}, {hash}, {mac})"
    " ON CONFLICT (stream) DO NOTHING"
)
_NEXT_HEAD: Final = (
    "UPDATE event_head SET seq = {seq}, hash = {hash}, mac = {mac} WHERE stream = {stream} AND seq = {before}"
)
_STREAM: Final = (
    select(event)
    .where(event.c.stream == bindparam("stream"), event.c.seq > bindparam("after"))
    .order_by(event.c.seq)
    .limit(bindparam("limit"))
)
_FORMS: Final = (
    select(event.c.body, event.c.role)
    .where(event.c.stream == bindparam("stream"), event.c.form_key == bindparam("key"))
    .order_by(event.c.seq)
)
_LAST_FORM: Final = (
    select(event.c.body)
    .where(event.c.stream == bindparam("stream"), event.c.form_key == bindparam("key"))
    .order_by(event.c.seq.desc())
    .limit(1)
)
