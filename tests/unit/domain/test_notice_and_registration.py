"""Public notice, objections, registration, and the limits no parameter file may pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
import yaml

from calendars.rules import Rule
from workflow_app.domain import deadlines
from workflow_app.domain.public_notice import (
    Comment,
    NoticeOutcome,
    check_close,
    check_downgrade,
    check_length,
    check_quantity,
    is_late,
    needs_new_notice,
    never_earlier,
    open_objections,
    outcome,
)
from workflow_app.domain.registration import RegistrationFacts, check_registration, clock_start
from workflow_app.kernel.errors import Refused

# Scenario 2: published Mon 2025-09-29, the fifth working day is 10-13, closing at 24:00 Shanghai.
CLOSES = datetime(2025, 10, 13, 16, 0, tzinfo=UTC)


def test_early_close_is_refused() -> None:
    (finding,) = check_close(datetime(2025, 10, 11, 9, 0, tzinfo=UTC), CLOSES)
    assert finding.article == "355号附件一（三）"
    assert check_close(CLOSES, CLOSES) == ()


def test_a_comment_after_the_last_instant_is_a_lead() -> None:
    assert not is_late(datetime(2025, 10, 13, 15, 59, 59, tzinfo=UTC), CLOSES)
    assert is_late(CLOSES, CLOSES)
    assert outcome([Comment("late", late=True)]) is NoticeOutcome.UNOPPOSED


def test_what_nobody_has_classified_blocks() -> None:
    unclassified = Comment("c1", late=False)
    assert open_objections([unclassified]) == (unclassified,)
    assert outcome([unclassified]) is None
    assert outcome([replace(unclassified, kind="comment")]) is NoticeOutcome.UNOPPOSED
    assert check_downgrade(confirmed_by_department=True) == ()
    assert check_downgrade(confirmed_by_department=False)


def test_the_gravest_decision_rules() -> None:
    def objection(result: NoticeOutcome) -> Comment:
        return Comment(result.value, late=False, kind="objection", outcome=result)

    dismissed, fixable, fatal = (
        objection(result)
        for result in (NoticeOutcome.DISMISSED, NoticeOutcome.UPHELD_FIXABLE, NoticeOutcome.UPHELD_FATAL)
    )
    assert outcome([dismissed]) is NoticeOutcome.DISMISSED
    assert outcome([dismissed, fixable]) is NoticeOutcome.UPHELD_FIXABLE
    assert outcome([fixable, fatal, dismissed]) is NoticeOutcome.UPHELD_FATAL
    assert [result.registrable for result in NoticeOutcome] == [True, True, False, False]


def test_a_new_notice_after_an_upheld_objection_or_a_material_change() -> None:
    assert needs_new_notice(NoticeOutcome.UPHELD_FIXABLE)
    assert needs_new_notice(NoticeOutcome.UNOPPOSED, material_change=True)
    assert not needs_new_notice(NoticeOutcome.DISMISSED)


def test_length_quantity_and_published_dates() -> None:
    assert check_length(5) == ()
    assert check_length(4)
    assert check_quantity(149_700, 149_700) == ()
    assert check_quantity(149_701, 149_700)
    assert never_earlier(date(2027, 1, 5), date(2027, 1, 4)) == date(2027, 1, 5)
    assert never_earlier(date(2027, 1, 5), date(2027, 1, 6)) == date(2027, 1, 6)


def test_the_three_days_start_with_the_notice_or_the_later_decision() -> None:
    """Scenario 9: an objection decided on Wed 10-22 starts them then."""
    decided = datetime(2025, 10, 22, 2, 0, tzinfo=UTC)
    assert clock_start(CLOSES, None) == CLOSES
    assert clock_start(CLOSES, decided) == decided
    assert clock_start(CLOSES, datetime(2025, 10, 9, 2, 0, tzinfo=UTC)) == CLOSES


READY = RegistrationFacts(
    opinion_id="o1",
    opinion_passed=True,
    notice_closed=True,
    notice_outcome=NoticeOutcome.UNOPPOSED,
    open_objections=0,
    account_open=True,
    exchange_qualified_until=date(2027, 12, 31),
    today=date(2026, 11, 30),
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (READY, []),
        (replace(READY, notice_outcome=NoticeOutcome.DISMISSED), []),
        (replace(READY, opinion_id=None), ["opinion_missing"]),
        (replace(READY, opinion_passed=False), ["opinion_missing"]),
        (replace(READY, notice_closed=False), ["notice_not_closed"]),
        (replace(READY, notice_outcome=NoticeOutcome.UPHELD_FIXABLE), ["notice_opposed"]),
        (replace(READY, open_objections=1), ["objections_open"]),
        (replace(READY, account_open=False), ["account_missing"]),
        (replace(READY, exchange_qualified_until=date(2026, 11, 29)), ["exchange_unqualified"]),
        (replace(READY, exchange_qualified_until=None), ["exchange_unqualified"]),
    ],
)
def test_registration_waits_for_everything(facts: RegistrationFacts, expected: list[str]) -> None:
    assert [finding.code for finding in check_registration(facts)] == expected


def shipped_rules() -> dict[str, Rule]:
    document = yaml.safe_load((files("bpmn") / "parameters.yaml").read_bytes())
    return {entry["id"]: Rule.from_mapping(entry) for entry in document["deadlines"]}


def test_the_shipped_limits_are_lawful() -> None:
    assert deadlines.check_rules(shipped_rules()) == ()


@pytest.mark.parametrize(
    ("rule_id", "change", "code"),
    [
        ("public_notice", {"n": 4}, "fixed_limit"),
        ("public_notice", {"direction": "max"}, "fixed_limit"),
        ("public_notice", {"unit": "calendar_day"}, "fixed_limit"),
        ("public_notice", {"count_from": "same_day"}, "fixed_counting"),
        ("registration", {"n": 4}, "fixed_limit"),
        ("registration", {"kind": "promised"}, "is_statutory"),
        ("assessment", {"kind": "statutory"}, "not_statutory"),
    ],
)
def test_no_parameter_passes_what_an_article_fixes(
    rule_id: str, change: dict[str, object], code: str
) -> None:
    rule = replace(shipped_rules()[rule_id], **change)  # type: ignore[arg-type]
    with pytest.raises(Refused) as caught:
        deadlines.ensure_lawful(rule)
    assert caught.value.code == code


def test_a_longer_notice_and_a_shorter_registration_are_lawful() -> None:
    rules = shipped_rules()
    deadlines.ensure_lawful(replace(rules["public_notice"], n=10))
    deadlines.ensure_lawful(replace(rules["registration"], n=2, warn_before=None))


def test_a_fixed_limit_may_not_be_left_out() -> None:
    rules = shipped_rules()
    del rules["registration"]
    assert [finding.code for finding in deadlines.check_rules(rules)] == ["limit_missing"]
