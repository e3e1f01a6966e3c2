"""A batch: its period and quantity (I6), its moves, and what must be true before it is minted (I5, I9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from workflow_app.domain import issuance
from workflow_app.domain.issuance import MintFacts, check_mint
from workflow_app.domain.monitoring import (
    Period,
    check_estimate,
    check_period,
    check_quantity,
    check_vintages,
)
from workflow_app.domain.quantity import CalculatedTonnes, Tonnes
from workflow_app.kernel.errors import Refused

CREDITING = Period(date(2021, 1, 1), date(2030, 12, 31))
FIRST = Period(date(2021, 1, 1), date(2023, 12, 31))
SECOND = Period(date(2024, 1, 1), date(2024, 12, 31))
APPLIED = date(2025, 12, 1)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (SECOND, []),
        (replace(SECOND, start=date(2023, 12, 31)), ["period_overlaps"]),
        (Period(date(2020, 12, 1), date(2020, 12, 31)), ["outside_crediting_period"]),
        (Period(date(2024, 1, 1), APPLIED), []),
        (Period(date(2024, 1, 1), date(2025, 12, 2)), ["period_not_over"]),
    ],
    ids=["scenario 10", "one day's overlap", "before the crediting period", "to the day", "a day more"],
)
def test_a_batch_lies_apart_within_and_in_the_past(period: Period, expected: list[str]) -> None:
    assert [finding.code for finding in check_period(period, CREDITING, [FIRST], APPLIED)] == expected


def test_a_claim_is_at_most_the_floor_of_the_calculation() -> None:
    """Scenario 10: F4 gives 14,800.73."""
    calculated = CalculatedTonnes.of("14800.73")
    assert check_quantity(Tonnes(14_800), calculated) == ()
    assert [f.code for f in check_quantity(Tonnes(14_801), calculated)] == ["requested_above_calculated"]
    assert [f.code for f in check_quantity(Tonnes(0), calculated)] == ["nothing_requested"]


def test_years_add_up_and_lie_in_the_period() -> None:
    assert [year for year, _ in FIRST.years()] == [2021, 2022, 2023]
    assert sum(part.days for _, part in FIRST.years()) == FIRST.days == 1095
    split = {2021: Tonnes(14_500), 2022: Tonnes(14_700), 2023: Tonnes(14_900)}
    assert check_vintages(split, FIRST, Tonnes(44_100)) == ()
    assert [f.code for f in check_vintages(split, FIRST, Tonnes(44_101))] == ["vintages_total"]
    assert [f.code for f in check_vintages(split, SECOND, Tonnes(44_100))] == ["vintage_outside"]


def test_a_stage_far_above_the_design_is_explained() -> None:
    year = Period(date(2023, 1, 1), date(2023, 12, 31))
    annual = CalculatedTonnes.of("10000")
    assert check_estimate(Tonnes(11_000), year, annual, 110, explained=False) == ()
    assert [f.code for f in check_estimate(Tonnes(11_001), year, annual, 110, explained=False)] == [
        "above_estimate"
    ]
    assert check_estimate(Tonnes(11_001), year, annual, 110, explained=True) == ()


READY = MintFacts(
    quantity=Tonnes(14_800),
    calculated=CalculatedTonnes.of("14800.73"),
    accepted=Tonnes(14_800),
    opinion_id="o1",
    notice_required=True,
    notice_closed=True,
    published=Tonnes(14_800),
    open_objections=0,
    project_registered=True,
    account_normal=True,
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (READY, []),
        (replace(READY, notice_required=False, notice_closed=False, published=None), []),
        (replace(READY, project_registered=False), ["project_not_registered"]),
        (replace(READY, already_minted=True), ["already_minted"]),
        (replace(READY, opinion_id=None), ["opinion_missing"]),
        (replace(READY, accepted=Tonnes(14_801)), ["accepted_above_calculated"]),
        (replace(READY, accepted=Tonnes(14_799)), ["minted_above_accepted"]),
        (replace(READY, notice_closed=False), ["notice_not_closed"]),
        (replace(READY, published=Tonnes(14_799)), ["minted_not_published"]),
        (replace(READY, open_objections=2), ["objections_open"]),
        (replace(READY, account_normal=False), ["account_not_normal"]),
    ],
)
def test_minting_waits_for_everything(facts: MintFacts, expected: list[str]) -> None:
    assert [finding.code for finding in check_mint(facts)] == expected


def test_a_batch_may_be_withdrawn_until_it_is_minted() -> None:
    for state in ("formal_review", "revision", "public_notice", "registration_pending"):
        issuance.ensure_step(state, "withdrawn")
    for state, following in (("issued", "withdrawn"), ("failed", "assessment"), ("assessment", "issued")):
        with pytest.raises(Refused, match="本期减排量为"):
            issuance.ensure_step(state, following)
