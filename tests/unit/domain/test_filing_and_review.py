"""Pilot filings (R5-R9, R15), the one-time correction list, panels, quorum and recusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from workflow_app.domain import pilot_filing
from workflow_app.domain.pilot_filing import FilingFacts, FilingKind, check_filing
from workflow_app.domain.review import (
    Tie,
    check_correction,
    check_panel,
    check_responses,
    check_revised_tonnes,
    conflicted,
    has_quorum,
    quorum_needed,
    rounds_exhausted,
)
from workflow_app.domain.roles import Role
from workflow_app.kernel.errors import Refused

COUNTY = FilingFacts(
    kind=FilingKind.COUNTY,
    submitted_by=Role.PILOT_UNIT,
    organising_bureau="b1",
    consultation_files=1,
    leader_named=True,
    duties=1,
)
PROVINCIAL = replace(
    COUNTY,
    kind=FilingKind.PROVINCIAL_SOE,
    organising_bureau="",
    consent_number="赣国资〔2024〕1号",
    consent_date=date(2024, 9, 1),
    consent_file="f1",
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (COUNTY, []),
        (replace(COUNTY, consultation_files=0), ["consultation_missing"]),
        (replace(COUNTY, kind=FilingKind.DEVELOPMENT_ZONE, consultation_files=0), ["consultation_missing"]),
        (replace(COUNTY, organising_bureau=""), ["bureau_missing"]),
        (PROVINCIAL, []),
        (replace(PROVINCIAL, consent_date=None), ["consent_missing"]),
        (replace(COUNTY, kind=FilingKind.MUNICIPAL_SOE), ["bureau_submits"]),
        (replace(COUNTY, kind=FilingKind.MUNICIPAL_SOE, submitted_by=Role.PREFECTURE_BUREAU), []),
        (replace(COUNTY, kind=FilingKind.GRANDFATHERED), ["basis_missing"]),
        (replace(COUNTY, kind=FilingKind.GRANDFATHERED, basis="2020-23"), []),
        (replace(COUNTY, duties=0), ["mechanism_missing"]),
    ],
)
def test_each_kind_of_unit_brings_its_evidence(facts: FilingFacts, expected: list[str]) -> None:
    assert [finding.code for finding in check_filing(facts)] == expected


def test_a_filing_is_suspended_and_ended_but_never_revived_from_the_end() -> None:
    for state, following in (("draft", "submitted"), ("submitted", "returned"), ("filed", "suspended")):
        pilot_filing.ensure_step(state, following)
    assert pilot_filing.in_force("filed")
    assert not pilot_filing.in_force("suspended")
    with pytest.raises(Refused, match="已终止"):
        pilot_filing.ensure_step("terminated", "filed")


def test_a_second_list_may_only_repeat_items_of_the_first() -> None:
    """Scenario 6: 一次性告知."""
    first = {"pdd_monitoring_plan", "start_proof"}
    assert check_correction(None, first) == ()
    assert check_correction(first, {"start_proof"}) == ()
    assert [f.code for f in check_correction(first, {"start_proof", "mandate"})] == ["correction_one_time"]
    assert [f.code for f in check_correction(None, [])] == ["correction_empty"]


@pytest.mark.parametrize(
    ("appointed", "recused", "needed"),
    [(3, 0, 2), (3, 1, 2), (5, 0, 4), (5, 2, 2), (7, 1, 4), (9, 0, 6), (2, 2, 2)],
)
def test_two_thirds_of_the_unrecused_and_at_least_two(appointed: int, recused: int, needed: int) -> None:
    assert quorum_needed(appointed, recused, Fraction(2, 3), 2) == needed
    assert has_quorum(appointed, recused, needed)
    assert not has_quorum(appointed, recused, needed - 1)


def test_ties_within_three_years_conflict() -> None:
    on = date(2026, 11, 23)
    ties = [
        Tie("e1", "owner"),
        Tie("e2", "owner", date(2023, 11, 23)),
        Tie("e3", "owner", date(2023, 11, 22)),
        Tie("e4", "stranger"),
    ]
    assert conflicted(ties, ["owner", "agent"], on) == {"e1", "e2"}
    assert conflicted(ties, ["owner"], date(2024, 2, 29), 3) == {"e1", "e2", "e3"}


def test_a_panel_has_members_without_ties_and_its_own_chair() -> None:
    assert check_panel(["e1", "e2", "e3"], "e1", []) == ()
    codes = [finding.code for finding in check_panel(["e1"], "e2", ["e1"])]
    assert codes == ["panel_too_small", "expert_conflicted", "chair_not_member"]


def test_three_rounds_of_revision_then_no_more() -> None:
    assert [rounds_exhausted(rounds, 3) for rounds in (1, 2, 3, 4)] == [False, False, False, True]


def test_every_required_change_is_answered_and_tonnes_only_fall() -> None:
    assert check_responses(["甲", "乙"], ["乙", "甲", "丙"]) == ()
    (finding,) = check_responses(["甲", "乙"], ["乙"])
    assert "甲" in finding.message
    assert check_revised_tonnes(100, 100) == ()
    assert [f.code for f in check_revised_tonnes(100, 101)] == ["revision_raises_tonnes"]
