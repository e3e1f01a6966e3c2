"""首期一并办理: project and batch 1 in one opinion and one notice (附件一（二）（三）, 附件二（一）).

The dates and tonnes are P1's of docs/domain.md §7.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.issuing import apply, assessed, assessed_and_published, judged, minted, reviewed
from tests.scenarios.parameters import given_parameter
from tests.scenarios.programme import Programme
from tests.support.calculation import forest_rows
from workflow_app.commands.requests import TerminateNotice, WithdrawBatch
from workflow_app.kernel.errors import InvalidForm, Refused

FIRST = {2021: 14_500, 2022: 14_700, 2023: 14_900}
CHANGES = [{"item": "样地", "requirement": "补测两个样地"}]
VINTAGES = [{"year": year, "tonnes": tonnes} for year, tonnes in FIRST.items()]


def given_combined(programme: Programme) -> None:
    """P1 applied on 2025-04-10 for both at once, and is accepted."""
    programme.on("2025-04-10")
    programme.given_application(first_batch="combined")
    programme.hand_in("review_application", "clerk")


def given_first_application(programme: Programme) -> None:
    """And hands in forms 3 and 4 for 2021-2023: 44,100 t."""
    given_combined(programme)
    programme.on("2025-04-21")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00", vintages=VINTAGES)


def given_published(programme: Programme) -> None:
    """One opinion, one notice of both, on 2025-06-09."""
    given_first_application(programme)
    assessed_and_published(programme, 44_100, "2025-06-09")


def registered(programme: Programme) -> None:
    """The exchange's two people open the account and register the project."""
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")


def states(programme: Programme) -> tuple[str, list[str]]:
    """The project's state and its batches'."""
    return programme.project["state"], [batch["state"] for batch in programme.batches]


def test_project_and_first_batch_go_together(programme_on_both: Programme) -> None:
    """W P1 is published 2025-06-09 with B1. T both registered on 06-18, by 06-19: 44,100 t; B2 goes alone."""
    programme = programme_on_both
    given_combined(programme)
    programme.then_state("accepted")
    programme.on("2025-04-21")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00", vintages=VINTAGES)
    assert states(programme) == ("accepted", ["formal_review"])
    reviewed(programme)
    assert states(programme) == ("assessment", ["assessment"])
    programme.hand_in("hold_meeting", "clerk")
    programme.hand_in("give_opinion", "expert_one", accepted_tonnes=44_100)
    assert states(programme) == ("notice_pending", ["notice_pending"])
    programme.hand_in("draft_notice", "maker", public_tonnes=44_100)
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-06-09")
    assert states(programme) == ("public_notice", ["public_notice"])
    programme.then_counted("public_notice", "06-10", "06-11", "06-12", "06-13", "06-16")

    programme.on("2025-06-18")
    programme.then_due_on("registration", "2025-06-19")
    registered(programme)
    assert states(programme) == ("registered", ["registration_pending"])
    programme.then_due_on("issuance_registration", "2025-06-19")  # R37: one limit for both
    programme.hand_in("prepare_minting", "maker", mint_tonnes=44_100, mint_vintages=VINTAGES)
    programme.hand_in("verify_minting", "checker")

    assert states(programme) == ("registered", ["issued"])
    assert (programme.units(), programme.balance()) == ((1, 44_100), 44_100)
    assert judged(programme) == (1, 1)
    assert programme.serials()[0].startswith("JX-JCER-01-00001-01-2021-000000001-000014500-E")

    programme.on("2026-01-05")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2024-01-01", "2024-12-31", 14_800, "14800.73")
    assessed_and_published(programme, 14_800, "2026-02-11")
    programme.on("2026-02-28")
    minted(programme, 14_800, 2024)
    assert programme.units() == (44_101, 58_900)
    assert judged(programme) == (2, 2)
    programme.task("request_issuance")


def test_without_the_choice_a_project_goes_alone(programme: Programme) -> None:
    """Two steps are the rule: whoever chooses nothing has no forms 3 and 4 to hand in before registration."""
    programme.given_accepted_project()
    programme.task("convene_panel")
    assert programme.cases("issuance_application") == []


def test_where_the_parameters_do_not_allow_it_nobody_can_choose_it(programme: Programme) -> None:
    """C: combined_first_pass."""
    given_parameter(programme, "combined_first_pass: true", "combined_first_pass: false")
    with pytest.raises(InvalidForm) as refused:
        programme.given_application(first_batch="combined")
    assert set(refused.value.errors) == {"first_batch"}


