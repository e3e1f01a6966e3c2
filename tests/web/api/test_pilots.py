"""Pilots and complaints over HTTP: written by whose they are, read by whom they concern."""

from __future__ import annotations

from tests.scenarios.units import rows
from tests.web.api.conftest import Callers
from workflow_app.store import tables

MECHANISM = {
    "leader_name": "李县长",
    "leader_post": "副县长",
    "contact_name": "王科长",
    "contact_phone": "0797-3812345",
    "duties": [{"department": "县林业局", "duty": "项目实施"}],
    "reason": "领导分工调整",
    "expected_version": 1,
}
ACTIVITY = {
    "kind": "training",
    "title": "计量培训",
    "held_on": "2026-11-10",
    "place": "横水镇",
    "sessions": 2,
    "people": 86,
}


def test_a_pilot_writes_and_others_read_it(api: Callers) -> None:
    programme = api.office.programme
    programme.given_filed_pilot()
    programme.on("2026-11-12")
    address = f"/pilots/{programme.filing_id}"
    for who in ("clerk", "leader", "owner", "maker", "auditor"):
        assert api[who].post(f"{address}/activities", ACTIVITY).status_code == 403, who
        assert api[who].post(f"{address}/mechanism", MECHANISM).status_code == 403, who
    entered = api["pilot"].post(f"{address}/activities", ACTIVITY)
    assert entered.status_code == 201, entered.text
    assert api["pilot"].post(f"{address}/mechanism", MECHANISM).get_json()["version"] == 2
    assert api["pilot"].post(f"{address}/mechanism", MECHANISM).status_code == 409
    wrong = api["pilot"].post(f"{address}/activities", {**ACTIVITY, "held_on": "2026-11-13"})
    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["held_on"])

    for who in ("pilot", "clerk", "auditor"):
        found = api[who].get(address).get_json()
        assert [one["people"] for one in found["activities"]] == [86]
        assert [one["version"] for one in found["mechanism"]] == [2, 1]
    assert found["mechanism"][0]["leader_name"] == "李*"  # the auditor's
    assert api["owner"].get(address).status_code == 403
    assert api["pilot"].get("/pilots/none").status_code == 404
    voided = api["pilot"].post(
        f"/pilot-activities/{entered.get_json()['activity_id']}/void", {"reason": "人数有误"}
    )
    assert voided.status_code == 200
    assert api["pilot"].get("/pilots").get_json()["items"][0]["activities"] == 0


def test_anybody_complains_with_a_receipt(api: Callers) -> None:
    programme = api.office.programme
    programme.given_released_notice()
    programme.when_published("2026-11-09")
    programme.on("2026-11-17")
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")
    number = programme.project["number"]
    sent = api.nobody.post(f"/register/{number}/complaints", {"text": "监测期内有采伐。", "name": "钟演示"})
    assert sent.status_code == 201, sent.text
    receipt = sent.get_json()["receipt"]
    found = api.nobody.get(f"/complaints/{receipt}").get_json()
    assert (found["state"], found["author"], found["text"]) == ("received", "钟*", "监测期内有采伐。")
    assert "document_id" not in found
    assert api.nobody.get(f"/complaints/{receipt}/reply").status_code == 404
    assert api.nobody.get("/complaints/TS-0000-0000").status_code == 404
    wrong = api.nobody.post(f"/register/{number}/complaints", {"text": "有误。", "serial": "JX-1"})
    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["serial"])
    assert api.nobody.post("/register/JX-JCER-01-99999/complaints", {"text": "有误。"}).status_code == 404
    assert len(rows(programme, tables.complaint)) == 1
