"""单位 and 任职 on the pages and through the API: what the system administrator does, sees and is told."""

from __future__ import annotations

import re

import pytest

from tests.web.api.conftest import Callers
from tests.web.conftest import Office

POST = re.compile(r"/posts/([0-9a-f]+)/end")


@pytest.fixture
def api(office: Office) -> Callers:
    """Callers of the API of the same office."""
    return Callers(office)


def test_a_post_is_given_ended_and_taken_away_on_its_page(office: Office) -> None:
    operator = office.signed_in("operator")
    page = f"/people/{office.programme.people['second_clerk']}"
    typed = {"role": "department_leader", "valid_from": "2026-12-01", "valid_to": "2027-01-31"}
    assert operator.post(f"{page}/roles", typed).status_code == 302
    shown = operator.get(page).text
    assert "未到任" in shown
    assert "2026-12-01" in shown
    again = operator.post(f"{page}/roles", typed, follow_redirects=True)
    assert "任职期间不得重叠" in again.text
    post = POST.search(shown)
    assert post
    set_end = operator.post(f"{page}/posts/{post[1]}/end", {"valid_to": "2026-11-30"}, follow_redirects=True)
    assert "最后一日已设定" in set_end.text
    wrong = operator.post(f"{page}/posts/{post[1]}/end", {"valid_to": "soon"}, follow_redirects=True)
    assert "请填写日期" in wrong.text
    taken = operator.post(f"{page}/roles/revoke", {"role": "department_leader"}, follow_redirects=True)
    assert "已收回" in taken.text


def test_an_organisation_is_renamed_and_closed_on_its_page(office: Office) -> None:
    operator = office.signed_in("operator")
    page = f"/organisations/{office.programme.organisations['owner']}"
    typed = {"name": "演示林业集团", "reason": "登记机关变更通知", "valid_from": "2026-11-03"}
    assert "不得晚于今天" in operator.post(f"{page}/rename", typed).text
    refused = operator.post(f"{page}/rename", typed | {"valid_from": "2026-11-02"})
    assert (refused.status_code, "更名日期须在其后" in refused.text) == (422, True)  # entered this very day
    used = operator.post(f"{page}/close", {"close_reason": "合并"})
    assert (used.status_code, "尚有任职1、在岗人员1，不能停用" in used.text) == (422, True)
    office.programme.wake_late("2026-11-20")
    renamed = operator.post(f"{page}/rename", typed, follow_redirects=True).text
    assert "单位已更名为：演示林业集团" in renamed
    assert "演示owner" in renamed
    assert "2026-11-02" in renamed  # the former name's last day
    assert operator.get("/organisations/none").status_code == 404
    assert office.signed_in("auditor").get(page).status_code == 200
    assert office.signed_in("clerk").get(page).status_code == 403


def test_roles_are_listed_with_what_each_may_do_and_excludes(office: Office) -> None:
    shown = office.signed_in("operator").get("/roles").text
    assert "受理和形式审查" in shown
    assert "同一项目不得兼任：省厅领导" in shown
    assert "不得持有购买方账户" in shown


def test_organisations_and_posts_through_the_api(api: Callers) -> None:
    operator = api["operator"]
    made = operator.post("/organisations", {"name": "演示新单位", "kind": "owner"}).get_json()
    body = made["organisation_id"]
    person = api.office.programme.people["owner"]
    span = {"role": "owner", "organisation_id": body, "valid_from": "2026-11-10", "valid_to": "2026-11-30"}
    given = operator.post(f"/people/{person}/roles", span, key="one-post")
    assert given.status_code == 200
    repeated = operator.post(f"/people/{person}/roles", span, key="one-post")
    assert repeated.get_json() == given.get_json()
    assert operator.post(f"/people/{person}/roles", span).get_json()["code"] == "post_overlaps"
    held = operator.get(f"/people/{person}/posts").get_json()["items"]
    assert [post["state"] for post in held] == ["held", "coming"]
    post = given.get_json()["post_id"]
    assert operator.post(f"/people/{person}/posts/{post}/end", {"valid_to": None}).status_code == 200
    api.office.programme.wake_late("2026-11-09")
    named = operator.post(f"/organisations/{body}/rename", {"name": "新名", "reason": "变更"})
    assert named.status_code == 200, named.text
    shown = operator.get(f"/organisations/{body}").get_json()
    assert [one["name"] for one in shown["names"]] == ["新名", "演示新单位"]
    assert [one["valid_to"] for one in shown["names"]] == [None, "2026-11-08"]
    closed = operator.post(f"/organisations/{body}/close", {"reason": "合并"})
    assert "尚有任职1" in closed.get_json()["detail"]
    gone = operator.post(f"/people/{person}/roles/revoke", {"role": "owner", "organisation_id": body})
    assert gone.status_code == 200
    assert operator.post(f"/organisations/{body}/close", {"reason": "合并"}).status_code == 200
    assert operator.post(f"/organisations/{body}/reopen", {"reason": "误停"}).status_code == 200
