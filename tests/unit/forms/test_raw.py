"""Hostile and clumsy input: reserved keys, size, depth; and drafts, which lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.forms.small_forms import every_type
from workflow_app.engine.form_raw import MAX_VALUE
from workflow_app.kernel.errors import InvalidForm, JcerError, TooLarge


@pytest.mark.parametrize(
    "key", ["typename", "__builtins__", "__class__", "_private", "sources-0-__class__", "constructor"]
)
def test_reserved_names_are_refused(key: str) -> None:
    with pytest.raises(InvalidForm) as caught:
        every_type().parse({"name": "张三", key: "x"})
    assert caught.value.errors == {key.replace("-", "."): ["此名称为系统保留，不能作为表单字段"]}


@pytest.mark.parametrize("key", ["salary", "name-0-x", "sources-x-load", "sources-0", "span-middle"])
def test_unknown_names_are_refused(key: str) -> None:
    with pytest.raises(InvalidForm) as caught:
        every_type().parse({"name": "张三", key: "x"})
    assert caught.value.errors == {key.replace("-", "."): ["表单中没有这个字段"]}


def test_a_two_megabyte_field_is_an_error_never_a_crash() -> None:
    for judged in (every_type().parse, every_type().draft):
        with pytest.raises(TooLarge) as caught:
            judged({"name": "张三", "note": "字" * 2_000_000})
        assert caught.value.code == "field_too_large"


def test_a_field_just_within_the_limit_is_an_error_at_the_field() -> None:
    with pytest.raises(InvalidForm) as caught:
        every_type().parse({"name": "张三", "note": "字" * MAX_VALUE})
    assert caught.value.errors == {"note": ["最多50个字，已填1000000个字，请精简"]}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({f"k{index}": "x" for index in range(6_000)}, "form_too_large"),
        ({f"note{index}": "字" * 900_000 for index in range(5)}, "form_too_large"),
        ({"sources-200-load": "1"}, "too_many_rows"),
        ({"sources-99999999999-load": "1"}, "too_many_rows"),
        ({"sources": [{}] * 201}, "too_many_rows"),
        ({"span": [[[[[[["x"]]]]]]]}, "form_too_deep"),
    ],
    ids=["keys", "total", "row", "row number", "rows", "depth"],
)
def test_size_and_depth_are_limited(raw: dict[str, Any], code: str) -> None:
    with pytest.raises(TooLarge) as caught:
        every_type().draft(raw)
    assert caught.value.code == code


def test_a_draft_keeps_everything_typed_invalid_hidden_and_blank_as_it_is() -> None:
    draft = every_type().draft(
        {
            "phone": ["不是电话"],
            "tonnes": [" 1.5 "],
            "sources-1-load": ["abc"],
            "sources-1-grade": ["无烟煤"],
            "span-start": ["2024-01-0"],
            "csrf_token": ["x"],
            "salary": ["9"],
        }
    )
    assert draft == {
        "phone": "不是电话",
        "tonnes": " 1.5 ",
        "sources": [{}, {"load": "abc", "grade": "无烟煤"}],
        "span": {"start": "2024-01-0"},
    }


@pytest.mark.parametrize("rows", [{}, [], None, "", [{}]])
def test_rows_may_be_sent_empty(rows: object) -> None:
    assert "sources" not in every_type().parse({"name": "张三", "sources": rows}).data


def test_reading_leaves_what_was_sent_alone() -> None:
    sent = {"name": "张三", "span": {"start": "2024-01-01"}, "span-end": ["2024-12-31"]}
    assert every_type().parse(sent).data["span"]["end"] == "2024-12-31"
    assert sent["span"] == {"start": "2024-01-01"}


def test_a_draft_can_be_drafted_again_unchanged() -> None:
    draft = every_type().draft({"tags": ["x", "nonsense"], "sources-0-load": ["1"], "agreed": ["on"]})
    assert every_type().draft(draft) == draft


_text = st.text(alphabet="aA1一-_. \n\x00\ud800", max_size=6)
_keys = st.sampled_from(["load", "fuel", "start", "end", "name", "date", "seal", "agreed", "item", "x"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=8,
)
EVERY = every_type()
_names = st.sampled_from([field.name for field in every_type().fields()])


@given(raw=st.dictionaries(_names, _json, max_size=8))
def test_whatever_json_is_sent_it_is_judged_or_refused_in_words(raw: dict[str, Any]) -> None:
    try:
        value = EVERY.parse(raw)
    except JcerError as caught:
        refused: JcerError | None = caught
    else:
        refused = None
        assert value.data["name"]
    assert refused is None or refused.message
