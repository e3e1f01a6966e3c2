"""登记后的投诉 (docs/domain.md §4): anybody's, looked into as a correction, answered in writing."""

from __future__ import annotations

import pytest

from tests.scenarios.papers import deliveries, said
from tests.scenarios.papers import issued as papers
from tests.scenarios.programme import Programme
from tests.scenarios.units import owner_account, rows
from workflow_app.commands.complaint_requests import SubmitComplaint
from workflow_app.commands.documents import keep_waiting
from workflow_app.commands.requests import PUBLIC
from workflow_app.kernel.errors import Forbidden, InvalidForm, NotFound, Refused
from workflow_app.store import tables

SAID = "2024年监测报告的小班面积重复计算，约多计390吨。"


def complained(programme: Programme, text: str = SAID, **told: str) -> str:
    """A complaint about the registered project; returns its case."""
    number = str(programme.project["number"])
    asked = SubmitComplaint(number, text, **{"name": "张三", "contact": "13800000000", **told})
    receipt = programme.app.execute(asked, PUBLIC).values["receipt"]
    assert str(receipt).startswith("TS-")
    return str(rows(programme, tables.complaint)[-1]["case_id"])


def test_a_complaint_leads_to_a_correction_with_a_lock_and_is_answered(issued: Programme) -> None:
    programme = issued
    (serial,) = programme.serials()
    case = complained(programme, serial=serial)
    (row,) = rows(programme, tables.complaint)
    assert "张三" not in str(row)
    assert programme.facts_for("review_complaint", case)["complaint_text"] == SAID
    programme.hand_in("review_complaint", "clerk", case_id=case)

    (correcting,) = programme.cases("correction")
    (batch,) = programme.batches
    found = {"correction_tonnes": 390, "correction_batch": batch["id"]}
    programme.hand_in("register_finding", "clerk", case_id=correcting.id, **found)
    assert programme.task("investigate_finding", case_id=correcting.id)
    (correction,) = rows(programme, tables.correction)
    assert correction["locked"] == 390
    (row,) = rows(programme, tables.complaint)
    assert (row["state"], row["correction_id"]) == ("taken_up", correction["id"])
    programme.hand_in("investigate_finding", "clerk", case_id=correcting.id, proposed_tonnes=390)
    programme.hand_in("decide_correction", "leader", case_id=correcting.id, confirmed_tonnes=390)

    shown = programme.facts_for("answer_complaint", case)
    assert shown["complaint_decision"] == "问题成立，予以更正"
    programme.hand_in("answer_complaint", "clerk", case_id=case)
    with pytest.raises(Forbidden):
        programme.hand_in("sign_complaint_reply", "clerk", case_id=case)
    programme.hand_in("sign_complaint_reply", "leader", case_id=case)

    (row,) = rows(programme, tables.complaint)
    assert (row["state"], row["outcome"]) == ("answered", "confirmed")
    (paper,) = papers(programme, "complaint_reply")
    assert paper.number == "赣环气候诉〔2025〕1号"
    assert (said(paper, "处理结果"), said(paper, "涉及的序列号")) == ("投诉属实，已予更正", serial)
    assert said(paper, "核定更正数量") == "390吨二氧化碳当量"
    assert "张三" not in str(paper.data)
    assert deliveries(programme, paper.id) == {("receipt", "complainant", "placed")}
    keep_waiting(programme.app.executor, 40)
    assert programme.app.document_file(paper.id).kept.size > 0


def test_what_is_not_about_units_is_answered_at_once(issued: Programme) -> None:
    programme = issued
    case = complained(programme, "希望公开监测数据。")
    programme.hand_in("review_complaint", "clerk", case_id=case, action="answer")
    programme.hand_in("answer_complaint", "clerk", case_id=case, complaint_answer="监测报告已在公示页公开。")
    returned = {"action": "return", "reply_opinion": "请写明查阅的网址。"}
    programme.hand_in("sign_complaint_reply", "leader", case_id=case, **returned)
    assert programme.facts_for("answer_complaint", case)["reply_opinion"] == "请写明查阅的网址。"
    programme.hand_in("answer_complaint", "clerk", case_id=case)
    programme.hand_in("sign_complaint_reply", "leader", case_id=case)
    (row,) = rows(programme, tables.complaint)
    assert (row["state"], row["outcome"]) == ("answered", "not_taken_up")
    assert programme.cases("correction") == []


def test_a_dismissed_correction_answers_its_complaint(issued: Programme) -> None:
    programme = issued
    case = complained(programme)
    programme.hand_in("review_complaint", "clerk", case_id=case)
    (correcting,) = programme.cases("correction")
    found = {"correction_kind": "dispute", "correction_account": owner_account(programme)}
    programme.hand_in("register_finding", "clerk", case_id=correcting.id, correction_batch=None, **found)
    programme.hand_in("investigate_finding", "clerk", case_id=correcting.id)
    programme.hand_in("decide_correction", "leader", case_id=correcting.id, action="dismissed")
    programme.hand_in("answer_complaint", "clerk", case_id=case)
    programme.hand_in("sign_complaint_reply", "leader", case_id=case)
    (row,) = rows(programme, tables.complaint)
    assert row["outcome"] == "dismissed"


def test_bad_complaints_say_what_is_wrong(issued: Programme) -> None:
    programme = issued
    number = str(programme.project["number"])
    with pytest.raises(NotFound, match="project_not_found"):
        programme.app.execute(SubmitComplaint("JX-JCER-01-99999", SAID), PUBLIC)
    for wrong, field in (
        (SubmitComplaint(number, " "), "text"),
        (SubmitComplaint(number, "长" * 5001), "text"),
        (SubmitComplaint(number, SAID, serial="JX-JCER-01-00009-01-2021-000000001-000002000-7"), "serial"),
        (SubmitComplaint(number, SAID, name="名" * 101), "name"),
        (SubmitComplaint(number, SAID, contact="1" * 255), "contact"),
    ):
        with pytest.raises(InvalidForm) as refused:
            programme.app.execute(wrong, PUBLIC)
        assert set(refused.value.errors) == {field}
    assert rows(programme, tables.complaint) == []


def test_a_project_without_units_has_nothing_to_correct(programme: Programme) -> None:
    programme.given_registered_project("2025-06-09")
    case = complained(programme)
    with pytest.raises(Refused, match="nothing_issued"):
        programme.hand_in("review_complaint", "clerk", case_id=case)
    programme.hand_in("review_complaint", "clerk", case_id=case, action="answer")
    assert programme.task("answer_complaint", case_id=case)
