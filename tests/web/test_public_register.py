"""The public registers: a registered project at an address that stays, and nothing on the way there."""

from __future__ import annotations

from tests.web.conftest import Office
from workflow_app.web.pages.rules import article_url


def registered(office: Office) -> str:
    """A project published on 11-09 and registered on 11-17; returns its number."""
    office.programme.given_released_notice()
    office.programme.when_published("2026-11-09")
    office.programme.on("2026-11-17")
    office.programme.hand_in("open_account", "maker")
    office.programme.hand_in("verify_registration", "checker")
    return str(office.programme.project["number"])


def test_a_registered_project_has_a_page_under_its_number(office: Office) -> None:
    number = registered(office)
    page = office.visitor().get(f"/projects/{number}")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-cache"
    for fact in (
        "崇义县国有林场森林经营碳汇（演示）",
        "12360725DEM0000141",
        "赣州市崇义县",
        "14,970 tCO₂e",
        "公示无异议",
    ):
        assert fact in page.text
    listed = office.visitor().get("/projects").text
    assert number in listed
    assert number in office.visitor().get(f"/projects?q={number.lower()}").text
    assert number not in office.visitor().get("/projects?field=06").text


def test_a_project_that_is_not_registered_is_in_no_register(office: Office) -> None:
    office.programme.given_application()
    for path in ("/projects", "/"):
        page = office.visitor().get(path).text
        assert "崇义县国有林场" not in page.split("<main", 1)[1]  # the sandbox's own bar may name what is due
    assert office.visitor().get("/projects/JX-JCER-01-00001").status_code == 404


def test_the_figures_are_those_of_the_register(office: Office) -> None:
    before = office.visitor().get("/").text
    assert "预计年均 0 tCO₂e" in before
    registered(office)
    after = office.visitor().get("/").text
    assert "预计年均 14,970 tCO₂e" in after
    assert "2030 年目标 1,000 万吨以上，已完成 0.00%" in after


def test_filings_and_methodologies_are_listed_with_what_they_are(office: Office) -> None:
    office.programme.given_filed_pilot()
    filings = office.visitor().get("/filings").text
    assert "已备案" in filings
    methods = office.visitor().get("/methodologies").text
    assert "江西省森林经营碳汇项目方法学（试行）" in methods
    assert "规模化猪场粪污沼气回收利用工程" not in office.visitor().get("/methodologies?kind=jcer").text


def test_the_rules_are_the_notice_word_for_word_and_every_citation_leads_to_its_article(
    office: Office,
) -> None:
    page = office.visitor().get("/rules").text
    assert "公示期不少于5个工作日。公示期间，社会公众可以提出意见。" in page
    assert "省委金融办" in page
    assert "EESIA" not in page
    with office.app.test_request_context():
        for citation in (
            "355号附件一（三）",
            "355号附件二（一）",
            "355号正文五（三）",
            "355号三",
            "355号附件2第一部分",
        ):
            anchor = article_url(citation).partition("#")[2]
            assert anchor
            assert f'id="{anchor}"' in page
        assert article_url("服务规则：异议处理") == ""


def test_anybody_may_count_working_days(office: Office) -> None:
    page = office.visitor().get("/working-days?start=2025-09-29&days=5").text
    assert "2025-10-13 周一 24:00" in page
    for reason in ("国庆节", "调休上班"):
        assert reason in page
    wrong = office.visitor().get("/working-days?start=1999-01-01&days=0")
    assert wrong.status_code == 422
    assert "2019-01-01 以后的日期" in wrong.text
    assert "1 至 250 之间的整数" in wrong.text
    for hostile in ("start=9999-12-31&days=5", "start=abc&days=1e9", "start=2026-02-30&days=٣"):
        assert office.visitor().get(f"/working-days?{hostile}").status_code == 422
