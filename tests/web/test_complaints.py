"""投诉 as anybody sends one, and as it is answered under its receipt."""

from __future__ import annotations

import re

from tests.scenarios.units import rows
from tests.web.conftest import Office
from workflow_app.store import tables
from workflow_app.web import comment_guard

SAID = {"text": "监测期内有采伐，请核查。", "name": "钟演示", "contact": "13800000430"}


def registered(office: Office) -> str:
    """A project registered on 2026-11-17; returns its number."""
    office.programme.given_released_notice()
    office.programme.when_published("2026-11-09")
    office.programme.on("2026-11-17")
    office.programme.hand_in("open_account", "maker")
    office.programme.hand_in("verify_registration", "checker")
    return str(office.programme.project["number"])


def test_anybody_complains_and_reads_the_answer_under_the_receipt(office: Office) -> None:
    number = registered(office)
    visitor = office.visitor()
    assert f"/projects/{number}/complaints/new" in visitor.get(f"/projects/{number}").text
    form = f"/projects/{number}/complaints/new"
    assert "不用登录" in visitor.get(form).text
    sent = visitor.post(form, SAID)
    assert sent.status_code == 303
    address = sent.headers["Location"]
    receipt = address.rsplit("/", 1)[1]
    page = visitor.get(address)
    assert page.headers["Cache-Control"] == "no-store"
    assert "审查是否立案" in page.text
    assert "钟*" in page.text
    assert "钟演示" not in page.text
    assert visitor.get(f"/receipts?number={receipt.lower()}").headers["Location"] == address
    assert visitor.get(f"{address}/reply").status_code == 404

    programme = office.programme
    case = str(rows(programme, tables.complaint)[0]["case_id"])
    programme.hand_in("review_complaint", "clerk", case_id=case, action="answer")
    programme.hand_in("answer_complaint", "clerk", case_id=case, complaint_answer="所述采伐为抚育间伐。")
    programme.hand_in("sign_complaint_reply", "leader", case_id=case)
    answered = visitor.get(address).text
    assert "所述采伐为抚育间伐。" in answered
    assert re.search("赣环气候诉〔20\\d\\d〕1号", answered)
    reply = visitor.get(f"{address}/reply")
    assert reply.data.startswith(b"%PDF")
    opened = [row for row in rows(programme, tables.delivery) if row["channel"] == "receipt"]
    assert [row["result"] for row in opened] == ["placed", "opened"]
    visitor.get(f"{address}/reply")
    assert len([row for row in rows(programme, tables.delivery) if row["channel"] == "receipt"]) == 2


def test_what_is_wrong_comes_back_with_the_words(office: Office) -> None:
    number = registered(office)
    visitor = office.visitor()
    form = f"/projects/{number}/complaints/new"
    empty = visitor.post(form, {"text": " ", "name": "钟演示"})
    assert (empty.status_code, "请填写投诉的事实和理由" in empty.text, "钟演示" in empty.text) == (
        422,
        True,
        True,
    )
    serial = visitor.post(form, {**SAID, "serial": "JX-1"})
    assert (serial.status_code, "序列号有误" in serial.text) == (422, True)
    trapped = visitor.post(form, {**SAID, comment_guard.TRAP: "x"})
    assert (trapped.status_code, "此栏应留空" in trapped.text) == (422, True)
    assert visitor.get("/projects/JX-JCER-01-99999/complaints/new").status_code == 404
    assert visitor.get("/complaints/TS-0000-0000").status_code == 404
    assert rows(office.programme, tables.complaint) == []


def test_a_flood_is_slowed_and_nothing_typed_is_lost(office: Office) -> None:
    number = registered(office)
    visitor = office.visitor()
    form = f"/projects/{number}/complaints/new"
    answers = [visitor.post(form, {**SAID, "text": f"第{n}次"}) for n in range(8)]
    assert [answer.status_code for answer in answers].count(303) == 6
    assert answers[-1].status_code == 429
    assert "第7次" in answers[-1].text


def test_whom_a_complaint_is_about_does_not_read_it(office: Office) -> None:
    number = registered(office)
    office.programme.given_person("bureau_officer", "bureau", "prefecture_bureau")
    office.visitor().post(f"/projects/{number}/complaints/new", SAID)
    case = str(rows(office.programme, tables.complaint)[0]["case_id"])
    for who in ("owner", "pilot", "bureau_officer", "maker", "expert_one"):
        visitor = office.signed_in(who)
        assert visitor.get(f"/cases/{case}").status_code == 404, who
        assert SAID["text"] not in visitor.get(f"/my/projects/{office.programme.project_id}").text
        assert case not in visitor.get("/cases").text
    assert office.signed_in("clerk").get(f"/cases/{case}").status_code == 200
