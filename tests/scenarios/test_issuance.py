"""Scenario 10 as far as the first postings: staged issuance, one round after another (附件一（二）)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands.requests import EndProject, WithdrawBatch
from workflow_app.kernel.errors import InvalidForm, Refused


def _apply(programme: Programme, start: str, end: str, asked: int, calculated: str) -> None:
    form: dict[str, Any] = {
        "monitoring_period": {"start": start, "end": end},
        "requested_tonnes": asked,
        "project_total": f"{float(calculated) + 1000:.2f}",
        "emission_reductions": calculated,
        "vintages": [
            {"year": year, "tonnes": asked if year == int(end[:4]) else 1}
            for year in range(int(start[:4]), int(end[:4]) + 1)
        ],
    }
    years = len(form["vintages"])
    form["vintages"][-1]["tonnes"] = asked - (years - 1)
    programme.hand_in("apply_issuance", "owner", **form)


def _assessed_and_published(programme: Programme, accepted: int, day: str) -> None:
    programme.hand_in("review_issuance", "clerk")
    programme.hand_in("convene_panel", "clerk")
    for expert in ("expert_one", "expert_two", "expert_three"):
        programme.hand_in("review_by_expert", expert, of=expert)
    programme.hand_in("hold_meeting", "clerk")
    programme.hand_in("give_opinion", "expert_one", accepted_tonnes=accepted)
    programme.hand_in("draft_notice", "maker", public_tonnes=accepted)
    programme.hand_in("release_notice", "leader")
    programme.when_published(day)


def _minted(programme: Programme, tonnes: int, year: int) -> None:
    programme.hand_in(
        "prepare_minting", "maker", mint_tonnes=tonnes, mint_vintages=[{"year": year, "tonnes": tonnes}]
    )
    programme.hand_in("verify_minting", "checker")


def test_10_staged_issuance(programme_on_both: Programme) -> None:
    """G P1 B1 2021-2023. W B2 overlaps, leaves the crediting period, or asks above the floor. T refused."""
    programme = programme_on_both
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    _apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00")
    _assessed_and_published(programme, 44_100, "2025-08-04")
    programme.on("2025-08-12")
    programme.hand_in(
        "prepare_minting",
        "maker",
        mint_tonnes=44_100,
        mint_vintages=[
            {"year": 2021, "tonnes": 14_500},
            {"year": 2022, "tonnes": 14_700},
            {"year": 2023, "tonnes": 14_900},
        ],
    )
    programme.hand_in("verify_minting", "checker")
    assert [batch["issued"] for batch in programme.batches] == [44_100]

    programme.on("2026-01-05")
    programme.hand_in("request_issuance", "owner")
    for start, end, asked, code in (
        ("2023-12-31", "2024-12-31", 14_800, "period_overlaps"),
        ("2020-12-01", "2020-12-31", 14_800, "outside_crediting_period"),
    ):
        with pytest.raises(Refused) as refused:
            _apply(programme, start, end, asked, "14800.73")
        assert refused.value.code == code
    with pytest.raises(InvalidForm) as above:
        _apply(programme, "2024-01-01", "2024-12-31", 14_801, "14800.73")
    assert "requested_tonnes" in above.value.errors
    _apply(programme, "2024-01-01", "2024-12-31", 14_800, "14800.73")
    _assessed_and_published(programme, 14_800, "2026-02-11")
    programme.on("2026-02-26")
    _minted(programme, 14_800, 2024)

    assert [batch["issued"] for batch in programme.batches] == [44_100, 14_800]
    assert programme.units() == (44_101, 58_900)
    assert programme.serials()[0].startswith("JX-JCER-01-00001-02-2024-000044101-000058900-")
    assert programme.balance() == 58_900
    programme.task("request_issuance")


def test_a_batch_is_withdrawn_and_the_project_goes_on(programme: Programme) -> None:
    """W the owner withdraws a batch under review. T 已撤回; its period is free again."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    _apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00")

    programme.do("owner", WithdrawBatch(programme.project_id, "数据有误"))

    assert [batch["state"] for batch in programme.batches] == ["withdrawn"]
    programme.hand_in("request_issuance", "owner")
    _apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00")
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
    programme.then_state("registered")