def revised(programme: Programme, tonnes: int, reductions: str) -> Any:
    """The applicant answers the panel, with fewer tonnes computed anew."""
    return programme.hand_in(
        "revise_documents",
        "owner",
        revised_tonnes=tonnes,
        calculation_parameters=forest_rows(reductions),
        responses=[{"item": "样地", "change": "补测", "location": "附件4", "evidence": []}],
    )


def test_in_a_revision_of_both_tonnes_only_fall(programme: Programme) -> None:
    """W the panel asks for a revision. T project and batch are revised at once; 44,000 is what is minted."""
    given_first_application(programme)
    assessed(programme, 44_100, action="revise", required_changes=CHANGES)
    assert states(programme) == ("revision", ["revision"])
    with pytest.raises(InvalidForm) as risen:
        revised(programme, 44_101, "44200.00")
    assert set(risen.value.errors) == {"revised_tonnes"}
    revised(programme, 44_000, "44000.30")
    assert states(programme) == ("recheck", ["recheck"])
    with pytest.raises(InvalidForm) as above:
        programme.hand_in("recheck_revision", "expert_one", accepted_tonnes=44_001)
    assert set(above.value.errors) == {"accepted_tonnes"}
    programme.hand_in("recheck_revision", "expert_one", accepted_tonnes=44_000)
    assert states(programme) == ("notice_pending", ["notice_pending"])
    with pytest.raises(InvalidForm):
        programme.hand_in("draft_notice", "maker", public_tonnes=44_001)
    programme.hand_in("draft_notice", "maker", public_tonnes=44_000)
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-06-09")
    programme.on("2025-06-17")
    registered(programme)
    minted(programme, 44_000, 2023)
    assert programme.balance() == 44_000


def decided(programme: Programme, decision: str, **said: Any) -> None:
    """Somebody objects on 06-10; the leader decides after the close."""
    programme.on("2025-06-10")
    objected = programme.when_comment()
    programme.hand_in("classify_comment", "maker", case_id=objected)
    programme.on("2025-06-17")
    assert states(programme) == ("objection", ["objection"])
    programme.hand_in("investigate", "clerk", case_id=objected)
    programme.hand_in("decide_objection", "leader", case_id=objected, action=decision, **said)


def test_a_dismissed_objection_starts_one_limit_for_both(programme: Programme) -> None:
    """R37: three days from the decision of 06-17, for the account, the registration and the units."""
    given_published(programme)
    decided(programme, "dismissed")
    assert states(programme) == ("registration_pending", ["registration_pending"])
    programme.then_due_on("registration", "2025-06-20")
    programme.on("2025-06-20")
    registered(programme)
    programme.then_due_on("issuance_registration", "2025-06-20")
    minted(programme, 44_100, 2023)
    assert states(programme) == ("registered", ["issued"])


def test_an_upheld_objection_sends_both_back_and_a_full_notice_follows(programme: Programme) -> None:
    given_published(programme)
    decided(programme, "upheld_fixable", required_changes=CHANGES)
    assert states(programme) == ("revision", ["revision"])
    revised(programme, 43_900, "43900.00")
    programme.hand_in("recheck_revision", "expert_one", accepted_tonnes=43_900)
    programme.hand_in("draft_notice", "maker", public_tonnes=43_900)
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-07-01")
    programme.then_counted("public_notice", "07-02", "07-03", "07-04", "07-07", "07-08")
    programme.on("2025-07-09")
    registered(programme)
    minted(programme, 43_900, 2023)
    assert (states(programme), programme.balance()) == (("registered", ["issued"]), 43_900)


def test_an_objection_upheld_beyond_repair_ends_both(programme: Programme) -> None:
    given_published(programme)
    decided(programme, "upheld_fatal")
    assert states(programme) == ("failed", ["failed"])
    assert programme.open_tasks() == []


def test_a_panel_that_rejects_ends_both(programme: Programme) -> None:
    given_first_application(programme)
    assessed(programme, 44_100, action="failed")
    assert states(programme) == ("failed", ["failed"])
    assert programme.open_tasks() == []


def test_a_revision_that_never_comes_ends_both(programme: Programme) -> None:
    given_first_application(programme)
    assessed(programme, 44_100, action="revise", required_changes=CHANGES)
    programme.on("2025-08-01")
    assert states(programme) == ("lapsed", ["lapsed"])


