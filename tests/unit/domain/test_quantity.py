"""Tonnes: whole when issued, four places when calculated, never a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain.quantity import CalculatedTonnes, Tonnes, avoided, removed


@pytest.mark.parametrize("value", [1.0, True, "1", Decimal(1)])
def test_tonnes_are_integers(value: Any) -> None:
    with pytest.raises(TypeError):
        Tonnes(value)


@pytest.mark.parametrize("value", [-1, 10**14])
def test_tonnes_have_a_range(value: int) -> None:
    with pytest.raises(ValueError, match="tonnes"):
        Tonnes(value)


def test_more_cannot_be_taken_than_there_is() -> None:
    assert Tonnes(9_600) - Tonnes(390) == Tonnes(9_210)
    with pytest.raises(ValueError, match="not negative"):
        Tonnes(1) - Tonnes(2)


def test_issued_units_are_rounded_down() -> None:
    assert CalculatedTonnes.of("14800.73").floor() == Tonnes(14_800)
    assert CalculatedTonnes.of("-0.5").floor() == Tonnes(0)
    assert str(CalculatedTonnes.of("14800.73")) == "14,800.7300"


@pytest.mark.parametrize("text", ["0.00001", "NaN", "Infinity", "1e15"])
def test_calculations_have_four_places(text: str) -> None:
    with pytest.raises(ValueError, match="calculated tonnes"):
        CalculatedTonnes.of(text)


def test_reductions_and_removals_are_differences() -> None:
    one, two, three = (CalculatedTonnes.of(text) for text in ("100.5", "20.25", "0.25"))
    assert avoided(one, two, three) == CalculatedTonnes.of("80")
    assert removed(one, two, three) == CalculatedTonnes.of("80")
    assert avoided(two, one, three) == CalculatedTonnes.of("-80.5")


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_the_floor_is_never_more_and_less_than_one_below(value: Decimal) -> None:
    floor = CalculatedTonnes(value).floor().value
    assert floor <= value < floor + 1
