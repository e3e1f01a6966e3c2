"""A project from application to registration over HTTP alone, with the token of each role."""

from __future__ import annotations

from tests.web.api.conftest import Callers
from tests.web.api.walk import Walk


def test_a_project_travels_from_application_to_registration(api: Callers) -> None:
    walk = Walk(api)
    walk.filed_pilot()
    walk.assessed_project()
    notice_id = walk.published_notice()

    said = api.nobody.post(
        f"/notices/{notice_id}/comments", {"text": "部分地块已在其他机制登记。", "name": "张三丰"}
    )
    assert said.status_code == 201
    receipt = said.get_json()["receipt"]
    walk.handed_in("classify_comment", "maker")
    walk.handed_in("investigate", "clerk")
    walk.handed_in("decide_objection", "leader")
    told = api.nobody.get(f"/receipts/{receipt}").get_json()
    assert (told["outcome"], told["late"]) == ("dismissed", False)
    assert told["author"].startswith("张")
    assert "三丰" not in told["author"]

    closes_at = api.nobody.get(f"/notices/{notice_id}").get_json()["notice"]["listed"]["closes_at"]
    moved = api["clerk"].post("/sandbox/clock", {"to": closes_at})
    assert moved.status_code == 200, moved.text
    walk.handed_in("open_account", "maker")
    walk.handed_in("verify_registration", "checker")

    shown = api["owner"].get(f"/projects/{walk.project_id}").get_json()
    assert shown["project"]["state"] == "registered"
    number = shown["project"]["number"]
    listed = api.nobody.get("/register").get_json()["items"]
    assert [one["number"] for one in listed] == [number]
    assert api.nobody.get(f"/register/{number}").get_json()["listed"]["name"] == shown["project"]["name"]
    for case in shown["cases"]:
        checked = api["owner"].get(f"/cases/{case['id']}/history").get_json()
        assert checked["whole"], checked
        assert checked["events"] > 0
