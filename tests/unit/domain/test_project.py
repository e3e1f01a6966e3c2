"""A project: the moves it knows, and what admits an application (R10, R20-R29, R43, R44)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from workflow_app.domain.admission import COMMITMENTS, ApplicationFacts, check_admission
from workflow_app.domain.findings import blocking
from workflow_app.domain.methodology import Gas, Methodology, MethodologyField, MethodologyKind
from workflow_app.domain.parties import LegalForm
from workflow_app.domain.project import (
    BEFORE_REGISTRATION,
    ProjectState,
    after,
    check_withdrawal,
    ensure_step,
    is_final,
    project_number,
)
from workflow_app.kernel.errors import Refused

FOREST = Methodology(
    code="JCER-01-001-V01",
    version=1,
    name="江西省森林经营碳汇项目方法学（试行）",
    kind=MethodologyKind.JCER,
    field=MethodologyField.ECOSYSTEM_SINK,
    gases=frozenset({Gas.CO2}),
    published_on=date(2021, 7, 1),
    document_number="赣环气候〔2021〕17号",
)

GOOD = ApplicationFacts(
    applied_on=date(2025, 4, 10),
    applicant_form=LegalForm.LEGAL_PERSON,
    applicant_uscc="12360725DEM0000141",
    applicant_is_owner=True,
    methodology=FOREST,
    filing_active=True,
    every_county_filed=True,
    project_start=date(2021, 1, 1),
    crediting_start=date(2021, 1, 1),
    crediting_end=date(2030, 12, 31),
    has_start_proof=True,
    commitments=COMMITMENTS,
    applicant_signed=True,
    split_answered=True,
)
AGENT = replace(
    GOOD,
    applicant_is_owner=False,
    applicant_uscc="91360100DEM0000573",
    owner_uscc="91361028DEM0000492",
    has_mandate=True,
    mandate_until=date(2026, 4, 9),
    owner_signed=True,
)


def test_a_complete_application_is_admitted() -> None:
    assert check_admission(GOOD) == ()
    assert check_admission(AGENT) == ()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(GOOD, methodology=None), "methodology_unknown"),
        (replace(GOOD, applied_on=date(2021, 6, 30)), "methodology_not_in_force"),
        (replace(GOOD, applicant_form=LegalForm.NATURAL_PERSON), "natural_person"),
        (replace(GOOD, applicant_uscc="12360725DEM0000142"), "uscc_check_digit"),
        (replace(GOOD, filing_active=False), "not_in_pilot"),
        (replace(GOOD, every_county_filed=False), "county_not_filed"),
        (replace(AGENT, has_mandate=False), "mandate_missing"),
        (replace(AGENT, mandate_until=date(2025, 4, 9)), "mandate_expired"),
        (replace(GOOD, commitments=frozenset({"single_claim"})), "commitments_missing"),
        (replace(AGENT, owner_signed=False), "commitments_missing"),
        (replace(GOOD, has_start_proof=False), "start_proof_missing"),
        (replace(GOOD, applicant_signed=False), "signature_missing"),
        (replace(GOOD, split_answered=False), "split_unanswered"),
        (replace(GOOD, crediting_start=None), "crediting_period_missing"),
        (replace(GOOD, crediting_start=date(2020, 12, 31)), "crediting_before_start"),
        (replace(GOOD, methodology=replace(FOREST, earliest_start=date(2022, 1, 1))), "start_too_early"),
        (replace(GOOD, name_taken=True), "name_taken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_guard_says_its_code_article_and_chinese_reason(facts: ApplicationFacts, code: str) -> None:
    (finding,) = blocking(check_admission(facts))
    assert finding.code == code
    assert finding.article
    assert any("一" <= char <= "龥" for char in finding.message)


def test_a_methodology_may_be_used_from_the_day_it_is_published() -> None:
    """R23: publication date ≤ application date."""
    assert check_admission(replace(GOOD, applied_on=FOREST.published_on)) == ()


def test_an_ets_enterprise_is_flagged_not_refused() -> None:
    """Scenario 7: the exclusion binds projects, not enterprises."""
    findings = check_admission(replace(GOOD, ets_enterprise=True))
    assert [(finding.code, finding.blocking) for finding in findings] == [("ets_enterprise", False)]


def test_the_crediting_period_is_optional_where_the_methodology_sets_none() -> None:
    free = replace(FOREST, requires_crediting_period=False)
    assert check_admission(replace(GOOD, methodology=free, crediting_start=None, crediting_end=None)) == ()


TO_NOTICE = "formal_review accepted assessment notice_pending public_notice"


@pytest.mark.parametrize(
    "path",
    [
        "formal_review correction formal_review accepted assessment revision recheck revision failed",
        f"{TO_NOTICE} registration_pending registered deregistered",
        f"{TO_NOTICE} objection revision notice_pending",
        "formal_review redirected",
        "formal_review ineligible",
        "formal_review correction withdrawn",
        "formal_review accepted assessment notice_pending assessment",
    ],
)
def test_the_procedure_knows_these_paths(path: str) -> None:
    state = "draft"
    for following in path.split():
        ensure_step(state, following)
        state = following


@pytest.mark.parametrize(
    ("state", "following"),
    [
        ("draft", "registered"),
        ("accepted", "public_notice"),
        ("public_notice", "registered"),
        ("objection", "registered"),
        ("registered", "withdrawn"),
        ("withdrawn", "formal_review"),
        ("revoked", "registered"),
    ],
)
def test_and_no_short_cuts(state: str, following: str) -> None:
    with pytest.raises(Refused, match="项目状态为"):
        ensure_step(state, following)


def test_withdrawal_any_time_before_registration_and_never_after() -> None:
    for state in BEFORE_REGISTRATION:
        assert check_withdrawal(state) == ()
        assert after(state, "withdraw") is ProjectState.WITHDRAWN
    assert [finding.code for finding in check_withdrawal(ProjectState.REGISTERED)] == ["withdrawal_too_late"]


def test_final_states() -> None:
    assert {state.value for state in ProjectState if is_final(state.value)} == {
        "redirected",
        "ineligible",
        "failed",
        "lapsed",
        "withdrawn",
        "deregistered",
        "revoked",
        "completed",
    }


def test_project_numbers() -> None:
    assert project_number("01", 1) == "JX-JCER-01-00001"
    for field, sequence in (("07", 1), ("01", 0), ("01", 100_000)):
        with pytest.raises(ValueError, match=r"is not a valid|out of range"):
            project_number(field, sequence)
