"""The chain under the history, and its verification: what is damaged, and where.

Each event's hash covers all its columns and the hash before it; each stream's head is sealed
with a key of the installation. A row changed, moved, dropped or added is found by one of the two.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, literal, select

from workflow_app.store.schema.columns import canonical, to_micros
from workflow_app.store.sealing import Vault
from workflow_app.store.tables import case_file, event, event_head

SCHEMA_VERSION: Final = 1
ALGORITHM: Final = "sha256"
GENESIS: Final = "0" * 64
"""``prev_hash`` of a stream's first event."""

HASHED: Final = (
    "stream",
    "seq",
    "at",
    "kind",
    "actor_id",
    "actor_name",
    "role",
    "organisation_id",
    "on_behalf",
    "element_id",
    "version",
    "form_key",
    "body",
    "prev_hash",
    "schema_version",
    "algorithm",
)
"""The columns under the hash: all but ``id``, which the database gives, and the hash itself."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One fault of the record: the stream, the event's number where one is meant, and what is wrong."""

    stream: str
    seq: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what is wrong with it; no breach means the record is whole."""

    streams: int
    events: int
    breaches: tuple[Breach, ...]


def verify(connection: Connection, vault: Vault, streams: Sequence[str] | None = None) -> Verification:
    """Check the chain of some streams, or of all.

    All streams together are also checked against the case files: a case without its stream is a breach.
    """
    heads_query = select(event_head)
    if streams is not None:
        heads_query = heads_query.where(event_head.c.stream.in_(streams))
    heads = {row.stream: row for row in connection.execute(heads_query)}
    last: dict[str, tuple[int, str]] = {}
    breaches: list[Breach] = []
    events = 0
    for row in stored_rows(connection, streams):
        events += 1
        seq, previous = last.get(row["stream"], (0, GENESIS))
        breaches += [Breach(row["stream"], row["seq"], what) for what in _faults(row, seq, previous)]
        last[row["stream"]] = (row["seq"], row["hash"])
    for stream in sorted(heads.keys() | last.keys()):
        breaches += [
            Breach(stream, None, what) for what in _head_faults(vault, stream, heads.get(stream), last)
        ]
    if streams is None:
        breaches += _lost(connection)
    else:
        breaches += [
            Breach(stream, None, "没有任何事件")
            for stream in streams
            if stream not in heads and stream not in last
        ]
    return Verification(len(heads.keys() | last.keys()), events, tuple(breaches))


def _faults(row: Mapping[str, Any], seq: int, previous: str) -> Iterator[str]:
    if row["seq"] != seq + 1:
        yield f"序号不连续：应为第{seq + 1}号"
    if row["prev_hash"] != previous:
        yield "与前一事件的哈希不衔接"
    if row["algorithm"] != ALGORITHM or row["schema_version"] > SCHEMA_VERSION:
        yield f"不认识的算法或格式版本：{row['algorithm']}/{row['schema_version']}"
    elif digest(row) != row["hash"]:
        yield "内容与其哈希不符，已被改动"


def _head_faults(vault: Vault, stream: str, head: Any, last: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    if head is None:
        yield "缺少末端记录"
    elif not hmac.compare_digest(head.mac, vault.mac(stream, head.seq, head.hash)):
        yield "末端记录的签名不符，可能有人绕过系统增删了事件"
    elif (head.seq, head.hash) != last.get(stream):
        yield f"末端应为第{head.seq}号事件，实际不符，末尾的事件被删去或增加"


def _lost(connection: Connection) -> list[Breach]:
    stream = literal("case:") + case_file.c.id
    orphans = connection.execute(
        select(stream).where(~select(event_head.c.stream).where(event_head.c.stream == stream).exists())
    ).scalars()
    return [Breach(str(name), None, "办件存在而其历史不存在") for name in orphans]


def digest(row: Mapping[str, Any]) -> str:
    """Return the hash of an event's stored values (instants in microseconds, JSON as its text)."""
    return hashlib.sha256(canonical({name: row[name] for name in HASHED}).encode()).hexdigest()


def stored_rows(connection: Connection, streams: Sequence[str] | None = None) -> Iterator[Mapping[str, Any]]:
    """Yield events as stored, nothing converted, stream by stream and in order of ``seq``."""
    columns = [event.c.id, event.c.hash, *(event.c[name] for name in HASHED)]
    query = select(*columns).order_by(event.c.stream, event.c.seq)
    if streams is not None:
        query = query.where(event.c.stream.in_(streams))
    result = connection.execute(query.execution_options(yield_per=500))
    for row in result.mappings():
        stored = dict(row)
        stored["at"] = to_micros(stored["at"])
        yield stored
