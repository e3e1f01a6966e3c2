"""Codes of certificates, delegations, purposes and the arithmetic of corrections, by hand-made figures."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain.cancellation import Purpose, SubType, described
from workflow_app.domain.certificate import ALPHABET, LENGTH, code_holds, code_of, compact, grouped
from workflow_app.domain.correction import CorrectionKind, Split, barred_until, check_decision, split
from workflow_app.domain.delegation import Delegation, check_issuing, covering

BODIES = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)


def test_the_check_character_by_hand() -> None:
    """Ten times 2 (value 0) and one 3 (value 1) at the eleventh place: 11 × 1 mod 31 is 11, which is D."""
    assert code_of("2" * 10 + "3") == "22222222223D"
    assert ALPHABET[11] == "D"
    assert grouped("22222222223D") == "2222-2222-223D"
    assert compact(" 2222-2222 223d") == "22222222223D"


@given(BODIES, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_character_mistyped_is_noticed(body: str, place: int, char: str) -> None:
    code = code_of(body)
    wrong = code[:place] + char + code[place + 1 :]
    assert code_holds(wrong) is (wrong == code)


@given(BODIES, st.integers(0, LENGTH - 3))
def test_two_neighbours_swapped_are_noticed(body: str, place: int) -> None:
    code = code_of(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert code_holds(swapped) is (swapped == code)


@pytest.mark.parametrize("typed", ["", "2" * 11, "2" * 13, "O22222222222", "22222222222💚"])
def test_what_is_no_code_does_not_hold(typed: str) -> None:
    assert not code_holds(typed)


@pytest.mark.parametrize("body", ["2" * 10, "2" * 12, "I" * 11])
def test_a_code_is_made_of_eleven_of_its_characters(body: str) -> None:
    with pytest.raises(ValueError, match="eleven"):
        code_of(body)


def _delegation(number: str, start: date, until: date, *, revoked: bool = False) -> Delegation:
    return Delegation(number, number, "o", frozenset({Purpose.PUBLIC_WELFARE}), start, until, revoked)


def test_a_delegation_is_live_on_its_first_and_last_day() -> None:
    one = _delegation("一", date(2026, 1, 1), date(2026, 6, 30))
    two = _delegation("二", date(2026, 6, 1), date(2026, 12, 31))
    welfare = Purpose.PUBLIC_WELFARE
    assert covering([one, two], welfare, date(2026, 1, 1)) is one
    assert covering([one, two], welfare, date(2026, 6, 30)) is two
    assert covering([one, two], welfare, date(2027, 1, 1)) is None
    assert covering([one, two], Purpose.OTHER, date(2026, 6, 30)) is None


@pytest.mark.parametrize(
    ("known", "on", "code"),
    [
        ([], date(2026, 1, 1), "delegation_missing"),
        ([_delegation("一", date(2026, 1, 1), date(2026, 6, 30))], date(2026, 7, 1), "delegation_expired"),
        ([_delegation("一", date(2026, 1, 1), date(2026, 6, 30))], date(2025, 12, 31), "delegation_early"),
        (
            [_delegation("一", date(2026, 1, 1), date(2026, 6, 30), revoked=True)],
            date(2026, 2, 1),
            "delegation_revoked",
        ),
    ],
)
def test_why_a_body_may_not_issue(known: list[Delegation], on: date, code: str) -> None:
    assert [finding.code for finding in check_issuing(known, Purpose.PUBLIC_WELFARE, on)] == [code]


def test_a_purpose_is_printed_with_its_detail() -> None:
    assert described(Purpose.CARBON_NEUTRALITY, SubType.MEETING, "") == "自愿碳中和（会议）"
    assert described(Purpose.OTHER, None, "展览") == "其他（展览）"
    assert described(Purpose.PUBLIC_WELFARE, None, "") == "公益碳注销"


@pytest.mark.parametrize(
    ("confirmed", "locked", "free", "met"),
    [
        (390, 390, 8_610, Split(390, 0, 0)),
        (390, 100, 0, Split(100, 0, 290)),
        (500, 390, 60, Split(390, 60, 50)),
        (100, 390, 0, Split(100, 0, 0)),
    ],
)
def test_a_confirmed_quantity_is_met_from_the_lock_first(
    confirmed: int, locked: int, free: int, met: Split
) -> None:
    assert split(confirmed, locked, free) == met


def test_a_dispute_takes_no_more_than_was_locked() -> None:
    assert [f.field for f in check_decision(CorrectionKind.DISPUTE, 11, 100, 10)] == ["confirmed_tonnes"]
    assert check_decision(CorrectionKind.OVER_ISSUANCE, 11, 100, 10) == ()
    assert [f.field for f in check_decision(CorrectionKind.OVER_ISSUANCE, 101, 100, 10)] == [
        "confirmed_tonnes"
    ]


def test_a_bar_ends_on_the_same_day_three_years_on() -> None:
    assert barred_until(date(2025, 8, 12), 3) == date(2028, 8, 12)
    assert barred_until(date(2024, 2, 29), 3) == date(2027, 2, 28)
