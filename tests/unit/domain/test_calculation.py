"""附件4 computes: exact decimals, half-even rounding step by step, and only arithmetic (issue 3, item 2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from workflow_app.commands import calculations, versions
from workflow_app.domain.arithmetic import Arithmetic, NotArithmetic, NoValue
from workflow_app.domain.calculation import Calculation, rounded
from workflow_app.domain.calculation_reader import BadCalculation, read, read_gwp

FOREST = ("赣环气候〔2021〕17号", 1)
PADDY = ("JCER-演示-03", 1)


def shipped(which: tuple[str, int]) -> Calculation:
    """A calculation as it is shipped."""
    return calculations.load(versions.shipped())[which]


def stated(**values: str) -> dict[str, Decimal]:
    """Parameter values."""
    return {symbol: Decimal(value) for symbol, value in values.items()}


CEDAR = stated(
    area="30000",
    years="1",
    stock_start="6.20",
    stock_end="6.80",
    baseline_growth="0.25",
    density="0.307",
    expansion="1.634",
    root_ratio="0.246",
    carbon_fraction="0.520",
    fire_emissions="12.5",
    displaced="0",
)


def test_the_forest_comes_to_what_a_pocket_calculator_says() -> None:
    """0.307 × 1.634 × 1.246 × 0.52 × 44 ÷ 12 = 1.1917…; 18,000 m³ against 7,500 m³."""
    done = shipped(FOREST).compute(CEDAR)
    assert [(figure.step.symbol, figure.value) for figure in done.figures] == [
        ("conversion", Decimal("1.191745")),
        ("stock_change", Decimal("18000.0000")),
        ("project_change", Decimal("21438.9100")),  # 18,000 × 1.191745 − 12.5
        ("baseline_change", Decimal("8938.0875")),  # 7,500 × 1.191745
        ("leakage", Decimal("0.0000")),
    ]
    assert done.reductions.value == Decimal("12500.8225")
    assert done.reductions.floor().value == 12_500


def test_paddy_methane_by_the_warming_potentials_of_its_set() -> None:
    """BE = 12,000 × 20 ÷ 1000 × 28 = 6,720; PE = 3,696 CH4 + 636 N2O + 10 for the pumps."""
    done = shipped(PADDY).compute(
        stated(
            area="12000",
            seasons="1",
            ef_baseline="20",
            ef_project="11",
            n2o_increase="0.2",
            electricity="20",
            grid_factor="0.5",
            displaced="4.4",
        )
    )
    assert (done.baseline.value, done.project.value) == (Decimal(6720), Decimal(4342))
    assert done.reductions.value == Decimal("2373.6")


def test_a_step_takes_the_rounded_figure_of_the_one_before() -> None:
    third = _definition(
        parameters=[{"symbol": "a", "name": "甲"}],
        steps=[
            {"symbol": "part", "name": "三分之一", "formula": "a / 3"},
            {"symbol": "whole", "name": "合计", "formula": "part * 3"},
        ],
        results={"baseline": "whole", "project": "whole", "leakage": "whole"},
    )
    done = read(third, {}).compute(stated(a="1"))
    assert done.baseline.value == Decimal("0.9999")


@pytest.mark.parametrize(
    ("value", "even"), [("0.00005", "0.0000"), ("0.00015", "0.0002"), ("-0.00025", "-0.0002")]
)
def test_halves_go_to_the_even_digit(value: str, even: str) -> None:
    assert rounded(Decimal(value), 4) == Decimal(even)


def test_bounds_and_what_has_no_value_are_said() -> None:
    forest = shipped(FOREST)
    (found,) = forest.check({**CEDAR, "carbon_fraction": Decimal("0.71")})
    assert (found.code, found.field) == ("parameter_out_of_bounds", "carbon_fraction")
    with pytest.raises(NoValue, match="除数为零"):
        Arithmetic.read("a / (b - b)").value(stated(a="1", b="2"))
    with pytest.raises(NoValue, match="过大"):
        Arithmetic.read("a * a").value(stated(a="10000000000"))
    with pytest.raises(KeyError):
        forest.compute({})


def test_a_number_stays_as_it_was_written() -> None:
    """0.1 + 0.2 is 0.3, and eighteen digits survive."""
    assert Arithmetic.read("0.1 + 0.2").value({}) == Decimal("0.3")
    assert Arithmetic.read("123456789.123456789").value({}) == Decimal("123456789.123456789")


HOSTILE = (
    "",
    "a ** 9",
    "a.b",
    "a[0]",
    "abs(a)",
    "__import__('os')",
    "a if b else c",
    "'x' * 9",
    "a == b",
    "min()",
    "lambda: 1",
    "[a]",
    "a % b",
    "min(*a)",
    "1j",
    "True",
    "a" * 501,
    "-" * 40 + "a",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_but_arithmetic_is_read(text: str) -> None:
    with pytest.raises(NotArithmetic):
        Arithmetic.read(text)


def _definition(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "key": "k",
        "methodology": "m",
        "version": 1,
        "title": "t",
        "kind": "emission",
        "parameters": [{"symbol": "a", "name": "甲"}],
        "steps": [{"symbol": "s", "name": "步", "formula": "a"}],
        "results": {"baseline": "s", "project": "s", "leakage": "s"},
    }
    return {**base, **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "other"}, "kind"),
        ({"version": "1"}, "version"),
        ({"steps": [{"symbol": "s", "name": "步", "formula": "later"}]}, "前面没有的 later"),
        ({"steps": [{"symbol": "a", "name": "步", "formula": "1"}]}, "符号 a 重复"),
        ({"results": {"baseline": "s", "project": "s", "leakage": "a"}}, "leakage 应为某一步骤"),
        ({"parameters": [{"symbol": "A", "name": "甲"}]}, "symbol"),
        ({"parameters": [{"symbol": "a", "name": "甲", "min": "2", "max": "1"}]}, "max 小于 min"),
        ({"constants": [{"symbol": "g", "name": "势", "gwp": "CH4", "source": "x"}]}, "没有 CH4"),
        ({"surprise": 1}, "不认识的键 surprise"),
        ({"steps": [{"symbol": "s", "name": "步", "formula": "a.b"}]}, "四则运算"),
    ],
)
def test_a_definition_that_does_not_hold_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadCalculation, match=said):
        read(_definition(**changes), read_gwp({"sets": {}}))
