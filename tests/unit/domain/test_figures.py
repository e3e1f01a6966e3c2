"""大写: every number can be read back, and the ones the sandbox prints are as written by hand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain.figures import LIMIT, capital, capital_money

DIGITS = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1_000}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (5, "伍"),
        (10, "壹拾"),
        (105, "壹佰零伍"),
        (2_000, "贰仟"),
        (3_005, "叁仟零伍"),
        (10_000, "壹万"),
        (10_005, "壹万零伍"),
        (14_500, "壹万肆仟伍佰"),
        (44_100, "肆万肆仟壹佰"),
        (100_100, "壹拾万零壹佰"),
        (10_000_000, "壹仟万"),
        (100_000_001, "壹亿零壹"),
        (1_000_010_000, "壹拾亿零壹万"),
    ],
)
def test_written_by_hand(number, text) -> None:
    assert capital(number) == text


def _read(text: str) -> int:
    """An independent reading: groups of 亿 and 万, each of digits and places."""
    total = 0
    parts = re.fullmatch("(?:(.*)万亿)?(?:(.*)亿)?(?:(.*)万)?(.*)", text)
    assert parts is not None
    for group, factor in zip(parts.groups(), (10**12, 10**8, 10**4, 1), strict=True):
        value = digit = 0
        for character in group or "":
            if character in UNITS:
                value, digit = value + digit * UNITS[character], 0
            else:
                digit = DIGITS[character]
        total += (value + digit) * factor
    return total


@given(st.integers(0, LIMIT - 1))
def test_every_number_reads_back(number) -> None:
    text = capital(number)
    assert _read(text) == number
    assert "零零" not in text
    assert number == 0 or (not text.startswith("零") and not text.endswith("零"))


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (9_000_000, "玖万元整"),
        (38_500_000, "叁拾捌万伍仟元整"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (10_005, "壹佰元零伍分"),
        (123_456, "壹仟贰佰叁拾肆元伍角陆分"),
    ],
)
def test_amounts(cents, text) -> None:
    assert capital_money(cents) == text


@pytest.mark.parametrize("number", [-1, LIMIT])
def test_what_is_not_written_out(number) -> None:
    with pytest.raises(ValueError, match="not a number"):
        capital(number)
