"""Rounds withdrawn, corrected, ended, judged by their own opinion (附件一（二）)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.issuing import apply, assessed, assessed_and_published
from tests.scenarios.programme import Programme
from tests.support.calculation import forest_rows
from workflow_app.commands.requests import EndProject, WithdrawBatch
from workflow_app.kernel.errors import InvalidForm


def test_a_batch_is_withdrawn_and_the_project_goes_on(programme: Programme) -> None:
    """W the owner withdraws a batch under review. T 已撤回; its period is free again."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00")

    programme.do("owner", WithdrawBatch(programme.project_id, "数据有误"))

    assert [batch["state"] for batch in programme.batches] == ["withdrawn"]
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00")
    assert [batch["state"] for batch in programme.batches] == ["withdrawn", "formal_review"]


def test_a_registered_project_is_deregistered_by_the_leader(programme: Programme) -> None:
    """W the leader deregisters. T 已注销; the lifecycle is over and cannot be withdrawn or resumed."""
    programme.given_registered_project("2025-06-09")
    programme.do("leader", EndProject(programme.project_id, "deregistration", "业主申请注销"))
    programme.then_state("deregistered")
    assert [case.outcome for case in programme.cases("project_lifecycle")] == ["deregistered"]
    assert programme.open_tasks() == []


def test_the_crediting_period_ends_the_lifecycle(programme: Programme) -> None:
    """W the owner says that no more will be issued. T the lifecycle is completed."""
    programme.given_registered_project("2025-06-09")
    programme.hand_in("request_issuance", "owner", action="finish", finish_reason="计入期届满")
    assert [case.outcome for case in programme.cases("project_lifecycle")] == ["completed"]
    programme.then_state("completed")
    assert programme.project["ended_at"] == programme.clock.now()


def test_a_corrected_issuance_is_what_is_assessed(programme: Programme) -> None:
    """W the owner corrects quantity and calculation. T the batch is what the correction says."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00")
    failed = [{"result": "pass"} for _ in range(10)]
    failed[4] = {"result": "fail", "remark": "基准线合计与附表不符"}
    programme.hand_in(
        "review_issuance", "clerk", action="incomplete", checklist=failed, review_opinion="补正"
    )
    corrected: dict[str, Any] = {
        "monitoring_period": {"start": "2021-01-01", "end": "2021-12-31"},
        "requested_tonnes": 14_000,
        "vintages": [{"year": 2021, "tonnes": 14_000}],
        "calculation_parameters": forest_rows("14000.00"),
    }
    programme.hand_in("correct_issuance", "owner", **corrected)
    assert [(batch["quantity"], batch["state"]) for batch in programme.batches] == [(14_000, "formal_review")]


def test_what_is_published_of_a_round_is_measured_by_its_own_opinion(programme: Programme) -> None:
    """I5. G the project's opinion accepted 149,700 t, an earlier round's 44,100. W round 2 publishes more."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00")
    assessed_and_published(programme, 44_100, "2025-08-04")
    programme.on("2025-08-12")
    years = {2021: 1, 2022: 1, 2023: 44_098}
    vintages = [{"year": year, "tonnes": tonnes} for year, tonnes in years.items()]
    programme.hand_in("prepare_minting", "maker", mint_tonnes=44_100, mint_vintages=vintages)
    programme.hand_in("verify_minting", "checker")
    programme.on("2026-01-05")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2024-01-01", "2024-12-31", 14_800, "14800.73")
    assessed(programme, 14_700)

    with pytest.raises(InvalidForm) as above:
        programme.hand_in("draft_notice", "maker", public_tonnes=14_701)
    assert "public_tonnes" in above.value.errors
    assert programme.facts_for("draft_notice")["accepted_tonnes"] == 14_700
    programme.hand_in("draft_notice", "maker", public_tonnes=14_700)
    programme.hand_in("release_notice", "leader")
    programme.when_published("2026-02-11")
    programme.on("2026-02-26")
    shown = programme.facts_for("prepare_minting")
    assert (shown["public_tonnes"], shown["vintages"]) == (14_700, [{"year": 2024}])


def test_a_third_party_that_is_the_consultant_is_flagged_to_the_reviewer(programme: Programme) -> None:
    """R34, 参照31号令第十八条. W the third party advised the owner. T the clerk is told, nothing refused."""
    programme.consultant = "绿衡演示咨询（江西）有限公司"
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    third = {
        "verifier_name": "绿衡演示咨询(江西)有限公司",
        "verifier_contact": "李演示",
        "verifier_email": "verifier@example.com",
        "verifier_phone": "0791-86860000",
    }
    apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00", **third)
    assert "不具独立性" in programme.facts_for("review_issuance")["verifier_flag"]
    assert programme.batches[0]["verifier"] == third["verifier_name"]
