"""离任交接 on its page and through the API: listed unseen, moved in one act, refused item by item."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.scenarios.leaving import did, hangs_on
from tests.web.api.conftest import Callers
from tests.web.conftest import Office
from workflow_app.commands.requests import ClaimTask

SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


@pytest.fixture
def api(office: Office) -> Callers:
    """Callers of the API of the same office."""
    return Callers(office)


@pytest.fixture
def busy(office: Office) -> Office:
    """An office whose clerk has two applications in hand."""
    for name in ("东片林场（演示）", "西片林场（演示）"):
        office.programme.given_application(project_name=name)
        office.programme.do("clerk", ClaimTask(office.programme.task("review_application").id))
    return office


def typed(office: Office, **more: str) -> dict[str, str]:
    return {"last_day": office.programme.today.isoformat(), "reason": "调离", **more}


def test_the_page_lists_what_is_open_without_what_is_in_it(busy: Office) -> None:
    shown = busy.signed_in("operator").get(f"/people/{busy.programme.people['clerk']}/leave").text
    shown = shown.partition("<main")[2]  # the sandbox's bar names what falls due next
    assert shown.count('data-label="环节">形式审查') == 2
    assert "已领办的事项" in shown
    assert "片林场" not in shown  # neither a project's name nor anything that was typed
    assert "演示second_clerk（演示department・省厅经办）" in shown
    assert busy.signed_in("auditor").get(f"/people/{busy.programme.people['clerk']}/leave").status_code == 403
    assert busy.signed_in("operator").get("/people/none/leave").status_code == 404


def test_items_are_moved_and_what_could_not_go_is_named(busy: Office) -> None:
    programme = busy.programme
    did(programme, "second_clerk", "department_leader")  # on the second project
    operator = busy.signed_in("operator")
    page = f"/people/{programme.people['clerk']}/leave"
    seen = SEEN.search(operator.get(page).text)
    assert seen
    form = typed(busy, seen=seen[1], **{"to-claimed": programme.people["second_clerk"]})
    done = operator.post(page, form | {"idempotency_key": "one-form"})
    assert done.status_code == 200
    assert "已移交 1 项" in done.text
    assert "尚有 1 项没有接办人" in done.text
    assert "经办与领导不得为同一人" in done.text
    again = operator.post(page, form | {"idempotency_key": "one-form"})  # the browser sends it once more
    assert "已移交 1 项" in again.text
    stale = operator.post(page, form | {"idempotency_key": "another"})
    assert (stale.status_code, "刚刚有变化" in stale.text) == (409, True)
    assert len(hangs_on(programme, "clerk").items) == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"last_day": "soon"}, "请填写日期"),
        ({"reason": " "}, "请填写原因"),
        ({"last_day": "2026-10-01"}, "昨天"),
    ],
)
def test_what_is_missing_is_said_at_its_field(office: Office, wrong: dict[str, str], told: str) -> None:
    page = f"/people/{office.programme.people['clerk']}/leave"
    answer = office.signed_in("operator").post(page, typed(office) | wrong)
    assert (answer.status_code, told in answer.text) == (422, True)


def test_a_session_ends_with_the_last_day_and_stays_ended_on_return(
    office: Office,
) -> None:
    programme = office.programme
    clerk, operator = office.signed_in("clerk"), office.signed_in("operator")
    page = f"/people/{programme.people['clerk']}"
    assert operator.post(f"{page}/leave", typed(office)).status_code == 200
    assert clerk.get("/inbox").status_code == 200  # the last day is a day of service
    assert "最后在岗日" in operator.get(page).text
    programme.wake_late((programme.today + timedelta(days=1)).isoformat())
    assert clerk.get("/inbox").status_code == 302
    back = operator.post(f"{page}/leave/cancel", {"reason": "返岗"}, follow_redirects=True)
    assert "岗位须另行配置" in back.text
    assert clerk.get("/inbox").status_code == 302  # what ended does not come to life again
    assert office.signed_in("clerk").get("/cases").status_code == 403


def test_the_same_through_the_api(busy: Office, api: Callers) -> None:
    programme = busy.programme
    person, to = programme.people["clerk"], programme.people["second_clerk"]
    found = api["operator"].get(f"/people/{person}/open-items").get_json()
    assert [item["name"] for item in found["items"]] == ["形式审查", "形式审查"]
    assert "片林场" not in str(found)
    assert api["auditor"].get(f"/people/{person}/open-items").status_code == 200
    assert api["clerk"].get(f"/people/{person}/open-items").status_code == 403
    body = {
        "last_day": programme.today.isoformat(),
        "reason": "调离",
        "successors": {"claimed": to},
        "seen": found["seen"],
    }
    done = api["operator"].post(f"/people/{person}/leave", body, key="leave").get_json()
    assert (len(done["moved"]), done["refused"], done["left"]) == (2, [], 0)
    assert api["operator"].post(f"/people/{person}/leave", body, key="leave").get_json() == done
    changed = api["operator"].post(f"/people/{person}/leave", body)
    assert (changed.status_code, changed.get_json()["code"]) == (409, "items_changed")
    wrong = api["operator"].post(f"/people/{person}/leave", body | {"seen": "", "successors": {"x": to}})
    assert wrong.status_code == 422
    cancelled = api["operator"].post(f"/people/{person}/leave/cancel", {"reason": "返岗"})
    assert cancelled.status_code == 200
