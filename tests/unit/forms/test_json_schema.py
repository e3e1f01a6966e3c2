"""The JSON Schema of every shipped form describes what ``parse`` takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.form_answers import answer
from tests.support.shipped_forms import shipped_forms
from tests.unit.forms.small_forms import every_type

KINDS: dict[str, type[Any]] = {"string": str, "boolean": bool, "array": list, "object": dict, "integer": int}


def conforms(value: Any, schema: dict[str, Any]) -> bool:
    """Judge by the few keywords these schemas use."""
    if "anyOf" in schema:
        return any(conforms(value, option) for option in schema["anyOf"])
    if not isinstance(value, KINDS[schema["type"]]) or value not in schema.get("enum", [value]):
        return False
    if schema["type"] == "array":
        return len(value) >= schema.get("minItems", 0) and all(
            conforms(item, schema["items"]) for item in value
        )
    if schema["type"] == "object":
        known = schema["properties"]
        return set(schema.get("required", ())) <= set(value) <= set(known) and all(
            conforms(item, known[name]) for name, item in value.items()
        )
    return True


@pytest.mark.parametrize("key", sorted(shipped_forms()))
def test_a_valid_answer_conforms(key: str) -> None:
    schema = shipped_forms()[key].json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert conforms(answer(key), schema)


def test_only_what_is_always_required_is_required() -> None:
    schema = every_type().json_schema()
    assert schema["required"] == ["name"]
    assert "shown" not in schema["properties"]
    row = schema["properties"]["sources"]["items"]
    assert row["required"] == ["load", "fuel"]  # the grade only shows for coal


def test_it_names_the_buttons_and_refuses_the_unknown() -> None:
    schema = shipped_forms()["panel_opinion"].json_schema()
    assert schema["properties"]["action"]["enum"] == ["passed", "revise", "failed"]
    assert "action" in schema["required"]
    assert not conforms({**answer("panel_opinion"), "salary": 1}, schema)
