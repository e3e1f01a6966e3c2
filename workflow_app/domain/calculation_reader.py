"""Reading a methodology's calculation: mappings from a definition's file in, a checked calculation out.

An administrator edits these files; every mistake is named with its place. A name used before it stands, a
unit that is missing, a total that no step gives: none of it reaches a project. Must never know: YAML, files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from workflow_app.domain.arithmetic import Arithmetic, NotArithmetic
from workflow_app.domain.calculation import PLACES, Calculation, Constant, Kind, Parameter, Step

_SYMBOL = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEYS = frozenset(
    {"key", "methodology", "version", "title", "kind", "gwp_set", "demo", "note"}
    | {"parameters", "constants", "steps", "results"}
)
_PARAMETER = frozenset({"symbol", "name", "unit", "min", "max", "help"})
_CONSTANT = frozenset({"symbol", "name", "unit", "value", "gwp", "source"})
_STEP = frozenset({"symbol", "name", "unit", "formula", "places"})
_MOST_ROWS = 60
_MOST_PLACES = 10


class BadCalculation(ValueError):
    """A definition does not hold; the message names the calculation, the place and the mistake."""


def read(entry: Any, gwp_sets: Mapping[str, Mapping[str, Decimal]]) -> Calculation:
    """Return a calculation.

    :param gwp_sets: set → gas → tCO2e a tonne.
    :raises BadCalculation: the definition does not hold.
    """
    where = str(entry.get("key", "?")) if isinstance(entry, Mapping) else "?"
    _only(entry, _KEYS, where)
    for name in ("key", "methodology", "version", "title", "kind", "parameters", "steps", "results"):
        if not entry.get(name):
            raise BadCalculation(f"{where}：缺少 {name}")
    if type(entry["version"]) is not int:
        raise BadCalculation(f"{where}：version 应为整数")
    if entry["kind"] not in {kind.value for kind in Kind}:
        raise BadCalculation(f"{where}：kind 应为 emission 或 sink")
    gwp_set = str(entry.get("gwp_set", ""))
    parameters = tuple(_parameter(row, where) for row in _rows(entry, "parameters", where))
    constants = tuple(
        _constant(row, gwp_sets.get(gwp_set), where) for row in _rows(entry, "constants", where)
    )
    steps = tuple(_step(row, where) for row in _rows(entry, "steps", where))
    results = entry["results"]
    _only(results, frozenset({"baseline", "project", "leakage"}), f"{where}/results")
    calculation = Calculation(
        key=str(entry["key"]),
        methodology=str(entry["methodology"]),
        version=entry["version"],
        title=str(entry["title"]),
        kind=Kind(entry["kind"]),
        gwp_set=gwp_set,
        demonstration=bool(entry.get("demo", False)),
        note=str(entry.get("note", "")),
        parameters=parameters,
        constants=constants,
        steps=steps,
        **{name: str(results.get(name, "")) for name in ("baseline", "project", "leakage")},
    )
    _ensure_whole(calculation)
    return calculation


def read_gwp(entry: Any) -> dict[str, dict[str, Decimal]]:
    """Return the sets of global warming potentials (R1): set → gas → tCO2e a tonne.

    :raises BadCalculation: a set holds what is no number.
    """
    sets = entry.get("sets") if isinstance(entry, Mapping) else None
    if not isinstance(sets, Mapping):
        raise BadCalculation("gwp：缺少 sets")
    found = {}
    for name, one in sets.items():
        values = one.get("values") if isinstance(one, Mapping) else None
        if not isinstance(values, Mapping) or not one.get("source"):
            raise BadCalculation(f"gwp/{name}：须有 values 和 source")
        found[str(name)] = {str(gas): _number(value, f"gwp/{name}/{gas}") for gas, value in values.items()}
    return found


def _ensure_whole(calculation: Calculation) -> None:
    """Every name is written once and stands before it is used; every total is a step's."""
    where = calculation.key
    known: set[str] = set()
    given = [one.symbol for one in calculation.constants] + [one.symbol for one in calculation.parameters]
    for symbol in given:
        _add(known, symbol, where)
    for step in calculation.steps:
        unknown = sorted(step.formula.names - known)
        if unknown:
            raise BadCalculation(f"{where}/{step.symbol}：用到了前面没有的 {'、'.join(unknown)}")
        _add(known, step.symbol, where)
    worked = {step.symbol for step in calculation.steps}
    for name, symbol in (
        ("baseline", calculation.baseline),
        ("project", calculation.project),
        ("leakage", calculation.leakage),
    ):
        if symbol not in worked:
            raise BadCalculation(f"{where}/results：{name} 应为某一步骤的符号")


