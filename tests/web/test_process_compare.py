"""对比 on its page: two versions, a proposal with its base, a draft with its base, and who reads it."""

from __future__ import annotations

import re

from tests.scenarios.deploying import deploy
from tests.web.conftest import Office
from workflow_app.commands.design_requests import OpenDraft, ProposeFiles, SaveDraftFile
from workflow_app.commands.versions import shipped

PAGE = "/admin/process/compare"
DIAGRAM = "processes/complaint.bpmn"
NAMED = 'id="review_complaint" name="审查投诉"'
RENAMED = {DIAGRAM: shipped()[DIAGRAM].decode().replace(NAMED, NAMED.replace("审查", "核对")).encode()}


def test_two_versions_are_compared_in_words_and_on_the_canvas(office: Office) -> None:
    programme = office.programme
    first = str(deploy(programme, RENAMED, "改名").values["version"])
    auditor = office.signed_in("auditor")
    told = auditor.get(PAGE).text  # the one in force against the one before
    assert "第 1 版 → 第 2 版" in told
    assert told.count("data-bpmn-url") == 2
    assert told.count('data-changed="review_complaint"') == 2
    assert 'data-centre="review_complaint"' in told
    row = re.sub(r"<[^>]+>|\s+", " ", told.split("<tbody>")[1])
    for words in ("修改", "人工环节", "名称", "审查投诉", "核对投诉"):
        assert words in row
    for address in re.findall(r'data-bpmn-url="([^"]+)"', told):
        assert auditor.get(address).status_code == 200
    assert "内容相同" in auditor.get(f"{PAGE}?from={first}&to={first}").text
    assert auditor.get(f"{PAGE}?from=none&to={first}").status_code == 404


def test_a_proposal_and_a_draft_lead_to_their_comparison(office: Office) -> None:
    programme = office.programme
    proposed = programme.do("administrator", ProposeFiles(RENAMED, "改名")).values
    second = office.signed_in("second_administrator")
    shown = second.get(f"/admin/process/proposals/{proposed['proposal_id']}").text
    address = re.search(rf'href="({PAGE}[^"]+)"', shown)
    assert address is not None
    told = second.get(address[1].replace("&amp;", "&")).text
    assert "核对投诉" in told
    assert "未部署的版本" in told

    draft = programme.do("administrator", OpenDraft("改名")).values["draft_id"]
    programme.do("administrator", SaveDraftFile(str(draft), DIAGRAM, RENAMED[DIAGRAM], 0))
    table = shipped()["decisions/abnormal_trade.dmn"].replace(b"? &lt; 5", b"? &lt; 6")
    programme.do("administrator", SaveDraftFile(str(draft), "decisions/abnormal_trade.dmn", table, 0))
    page = f"{PAGE}?draft={draft}"
    assert page in second.get(f"/admin/process/drafts/{draft}").text
    told = second.get(page).text
    for words in ("核对投诉", "decisions/abnormal_trade.dmn", "? &lt; 6", "规则"):
        assert words in told
    assert second.get(f"{PAGE}?draft=none").status_code == 404


def test_only_readers_of_versions_compare(office: Office) -> None:
    for name in ("owner", "operator", "maker"):
        assert office.signed_in(name).get(PAGE).status_code == 403
    assert office.signed_in("leader").get(PAGE).status_code == 200
