"""终止公示 from the case's page and over the API: the leader's alone, with its reason before the public."""

from __future__ import annotations

from tests.web.api.conftest import Callers, api  # noqa: F401  # the fixture
from tests.web.conftest import Office

SAID = {"reason": "项目边界调整", "understood": "true"}


def test_a_leader_stops_a_running_notice(office: Office) -> None:
    office.programme.given_released_notice()
    office.programme.when_published("2026-11-10")
    notice = office.programme.notice
    address = f"/office/notices/{notice['id']}/terminate"
    leader = office.signed_in("leader")
    assert address in leader.get(f"/cases/{notice['case_id']}").text
    assert address in leader.get(f"/office/projects/{office.programme.project_id}").text
    assert "不少于 5 个工作日" in leader.get(address).text

    unsure = leader.post(address, {"reason": "项目边界调整"})
    assert (unsure.status_code, "项目边界调整" in unsure.text) == (422, True)
    empty = leader.post(address, {"reason": " ", "understood": "true"})
    assert (empty.status_code, "请写明发生了什么实质变更" in empty.text) == (422, True)
    assert office.programme.notice["state"] == "open"

    done = leader.post(address, SAID)
    assert (done.status_code, done.location) == (303, f"/office/projects/{office.programme.project_id}")
    assert office.programme.notice["state"] == "terminated"
    assert address not in leader.get(f"/cases/{notice['case_id']}").text
    again = leader.post(address, SAID)
    assert (again.status_code, "公示已结束，不能终止" in again.text) == (409, True)
    public = office.visitor().get(f"/notices/{notice['id']}").text
    assert "因发生实质变更终止：项目边界调整" in public


def test_nobody_else_stops_a_notice(office: Office) -> None:
    office.programme.given_released_notice()
    office.programme.when_published("2026-11-10")
    notice = office.programme.notice
    address = f"/office/notices/{notice['id']}/terminate"
    for name in ("clerk", "maker", "checker", "owner", "expert_one", "auditor"):
        visitor = office.signed_in(name)
        assert address not in visitor.get(f"/cases/{notice['case_id']}").text, name
        assert visitor.get(address).status_code == 403, name
        assert visitor.post(address, SAID).status_code == 403, name
    assert office.programme.notice["state"] == "open"
    assert office.signed_in("leader").get("/office/notices/none/terminate").status_code == 404


def test_a_notice_is_stopped_over_the_api(api: Callers) -> None:  # noqa: F811
    api.office.programme.given_released_notice()
    api.office.programme.when_published("2026-11-10")
    notice = api.office.programme.notice
    address = f"/notices/{notice['id']}/terminate"
    for name in ("clerk", "checker", "owner", "auditor", "operator"):
        assert api[name].post(address, {"reason": "x"}).status_code == 403, name
    assert api["leader"].post(address, {"reason": " "}).status_code == 422
    done = api["leader"].post(address, {"reason": "项目边界调整"})
    assert done.status_code == 200, done.text
    assert done.get_json()["project_id"] == api.office.programme.project_id
    shown = api.nobody.get(f"/notices/{notice['id']}").get_json()["notice"]
    assert (shown["listed"]["state"], shown["end_reason"]) == ("terminated", "项目边界调整")
    assert api["leader"].post("/notices/none/terminate", {"reason": "x"}).status_code == 404
