"""Two versions of a decision table, rule by rule and cell by cell; what is no rule, as in a diagram.

It must never know what a table decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from workflow_app.engine.documents import parse_document
from workflow_app.queries import diff_diagram
from workflow_app.queries.differences import Change


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    cells: dict[str, str]


def changes(old: bytes, new: bytes) -> tuple[Change, ...]:
    """Return what differs.

    :raises DiagramFault: one of them cannot be read.
    """
    before, after = _rules(old), _rules(new)
    rows = {one for found in (old, new) for one in _ids(found)}
    others, _redrawn = diff_diagram.changes(old, new)
    columns = [one for one in others if one.element not in rows and one.kind not in ROWS]
    found = [Change("removed", "rule", "", one.name) for key, one in before.items() if key not in after]
    for key, one in after.items():
        was = before.get(key)
        if was is None:
            cells = "，".join(f"{column}：{value or '—'}" for column, value in one.cells.items())
            found.append(Change("added", "rule", "", one.name, "", "", cells))
            continue
        for column in [*was.cells, *(each for each in one.cells if each not in was.cells)]:
            said = was.cells.get(column, ""), one.cells.get(column, "")
            if said[0] != said[1]:
                found.append(Change("changed", "rule", "", one.name, column, *said))
    kept = [key for key in before if key in after]
    if kept != [key for key in after if key in before]:
        found.append(Change("changed", "rule", "", "", "order", "、".join(before), "、".join(after)))
    return tuple(columns + found)


ROWS = frozenset({"rule", "inputEntry", "outputEntry"})


def _ids(data: bytes) -> list[str]:
    nodes = parse_document(data).iter()
    return [each.get("id", "") for each in nodes if _local(each) in ROWS and each.get("id")]


def _rules(data: bytes) -> dict[str, _Rule]:
    """Return the rules of all tables of a file, by id, in their order; one without an id by its number."""
    found: dict[str, _Rule] = {}
    for table in parse_document(data).iter():
        if _local(table) != "decisionTable":
            continue
        columns = [_column(each) for each in table if _local(each) in {"input", "output"}]
        for number, rule in enumerate((each for each in table if _local(each) == "rule"), 1):
            entries = [_text(each) for each in rule if _local(each) in {"inputEntry", "outputEntry"}]
            said = next((_plain(each) for each in rule if _local(each) == "description"), "")
            key = rule.get("id") or f"{table.get('id')} {number}"
            cells = dict(zip(columns, entries, strict=False))
            found[key] = _Rule(said or key, cells | ({"description": said} if said else {}))
    return found


def _column(node: etree._Element) -> str:
    expression = next((_text(each) for each in node if _local(each) == "inputExpression"), "")
    return node.get("label") or node.get("name") or expression or node.get("id", "")


def _text(node: etree._Element) -> str:
    return next((_plain(each) for each in node if _local(each) == "text"), "")


def _plain(node: etree._Element) -> str:
    return (node.text or "").strip()


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
