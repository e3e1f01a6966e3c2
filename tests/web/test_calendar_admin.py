"""放假通知 on its pages: typed or read from a file, looked at, proposed, approved by the leader."""

from __future__ import annotations

import io
import re

import pytest

from tests.support.invented_notice import NUMBER, TITLE, form, toml, typed
from tests.web.conftest import Office, Visitor

NEW = "/admin/calendar/new"


@pytest.fixture
def published(office: Office) -> Office:
    """An office on 2026-12-30 with a public notice that closes on 2027-01-05, as 2027 is estimated."""
    office.programme.on("2026-12-01")
    office.programme.given_released_notice()
    office.programme.when_published("2026-12-28")
    office.programme.on("2026-12-30")
    return office


def proposed(office: Office, *days: str) -> str:
    """Propose the invented notice as an administrator; return the proposal's address."""
    answer = office.signed_in("administrator").post(NEW, {**form(typed(*days)), "step": "submit"})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_notice_is_typed_looked_at_proposed_and_approved(published: Office) -> None:
    administrator, leader = published.signed_in("administrator"), published.signed_in("leader")
    looked = administrator.post(NEW, {**form(typed("2027-01-04", "2027-02-20")), "step": "preview"})
    assert looked.status_code == 200, looked.text
    for fact in (
        "2027-01-05 周二 24:00",
        "2027-01-06 周三 24:00",
        "顺延",
        "2027年1月4日（周一）",
        "year__day--changed",
    ):
        assert fact in looked.text, fact
    assert "预估" in leader.get("/calendar?year=2027").text
    where = proposed(published, "2027-01-04", "2027-02-20")
    assert published.programme.limit("public_notice").provisional
    assert "待批准 1" in leader.get("/calendar").text
    assert "放假通知待批准" in leader.get("/messages").text
    shown = leader.get(where).text
    assert published.programme.project["name"] in shown
    approved = leader.post(f"{where}/decide", {"decision": "approve"})
    assert approved.status_code == 303, approved.text
    after = leader.get(where).text
    assert "已批准" in after
    assert "2027-01-06 周三 24:00" in after
    published.programme.then_due_on("public_notice", "2027-01-06")
    year = leader.get("/calendar?year=2027").text
    assert NUMBER in year
    assert "badge--provisional" not in year[: year.index("未届满的期限")]
    assert "放假通知申请已办结" in administrator.get("/messages").text
    public = published.visitor().get("/working-days").text
    assert "badge--demo" in public[public.index(NUMBER) : public.index(NUMBER) + 120]


def test_an_administrator_sees_numbers_and_dates_and_no_project(published: Office) -> None:
    administrator = published.signed_in("administrator")
    looked = administrator.post(NEW, {**form(typed()), "step": "preview"}).text
    looked = looked[looked.index("<main") :]  # the sandbox's bar names the next deadline to everybody
    assert published.programme.project["name"] not in looked
    case = published.programme.cases("public_notice")[0]
    assert case.number in looked
    assert f"/cases/{case.id}" not in looked


def test_a_file_or_its_text_fills_the_form(office: Office) -> None:
    operator = office.signed_in("operator")
    pasted = operator.post(NEW, {"toml": toml(), "step": "load"})
    assert pasted.status_code == 200, pasted.text
    assert TITLE in pasted.text
    upload = {"file": (io.BytesIO(toml().encode()), "2027.toml"), "step": "load"}
    assert TITLE in operator.post(NEW, upload).text
    back = operator.post(NEW, {**form(typed()), "step": "edit"}).text
    assert f'value="{NUMBER}"' in back


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "请选择通知文件"),
        ("   \n", "请选择通知文件"),
        ("这不是通知", "不是有效的 TOML"),
        ("year = 2027\n[[notice]]\nnumber = 1", "number 应为文字或日期"),
        ("year = 2027\n[[notice]]\nevil = 1", "不认识的项"),
        ("year = 2027\nnotice = " + "[" * 5000, "不是有效的 TOML"),
        ("a = 1\n" * 20000, "超过64 KB"),
        (toml() + toml().split("\n\n", 1)[1], "文件中有 2 份"),
        ("year = 2027\n[[notice]]\ntitle = '''<script>alert(1)</script>'''", "请填写通知标题"),
    ],
    ids=["empty", "blank", "no toml", "type", "unknown", "nested", "huge", "two", "hostile"],
)
def test_a_file_that_is_no_notice_is_refused_in_words(office: Office, text: str, told: str) -> None:
    answer = office.signed_in("administrator").post(NEW, {"toml": text, "step": "load"})
    assert answer.status_code == 422
    assert told in answer.text
    assert "<script>alert" not in answer.text


