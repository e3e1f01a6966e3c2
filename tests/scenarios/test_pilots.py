"""正文五: what a filed pilot does, what its bureau says of it, how it is evaluated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from tests.scenarios.papers import deliveries, issued
from tests.scenarios.programme import Programme
from tests.scenarios.units import rows
from workflow_app.commands.documents import keep_waiting
from workflow_app.commands.paper_requests import NoteDelivery
from workflow_app.commands.pilot_requests import CommentOnPilot, EnterActivity, ReviseMechanism, VoidActivity
from workflow_app.commands.requests import SYSTEM, CreateOrganisation, SuspendFiling, TerminateFiling
from workflow_app.domain.pilot import Activity, Mechanism
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, Refused
from workflow_app.store import tables
from workflow_app.store.refusals import translate

TRAINING = Activity("training", "森林经营碳汇计量培训", date(2025, 3, 12), "横水镇", 2, 86, "县林业局主办")
MECHANISM = Mechanism(
    "李县长",
    "县委常委、副县长",
    "王科长",
    "0797-3812345",
    "contact@example.com",
    ({"department": "县生态环境局", "duty": "组织协调"}, {"department": "县林业局", "duty": "项目实施"}),
    "每季度培训一次",
    "引导县内企业购买",
)


def filed(programme: Programme) -> str:
    """A county that has filed, on 2025-01-08."""
    programme.on("2025-01-08")
    programme.given_filed_pilot()
    programme.given_person("bureau_officer", "bureau", "prefecture_bureau")
    return programme.filing_id


def elsewhere(programme: Programme) -> None:
    """Another bureau and another pilot unit, each with its officer."""
    for name, kind, role in (
        ("other_bureau", "prefecture_bureau", "prefecture_bureau"),
        ("other_pilot", "pilot_unit", "pilot_unit"),
    ):
        made = programme.app.execute(CreateOrganisation(f"演示{name}", "", kind), SYSTEM)
        programme.organisations[name] = str(made.values["organisation_id"])
        programme.given_person(f"{name}_officer", name, role)


def test_the_mechanism_of_a_filing_is_its_first_version(programme_on_both: Programme) -> None:
    """R15: leader, contact and duties, kept by version; names are ciphertext."""
    programme = programme_on_both
    filing = filed(programme)
    (first,) = rows(programme, tables.pilot_profile)
    assert (first["version"], first["filing_id"]) == (1, filing)
    assert first["duties"]
    with programme.app.store.reading() as uow:
        people = uow.pilots.people(first)
    assert isinstance(people, dict)
    assert people["leader_name"]
    assert people["leader_name"] not in str(first)

    done = programme.do("pilot", ReviseMechanism(filing, MECHANISM, "领导分工调整", 1))
    assert done.values["version"] == 2
    with pytest.raises(Conflict, match="mechanism_revised"):
        programme.do("pilot", ReviseMechanism(filing, MECHANISM, "又一次", 1))
    wrong = replace(MECHANISM, leader_name=" ", contact_phone="12", duties=())
    with pytest.raises(InvalidForm) as refused:
        programme.do("pilot", ReviseMechanism(filing, wrong, "", 2))
    assert set(refused.value.errors) == {"leader_name", "contact_phone", "duties", "reason"}
    assert [row["version"] for row in rows(programme, tables.pilot_profile)] == [1, 2]


def test_a_pilot_writes_of_itself_and_nobody_else_of_it(programme: Programme) -> None:
    filing = filed(programme)
    programme.on("2025-03-20")
    elsewhere(programme)
    for who in ("other_pilot_officer", "bureau_officer", "other_bureau_officer", "clerk", "owner", "auditor"):
        for asked in (
            ReviseMechanism(filing, MECHANISM, "代填", 1),
            EnterActivity(filing, TRAINING),
        ):
            with pytest.raises(Forbidden):
                programme.do(who, asked)
    for who in ("pilot", "other_bureau_officer", "clerk", "owner"):
        with pytest.raises(Forbidden):
            programme.do(who, CommentOnPilot(filing, "请加快进度"))
    programme.do("leader", TerminateFiling(filing, "试点单位申请终止"))
    with pytest.raises(Refused, match="filing_over"):
        programme.do("pilot", EnterActivity(filing, TRAINING))


def test_activities_are_counted_and_a_wrong_one_is_voided(programme_on_both: Programme) -> None:
    """R18."""
    programme = programme_on_both
    filing = filed(programme)
    programme.on("2025-03-20")
    entered = programme.do("pilot", EnterActivity(filing, TRAINING)).values["activity_id"]
    programme.do("pilot", EnterActivity(filing, replace(TRAINING, kind="publicity", sessions=1, people=1200)))
    for name, wrong in (
        ("kind", replace(TRAINING, kind="party")),
        ("title", replace(TRAINING, title=" ")),
        ("held_on", replace(TRAINING, held_on=date(2025, 3, 21))),
        ("held_on", replace(TRAINING, held_on=date(2025, 1, 7))),
        ("sessions", replace(TRAINING, sessions=0)),
        ("people", replace(TRAINING, people=-1)),
        ("people", replace(TRAINING, people=1_000_001)),
    ):
        with pytest.raises(InvalidForm) as refused:
            programme.do("pilot", EnterActivity(filing, wrong))
        assert set(refused.value.errors) == {name}
    assert counted(programme, filing) == (2, 86, 1, 1200)

    programme.do("pilot", VoidActivity(str(entered), "人数有误"))
    assert counted(programme, filing) == (0, 0, 1, 1200)
    with pytest.raises(Refused, match="activity_voided"):
        programme.do("pilot", VoidActivity(str(entered), "再次"))
    with programme.app.store.unit_of_work() as uow, pytest.raises(DBAPIError) as by_database:
        uow.connection.execute(update(tables.pilot_activity).values(people=1))
    assert "作废" in str(translate(by_database.value))


def evaluating(programme: Programme) -> str:
    """The case that waits for, or works on, the pilot's present evaluation."""
    (filing,) = rows(programme, tables.pilot_filing)
    return str(filing["evaluation_case_id"])


