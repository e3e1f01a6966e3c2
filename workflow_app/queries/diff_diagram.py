"""Two versions of a diagram, element by element: by id, each property old and new.

An element is what has an id outside the drawing; what has none is a property of the element around it. It
must never know the engine, nor what a property does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from workflow_app.engine.documents import parse_document
from workflow_app.queries.differences import Change

DRAWING: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
LISTED: Final = frozenset({"incoming", "outgoing"})
"""Told by the flows themselves."""
ENDS: Final = ("sourceRef", "targetRef")
NAMED: Final = ("name", "key")
"""Attributes that tell one property of a kind from another."""


@dataclass(slots=True)
class Drawn:
    """An element of a diagram; ``shown`` is what of it or around it lies on the canvas."""

    id: str
    kind: str
    shown: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Sheet:
    """The elements of a file, and where each is drawn."""

    elements: dict[str, Drawn]
    places: dict[str, tuple[str, ...]]

    def name(self, one: Drawn) -> str:
        """Return what readers know an element by; a flow by its two ends."""
        if one.values.get("name"):
            return one.values["name"]
        ends = [self.label(one.values[end]) for end in ENDS if end in one.values]
        return " → ".join(ends) if len(ends) == len(ENDS) else self.label(one.shown or one.id)

    def label(self, element_id: str) -> str:
        """Return an element's own name, else its id."""
        known = self.elements.get(element_id)
        return (known.values.get("name") if known else "") or element_id


def changes(old: bytes, new: bytes) -> tuple[tuple[Change, ...], int]:
    """Return what differs, and how many elements only lie elsewhere.

    :raises DiagramFault: one of them cannot be read.
    """
    before, after = read(old), read(new)
    found: list[Change] = []
    for element_id, one in before.elements.items():
        if element_id not in after.elements:
            found.append(Change("removed", one.kind, one.shown, before.name(one)))
    for element_id, one in after.elements.items():
        was = before.elements.get(element_id)
        if was is None:
            found.append(Change("added", one.kind, one.shown, after.name(one)))
        else:
            found += _properties(before, after, was, one)
    both = before.places.keys() & after.places.keys()
    return tuple(found), sum(before.places[each] != after.places[each] for each in both)


def _properties(before: Sheet, after: Sheet, was: Drawn, one: Drawn) -> Iterator[Change]:
    def told(what: str, old: str, new: str) -> Change:
        return Change("changed", one.kind, one.shown, after.name(one), what, old, new)

    if was.kind != one.kind:
        yield told("kind", was.kind, one.kind)
    ends = [[sheet.values.get(end, "") for end in ENDS] for sheet in (was, one)]
    if ends[0] != ends[1]:
        yield told("ends", " → ".join(map(before.label, ends[0])), " → ".join(map(after.label, ends[1])))
    for what in sorted(was.values.keys() | one.values.keys()):
        if what not in ENDS and was.values.get(what, "") != one.values.get(what, ""):
            yield told(what, was.values.get(what, ""), one.values.get(what, ""))


def read(data: bytes) -> Sheet:
    """Return a file's elements.

    :raises DiagramFault: it cannot be read.
    """
    root = parse_document(data)
    places: dict[str, tuple[str, ...]] = {}
    for shape in root.iter(f"{{{DRAWING}}}BPMNShape", f"{{{DRAWING}}}BPMNEdge"):
        points = [point for point in shape if isinstance(point.tag, str)]
        places[shape.get("bpmnElement", "")] = tuple(
            " ".join(f"{name}={value}" for name, value in sorted(point.attrib.items())) for point in points
        )
    sheet = Sheet({}, places)
    _collect(root, "", sheet)
    return sheet


def _collect(node: etree._Element, shown: str, sheet: Sheet) -> None:
    """Take a node's children as elements, each below what is drawn around it."""
    for child in node:
        if not isinstance(child.tag, str) or etree.QName(child).namespace == DRAWING:
            continue
        element_id = child.get("id")
        if element_id is None:
            _collect(child, shown, sheet)
            continue
        place = element_id if element_id in sheet.places else shown
        one = Drawn(element_id, etree.QName(child).localname, place)
        _take(child, "", one.values)
        sheet.elements[element_id] = one
        _collect(child, place, sheet)


def _take(node: etree._Element, prefix: str, values: dict[str, str]) -> None:
    """Take the attributes of a node, its text, and all below it that has no id of its own."""
    label = next((node.get(name) for name in NAMED if prefix and node.get(name)), None)
    for name, value in node.attrib.items():
        short = etree.QName(str(name)).localname
        if short != "id" and not (prefix and short in NAMED):
            _add(values, _key(prefix, label, "" if label and short == "value" else short), str(value))
    text = (node.text or "").strip()
    if text:
        _add(values, _key(prefix, label, ""), text)
    for child in node:
        if isinstance(child.tag, str) and child.get("id") is None:
            short = etree.QName(child).localname
            if short not in LISTED:
                _take(child, _key(prefix, label, short), values)


def _key(prefix: str, label: str | None, short: str) -> str:
    return "/".join(part for part in (prefix, label or "", short) if part)


def _add(values: dict[str, str], key: str, value: str) -> None:
    values[key] = f"{values[key]}、{value}" if key in values else value
