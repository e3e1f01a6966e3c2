"""在办迁移 on its pages and through the API: what administrators see, do, and never see."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.scenarios import moving
from tests.web.api.conftest import Callers
from tests.web.conftest import Office
from workflow_app.commands.design_requests import OpenDraft, SaveDraftFile
from workflow_app.commands.requests import ClaimTask, SaveDraft
from workflow_app.store.history import SYSTEM

LIST = "/admin/process/migrations"
TYPED = "仅供测试的草稿内容甲乙丙"
CHOSEN = ["project_application", "project_lifecycle"]


@pytest.fixture
def api(office: Office) -> Callers:
    """Callers of the API of the same office."""
    return Callers(office)


@pytest.fixture
def target(office: Office) -> str:
    """A version with a second review, and an application under review with a draft of somebody's."""
    office.programme.given_application()
    task = office.programme.task("review_application")
    office.programme.do("clerk", ClaimTask(task.id))
    office.programme.do("clerk", SaveDraft(task.id, {"review_opinion": TYPED}, 0))
    return moving.second_review(office.programme)


def _number(office: Office) -> str:
    with office.programme.app.store.reading() as uow:
        return uow.cases.get(office.programme.task("review_application").case_id).number


def test_a_batch_goes_its_way_on_the_pages(office: Office, target: str) -> None:
    administrator = office.signed_in("administrator")
    assert f"{LIST}/rehearsal/{target}" in administrator.get(LIST).text
    rehearsal = administrator.get(f"{LIST}/rehearsal/{target}")
    assert _number(office) not in rehearsal.text, "only what is said of a case needs its number"
    assert "形式审查" in rehearsal.text
    nothing = administrator.post(f"{LIST}/rehearsal/{target}", {"reason": "增加复审"})
    assert (nothing.status_code, "请选择要迁移的流程" in nothing.text) == (422, True)
    empty = administrator.post(f"{LIST}/rehearsal/{target}", {"processes": CHOSEN})
    assert (empty.status_code, "请填写迁移原因" in empty.text) == (422, True)
    asked = administrator.post(f"{LIST}/rehearsal/{target}", {"processes": CHOSEN, "reason": "增加复审"})
    assert asked.status_code == 303
    page = asked.location
    own = administrator.get(page).text
    assert "提出人不能审批自己的申请" in own
    assert "批准迁移" not in own
    refused = administrator.post(f"{page}/approve", follow_redirects=True)
    assert "须由另一名流程管理员审批" in refused.text

    second = office.signed_in("second_administrator")
    assert "批准迁移" in second.get(page).text
    assert "正在迁移" in second.post(f"{page}/approve", follow_redirects=True).text
    assert "已停下" in second.post(f"{page}/stop", follow_redirects=True).text
    assert "正在迁移" in second.post(f"{page}/resume", follow_redirects=True).text
    office.programme.app.advance_migrations()
    done = second.get(page).text
    assert "已完成" in done
    assert _number(office) in done
    assert "正在回退" in second.post(f"{page}/revert", follow_redirects=True).text
    office.programme.app.advance_migrations()
    assert "已回退" in second.get(page).text
    assert second.post(f"{page}/burn").status_code == 404


def test_the_case_itself_tells_of_its_move(office: Office, target: str) -> None:
    moving.moved(office.programme, target)
    task = office.programme.task("review_application")
    assert "改按新版本流程办理" in office.signed_in("clerk").get(f"/cases/{task.case_id}").text
    assert TYPED in office.signed_in("clerk").get(f"/tasks/{task.id}").text, "the draft is still there"


def test_administrators_never_see_what_was_typed(office: Office, api: Callers, target: str) -> None:
    programme = office.programme
    with programme.app.store.reading() as uow:
        case = uow.cases.get(programme.task("review_application").case_id)
        values = {value for value in json.loads(case.header)["variables"].values() if isinstance(value, str)}
    # An instant of the case is this test's only instant, at which the batch was asked for as well.
    told = {TYPED, case.title, *(value for value in values if len(value) > 6 and value[:2] != "20")}
    migration_id = moving.moved(programme, target)
    programme.hand_in("review_application", "clerk")
    stuck = moving.deployed(
        programme, {**programme.app.tools.versions.files(target), "processes/x.txt": b"x"}
    )
    for name in ("administrator", "auditor", "leader"):
        person = office.signed_in(name)
        pages = [
            person.get(path).text for path in (LIST, f"{LIST}/{migration_id}", f"{LIST}/rehearsal/{stuck}")
        ]
        paths = ("/migrations", f"/migrations/{migration_id}/cases", f"/definitions/{stuck}/rehearsal")
        pages += [api[name].get(path).text for path in paths]
        for page in pages:
            assert not [value for value in told if value in page], name


