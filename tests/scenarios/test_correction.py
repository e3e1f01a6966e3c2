"""Scenario 12, second half: corrections by contra-entry, with §7's figures of P10 and P9 (§4, I1, I4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.programme import Programme
from tests.scenarios.units import (
    given_buyer,
    given_next_batch,
    held,
    identity,
    owner_account,
    rows,
    sold,
    when_applied,
    when_cancelled,
    when_found,
)
from workflow_app.commands.unit_requests import OpenCancellation, OrderOnAccount, OrderSuccession
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused
from workflow_app.store import tables


def _corrected(programme: Programme, case_id: str, **decision: Any) -> None:
    programme.hand_in("decide_correction", "leader", case_id=case_id, **decision)
    programme.hand_in("execute_correction", "checker", case_id=case_id)


def _batch(programme: Programme) -> str:
    return str(programme.batches[0]["id"])


def test_12_p10_390_over(issued: Programme) -> None:
    """W P10's review finds 390 over. T 9,600 = 8,610 + 600 + 390; certificates already issued unchanged."""
    programme = issued
    owner, buyer = owner_account(programme), given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    case_id = when_cancelled(programme, "cement", buyer, 600)
    programme.hand_in("issue_by_department", "leader", case_id=case_id)
    (certificate,) = rows(programme, tables.certificate)

    found = when_found(programme, correction_batch=_batch(programme))
    assert held(programme, owner) == {"available": 8_610, "disputed": 390}
    _corrected(programme, found)

    assert held(programme, owner) == {"available": 8_610, "reversed": 390}
    assert identity(programme) == {Bucket.AVAILABLE: 8_610, Bucket.CANCELLED: 600, Bucket.REVERSED: 390}
    assert sum(identity(programme).values()) == 9_600
    assert rows(programme, tables.certificate) == [certificate]
    (correction,) = rows(programme, tables.correction)
    assert (correction["state"], correction["reversed"], correction["outstanding"]) == ("settled", 390, 0)
    assert programme.batches[0]["state"] == "corrected"
    assert programme.batches[0]["issued"] == 9_600
    assert [case.outcome for case in programme.cases("correction")] == ["corrected"]


def test_the_exchange_sends_a_decision_back_before_it_is_carried_out(issued: Programme) -> None:
    """W the exchange finds the figure wrong. T units stay locked; decided anew, 300 are reversed."""
    programme = issued
    owner = owner_account(programme)
    found = when_found(programme, correction_batch=_batch(programme))
    programme.hand_in("decide_correction", "leader", case_id=found)
    with pytest.raises(InvalidForm) as silent:
        programme.hand_in("execute_correction", "checker", case_id=found, action="return")
    assert set(silent.value.errors) == {"return_reason"}
    reason = "核定数量与批次不符"
    programme.hand_in("execute_correction", "checker", case_id=found, action="return", return_reason=reason)

    (row,) = rows(programme, tables.correction)
    assert (row["state"], row["confirmed"], row["decided_by"]) == ("open", None, None)
    assert held(programme, owner) == {"available": 9_210, "disputed": 390}
    assert programme.facts_for("decide_correction")["return_reason"] == reason
    _corrected(programme, found, confirmed_tonnes=300)
    assert held(programme, owner) == {"available": 9_300, "reversed": 300}
    (row,) = rows(programme, tables.correction)
    assert (row["state"], row["reversed"]) == ("settled", 300)


def test_false_data_sent_back_is_still_false_data(issued: Programme) -> None:
    """The project is revoked by the decision: sent back, only its tonnes can be decided anew."""
    programme = issued
    found = when_found(programme, correction_kind="revocation", correction_batch=None)
    programme.hand_in("decide_correction", "leader", case_id=found)
    said = {"action": "return", "return_reason": "数量有误"}
    programme.hand_in("execute_correction", "checker", case_id=found, **said)
    programme.then_state("revoked")
    with pytest.raises(Refused) as undone:
        programme.hand_in("decide_correction", "leader", case_id=found, action="dismissed")
    assert undone.value.code == "revocation_done"
    _corrected(programme, found, confirmed_tonnes=300)
    (row,) = rows(programme, tables.correction)
    assert (row["state"], row["reversed"]) == ("settled", 300)


