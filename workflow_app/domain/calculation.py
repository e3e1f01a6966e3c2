"""附件4 as a methodology defines it: parameters, named steps in order, and the reductions they come to.

ER = BE − PE − LE, or for a sink ΔC项目 − ΔC基准线 − 泄漏. Each step is rounded to its places, four unless the
methodology says otherwise, halves to the even digit (四舍六入五成双, GB/T 8170-2008). The next step takes the
rounded figure, so that whoever recomputes on paper comes to the same; whole tonnes are rounded down once, at
the end. Must never know: forms, cases, storage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum

from workflow_app.domain.arithmetic import Arithmetic, NoValue
from workflow_app.domain.findings import Finding
from workflow_app.domain.quantity import CalculatedTonnes, avoided, removed

ARTICLE = "355号附件4"
PLACES = 4
_DIGITS = 60


class Kind(StrEnum):
    """Whether emissions are avoided or carbon is stored; the order of the difference follows."""

    EMISSION = "emission"
    SINK = "sink"


@dataclass(frozen=True, slots=True)
class Parameter:
    """参数: what the owner states a value, a source and evidence for.

    :param least: the smallest value allowed, in ``unit``; likewise ``most``.
    """

    symbol: str
    name: str
    unit: str
    least: Decimal | None = None
    most: Decimal | None = None
    help: str = ""

    @property
    def label(self) -> str:
        """Name, symbol and unit, as a line of the form prints them."""
        return f"{self.name} {self.symbol}" + (f"（{self.unit}）" if self.unit else "")

    def check(self, value: Decimal) -> tuple[Finding, ...]:
        """Judge a stated value against its bounds."""
        if self.least is not None and value < self.least:
            return (_out_of_bounds(self, f"不得小于{self.least}"),)
        if self.most is not None and value > self.most:
            return (_out_of_bounds(self, f"不得大于{self.most}"),)
        return ()


@dataclass(frozen=True, slots=True)
class Constant:
    """A figure the methodology fixes, or takes from its set of global warming potentials (R1)."""

    symbol: str
    name: str
    unit: str
    value: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of 计算过程: a symbol, what it is, and how it comes about."""

    symbol: str
    name: str
    unit: str
    formula: Arithmetic
    places: int = PLACES


@dataclass(frozen=True, slots=True)
class Figure:
    """A step with its value, rounded to its places."""

    step: Step
    value: Decimal


@dataclass(frozen=True, slots=True)
class Computed:
    """What a calculation came to; totals in tCO2e (a sink's baseline and project are changes of stock)."""

    figures: tuple[Figure, ...]
    baseline: CalculatedTonnes
    project: CalculatedTonnes
    leakage: CalculatedTonnes
    reductions: CalculatedTonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """The calculation of one version of a methodology.

    :param baseline: symbol of the step that is the baseline's total; likewise ``project``, ``leakage``.
    :param demonstration: the methodology's text is not public; shown as 演示 wherever it appears.
    """

    key: str
    methodology: str
    version: int
    title: str
    kind: Kind
    gwp_set: str
    demonstration: bool
    note: str
    parameters: tuple[Parameter, ...]
    constants: tuple[Constant, ...]
    steps: tuple[Step, ...]
    baseline: str
    project: str
    leakage: str

    def compute(self, stated: Mapping[str, Decimal]) -> Computed:
        """Work through the steps.

        :param stated: every parameter's value by symbol.
        :raises KeyError: a parameter has no value.
        :raises NoValue: a step divides by zero or outgrows 10^14, or the leakage is negative.
        """
        known = {one.symbol: one.value for one in self.constants}
        known |= {one.symbol: stated[one.symbol] for one in self.parameters}
        figures = tuple(self._worked(known))
        baseline, project, leakage = (
            _total(known[symbol]) for symbol in (self.baseline, self.project, self.leakage)
        )
        if leakage.value < 0:
            raise NoValue("泄漏不得为负")
        reduced = removed(project, baseline, leakage) if self.kind is Kind.SINK else None
        return Computed(figures, baseline, project, leakage, reduced or avoided(baseline, project, leakage))

    def _worked(self, known: dict[str, Decimal]) -> Iterator[Figure]:
        for step in self.steps:
            value = rounded(step.formula.value(known), step.places)
            known[step.symbol] = value
            yield Figure(step, value)

    def check(self, stated: Mapping[str, Decimal]) -> tuple[Finding, ...]:
        """Judge stated values against the bounds of their parameters."""
        given = [(one, stated[one.symbol]) for one in self.parameters if one.symbol in stated]
        return tuple(finding for one, value in given for finding in one.check(value))


def rounded(value: Decimal, places: int) -> Decimal:
    """Return a value at so many places, halves to the even digit (GB/T 8170-2008)."""
    with localcontext(prec=_DIGITS):
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def _total(value: Decimal) -> CalculatedTonnes:
    try:
        return CalculatedTonnes(rounded(value, PLACES))
    except ValueError:
        raise NoValue("计算结果过大") from None


def _out_of_bounds(parameter: Parameter, bound: str) -> Finding:
    return Finding("parameter_out_of_bounds", f"{parameter.name}{bound}", ARTICLE, parameter.symbol)
