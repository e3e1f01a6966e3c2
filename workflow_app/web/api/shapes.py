"""What an answer looks like: the read models themselves, described once for the wire and for the document.

A schema is made from a query's dataclass, so the two cannot drift apart. Instants are ISO 8601 in UTC, legal
dates are dates, exact decimals are text. It must never know a query or a table.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from marshmallow import Schema, fields, validate

Shape: TypeAlias = type[Schema]
Field: TypeAlias = fields.Field[Any]


class Exact(fields.String):
    """An exact decimal as text, without trailing zeros."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else format(value, "f").rstrip("0").rstrip(".") or "0"


_PLAIN: Final[Mapping[Any, type[fields.Field[Any]]]] = {
    str: fields.String,
    int: fields.Integer,
    bool: fields.Boolean,
    float: fields.Float,
    datetime: fields.AwareDateTime,
    date: fields.Date,
    Decimal: Exact,
}
_known: dict[tuple[type, frozenset[str]], Shape] = {}


def shape(source: type, *, leave: Sequence[str] = (), name: str = "") -> Shape:
    """Return the schema of a dataclass.

    :param leave: fields that stay inside.
    :param name: what the document calls it, where the class's own name is taken.
    """
    key = (source, frozenset(leave))
    if key not in _known:
        hints = get_type_hints(source)
        wanted = [one.name for one in fields_of(source) if one.name not in leave]
        _known[key] = named(name or source.__name__, {one: _field(hints[one]) for one in wanted})
    return _known[key]


def members(item: Shape) -> dict[str, Field]:
    """Return the members of a schema, to build a larger one from."""
    return dict(item._declared_fields)  # noqa: SLF001  # the library's own name


def named(name: str, members: Mapping[str, Field]) -> Shape:
    """Return a schema of these members under a name."""
    return Schema.from_dict(dict(members), name=name)


def listing(item: Shape, name: str = "") -> Shape:
    """Return the schema of one page: its items and the key to go on after, ``null`` on the last page."""
    title = name or f"{item.__name__}List"
    if title not in _lists:
        _lists[title] = named(
            title,
            {
                "items": fields.List(fields.Nested(item), required=True),
                "next": fields.String(
                    allow_none=True, metadata={"description": "下一页的 after；末页为 null"}
                ),
            },
        )
    return _lists[title]


_lists: dict[str, Shape] = {}


def nested(item: Shape, **options: Any) -> Field:
    """Return one item of this shape."""
    return fields.Nested(item, **options)


def many(item: Shape) -> Field:
    """Return a list of items of this shape."""
    return fields.List(fields.Nested(item))


def _field(hint: Any) -> Field:
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = [one for one in parts if one is not type(None)]
        return _optional(inner[0]) if len(inner) == 1 else fields.Raw(allow_none=True)
    if origin is not None:
        return _generic(origin, parts)
    if isinstance(hint, type) and is_dataclass(hint):
        return fields.Nested(_itself(hint) if _recursive(hint) else shape(hint))
    if hint in _PLAIN:
        return _PLAIN[hint]()
    return fields.Raw(allow_none=True)


def _generic(origin: Any, parts: tuple[Any, ...]) -> Field:
    if origin is Literal:
        return fields.String(validate=validate.OneOf(parts))
    if issubclass(origin, Mapping):
        return fields.Dict()
    inner = [one for one in parts if one is not Ellipsis]
    return fields.List(_field(inner[0])) if len(set(inner)) == 1 else fields.List(fields.Raw())


def _optional(hint: Any) -> Field:
    field = _field(hint)
    field.allow_none = True
    return field


def _recursive(source: type) -> bool:
    return source.__name__ in str([one.type for one in fields_of(source)])


def _itself(source: type) -> Shape:
    """A dataclass that holds itself, in lists of lists: described without its own kind a second time."""
    name = source.__name__
    inner = [one.name for one in fields_of(source) if name in str(one.type)]
    key: tuple[type, frozenset[str]] = (source, frozenset())
    if key not in _known:
        cell = shape(source, leave=inner, name=f"{name}Cell")
        hints = get_type_hints(source)
        own = {one.name: _field(hints[one.name]) for one in fields_of(source) if one.name not in inner}
        _known[key] = named(name, own | {one: fields.List(fields.List(fields.Nested(cell))) for one in inner})
    return _known[key]
