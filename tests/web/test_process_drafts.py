"""草稿 on its pages: opened, changed by text and upload, handed over, proposed, given up, and who may not."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from werkzeug.datastructures import FileStorage

from tests.web.conftest import Office, Visitor
from workflow_app.commands.versions import shipped

LIST = "/admin/process/drafts"
PARAMETERS = "parameters.yaml"
TEXT = shipped()[PARAMETERS].decode()
FEWER = TEXT.replace("max_revision_rounds: 3", "max_revision_rounds: 2")


@pytest.fixture
def administrator(office: Office) -> Visitor:
    """The administrator who works on the draft."""
    return office.signed_in("administrator")


@pytest.fixture
def page(administrator: Visitor) -> str:
    """The page of an empty draft."""
    answer = administrator.post(LIST, {"title": "减少修改轮次", "base": ""})
    assert answer.status_code == 303
    return str(answer.location)


def saved(visitor: Visitor, page: str, path: str, text: str, revision: int) -> int:
    """Save a text as typed in a browser, and return the status."""
    sent = {"text": text.replace("\n", "\r\n"), "revision": str(revision)}
    return visitor.post(f"{page}/text/{path}", sent).status_code


def uploaded(visitor: Visitor, page: str, name: str, body: bytes, **fields: str) -> str:
    """Upload a file, and return the page that follows."""
    file = FileStorage(io.BytesIO(body), filename=name)
    return visitor.post(f"{page}/files", {"files": file, **fields}, follow_redirects=True).text


def test_a_draft_goes_its_way_to_a_proposal_without_scripts(
    office: Office, administrator: Visitor, page: str
) -> None:
    empty = administrator.get(page).text
    assert "还没有改动" in empty
    assert "与原版本相同，没有可以提交的修改" in empty
    assert "max_revision_rounds: 3" in administrator.get(f"{page}/text/{PARAMETERS}").text
    assert saved(administrator, page, PARAMETERS, FEWER, 0) == 303
    changed = administrator.get(page).text
    assert f"{page}/parameters" in changed
    assert "修改" in changed
    nothing = administrator.post(f"{page}/propose", {"reason": "", "effective_from": ""})
    assert (nothing.status_code, "请填写修改说明" in nothing.text) == (422, True)
    for typed, words in (("明天", "请填写日期和时间"), ("2026-11-01T00:00", "不能早于现在")):
        wrong = administrator.post(f"{page}/propose", {"reason": "提速", "effective_from": typed})
        assert (wrong.status_code, words in wrong.text) == (422, True)
    sent = {"reason": "提速", "effective_from": "2026-12-01T00:00"}
    done = administrator.post(f"{page}/propose", sent, follow_redirects=True)
    for words in ("已提交，等待审批", "提速", "2026-12-01 00:00"):
        assert words in done.text
    resting = administrator.get(page).text
    assert "已提交审批" in resting
    assert "上传文件" not in resting
    assert saved(administrator, page, PARAMETERS, TEXT, 1) == 422
    assert "减少修改轮次" in office.signed_in("auditor").get(LIST).text


def test_a_text_changed_meanwhile_is_shown_beside_ones_own(
    office: Office, administrator: Visitor, page: str
) -> None:
    assert saved(administrator, page, PARAMETERS, FEWER, 0) == 303
    mine = TEXT.replace("max_revision_rounds: 3", "max_revision_rounds: 4")
    clash = administrator.post(f"{page}/text/{PARAMETERS}", {"text": mine, "revision": "0"})
    assert clash.status_code == 409
    for words in ("-  max_revision_rounds: 2", "+  max_revision_rounds: 4", "您的内容没有保存"):
        assert words.replace("  ", "") in clash.text.replace("  ", ""), words
    revision = re.search(r'name="revision" value="(\d+)"', clash.text)
    assert revision is not None
    assert revision[1] == "1"
    assert saved(administrator, page, PARAMETERS, mine, 1) == 303
    assert "max_revision_rounds: 4" in administrator.get(f"{page}/download/{PARAMETERS}").text
    assert saved(administrator, page, PARAMETERS, mine, 2) == 303
    assert office.signed_in("second_administrator").get(page).text.count(">3<") >= 1


def test_files_come_and_go(administrator: Visitor, page: str) -> None:
    told = uploaded(administrator, page, PARAMETERS, FEWER.encode())
    assert f"已保存：{PARAMETERS}" in told
    stale = uploaded(administrator, page, PARAMETERS, TEXT.encode())
    assert "已被修改" in stale
    again = uploaded(administrator, page, PARAMETERS, TEXT.encode(), **{f"revision:{PARAMETERS}": "1"})
    assert "与原版本相同" in again
    assert "请写明存放的文件夹" in uploaded(administrator, page, "new.yaml", b"x: 1")
    assert "forms/new.yaml" in uploaded(administrator, page, "new.yaml", b"x: 1", path="forms/")
    assert "版本中没有这样的文件" in uploaded(administrator, page, "a.exe", b"x", path="forms/a.exe")
    assert "法规规则随产品发布" in uploaded(administrator, page, "a.yaml", b"x", path="statute/a.yaml")
    assert "请选择要上传的文件" in administrator.post(f"{page}/files", follow_redirects=True).text

    gone = administrator.post(f"{page}/remove/decisions/eligibility.dmn", {"revision": "0"})
    assert gone.status_code == 303
    whole = zipfile.ZipFile(io.BytesIO(administrator.get(f"{page}/download").data))
    assert "decisions/eligibility.dmn" not in whole.namelist()
    assert whole.read("forms/new.yaml") == b"x: 1"
    assert administrator.get(f"{page}/download/decisions/eligibility.dmn").status_code == 404
    back = {"revision": "1"}
    administrator.post(f"{page}/restore/decisions/eligibility.dmn", back)
    assert administrator.get(f"{page}/download/decisions/eligibility.dmn").status_code == 200

    assert administrator.get(f"{page}/new?path=forms/blank.yaml").location.endswith("text/forms/blank.yaml")
    assert "新文件" in administrator.get(f"{page}/text/forms/blank.yaml").text
    refused = administrator.get(f"{page}/new?path=../secret", follow_redirects=True)
    assert "版本中没有这样的文件" in refused.text


def test_what_stands_against_a_draft_is_said_and_refuses_it(administrator: Visitor, page: str) -> None:
    path = "processes/complaint.bpmn"
    text = shipped()[path].decode()
    assert saved(administrator, page, path, text.replace("complaint_review", "no_such_form"), 0) == 303
    told = administrator.get(page).text
    assert "部署检查" in told
    assert "no_such_form" in told
    assert "改正部署检查中的错误之后可以提交" in told
    refused = administrator.post(f"{page}/propose", {"reason": "提速"})
    assert (refused.status_code, "不符合部署要求" in refused.text) == (422, True)


def test_one_edits_and_the_other_takes_over(office: Office, administrator: Visitor, page: str) -> None:
    second = office.signed_in("second_administrator")
    held = second.get(page).text
    assert "正在编辑" in held
    assert "上传文件" not in held
    assert second.post(f"{page}/take").status_code == 422
    locked = second.post(f"{page}/text/{PARAMETERS}", {"text": "我的内容", "revision": "0"})
    assert (locked.status_code, "我的内容" in locked.text) == (422, True)
    to = office.programme.people["second_administrator"]
    assert to in administrator.get(page).text
    told = administrator.post(f"{page}/hand-over", {"to": to}, follow_redirects=True).text
    assert "编辑已移交" in told
    assert saved(second, page, PARAMETERS, FEWER, 0) == 303
    assert second.post(f"{page}/hand-over", {"to": ""}).status_code == 303
    assert "现在由您编辑" in administrator.post(f"{page}/take", follow_redirects=True).text
    gone = administrator.post(f"{page}/discard", follow_redirects=True).text
    assert "已放弃" in gone
    assert "移交或者放弃" not in gone


def test_readers_read_and_others_do_not_see_it(office: Office, administrator: Visitor, page: str) -> None:
    assert saved(administrator, page, PARAMETERS, FEWER, 0) == 303
    for name in ("leader", "clerk", "auditor"):
        reader = office.signed_in(name)
        for address in (page, f"{page}/text/{PARAMETERS}", f"{page}/download", LIST):
            assert reader.get(address).status_code == 200, (name, address)
        assert "上传文件" not in reader.get(page).text
        assert 'name="title"' not in reader.get(LIST).text
        for act in ("take", "discard", "hand-over", "propose", "files", f"text/{PARAMETERS}"):
            assert reader.post(f"{page}/{act}", {"revision": "0"}).status_code == 403, (name, act)
        assert reader.post(LIST, {"title": "我的"}).status_code == 403
    for name in ("owner", "operator", "maker"):
        for address in (page, f"{page}/text/{PARAMETERS}", f"{page}/download", LIST):
            assert office.signed_in(name).get(address).status_code == 403, (name, address)
    assert administrator.get(f"{LIST}/none").status_code == 404
    assert administrator.post(LIST, {"title": " "}).status_code == 422