def test_the_api_rehearses_and_moves(office: Office, api: Callers, target: str) -> None:
    found = api["administrator"].get(f"/definitions/{target}/rehearsal").json
    assert found is not None
    application = next(one for one in found["processes"] if one["process_id"] == "project_application")
    assert (application["running"], application["movable"], application["reasons"]) == (1, 1, [])
    assert application["standings"] == [{"places": ["形式审查"], "cases": 1, "movable": 1}]
    body = {"target": target, "reason": "增加复审", "processes": CHOSEN}
    assert api["clerk"].post("/migrations", body).status_code == 403
    answer = api["administrator"].post("/migrations", body)
    asked = told(answer)
    assert (answer.status_code, asked["cases"]) == (201, 2)
    path = f"/migrations/{asked['migration_id']}"
    own = api["administrator"].post(f"{path}/acts", {"act": "approve"})
    assert (own.status_code, told(own)["code"]) == (422, "second_approver")
    assert told(api["second_administrator"].post(f"{path}/acts", {"act": "approve"}))["state"] == "running"
    office.programme.app.advance_migrations()
    assert told(api["administrator"].get(path))["counts"]["moved"] == 2
    cases = told(api["administrator"].get(f"{path}/cases"))["items"]
    assert [one["process_id"] for one in cases] == CHOSEN
    assert {one["state"] for one in cases} == {"moved"}
    assert told(api["administrator"].get("/migrations"))["items"][0]["id"] == asked["migration_id"]
    assert api["administrator"].get("/migrations/none").status_code == 404
    named = api["administrator"].post("/migrations", {"target": target, "reason": "再来", "cases": ["BJ0"]})
    assert (named.status_code, told(named)["code"]) == (422, "cases_stay")


def told(answer: TestResponse) -> dict[str, Any]:
    """What an answer says, which is always an object."""
    found = answer.json
    assert isinstance(found, dict)
    return found


def test_a_draft_and_a_version_only_proposed_are_rehearsed_but_not_moved_to(
    office: Office, api: Callers, target: str
) -> None:
    programme = office.programme
    opened = programme.do("administrator", OpenDraft("去掉形式审查的旧编号"))
    draft_id = str(opened.values["draft_id"])
    path = "processes/project_application.bpmn"
    body = programme.app.tools.versions.files(target)[path].replace(b'"review_application"', b'"look"')
    body = body.replace(b">review_application<", b">look<")
    programme.do("administrator", SaveDraftFile(draft_id, path, body, 0))
    administrator = office.signed_in("administrator")
    page = administrator.get(f"{LIST}/rehearsal/draft/{draft_id}").text
    assert "新版本中没有环节“形式审查”" in page
    assert "提交审批" not in page
    found = told(api["administrator"].get(f"/drafts/{draft_id}/rehearsal"))
    (application,) = [one for one in found["processes"] if one["process_id"] == "project_application"]
    assert [(one["code"], one["cases"]) for one in application["reasons"]] == [("missing", 1)]
    assert api["administrator"].get("/drafts/none/rehearsal").status_code == 404

    with programme.app.store.unit_of_work() as uow:
        files = {**programme.app.tools.versions.files(target), path: body}
        proposed = uow.definitions.store(files, uow.now)
        uow.history.record("version_stored", "definitions", SYSTEM, uow.now)
        uow.commit()
    page = administrator.get(f"{LIST}/rehearsal/{proposed}").text
    assert "尚未部署" in page
    assert "提交审批" not in page
    refused = api["administrator"].post("/migrations", {"target": proposed, "reason": "抢先"})
    assert (refused.status_code, told(refused)["code"]) == (404, "version_not_found")


def test_a_version_that_is_not_effective_yet_takes_no_case(office: Office, api: Callers, target: str) -> None:
    programme = office.programme
    with programme.app.store.reading() as uow:
        known = next(each for each in uow.definitions.deployments() if each.version == target)
    programme.clock.set(known.effective_from - timedelta(minutes=1))
    assert "提交审批" not in office.signed_in("administrator").get(f"{LIST}/rehearsal/{target}").text
    early = api["administrator"].post("/migrations", {"target": target, "reason": "抢先"})
    programme.clock.set(known.effective_from)
    assert (early.status_code, told(early)["code"]) == (422, "not_effective")
