"""A decision table tried on typed values: what each variable may be, and what the engine itself says.

Nothing is written and no case is read. This module must never decide by itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflow_app.engine import expressions
from workflow_app.engine.decisions import Table, decide, parse_tables, trial
from workflow_app.engine.documents import parse_document
from workflow_app.engine.faults import EngineFault
from workflow_app.engine.model import Json
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused
from workflow_app.web.texts import _

LONGEST: Final = 200
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable a table reads.

    :param kind: ``boolean``, ``number`` or ``string``.
    :param values: those its column or cells name.
    """

    name: str
    label: str
    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A rule and which of its cells matched; ``fired`` where it is the one that decides."""

    id: str
    cells: tuple[tuple[str, bool], ...]
    outputs: tuple[str, ...]
    fired: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: the rule with its outputs, or why there is no answer."""

    rule: str
    outputs: Mapping[str, Json]
    fault: str
    rows: tuple[Row, ...]


def table_of(files: Mapping[str, bytes], table_id: str) -> Table:
    """Return a decision table of a version's files.

    :raises NotFound: there is none of that id.
    :raises Refused: the file that may hold it cannot be read.
    """
    for path in sorted(files):
        if path.endswith(".dmn") and table_id.encode() in files[path]:
            try:
                found = parse_tables(parse_document(files[path]), path)
            except EngineFault as fault:
                raise Refused(fault.code, f"{path}：{fault}") from None
            for table in found:
                if table.id == table_id:
                    return table
    raise NotFound("no_such_table", "没有这张决策表")


def variables(table: Table) -> tuple[Variable, ...]:
    """Return what has to be typed to try the table, its columns first.

    :raises Refused: a cell does not read.
    """
    found: dict[str, Variable] = {}
    try:
        for place, column in enumerate(table.inputs):
            read = expressions.compile_expression(column.expression)
            for name in sorted(read.names):
                plain = name == read.text
                kind = column.type if plain and column.type in {"boolean", "number"} else "string"
                label = column.label if plain else name
                named = _named(table, place) if plain else ()
                known = tuple(str(each) for each in column.values) or named
                found.setdefault(name, Variable(name, label, kind, known if kind == "string" else ()))
        texts = [cell for rule in table.rules for cell in (*rule.cells, *rule.outputs) if cell.strip()]
        for text in texts:
            compiled = expressions.compile_cell(text)
            for name in sorted(compiled.names - {expressions.INPUT} if compiled else ()):
                found.setdefault(name, Variable(name, name, "string", ()))
    except EngineFault as fault:
        raise Refused(fault.code, str(fault)) from None
    return tuple(found.values())


def read(wanted: tuple[Variable, ...], typed: Mapping[str, object]) -> dict[str, Json]:
    """Return the variables as typed.

    :raises InvalidForm: one is missing, or not of its kind.
    """
    values: dict[str, Json] = {}
    errors: dict[str, list[str]] = {}
    for one in wanted:
        value = typed.get(one.name)
        if one.kind == "boolean" and value in {True, False, "true", "false"}:
            values[one.name] = value in {True, "true"}
        elif one.kind == "number" and (number := _number(value)) is not None:
            values[one.name] = number
        elif one.kind == "string" and isinstance(value, str) and len(value) <= LONGEST:
            values[one.name] = value
        else:
            said = {
                "boolean": _("请选择是或否"),
                "number": _("请填写数字"),
                "string": _("请填写文字，不超过 200 字"),
            }
            errors[one.name] = [said[one.kind]]
    if errors:
        raise InvalidForm(errors)
    return values


def tried(table: Table, names: Mapping[str, Json]) -> Trial:
    """Try the table and say what matched; no rule and several rules are answers too."""
    rule, outputs, fault = "", {}, ""
    try:
        decision = decide(table, table.id, names)
        rule, outputs = decision.rule_ids[0], dict(decision.outputs)
    except EngineFault as found:
        fault = str(found)
    try:
        matched = trial(table, names)
    except EngineFault:
        matched = ()
    return Trial(rule, outputs, fault, rows(table, matched, rule))


def rows(table: Table, matched: tuple[tuple[bool, ...], ...] = (), fired: str = "") -> tuple[Row, ...]:
    """Return the table's rules as shown, with what matched where something was tried."""
    none = tuple(False for _column in table.inputs)
    return tuple(
        Row(
            rule.id,
            tuple(zip(rule.cells, matched[place] if matched else none, strict=True)),
            rule.outputs,
            rule.id == fired,
        )
        for place, rule in enumerate(table.rules)
    )


def _asked(kind: str) -> str:
    return {"boolean": _("请选择是或否"), "number": _("请填写数字")}.get(kind, _("请填写文字，不超过 200 字"))


def _number(value: object) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        return None
    return float(value) if "." in value else int(value)


def _named(table: Table, place: int) -> tuple[str, ...]:
    """Return the texts the cells of a column name, in their order."""
    found: dict[str, Any] = {}
    for rule in table.rules:
        cell = expressions.compile_cell(rule.cells[place])
        for node in ast.walk(cell.tree) if cell is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.setdefault(node.value, None)
    return tuple(found)