def test_p9_3005_sold_and_cancelled_are_untouched(issued: Programme) -> None:
    """P9's figures on this batch: 3,005 cancelled, 5 of them by a natural person; the rest is the owner's."""
    programme = issued
    first, second = given_buyer(programme, "cement"), given_buyer(programme, "person")
    sold(programme, first, 3_000)
    sold(programme, second, 5)
    when_cancelled(programme, "cement", first, 3_000)
    when_cancelled(
        programme,
        "person",
        second,
        5,
        cancellation_purpose="substitute_restoration",
        restoration_reference="（2026）赣01民初5号",
        restoration_authority="演示中级人民法院",
        restoration_obligor="演示公司",
        restoration_document=["r1"],
    )
    found = when_found(programme, correction_batch=_batch(programme))
    _corrected(programme, found)
    assert identity(programme) == {Bucket.AVAILABLE: 6_205, Bucket.CANCELLED: 3_005, Bucket.REVERSED: 390}


def test_a_finding_that_does_not_hold_gives_the_units_back(issued: Programme) -> None:
    programme = issued
    owner = owner_account(programme)
    found = when_found(programme, correction_batch=_batch(programme))
    programme.hand_in(
        "decide_correction", "leader", case_id=found, action="dismissed", correction_reasons="复测无误"
    )
    assert held(programme, owner) == {"available": 9_600}
    assert [row["state"] for row in rows(programme, tables.correction)] == ["dismissed"]
    assert programme.batches[0]["state"] == "issued"


def test_what_is_missing_comes_from_the_next_batch(issued: Programme) -> None:
    """G the owner has sold all but 100. W 390 are over. T 100 reversed, 290 from the next batch."""
    programme = issued
    owner, buyer = owner_account(programme), given_buyer(programme, "cement")
    sold(programme, buyer, 9_500)
    found = when_found(programme, correction_batch=_batch(programme))
    _corrected(programme, found)
    assert held(programme, owner) == {"reversed": 100}
    assert held(programme, buyer) == {"held": 9_500}
    (row,) = rows(programme, tables.correction)
    assert (row["state"], row["outstanding"]) == ("confirmed", 290)
    with pytest.raises(InvalidForm):
        programme.hand_in("make_good", "clerk", case_id=found, source_batch=_batch(programme))

    programme.on("2026-01-05")
    given_next_batch(programme, 2025, 1_000, "2026-02-11", "2026-02-26")
    programme.hand_in("make_good", "clerk", case_id=found, source_batch=str(programme.batches[1]["id"]))
    assert held(programme, owner) == {"available": 710, "reversed": 390}
    (row,) = rows(programme, tables.correction)
    assert (row["state"], row["reversed"], row["outstanding"]) == ("settled", 390, 0)
    assert [batch["state"] for batch in programme.batches] == ["corrected", "issued"]


def test_false_data_ends_the_project_and_bars_its_owner_for_three_years(issued: Programme) -> None:
    """31号令第四十三条: revoked, trading suspended, an equal quantity taken, barred for three years."""
    programme = issued
    owner, buyer = owner_account(programme), given_buyer(programme, "cement")
    sold(programme, buyer, 2_000)
    found = when_found(
        programme, correction_kind="revocation", correction_batch=None, correction_tonnes=5_000
    )
    assert held(programme, owner) == {"disputed": 7_600}
    programme.hand_in("decide_correction", "leader", case_id=found, confirmed_tonnes=5_000)
    programme.then_state("revoked")
    assert rows(programme, tables.account, id=owner)[0]["state"] == "restricted"
    programme.hand_in("execute_correction", "checker", case_id=found)

    assert held(programme, owner) == {"available": 2_600, "reversed": 5_000}
    assert held(programme, buyer) == {"held": 2_000}
    assert rows(programme, tables.account, id=owner)[0]["state"] == "normal"
    assert [row["kind"] for row in rows(programme, tables.account_order)] == ["restrict", "release"]
    project = programme.project_id
    programme.on("2027-08-11")
    programme.on("2028-08-12")
    with pytest.raises(Refused) as barred:
        programme.given_application(project_name="另一片林子（演示）")
    assert barred.value.code == "applicant_barred"
    programme.on("2028-08-13")
    programme.hand_in("submit_application", "owner", project_name="另一片林子（演示）")
    programme.project_id = project


