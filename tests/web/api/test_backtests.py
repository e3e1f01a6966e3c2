"""A back-test over HTTP: who may ask for one, what it tells, and what it never tells."""

from __future__ import annotations

from tests.web.api.conftest import Callers
from workflow_app.commands.versions import shipped

PARAMETERS = "parameters.yaml"


def shorter_review() -> dict[str, str]:
    """The shipped parameters with formal review a day long instead of five."""
    text = shipped()[PARAMETERS].decode()
    assert "name: 形式审查, n: 5" in text
    return {PARAMETERS: text.replace("name: 形式审查, n: 5", "name: 形式审查, n: 1")}


def test_a_missed_limit_is_named_with_its_dates_and_no_value(api: Callers) -> None:
    programme = api.office.programme
    programme.given_application()
    programme.on("2026-11-05")  # received on Monday the 2nd: the third working day
    programme.hand_in("review_application", "clerk")

    answer = api["administrator"].post("/backtests", {"files": shorter_review()})

    assert answer.status_code == 200, answer.text
    said = answer.get_json()
    assert said["totals"] == {"deadline": 1}
    (case,) = said["items"]
    assert case["process_id"] == "project_application"
    assert case["number"].startswith("BJ")
    (difference,) = case["differences"]
    assert difference["subject"] == "formal_review"
    assert difference["before"] == ["2026-11-10T00:00+08:00", "met"]
    assert difference["after"] == ["2026-11-04T00:00+08:00", "missed"]
    for value in (programme.project["name"], "崇义", "章演示"):
        assert value not in answer.text


def test_a_draft_and_a_proposal_are_tested_as_they_stand(api: Callers) -> None:
    """A removed form counts as removed, a changed limit as changed; the draft is not deployed by it."""
    programme = api.office.programme
    programme.given_application()
    programme.on("2026-11-05")
    programme.hand_in("review_application", "clerk")
    caller = api["administrator"]
    draft = caller.post("/drafts", {"title": "缩短形式审查"}).get_json()["draft_id"]
    assert caller.post(f"/drafts/{draft}/backtest", {}).get_json()["cases"] == 0
    saved = {"text": shorter_review()[PARAMETERS], "revision": 0}
    assert caller.post(f"/drafts/{draft}/files/{PARAMETERS}", saved).status_code == 200

    of_draft = caller.post(f"/drafts/{draft}/backtest", {}).get_json()
    assert of_draft["totals"] == {"deadline": 1}

    proposed = caller.post(f"/drafts/{draft}/propose", {"reason": "提速"}).get_json()
    of_proposal = caller.post(f"/proposals/{proposed['proposal_id']}/backtest", {}).get_json()
    assert of_proposal == of_draft
    assert of_proposal["version"] == proposed["version"]
    for kind in ("drafts", "proposals"):
        assert caller.post(f"/{kind}/none/backtest", {}).status_code == 404


def test_a_form_a_draft_takes_away_leaves_its_task_without_one(api: Callers) -> None:
    programme = api.office.programme
    programme.given_application(green_certificate=True)
    programme.hand_in("sign_ineligibility", "leader")
    caller = api["administrator"]
    draft = caller.post("/drafts", {"title": "没有决定书"}).get_json()["draft_id"]
    form = "forms/ineligibility_decision.yaml"
    assert caller.post(f"/drafts/{draft}/files/{form}", {"text": None, "revision": 0}).status_code == 200

    said = caller.post(f"/drafts/{draft}/backtest", {}).get_json()

    (case,) = said["items"]
    (difference,) = case["differences"]
    assert (difference["kind"], difference["element"]) == ("gone", "sign_ineligibility")


def test_only_process_administrators_ask(api: Callers) -> None:
    addresses = ("/backtests", "/drafts/none/backtest", "/proposals/none/backtest")
    for name in ("operator", "auditor", "leader", "clerk", "owner"):
        for address in addresses:
            assert api[name].post(address, {}).status_code == 403, (name, address)
    assert api["administrator"].post("/backtests", {}).status_code == 200


def test_what_cannot_be_tested_is_said(api: Callers) -> None:
    caller = api["administrator"]
    for body, status, code in (
        ({"version": "none"}, 404, "no_such_version"),
        ({"files": {"decisions/eligibility.dmn": "<no"}}, 422, "version_unreadable"),
        ({"files": {PARAMETERS: "- no"}}, 422, "parameters_invalid"),
        ({"files": {PARAMETERS: 1}}, 422, "invalid_form"),
        ({"limit": 0}, 422, "invalid_request"),
        ({"seconds": 1_000}, 422, "invalid_request"),
    ):
        answer = caller.post("/backtests", body)
        assert (answer.status_code, answer.get_json()["code"]) == (status, code), answer.text
