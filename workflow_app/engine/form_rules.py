"""Which fields show, and the checks across fields a form may name (``form_model.RULES``).

Visibility is judged here, on the server, in printed order: a condition on a hidden field never holds,
and what is hidden is dropped however it was sent. Knows nothing of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from workflow_app.engine.form_answers import FALSE_WORDS, TRUE_WORDS, is_blank
from workflow_app.engine.form_model import Condition, Field, FormContext, Rule

_SPOKEN = {"true": TRUE_WORDS, "false": FALSE_WORDS}


def holds(
    condition: Condition | None, answers: Mapping[str, Any], outer: Mapping[str, Any] | None = None
) -> bool:
    """Tell whether a condition holds on the answers (a row's own first, then the form's)."""
    if condition is None:
        return True
    source = answers if condition.field in answers or outer is None else outer
    value = source.get(condition.field)
    return any(spoken in condition.values for spoken in _spoken(value))


def visible(
    fields: Sequence[Field], answers: Mapping[str, Any], outer: Mapping[str, Any] | None = None
) -> tuple[Field, ...]:
    """Return the fields that show, given what was answered."""
    seen: dict[str, Any] = {"action": answers.get("action")}
    shown: list[Field] = []
    for field in fields:
        if holds(field.show_if, seen, outer):
            shown.append(field)
            seen[field.name] = answer(field, answers)
    return tuple(shown)


def answer(field: Field, answers: Mapping[str, Any]) -> Any:
    """Return what was answered; a tick box that was not sent is unticked, a question is open."""
    value = answers.get(field.name)
    return False if field.type == "checkbox" and is_blank(value) else value


def _spoken(value: Any) -> tuple[str, ...]:
    """Return a value as conditions speak of it."""
    if isinstance(value, Mapping):
        value = value.get("agreed", False)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(str(item) for item in value)
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if is_blank(value):
        return ("",)
    text = str(value)
    return (text, *(word for word, said in _SPOKEN.items() if text.strip().lower() in said))


def at(data: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path, ``None`` where there is none."""
    value: Any = data
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def broken(rule: Rule, data: Mapping[str, Any], context: FormContext) -> dict[str, list[str]]:
    """Return the errors of one rule on a form whose fields hold by themselves."""
    if not holds(rule.when, data):
        return {}
    return {path: [rule.message] for path in _RULES[rule.rule](rule, data, context)}


def _all_or_none(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    missing = [path for path in rule.fields if is_blank(at(data, path))]
    return missing if len(missing) < len(rule.fields) else []


def _not_after(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    """First ≤ second; the error stands at the second."""
    first, second = (at(data, path) for path in rule.fields)
    return [rule.fields[1]] if first and second and str(first) > str(second) else []


def _not_future(rule: Rule, data: Mapping[str, Any], context: FormContext) -> list[str]:
    if context.today is None:
        return []
    today = context.today.isoformat()
    return [path for path in rule.fields if str(at(data, path) or "") > today]


def _one_of(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    return [rule.fields[0]] if all(is_blank(at(data, path)) for path in rule.fields) else []


def _member_of(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    """The first field's value is among those of the second."""
    value, group = (at(data, path) for path in rule.fields)
    return [rule.fields[0]] if value is not None and value not in (group or ()) else []


def _unique(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    """``rows.column``: no value twice in one table; the error stands at the later row."""
    rows_name, column = rule.fields[0].split(".")
    seen: set[Any] = set()
    errors: list[str] = []
    for index, row in enumerate(data.get(rows_name) or ()):
        value = row.get(column)
        if value is not None and value in seen:
            errors.append(f"{rows_name}.{index}.{column}")
        seen.add(value)
    return errors


def _difference(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    """The last equals the first less the others; with an integer last, its floor must suffice."""
    values = [at(data, path) for path in rule.fields]
    if any(value is None for value in values):
        return []
    first, *others = (Decimal(str(value)) for value in values[:-1])
    result = first - sum(others, Decimal(0))
    if isinstance(values[-1], int):
        return [rule.fields[-1]] if values[-1] > int(result.to_integral_value(ROUND_FLOOR)) else []
    return [rule.fields[-1]] if Decimal(str(values[-1])) != result else []


def _column_excludes(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    """``rows.column`` has none of the values."""
    rows_name, column = rule.fields[0].split(".")
    return [
        f"{rows_name}.{index}.{column}"
        for index, row in enumerate(data.get(rows_name) or ())
        if row.get(column) in rule.values
    ]


def _column_includes(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    """``rows.column`` has one of the values at least once."""
    rows_name, column = rule.fields[0].split(".")
    found = any(row.get(column) in rule.values for row in data.get(rows_name) or ())
    return [] if found else [rows_name]


def _column_sum(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    """``rows.column`` adds up to the second field; the error stands at the table."""
    rows_name, column = rule.fields[0].split(".")
    total, stated = [row.get(column) for row in data.get(rows_name) or ()], at(data, rule.fields[1])
    if stated is None or not total or None in total:
        return []
    return [rows_name] if sum(Decimal(str(part)) for part in total) != Decimal(str(stated)) else []


def _equals(rule: Rule, data: Mapping[str, Any], _context: FormContext) -> list[str]:
    """The field, where answered, has one of the values."""
    value = at(data, rule.fields[0])
    return [rule.fields[0]] if value is not None and not set(_spoken(value)) & set(rule.values) else []


_RULES: Mapping[str, Callable[[Rule, Mapping[str, Any], FormContext], list[str]]] = {
    "all_or_none": _all_or_none,
    "not_after": _not_after,
    "not_future": _not_future,
    "one_of": _one_of,
    "member_of": _member_of,
    "unique": _unique,
    "difference": _difference,
    "column_excludes": _column_excludes,
    "column_includes": _column_includes,
    "column_sum": _column_sum,
    "equals": _equals,
}
