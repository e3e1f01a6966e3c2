"""Quantities of carbon: whole tonnes once issued, four decimal places while calculated, never floats.

Unit everywhere: tCO2e (31号令第二十二条); issued units are integers rounded down (服务规则).
Must never know: forms, accounts, money.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

_STEP = Decimal("0.0001")
_LIMIT = 10**14


@dataclass(frozen=True, slots=True, order=True)
class Tonnes:
    """A whole, non-negative number of tCO2e.

    :raises TypeError: not an integer (a float has no place here).
    :raises ValueError: negative, or beyond 10^14.
    """

    value: int

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise TypeError("tonnes are whole numbers")
        if not 0 <= self.value < _LIMIT:
            raise ValueError("tonnes are not negative, and fewer than 10^14")

    def __add__(self, other: Tonnes) -> Tonnes:
        return Tonnes(self.value + other.value)

    def __sub__(self, other: Tonnes) -> Tonnes:
        """Subtract; taking away more than there is raises ``ValueError``."""
        return Tonnes(self.value - other.value)

    def __str__(self) -> str:
        return f"{self.value:,}"


ZERO = Tonnes(0)


@dataclass(frozen=True, slots=True, order=True)
class CalculatedTonnes:
    """A calculated quantity in tCO2e with at most four decimal places; it may be negative.

    :raises TypeError: not a ``Decimal``.
    :raises ValueError: not finite, finer than four places, or beyond 10^14.
    """

    value: Decimal

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal):
            raise TypeError("calculated tonnes are decimals")
        if not self.value.is_finite() or abs(self.value) >= _LIMIT:
            raise ValueError("calculated tonnes are finite, and fewer than 10^14")
        if self.value != self.value.quantize(_STEP):
            raise ValueError("calculated tonnes have at most four decimal places")
        object.__setattr__(self, "value", self.value.quantize(_STEP))

    @classmethod
    def of(cls, text: str | int) -> CalculatedTonnes:
        """Read a quantity as a form stores it (``"14800.7300"``)."""
        return cls(Decimal(text))

    def floor(self) -> Tonnes:
        """Round down to whole tonnes; a negative quantity issues nothing."""
        return Tonnes(max(int(self.value.to_integral_value(ROUND_FLOOR)), 0))

    def __add__(self, other: CalculatedTonnes) -> CalculatedTonnes:
        return CalculatedTonnes(self.value + other.value)

    def __sub__(self, other: CalculatedTonnes) -> CalculatedTonnes:
        return CalculatedTonnes(self.value - other.value)

    def __str__(self) -> str:
        return f"{self.value:,}"


def avoided(
    baseline: CalculatedTonnes, project: CalculatedTonnes, leakage: CalculatedTonnes
) -> CalculatedTonnes:
    """Emission projects: ER = BE − PE − LE (附件4)."""
    return baseline - project - leakage


def removed(
    project: CalculatedTonnes, baseline: CalculatedTonnes, leakage: CalculatedTonnes
) -> CalculatedTonnes:
    """Sinks: ER = ΔC_project − ΔC_baseline − leakage (附件4)."""
    return project - baseline - leakage
