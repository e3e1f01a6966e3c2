"""逐行核定: what most experts make of a parameter is what the panel may accept (附件一（二）, 附件4, I5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.scenarios.issuing import apply, minted
from tests.scenarios.programme import Programme
from tests.support.calculation import forest_rows
from workflow_app.kernel.errors import InvalidForm

BURNT = 9
"""The row of 生物质燃烧排放: a tonne more of it is a tonne less of reductions."""
CHANGES = [{"item": "燃烧排放", "requirement": "按核定数值修改"}]


def given_applied(programme: Programme) -> None:
    """A round of 14,500 t of 14,500.00 waits for its panel."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00")
    programme.hand_in("review_issuance", "clerk")
    programme.hand_in("convene_panel", "clerk")


def more(tonnes: str) -> str:
    """What was burnt, and so much more."""
    return str(Decimal(forest_rows("14500.00")[BURNT]["value"]) + Decimal(tonnes))


def judges(programme: Programme, expert: str, row: int | None = None, value: str = "") -> None:
    """An expert accepts every parameter, but for one that should be another."""
    said: list[dict[str, str]] = [{"verdict": "accept"} for _row in forest_rows("1")]
    if row is not None:
        said[row] = {"verdict": "adjust", "adjusted": value, "remark": "样地记录"}
    programme.hand_in("review_by_expert", expert, of=expert, parameter_verdicts=said)


def opinion(programme: Programme, accepted: int | None, **said: Any) -> None:
    """The chair signs for the panel."""
    programme.hand_in("give_opinion", "expert_one", accepted_tonnes=accepted, **said)


def test_the_strictest_value_of_most_experts_is_what_counts(programme: Programme) -> None:
    """W two of three adjust what was burnt, by 100.5 and 200.25 t. T at most 14,299 of 14,299.75 pass."""
    given_applied(programme)
    judges(programme, "expert_one", BURNT, more("100.5"))
    judges(programme, "expert_two", BURNT, more("200.25"))
    judges(programme, "expert_three")
    programme.hand_in("hold_meeting", "clerk")
    assert programme.facts_for("give_opinion")["adjusted_tonnes"].startswith("14,299吨（")

    with pytest.raises(InvalidForm) as above:
        opinion(programme, 14_300)
    assert "14,299.7500吨，认可量不得超过14,299吨" in above.value.errors["accepted_tonnes"][0]
    opinion(programme, 14_299)

    batch = programme.batches[0]
    assert (batch["calculated"], batch["quantity"]) == (Decimal("14299.7500"), 14_299)
    programme.hand_in("draft_notice", "maker", public_tonnes=14_299)
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-08-04")
    programme.on("2025-08-12")
    minted(programme, 14_299, 2021)
    assert programme.balance() == 14_299


def test_one_expert_of_three_changes_nothing(programme: Programme) -> None:
    given_applied(programme)
    judges(programme, "expert_one", BURNT, more("100.5"))
    judges(programme, "expert_two")
    judges(programme, "expert_three")
    programme.hand_in("hold_meeting", "clerk")
    assert "adjusted_tonnes" not in programme.facts_for("give_opinion")
    opinion(programme, 14_500)
    assert programme.batches[0]["calculated"] == Decimal("14500.0000")


def test_no_verdict_raises_what_was_claimed(programme: Programme) -> None:
    """W all three would have less burnt. T the reductions stay what the owner claims."""
    given_applied(programme)
    for expert in ("expert_one", "expert_two", "expert_three"):
        judges(programme, expert, BURNT, "0")
    programme.hand_in("hold_meeting", "clerk")
    opinion(programme, 14_500)
    batch = programme.batches[0]
    assert (batch["calculated"], batch["quantity"]) == (Decimal("14500.0000"), 14_500)


def test_a_value_out_of_bounds_is_said_at_its_row(programme: Programme) -> None:
    """含碳率 is at most 0.7, whoever names it."""
    given_applied(programme)
    with pytest.raises(InvalidForm) as refused:
        judges(programme, "expert_one", 8, "0.71")
    assert set(refused.value.errors) == {"parameter_verdicts.8.adjusted"}


def revised(programme: Programme, rows: list[dict[str, str]], tonnes: int) -> None:
    """The owner answers the panel."""
    programme.hand_in(
        "revise_documents",
        "owner",
        revised_tonnes=tonnes,
        calculation_parameters=rows,
        responses=[{"item": "燃烧排放", "change": "已修改", "location": "附件4", "evidence": []}],
    )


def test_a_value_the_owner_leaves_as_it_was_still_counts_after_a_revision(programme: Programme) -> None:
    """W the owner revises nothing of it. T it still counts; revised to 14,400, what it comes to then does."""
    given_applied(programme)
    for expert in ("expert_one", "expert_two", "expert_three"):
        judges(programme, expert, BURNT, more("200.25"))
    programme.hand_in("hold_meeting", "clerk")
    opinion(programme, None, action="revise", required_changes=CHANGES)
    revised(programme, forest_rows("14500.00"), 14_500)
    with pytest.raises(InvalidForm) as above:
        programme.hand_in("recheck_revision", "expert_one", accepted_tonnes=14_300)
    assert set(above.value.errors) == {"accepted_tonnes"}
    programme.hand_in("recheck_revision", "expert_one", action="again", required_changes=CHANGES)

    rows = forest_rows("14500.00")
    rows[BURNT] = {**rows[BURNT], "value": more("100")}
    revised(programme, rows, 14_400)
    programme.hand_in("recheck_revision", "expert_one", accepted_tonnes=14_400)
    batch = programme.batches[0]
    assert (batch["calculated"], batch["quantity"]) == (Decimal("14400.0000"), 14_400)