def _add(known: set[str], symbol: str, where: str) -> None:
    if symbol in known:
        raise BadCalculation(f"{where}：符号 {symbol} 重复")
    known.add(symbol)


def _parameter(row: Any, where: str) -> Parameter:
    symbol = _symbol(row, _PARAMETER, where)
    least, most = (
        None if row.get(name) is None else _number(row[name], f"{where}/{symbol}") for name in ("min", "max")
    )
    if least is not None and most is not None and most < least:
        raise BadCalculation(f"{where}/{symbol}：max 小于 min")
    return Parameter(
        symbol, str(row["name"]), str(row.get("unit", "")), least, most, str(row.get("help", ""))
    )


def _constant(row: Any, gwp: Mapping[str, Decimal] | None, where: str) -> Constant:
    symbol = _symbol(row, _CONSTANT, where)
    if (row.get("gwp") is None) == (row.get("value") is None):
        raise BadCalculation(f"{where}/{symbol}：须有 value 或 gwp，且只有一个")
    if not row.get("source"):
        raise BadCalculation(f"{where}/{symbol}：缺少 source")
    if row.get("gwp") is not None:
        if gwp is None or row["gwp"] not in gwp:
            raise BadCalculation(f"{where}/{symbol}：gwp_set 中没有 {row['gwp']}")
        value = gwp[row["gwp"]]
    else:
        value = _number(row["value"], f"{where}/{symbol}")
    return Constant(symbol, str(row["name"]), str(row.get("unit", "")), value, str(row["source"]))


def _step(row: Any, where: str) -> Step:
    symbol = _symbol(row, _STEP, where)
    places = row.get("places", PLACES)
    if type(places) is not int or not 0 <= places <= _MOST_PLACES:
        raise BadCalculation(f"{where}/{symbol}：places 应为0至{_MOST_PLACES}")
    try:
        formula = Arithmetic.read(str(row.get("formula", "")))
    except NotArithmetic as error:
        raise BadCalculation(f"{where}/{symbol}：{error}") from None
    return Step(symbol, str(row["name"]), str(row.get("unit", "")), formula, places)


def _symbol(row: Any, keys: frozenset[str], where: str) -> str:
    _only(row, keys, where)
    symbol = str(row.get("symbol", ""))
    if not _SYMBOL.fullmatch(symbol) or not row.get("name"):
        raise BadCalculation(f"{where}：每行须有 name 和小写英文的 symbol（{symbol!r}）")
    return symbol


def _rows(entry: Mapping[str, Any], name: str, where: str) -> Sequence[Any]:
    rows = entry.get(name) or []
    if not isinstance(rows, list) or len(rows) > _MOST_ROWS:
        raise BadCalculation(f"{where}/{name}：应为不超过{_MOST_ROWS}行的列表")
    return rows


def _number(value: Any, where: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise BadCalculation(f"{where}：{value!r} 不是数")
    return number


def _only(entry: Any, keys: frozenset[str], where: str) -> None:
    if not isinstance(entry, Mapping):
        raise BadCalculation(f"{where}：此处应为键值结构")
    unknown = sorted(str(key) for key in entry if key not in keys)
    if unknown:
        raise BadCalculation(f"{where}：不认识的键 {'、'.join(unknown)}")