def reported(programme: Programme, **draft: Any) -> None:
    """Drafted by the clerk and signed by the leader."""
    case = evaluating(programme)
    programme.hand_in("draft_evaluation", "clerk", case_id=case, **draft)
    programme.hand_in("sign_evaluation", "leader", case_id=case)


def counted(programme: Programme, filing: str) -> tuple[int, int, int, int]:
    with programme.app.store.reading() as uow:
        found = uow.pilots.figures(filing, None, programme.clock.now().replace(year=2026))
    names = ("training_sessions", "training_people", "publicity_sessions", "publicity_people")
    return tuple(found[name] for name in names)  # type: ignore[return-value]


def test_the_organising_bureau_comments_in_its_own_area(programme: Programme) -> None:
    """R16: on the pilot and on projects of it; those concerned are told."""
    filing = filed(programme)
    programme.given_application()
    programme.do("bureau_officer", CommentOnPilot(filing, "请尽快组建专家团队。"))
    programme.do("bureau_officer", CommentOnPilot(filing, "请核对小班边界。", programme.project_id))
    with pytest.raises(InvalidForm):
        programme.do("bureau_officer", CommentOnPilot(filing, "x", "nowhere"))
    with pytest.raises(InvalidForm):
        programme.do("bureau_officer", CommentOnPilot(filing, " "))
    comments = rows(programme, tables.pilot_comment)
    assert [row["project_id"] for row in comments] == [None, programme.project_id]
    told = [row for row in rows(programme, tables.notification) if row["subject"] == "指导意见"]
    owner = programme.organisations["owner"]
    assert any(f"role:applicant:{owner}" in str(row) for row in told)


