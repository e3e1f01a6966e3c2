"""Parameter rows of the forest calculation that come to a wanted figure, found on paper.

With 含碳率 0.3 and every factor 1, a cubic metre is 0.3 × 44 ÷ 12 = 1.1 t; an area whose stock grows by one
cubic metre a 亩 then stores 1.1 t a 亩, and what is too much was lost to fire.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

A_CUBIC_METRE = Decimal("1.1")


def forest_rows(reductions: str) -> list[dict[str, str]]:
    """Return the rows, in the definition's order, that come to ``reductions`` tCO2e."""
    wanted = Decimal(reductions)
    area = (wanted / A_CUBIC_METRE).to_integral_value(ROUND_CEILING)
    burnt = area * A_CUBIC_METRE - wanted
    values = (area, 1, 10, 11, 0, 1, 1, 0, Decimal("0.3"), burnt, 0)
    return [{"value": str(value), "source": "固定样地复测（演示）"} for value in values]
