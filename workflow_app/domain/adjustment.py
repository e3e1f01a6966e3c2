"""逐行核定: what the experts' verdicts on the parameters of 附件4 make of the reductions.

附件一（二）, 附件4. A parameter that more than half of the experts do not accept as stated is taken at the
value they would have; where they name several, at the one that leaves the fewest reductions. The sum is
worked out anew, and only ever falls. One that more than half reject outright does not pass at all
(``review``). Must never know: forms, cases, storage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workflow_app.domain.arithmetic import NoValue
from workflow_app.domain.calculation import Calculation, Parameter
from workflow_app.domain.findings import Finding
from workflow_app.domain.quantity import CalculatedTonnes

ARTICLE = "355号附件4"


@dataclass(frozen=True, slots=True)
class Verdict:
    """核定 of one parameter by one expert.

    :param said: ``accept``, ``adjust`` or ``fail``.
    :param value: what it should be, where it is to be adjusted.
    """

    said: str
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Adopted:
    """A parameter and the value the experts' verdicts come to."""

    parameter: Parameter
    stated: Decimal
    value: Decimal

    def __str__(self) -> str:
        unit = self.parameter.unit
        return f"{self.parameter.name}由{_plain(self.stated)}调整为{_plain(self.value)}{unit}"


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What the reductions are with the values adopted, tCO2e; never more than was stated."""

    adopted: tuple[Adopted, ...]
    reductions: CalculatedTonnes


def adjusted(
    calculation: Calculation, stated: Mapping[str, Decimal], verdicts: Sequence[Mapping[str, Verdict]]
) -> Adjusted | None:
    """Work the calculation out with the experts' values; ``None`` where they leave it as it is.

    :param stated: every parameter's value by symbol.
    :param verdicts: of each expert who judged, by symbol.
    """
    adopted = tuple(
        Adopted(parameter, stated[parameter.symbol], value)
        for parameter in calculation.parameters
        if (value := _adopted(calculation, stated, parameter, verdicts)) is not None
    )
    if not adopted:
        return None
    values = {one.parameter.symbol: one.value for one in adopted}
    before, after = _reductions(calculation, stated), _reductions(calculation, {**stated, **values})
    return Adjusted(adopted, min(before, after, key=lambda one: one.value))


def _adopted(
    calculation: Calculation,
    stated: Mapping[str, Decimal],
    parameter: Parameter,
    verdicts: Sequence[Mapping[str, Verdict]],
) -> Decimal | None:
    said = [each[parameter.symbol] for each in verdicts if parameter.symbol in each]
    proposed = {one.value for one in said if one.said == "adjust" and one.value is not None}
    if not proposed or 2 * sum(one.said != "accept" for one in said) <= len(verdicts):
        return None
    return min(
        sorted(proposed),
        key=lambda value: _reductions(calculation, {**stated, parameter.symbol: value}).value,
    )


def _reductions(calculation: Calculation, values: Mapping[str, Decimal]) -> CalculatedTonnes:
    """Return the reductions; values with which nothing can be worked out prove none."""
    try:
        return calculation.compute(values).reductions
    except NoValue:
        return CalculatedTonnes.of(0)


def check_verdict(index: int, parameter: Parameter, verdict: Verdict) -> tuple[Finding, ...]:
    """A value an expert names keeps to the bounds the methodology sets for the parameter."""
    if verdict.said != "adjust" or verdict.value is None:
        return ()
    path = f"parameter_verdicts.{index}.adjusted"
    return tuple(
        Finding(found.code, found.message, found.article, path) for found in parameter.check(verdict.value)
    )


def check_passed(accepted: int | None, adjusted: Adjusted | None) -> tuple[Finding, ...]:
    """I5: the panel accepts no more than its experts' own values come to.

    :param accepted: whole tonnes the opinion accepts.
    """
    most = adjusted.reductions.floor() if adjusted else None
    if adjusted is None or most is None or (accepted is not None and 0 < accepted <= most.value):
        return ()
    listed = "；".join(map(str, adjusted.adopted))
    text = f"按专家核定的参数（{listed}）重新计算，减排量为{adjusted.reductions}吨，认可量不得超过{most}吨"
    return (Finding("accepted_above_adjusted", text, ARTICLE, "accepted_tonnes"),)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