def test_every_field_is_told_what_is_wrong_with_it(office: Office) -> None:
    said = form(typed("2027-01-04", "2027-02-20"))
    wrong = {
        **said,
        "off-1-first": "2027-02-29",
        "off-2-name": "",
        "off-4-first": "2028-06-09",
        "off-6-first": "2027-09-16",
        "work-0": "2027-02-22",
        "step": "preview",
    }
    page = office.signed_in("administrator").post(NEW, wrong)
    assert page.status_code == 422
    for field, told in (
        ("off-1-first", "没有2027年2月29日这一天"),
        ("off-2-name", "请填写节日名称"),
        ("off-4-first", "不在2027年"),
        ("off-6-first", "与第6行中秋节重叠"),
        ("work-0", "2027年2月22日（周一）本来就是工作日"),
    ):
        assert told in errors_of(page.text, field), (field, told)


def errors_of(page: str, field: str) -> str:
    """Return what is told beside a field."""
    at = page.index(f'id="{field}-error"')
    return page[at : page.index("</p>", at)]


def test_rows_come_and_go_without_scripts(office: Office) -> None:
    administrator = office.signed_in("administrator")
    said = form(typed())
    more = administrator.post(NEW, {**said, "add_row": "work"}).text
    assert 'name="work-0"' in more
    less = administrator.post(NEW, {**said, "delete_row": "off-6"}).text
    assert 'name="off-5-name"' in less
    assert 'name="off-6-name"' not in less
    assert administrator.post(NEW, {**said, "delete_row": "off-99999999999"}).status_code == 200


def test_a_year_that_has_a_notice_is_changed_with_a_reason_only(office: Office) -> None:
    administrator = office.signed_in("administrator")
    form_page = administrator.get(f"{NEW}?notice=国办发明电〔2025〕7号").text
    assert "2026 年已有通知" in form_page
    filled = dict(re.findall(r'name="((?:year|number|date|title|off|work)[^"]*)" value="([^"]*)"', form_page))
    filled["off-6-last"] = "2026-10-08"
    filled["step"] = "submit"
    refused = administrator.post(NEW, filled)
    assert refused.status_code == 422
    assert "这是对它的更正，请填写理由" in refused.text
    assert administrator.post(NEW, {**filled, "reason": "录入有误"}).status_code == 303


def test_a_proposal_is_returned_or_withdrawn_once(office: Office) -> None:
    administrator, leader = office.signed_in("administrator"), office.signed_in("leader")
    where = proposed(office)
    unsaid = leader.post(f"{where}/decide", {"decision": "reject"})
    assert unsaid.status_code == 422
    assert "请填写退回理由" in unsaid.text
    assert leader.post(f"{where}/decide", {"decision": "reject", "reason": "文号有误"}).status_code == 303
    assert "文号有误" in administrator.get(where).text
    assert leader.post(f"{where}/decide", {"decision": "approve"}).status_code == 409
    second = proposed(office)
    assert office.signed_in("operator").post(f"{second}/withdraw").status_code == 403
    assert administrator.post(f"{second}/withdraw").status_code == 303
    assert leader.post(f"{second}/decide", {"decision": "approve"}).status_code == 409
    again = administrator.get(f"{NEW}?proposal={second.rpartition('/')[2]}").text
    assert f'value="{NUMBER}"' in again


def test_nobody_else_proposes_or_decides(office: Office) -> None:
    where = proposed(office)
    everybody: dict[str, Visitor] = {
        name: office.signed_in(name) for name in ("clerk", "owner", "auditor", "maker", "leader")
    }
    for name, person in everybody.items():
        assert person.post(NEW, {**form(typed()), "step": "submit"}).status_code == 403, name
    everybody["administrator"] = office.signed_in("administrator")
    del everybody["leader"]
    for name, person in everybody.items():
        assert person.post(f"{where}/decide", {"decision": "approve"}).status_code == 403, name
    assert office.signed_in("leader").get("/admin/calendar/proposals/nothing").status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "<img src=x onerror=alert(1)>"},
        {"number": '国办发明电〔2026〕1号" onfocus="alert(1)'},
        {"off-0-name": "元旦' OR 1=1 --"},
        {"year": "9" * 5000},
        {"date": "2026-02-30"},
        {"off-0-first": "\u202e2027-01-01"},
        {"work-0": "٢٠٢٧-٠١-٠٢"},
        {"work-999999999999": "2027-02-20", "off-x-name": "元旦"},
        {f"work-{row}": "2027-02-20" for row in range(500)},
    ],
    ids=["markup", "quotes", "sql", "digits", "30 Feb", "direction", "foreign digits", "rows", "many"],
)
def test_hostile_fields_end_in_words(office: Office, changed: dict[str, str]) -> None:
    answer = office.signed_in("administrator").post(NEW, {**form(typed()), **changed, "step": "preview"})
    assert answer.status_code == 422 or "work-999999999999" in changed
    assert answer.status_code < 500
    assert "<img src=x" not in answer.text
    assert 'onfocus="alert' not in answer.text