def test_a_material_change_stops_the_notice_of_both(programme: Programme) -> None:
    """W stopped on 06-12. T both are assessed again and published in full; the last opinion counts."""
    given_published(programme)
    programme.on("2025-06-12")
    programme.do("leader", TerminateNotice(programme.notice["id"], "项目边界调整"))
    assert states(programme) == ("notice_pending", ["notice_pending"])
    programme.hand_in("convene_panel", "clerk")
    assert states(programme) == ("assessment", ["assessment"])
    agreed = [{"verdict": "accept"} for _row in forest_rows("1")]
    for expert in ("expert_one", "expert_two", "expert_three"):
        programme.hand_in("review_by_expert", expert, of=expert, parameter_verdicts=agreed)
    programme.hand_in("hold_meeting", "clerk")
    programme.hand_in("give_opinion", "expert_one", accepted_tonnes=44_000)
    programme.hand_in("draft_notice", "maker", public_tonnes=44_000)
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-06-23")
    programme.on("2025-07-01")
    registered(programme)
    minted(programme, 44_000, 2023)
    assert judged(programme) == (2, 2)


def test_the_project_withdrawn_takes_its_first_batch_along(programme: Programme) -> None:
    """31号令第十六条. And nobody takes the batch alone out of a notice that names both."""
    given_published(programme)
    with pytest.raises(Refused) as alone:
        programme.do("owner", WithdrawBatch(programme.project_id, "数据有误"))
    assert "不能单独撤回" in alone.value.message
    programme.when_withdrawn()
    assert states(programme) == ("withdrawn", ["withdrawn"])
    assert programme.open_tasks() == []


def test_the_first_batch_taken_back_leaves_the_project_to_go_alone(programme: Programme) -> None:
    """W the owner takes it back while its papers are reviewed. T two steps from here; its period is free."""
    given_first_application(programme)
    programme.do("owner", WithdrawBatch(programme.project_id, "监测数据待补"))
    assert states(programme) == ("accepted", ["withdrawn"])
    programme.hand_in("convene_panel", "clerk")
    for expert in ("expert_one", "expert_two", "expert_three"):
        programme.hand_in("review_by_expert", expert, of=expert)
    programme.hand_in("hold_meeting", "clerk")
    programme.hand_in("give_opinion", "expert_one")
    programme.hand_in("draft_notice", "maker")
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-06-09")
    programme.on("2025-06-17")
    registered(programme)
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00", vintages=VINTAGES)
    assert states(programme) == ("registered", ["withdrawn", "formal_review"])


def test_a_first_batch_never_completed_leaves_the_project_to_go_alone(programme: Programme) -> None:
    """W the correction of forms 3 and 4 never comes. T withdrawn; the project's panel is convened."""
    given_first_application(programme)
    failed = [{"result": "pass"} for _ in range(10)]
    failed[4] = {"result": "fail", "remark": "基准线合计与附表不符"}
    said: dict[str, Any] = {"action": "incomplete", "checklist": failed, "review_opinion": "补正"}
    programme.hand_in("review_issuance", "clerk", **said)
    programme.on("2025-06-03")
    assert states(programme) == ("accepted", ["withdrawn"])
    programme.hand_in("convene_panel", "clerk")
    assert states(programme) == ("assessment", ["withdrawn"])


def test_a_first_batch_withdrawn_after_registration_is_applied_for_anew(programme: Programme) -> None:
    """W the owner takes it back before it is minted. T the project stays registered; the next goes alone."""
    given_published(programme)
    programme.on("2025-06-17")
    registered(programme)
    programme.do("owner", WithdrawBatch(programme.project_id, "数据有误"))
    assert states(programme) == ("registered", ["withdrawn"])
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00", vintages=VINTAGES)
    assessed_and_published(programme, 44_100, "2025-08-04")
    programme.on("2025-08-12")
    minted(programme, 44_100, 2023)
    assert states(programme) == ("registered", ["withdrawn", "issued"])


def test_more_than_what_both_were_published_with_is_not_minted(programme: Programme) -> None:
    """I5."""
    given_published(programme)
    programme.on("2025-06-17")
    registered(programme)
    with pytest.raises(InvalidForm) as refused:
        minted(programme, 44_099, 2023)
    assert "公示44,100吨" in refused.value.message
