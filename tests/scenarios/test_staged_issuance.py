"""Scenario 10: Form 4 computes, tonnes only fall, units are minted once (附件一（二）, 附件4)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from tests.scenarios.issuing import apply, assessed, assessed_and_published, minted
from tests.scenarios.programme import Programme
from tests.support.calculation import forest_rows
from workflow_app.commands.requests import CompleteTask, WithdrawBatch
from workflow_app.kernel.errors import InvalidForm, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.history import SYSTEM

FIRST = {2021: 14_500, 2022: 14_700, 2023: 14_900}
YEAR_2024 = ("2024-01-01", "2024-12-31")
CHANGES = [{"item": "样地", "requirement": "补测两个样地"}]


def given_first_batch(programme: Programme) -> None:
    """P1 is registered, and its B1 2021-01-01~2023-12-31 is minted: 44,100 t in three vintages."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00")
    assessed_and_published(programme, 44_100, "2025-08-04")
    programme.on("2025-08-12")
    vintages = [{"year": year, "tonnes": tonnes} for year, tonnes in FIRST.items()]
    programme.hand_in("prepare_minting", "maker", mint_tonnes=44_100, mint_vintages=vintages)
    programme.hand_in("verify_minting", "checker")


def given_second_round(programme: Programme) -> None:
    """The owner asks for B2."""
    programme.on("2026-01-05")
    programme.hand_in("request_issuance", "owner")


def test_10_staged_issuance(programme_on_both: Programme) -> None:
    """G P1 B1 2021-2023. W B2 overlaps, leaves the crediting period, asks 14,801 of 14,800.73. T refused."""
    programme = programme_on_both
    given_first_batch(programme)
    given_second_round(programme)

    with pytest.raises(Refused) as overlap:  # by one day
        apply(programme, "2023-12-31", "2024-12-31", 14_800, "14800.73")
    assert overlap.value.code == "period_overlaps"
    with pytest.raises(Refused) as outside:
        apply(programme, "2020-12-01", "2020-12-31", 14_800, "14800.73")
    assert outside.value.code == "outside_crediting_period"
    with pytest.raises(InvalidForm) as above:
        apply(programme, *YEAR_2024, 14_801, "14800.73")
    assert set(above.value.errors) == {"requested_tonnes"}

    apply(programme, *YEAR_2024, 14_800, "14800.73")
    assert programme.batches[-1]["calculated"] == Decimal("14800.7300")
    assessed_and_published(programme, 14_800, "2026-02-11")
    programme.on("2026-02-26")
    programme.then_due_on("issuance_registration", "2026-02-28")
    programme.then_counted("issuance_registration", "02-26", "02-27", "02-28")
    programme.hand_in(
        "prepare_minting", "maker", mint_tonnes=14_800, mint_vintages=[{"year": 2024, "tonnes": 14_800}]
    )
    check = programme.task("verify_minting")
    request = CompleteTask(check.id, programme.answer_to(check, "checker"))
    done = programme.do("checker", request, "the job")
    again = programme.do("checker", request, "the job")  # the job is retried

    assert again.values == done.values
    assert [batch["issued"] for batch in programme.batches] == [44_100, 14_800]
    assert programme.units() == (44_101, 58_900)
    assert programme.serials()[0].startswith("JX-JCER-01-00001-02-2024-000044101-000058900-")
    assert programme.balance() == 58_900
    programme.task("request_issuance")