def test_a_dispute_locks_a_buyers_units_and_takes_no_more_than_it_locked(issued: Programme) -> None:
    """W units of a buyer are disputed. T it can neither cancel nor lose more than was locked."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    found = when_found(
        programme,
        correction_kind="dispute",
        correction_batch=None,
        correction_account=buyer,
        correction_tonnes=600,
    )
    assert held(programme, buyer) == {"disputed": 600}
    with pytest.raises(Refused) as locked:
        programme.do("cement", OpenCancellation(buyer, programme.project_id))
    assert locked.value.code == "insufficient_units"
    with pytest.raises(InvalidForm) as more:
        programme.hand_in("decide_correction", "leader", case_id=found, confirmed_tonnes=601)
    assert set(more.value.errors) == {"confirmed_tonnes"}
    programme.hand_in("decide_correction", "leader", case_id=found, confirmed_tonnes=200)
    programme.hand_in("execute_correction", "checker", case_id=found)
    assert held(programme, buyer) == {"held": 400, "reversed": 200}


def test_a_dispute_over_units_about_to_be_cancelled_stops_the_cancellation(issued: Programme) -> None:
    """W units pending cancellation are locked. T they are not cancelled till the lock is lifted."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    cancellation = when_applied(programme, "cement", buyer, 600)
    found = when_found(
        programme,
        correction_kind="dispute",
        correction_batch=None,
        correction_account=buyer,
        correction_tonnes=600,
    )
    with pytest.raises(Refused) as locked:
        programme.hand_in("verify_cancellation", "checker", case_id=cancellation)
    assert locked.value.code == "insufficient_units"
    programme.hand_in(
        "decide_correction", "leader", case_id=found, action="dismissed", correction_reasons="权属清楚"
    )
    assert held(programme, buyer) == {"pending": 600}
    programme.hand_in("verify_cancellation", "checker", case_id=cancellation)
    assert held(programme, buyer) == {"cancelled": 600}


def test_a_finding_above_what_was_issued_is_refused(issued: Programme) -> None:
    programme = issued
    with pytest.raises(InvalidForm) as wrong:
        when_found(programme, correction_batch=_batch(programme), correction_tonnes=9_601)
    assert set(wrong.value.errors) == {"correction_tonnes"}
    assert held(programme, owner_account(programme)) == {"available": 9_600}


def test_succession_by_order_does_not_reset_how_often_units_were_sold(issued: Programme) -> None:
    """A court's transfer: units move to the successor's account, sold once still, never for sale again."""
    programme = issued
    buyer, heir = given_buyer(programme, "cement"), given_buyer(programme, "heir")
    sold(programme, buyer, 600)
    request = OrderSuccession(buyer, heir, programme.project_id, 250, "法院裁定过户", "（2025）赣01执1号")
    with pytest.raises(Forbidden):
        programme.do("clerk", request)
    done = programme.do("leader", request, "succession-1")
    assert programme.do("leader", request, "succession-1").values == done.values
    assert (held(programme, buyer), held(programme, heir)) == ({"held": 350}, {"held": 250})
    with programme.app.store.reading() as uow:
        assert {h.transfer_count for h in uow.ledger.holdings(heir, Bucket.HELD)} == {1}
    (row,) = rows(programme, tables.correction)
    assert (row["kind"], row["state"], row["quantity"]) == ("succession", "settled", 250)
    with pytest.raises(InvalidForm):
        programme.do("leader", OrderSuccession(buyer, buyer, programme.project_id, 1, "x", "y"))
    with pytest.raises(InvalidForm):
        programme.do("leader", OrderOnAccount(buyer, "seize", "x", "y"))
