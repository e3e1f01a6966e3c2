"""Column types and the metadata every table hangs on: how values of the programme are stored.

Instants are whole microseconds, calculations are ten-thousandths, structures are canonical
JSON text, so that SQLite and PostgreSQL hold the same values, and the history can write a row
down exactly. This module must never know a subject.

Columns carry marks in ``info`` which :mod:`workflow_app.store.live` obeys when it writes the history:

- ``personal``: (prefix, column) that make the person's subject from the same row; sealed in events.
- ``object``: canonical text of a JSON object, of which an event of a change holds the difference only.
- ``secret``: never enters the history (password hashes).
- ``volatile``: bookkeeping of a machine, not an act; not in the history, not rebuilt.
"""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Dialect, ForeignKey, LargeBinary, MetaData, String, Text
from sqlalchemy.types import TypeDecorator

Value = Any
"""What a JSON column or a parameter holds."""

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LEVEL: Final = 1
"""Of zlib: the higher ones take several times as long and save one part in twenty."""
DAMAGED: Final = "\N{REPLACEMENT CHARACTER}"
"""Read in place of packed text somebody altered: no JSON, and no event's hash is made over it."""

_canonical: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def to_micros(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970-01-01T00:00Z.

    :raises ValueError: the instant carries no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """Return the aware UTC instant ``value`` microseconds after the epoch."""
    return _EPOCH + timedelta(microseconds=value)


def canonical(value: Value) -> str:
    """Return JSON with sorted keys, no spaces, UTF-8 text and no NaN: one text per value.

    :raises ValueError: NaN or an infinity.
    :raises TypeError: a value JSON does not have.
    """
    return _canonical(value)


# ruff: noqa: ARG002 - SQLAlchemy calls with the dialect


class Instant(TypeDecorator[datetime]):
    """Aware UTC ``datetime`` stored as BigInteger microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Json(TypeDecorator[Any]):
    """A JSON value stored as canonical text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Value, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Value:
        return None if value is None else json.loads(value)


class Decimal4(TypeDecorator[Decimal]):
    """An exact decimal of at most four places stored as BigInteger ten-thousandths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_ten_thousandths(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-4)


class Packed(TypeDecorator[str]):
    """Long text, packed: a zlib stream (RFC 1950) of its UTF-8, the same in both databases.

    PostgreSQL's own packing makes nothing of Chinese text.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else pack(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else unpack(value)


def pack(text: str) -> bytes:
    """Return text as the databases keep it."""
    return zlib.compress(text.encode(), _LEVEL)


def unpack(stored: bytes | str) -> str:
    """Return the text of a stored value, :data:`DAMAGED` where it does not unpack.

    Text in its place (SQLite keeps whatever it is given) was not written by this program.
    """
    if isinstance(stored, str):
        return DAMAGED
    try:
        return zlib.decompress(stored).decode()
    except (zlib.error, UnicodeDecodeError):
        return DAMAGED


def to_ten_thousandths(value: Decimal) -> int:
    """Return ``value`` × 10⁴ as a whole number.

    :raises ValueError: more than four decimal places.
    """
    scaled = value.scaleb(4)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than four decimal places")
    return int(scaled)


Identifier: Final = String(32)
"""An identifier made by :func:`workflow_app.kernel.identifiers.new_id`."""

Code: Final = String(64)
"""A word of the glossary: a state, a role, an element."""


Tonnes: Final = BigInteger()
"""Whole tonnes of CO2e, or a unit's number."""


def key(name: str = "id") -> Column[str]:
    """A primary key holding an identifier."""
    return Column(name, Identifier, primary_key=True)


def reference(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[str]:
    """A foreign key to ``target`` (``table.column``); it never cascades."""
    return Column(name, Identifier, ForeignKey(target), nullable=nullable, index=index)


def one_of(column: str, *values: str) -> str:
    """Return the SQL of an enumeration check; NULL passes where the column allows it."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def personal(prefix: str, column: str) -> dict[str, Any]:
    """``info`` of a column sealed in events under the subject ``prefix:<value of column>``."""
    return {"personal": (prefix, column)}


OBJECT: Final[dict[str, Any]] = {"object": True}
SECRET: Final[dict[str, Any]] = {"secret": True}
VOLATILE: Final[dict[str, Any]] = {"volatile": True}