def test_22_a_pilot_is_evaluated_when_its_period_is_over(programme_on_both: Programme) -> None:
    """R22, R46: a timer begins it, its figures stay, a leader signs, the paper goes out, the next begins."""
    programme = programme_on_both
    filing = filed(programme)
    programme.given_application()
    programme.on("2025-03-20")
    programme.do("pilot", EnterActivity(filing, TRAINING))
    programme.do("bureau_officer", CommentOnPilot(filing, "请尽快组建专家团队。"))
    programme.on("2026-01-08")
    assert rows(programme, tables.pilot_evaluation) == []

    programme.on("2026-01-09")
    (evaluation,) = rows(programme, tables.pilot_evaluation)
    assert (evaluation["period_start"], evaluation["period_end"]) == (date(2025, 1, 8), date(2026, 1, 8))
    assert evaluation["figures"]["period"]["training_people"] == 86
    assert evaluation["figures"]["period"]["applied"] == 1
    assert evaluation["figures"]["total"]["comments"] == 1
    case = evaluating(programme)
    shown = programme.facts_for("draft_evaluation", case)
    assert "参训（人次）：本期86，累计86" in shown["evaluation_activities"]
    programme.hand_in("draft_evaluation", "clerk", case_id=case)
    returned = {"action": "return", "signing_opinion": "请补充数据来源。"}
    programme.hand_in("sign_evaluation", "leader", case_id=case, **returned)
    assert programme.facts_for("draft_evaluation", case)["signing_opinion"] == "请补充数据来源。"
    reported(programme, evaluation_problems="计量能力不足；数据来源已补充。")

    (signed,) = rows(programme, tables.pilot_evaluation)
    assert (signed["state"], signed["report"]["problems"]) == ("reported", "计量能力不足；数据来源已补充。")
    assert (signed["drafted_by"], signed["signed_by"]) == (
        programme.people["clerk"],
        programme.people["leader"],
    )
    (paper,) = issued(programme, "evaluation_report")
    assert ["参训（人次）", "86", "86"] in paper.data["figures"]
    assert paper.case_id == case
    keep_waiting(programme.app.executor, 40)
    assert programme.app.document_file(paper.id).kept.size > 0

    programme.on("2027-01-09")
    assert [row["sequence"] for row in rows(programme, tables.pilot_evaluation)] == [1, 2]
    second = rows(programme, tables.pilot_evaluation)[1]
    assert (second["period_start"], second["period_end"]) == (date(2026, 1, 9), date(2027, 1, 8))
    assert second["figures"]["period"]["training_people"] == 0
    assert second["figures"]["total"]["training_people"] == 86


def test_47_a_report_goes_to_the_pilot_its_bureau_and_the_fourteen_bodies(programme: Programme) -> None:
    filed(programme)
    programme.on("2026-01-09")
    reported(programme)
    (paper,) = issued(programme, "evaluation_report")
    placed = {recipient for channel, recipient, _ in deliveries(programme, paper.id) if channel == "post"}
    assert len(placed) == 14
    assert {"copy:省委金融办", "copy:省科学院", "copy:省管局"} <= placed
    pilot, bureau = programme.organisations["pilot"], programme.organisations["bureau"]
    assert {
        ("in_app", f"role:pilot_unit:{pilot}", "placed"),
        ("in_app", f"role:prefecture_bureau:{bureau}", "placed"),
    } <= deliveries(programme, paper.id)
    assert paper.data["copies"][-1] == "省科学院"

    sent = NoteDelivery(paper.id, "copy:省林业局", "post", "sent", "机要交换，签收人王某")
    for who in ("leader", "maker", "pilot"):
        with pytest.raises(Forbidden):
            programme.do(who, sent)
    assert programme.do("clerk", sent).values["noted"] is True
    assert programme.do("clerk", sent).values["noted"] is False
    assert ("post", "copy:省林业局", "sent") in deliveries(programme, paper.id)
    for wrong in (
        replace(sent, recipient="copy:某单位"),
        replace(sent, channel="in_app"),
        replace(sent, result="opened"),
        replace(sent, detail=" "),
    ):
        with pytest.raises(InvalidForm):
            programme.do("clerk", wrong)


def test_a_pilot_that_ended_is_evaluated_no_more(programme: Programme) -> None:
    filing = filed(programme)
    programme.do("leader", SuspendFiling(filing, "整改"))
    programme.on("2026-01-09")
    assert len(rows(programme, tables.pilot_evaluation)) == 1
    case = evaluating(programme)
    programme.hand_in("draft_evaluation", "clerk", case_id=case)
    programme.do("leader", TerminateFiling(filing, "试点单位申请终止"))
    with programme.app.store.reading() as uow:
        assert uow.cases.get(case).status == "cancelled"
    programme.on("2027-02-01")
    assert len(rows(programme, tables.pilot_evaluation)) == 1


def test_the_drafter_does_not_sign(programme: Programme) -> None:
    filed(programme)
    programme.on("2026-01-09")
    case = evaluating(programme)
    programme.hand_in("draft_evaluation", "clerk", case_id=case)
    with pytest.raises(Forbidden):
        programme.hand_in("sign_evaluation", "clerk", case_id=case)