def test_what_the_form_says_does_not_count_where_the_system_computes(programme: Programme) -> None:
    """W Form 4 states 99,999 t beside rows that come to 14,800.73. T 14,800.73, and 14,801 is refused."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    stated = {"project_total": "99999", "baseline_total": "0", "emission_reductions": "99999"}
    with pytest.raises(InvalidForm) as above:
        apply(programme, *YEAR_2024, 99_999, "14800.73", **stated)
    assert set(above.value.errors) == {"requested_tonnes"}
    apply(programme, *YEAR_2024, 14_800, "14800.73", **stated)
    assert programme.batches[0]["calculated"] == Decimal("14800.7300")


@pytest.mark.parametrize(
    ("row", "value", "path"),
    [
        (8, {"value": "0.71", "source": "样地"}, "calculation_parameters.8.value"),  # 含碳率 above 0.7
        (0, {"value": "很多", "source": "样地"}, "calculation_parameters.0.value"),
        (3, {"source": "样地"}, "calculation_parameters.3.value"),
        (3, {"value": "11"}, "calculation_parameters.3.source"),
    ],
)
def test_a_parameter_that_does_not_hold_is_said_at_its_row(
    programme: Programme, row: int, value: dict[str, str], path: str
) -> None:
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    rows = forest_rows("14500.00")
    rows[row] = value
    with pytest.raises(InvalidForm) as refused:
        apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00", calculation_parameters=rows)
    assert path in refused.value.errors


def revised(programme: Programme, tonnes: int, reductions: str) -> Any:
    """The owner answers the panel with fewer tonnes, computed anew."""
    return programme.hand_in(
        "revise_documents",
        "owner",
        revised_tonnes=tonnes,
        calculation_parameters=forest_rows(reductions),
        responses=[{"item": "样地", "change": "补测", "location": "附件4", "evidence": []}],
    )


def test_in_each_round_of_revision_tonnes_only_fall(programme: Programme) -> None:
    """W the panel asks twice for a revision. T each claim is at most the last; the least is minted."""
    given_first_batch(programme)
    given_second_round(programme)
    apply(programme, *YEAR_2024, 14_800, "14800.73")
    assessed(programme, 14_800, action="revise", required_changes=CHANGES)

    with pytest.raises(InvalidForm) as risen:
        revised(programme, 14_801, "14900.00")
    assert set(risen.value.errors) == {"revised_tonnes"}
    with pytest.raises(InvalidForm) as above:
        revised(programme, 14_750, "14749.99")
    assert set(above.value.errors) == {"revised_tonnes"}
    revised(programme, 14_750, "14750.20")
    programme.hand_in("recheck_revision", "expert_one", action="again", required_changes=CHANGES)
    with pytest.raises(InvalidForm):
        revised(programme, 14_751, "14760.00")
    revised(programme, 14_700, "14700.00")
    with pytest.raises(InvalidForm) as accepted:
        programme.hand_in("recheck_revision", "expert_one", action="confirmed", accepted_tonnes=14_701)
    assert set(accepted.value.errors) == {"accepted_tonnes"}
    programme.hand_in("recheck_revision", "expert_one", action="confirmed", accepted_tonnes=14_700)

    batch = programme.batches[-1]
    assert (batch["quantity"], batch["calculated"]) == (14_700, Decimal("14700.0000"))
    programme.hand_in("draft_notice", "maker", public_tonnes=14_700)
    programme.hand_in("release_notice", "leader")
    programme.when_published("2026-02-11")
    programme.on("2026-02-26")
    minted(programme, 14_700, 2024)
    assert programme.units() == (44_101, 58_800)


def test_a_parameter_most_experts_reject_does_not_pass(programme: Programme) -> None:
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00")
    programme.hand_in("review_issuance", "clerk")
    programme.hand_in("convene_panel", "clerk")
    for expert in ("expert_one", "expert_two", "expert_three"):
        verdicts: list[dict[str, str]] = [{"verdict": "accept"} for _row in forest_rows("1")]
        if expert != "expert_three":
            verdicts[3] = {"verdict": "fail", "remark": "样地复测记录缺页"}
        programme.hand_in("review_by_expert", expert, of=expert, parameter_verdicts=verdicts)
    programme.hand_in("hold_meeting", "clerk")
    with pytest.raises(Refused) as refused:
        programme.hand_in("give_opinion", "expert_one", accepted_tonnes=14_500)
    assert refused.value.code == "parameters_rejected"
    assert "期末单位面积蓄积量" in refused.value.message


def test_the_panel_accepts_no_more_than_was_claimed(programme: Programme) -> None:
    """I5."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2021-12-31", 14_400, "14500.00")
    with pytest.raises(InvalidForm) as refused:
        assessed(programme, 14_401)
    assert set(refused.value.errors) == {"accepted_tonnes"}


def _work(programme: Programme) -> int:
    """Apply for a round; returns the database's own count of its work, in hundreds of steps."""
    done = 0

    def count() -> int:
        nonlocal done
        done += 1
        return 0

    def watch(connection: Any, *_rest: Any) -> None:
        connection.set_progress_handler(count, 100)

    engine = programme.app.store.engine
    task = programme.task("apply_issuance")
    answer = programme.answer_to(
        task,
        "owner",
        monitoring_period={"start": "2030-01-01", "end": "2030-01-31"},
        requested_tonnes=10,
        vintages=[{"year": 2030, "tonnes": 10}],
        calculation_parameters=forest_rows("10.5"),
    )
    event.listen(engine, "checkout", watch)
    programme.do("owner", CompleteTask(task.id, answer))
    event.remove(engine, "checkout", watch)
    return done


def _rounds(programme: Programme, count: int) -> None:
    """So many rounds lie behind the project: every fourth stands, a day each; the others were withdrawn."""
    with programme.app.store.unit_of_work() as uow:
        now = programme.clock.now()
        first, sequence = date(2021, 1, 1), uow.programme.next_batch_sequence(programme.project_id)
        for number in range(count):
            day = first + timedelta(days=number // 4)
            row = {
                "id": new_id(),
                "project_id": programme.project_id,
                "sequence": sequence + number,
                "state": "assessment" if number % 4 == 0 else "withdrawn",
                "period_start": day,
                "period_end": day,
                "applied_on": date(2030, 12, 31),
                "quantity": 1,
                "calculated": Decimal(1),
                "notice_required": True,
                "received_at": now,
            }
            uow.programme.add(tables.batch, row)
        uow.history.record("rounds_entered", f"project:{programme.project_id}", SYSTEM, now)
        uow.commit()


def test_ten_thousand_rounds_weigh_no_more_than_ten(programme: Programme) -> None:
    """I6 is judged against the one neighbour that can overlap, in the command and in the database."""
    programme.given_registered_project("2025-06-09")
    programme.wake_late("2030-06-03")
    programme.hand_in("request_issuance", "owner")
    light = _work(programme)
    programme.do("owner", WithdrawBatch(programme.project_id, "数据有误"))
    _rounds(programme, 10_000)
    programme.hand_in("request_issuance", "owner")
    heavy = _work(programme)
    assert light > 0
    assert heavy < 2 * light
