"""部署申请 on its pages: what each role reads, who approves, returns and withdraws."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.scenarios.programme import Programme
from tests.web.conftest import Office
from workflow_app.commands.design_requests import ProposeFiles
from workflow_app.commands.versions import shipped

LIST = "/admin/process/proposals"
PARAMETERS = "parameters.yaml"


def proposed(programme: Programme, before: str, after: str, reason: str, by: str = "administrator") -> str:
    """A proposal that changes a line of the parameters; its page."""
    text = shipped()[PARAMETERS].decode()
    assert text.count(before) == 1
    answer = programme.do(by, ProposeFiles({PARAMETERS: text.replace(before, after).encode()}, reason))
    return f"{LIST}/{answer.values['proposal_id']}"


@pytest.fixture
def page(office: Office) -> str:
    """The page of a proposal to allow fewer rounds of revision."""
    return proposed(office.programme, "max_revision_rounds: 3", "max_revision_rounds: 2", "减少修改轮次")


def effective(programme: Programme) -> str:
    """The version new cases start on."""
    with programme.app.store.reading() as uow:
        return programme.app.tools.versions.effective(uow)


def test_a_second_administrator_approves_and_the_version_is_deployed(office: Office, page: str) -> None:
    before = effective(office.programme)
    second = office.signed_in("second_administrator")
    listed = second.get(LIST).text
    assert page in listed
    assert "减少修改轮次" in listed
    shown = second.get(page).text
    for words in ("待审批", "第 1 版", "批准后立即", "parameters.yaml", "批准并部署"):
        assert words in shown
    assert "撤回申请" not in shown
    done = second.post(f"{page}/decide", {"decision": "approve"}, follow_redirects=True)
    assert "已批准，新版本已部署" in done.text
    assert effective(office.programme) != before
    again = second.post(f"{page}/decide", {"decision": "approve"})
    assert (again.status_code, "已经办结" in again.text) == (422, True)
    assert "批准并部署" not in again.text


def test_the_proposer_takes_it_back_and_never_approves(office: Office, page: str) -> None:
    own = office.signed_in("administrator")
    shown = own.get(page).text
    assert "批准并部署" not in shown
    refused = own.post(f"{page}/decide", {"decision": "approve"})
    assert (refused.status_code, "没有参与修改的另一人" in refused.text) == (422, True)
    assert own.post(f"{page}/withdraw", {"reason": "再想想"}, follow_redirects=True).status_code == 200
    closed = own.get(page).text
    for words in ("已撤回", "再想想"):
        assert words in closed
    assert "撤回申请" not in closed


def test_a_proposal_is_returned_with_a_reason(office: Office, page: str) -> None:
    second = office.signed_in("second_administrator")
    empty = second.post(f"{page}/decide", {"decision": "reject"})
    assert (empty.status_code, "请填写退回的理由" in empty.text) == (422, True)
    done = second.post(f"{page}/decide", {"decision": "reject", "reason": "理由不足"}, follow_redirects=True)
    for words in ("已退回", "理由不足"):
        assert words in done.text
    assert page in second.get(f"{LIST}?state=rejected").text
    assert page not in second.get(f"{LIST}?state=submitted").text


def test_what_an_article_fixes_is_the_leaders(office: Office) -> None:
    page = proposed(office.programme, "name: 公示期, n: 5", "name: 公示期, n: 6", "延长公示期")
    leader, second = office.signed_in("leader"), office.signed_in("second_administrator")
    assert "改动条文所定的期限" in leader.get(page).text
    assert "批准并部署" not in second.get(page).text
    assert second.post(f"{page}/decide", {"decision": "approve"}).status_code == 403
    assert "已批准" in leader.post(f"{page}/decide", {"decision": "approve"}, follow_redirects=True).text


def test_a_proposal_on_a_version_of_the_past_can_only_be_returned(office: Office, page: str) -> None:
    other = proposed(office.programme, "max_revision_rounds: 3", "max_revision_rounds: 4", "增加修改轮次")
    second = office.signed_in("second_administrator")
    assert second.post(f"{other}/decide", {"decision": "approve"}).status_code == 303
    shown = second.get(page).text
    assert "提出之后已有新版本生效" in shown
    assert "批准并部署" not in shown
    assert second.post(f"{page}/decide", {"decision": "approve"}).status_code == 409
    assert second.post(f"{page}/decide", {"decision": "reject", "reason": "过时"}).status_code == 303


def test_readers_read_and_do_nothing(office: Office, page: str) -> None:
    for name in ("leader", "clerk", "auditor"):
        reader = office.signed_in(name)
        shown = reader.get(page)
        assert (shown.status_code, "减少修改轮次" in shown.text) == (200, True)
        assert not re.search(r"批准并部署|撤回申请", shown.text), name
        assert reader.post(f"{page}/withdraw").status_code == 403
    assert office.signed_in("clerk").post(f"{page}/decide", {"decision": "approve"}).status_code == 403
    for name in ("owner", "operator", "expert_one"):
        assert office.signed_in(name).get(page).status_code == 403
    assert office.signed_in("auditor").get(f"{LIST}/none").status_code == 404


def test_the_navigation_counts_what_waits_for_the_one_who_looks(office: Office, page: str) -> None:
    item = re.compile(r'class="side-nav__item" href="/admin/process/proposals"[^>]*>(.*?)</a>', re.DOTALL)

    def counted(name: str) -> str:
        found = item.search(office.signed_in(name).get("/calendar").text)
        assert found, name
        return "".join(re.findall(r'side-nav__count">(\d+)<', found[1]))

    assert (counted("second_administrator"), counted("administrator"), counted("leader")) == ("1", "", "")
    assert 'href="/admin/process/proposals"' not in office.signed_in("clerk").get("/calendar").text
    assert office.signed_in("administrator").get("/admin/process").location == LIST


def test_a_proposal_is_rehearsed_before_it_is_decided(office: Office) -> None:
    programme = office.programme
    programme.given_application()
    present = dict(programme.app.tools.versions.files(effective(programme)))
    changed = {path: data for path, data in present.items() if path == PARAMETERS}
    text = changed[PARAMETERS].decode().replace("max_revision_rounds: 3", "max_revision_rounds: 2")
    later = programme.app.clock.now() + timedelta(days=3)
    asked = ProposeFiles({PARAMETERS: text.encode()}, "减少轮次", (), later)
    page = f"{LIST}/{programme.do('administrator', asked).values['proposal_id']}"
    second = office.signed_in("second_administrator")
    address = re.findall(r"/admin/process/migrations/rehearsal/\w+", second.get(page).text)
    told = second.get(address[0]).text
    assert "件可以迁移" in told
    assert "形式审查" in told
    assert "rehearsal" not in office.signed_in("clerk").get(page).text
    assert "2026-11-05" in office.signed_in("auditor").get(page).text
