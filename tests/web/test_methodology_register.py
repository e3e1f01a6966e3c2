"""方法学: the public page of one, the register as the department keeps it, and the parameters in force."""

from __future__ import annotations

from urllib.parse import quote

from tests.scenarios.programme import JCER_FOREST
from tests.web.conftest import Office
from tests.web.test_public_register import registered
from workflow_app.web.pages.parameters import explained

PATH = f"/methodologies/{quote(JCER_FOREST)}"
NEW = {
    "code": "JCER-03-001",
    "name": "工业余热利用方法学（演示）",
    "kind": "jcer",
    "field": "03",
    "published_on": "2026-10-01",
    "document": "赣环气候〔2026〕9号",
    "gases": ["CO2"],
    "demo": "true",
}


def test_a_methodology_shows_its_versions_its_steps_and_its_projects(office: Office) -> None:
    number = registered(office)
    page = office.visitor().get(PATH)
    assert page.status_code == 200
    for fact in ("江西省森林经营碳汇项目方法学（试行）", "第 1 版", "现行", "计算步骤", number, "减排量 ＝"):
        assert fact in page.text
    assert PATH in office.visitor().get("/methodologies").text
    assert office.visitor().get("/methodologies/JCER-99").status_code == 404


def test_the_department_enters_revises_and_ends_one(office: Office) -> None:
    clerk, leader = office.signed_in("clerk"), office.signed_in("leader")
    assert clerk.post("/programme/methodologies/new", NEW).status_code == 303
    assert "工业余热利用方法学（演示）" in office.visitor().get("/methodologies").text
    taken = clerk.post("/programme/methodologies/new", NEW)
    assert taken.status_code == 409
    said = {
        "code": NEW["code"],
        "effective_from": "2026-12-01",
        "document": "赣环气候〔2026〕12号",
        "gases": ["CO2"],
    }
    assert leader.post("/programme/methodologies/revise", said).status_code == 303
    page = office.visitor().get("/methodologies/JCER-03-001").text
    assert "待施行" in page
    assert "2026-12-01" in page
    ended = {"code": NEW["code"], "ends_on": "2027-06-01", "reason": "由国家方法学代替"}
    assert leader.post("/programme/methodologies/end", ended).status_code == 303
    assert "2027-06-01" in office.visitor().get("/methodologies/JCER-03-001").text


def test_what_is_wrong_is_said_beside_its_field_and_kept(office: Office) -> None:
    clerk = office.signed_in("clerk")
    wrong = clerk.post("/programme/methodologies/new", {**NEW, "published_on": "2026-13-01"})
    assert wrong.status_code == 422
    assert "请填写日期" in wrong.text
    assert 'value="JCER-03-001"' in wrong.text
    none = clerk.post("/programme/methodologies/new", {**NEW, "gases": [], "field": "07"})
    assert none.status_code == 422
    assert "没有这个领域" in none.text
    past = clerk.post("/programme/methodologies/end", {"code": JCER_FOREST, "ends_on": "2026-10-01"})
    assert past.status_code == 409
    assert "不得早于今日" in past.text
    assert office.signed_in("auditor").post("/programme/methodologies/new", NEW).status_code == 403
    assert clerk.get("/programme/methodologies/erase").status_code == 404


def test_the_parameters_say_what_an_article_fixes(office: Office) -> None:
    page = office.signed_in("clerk").get("/parameters").text
    assert "条文规定，只能从严" in page
    assert "国际机制（CDM、VCS、GS）方法学：355号四，国家相关政策明确前关闭" in page
    assert page.index("不少于 5 个工作日") < page.index("可随新版本调整")


def test_a_comment_explains_the_switches_below_it() -> None:
    text = (
        "# 文件\nflags:\n  # 甲\n  # 续\n  one: 1\n  two: 2\n  # 乙\n  three: x\n"
        "deadlines:\n  # 丙\n  four: 4\n"
    )
    assert explained(text) == {"one": "甲续", "two": "甲续", "three": "乙"}
