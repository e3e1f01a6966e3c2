"""放假通知 over HTTP: looked at, proposed, decided; what rests on an estimate says so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.form_answers import checklist
from tests.support.invented_notice import NUMBER, toml, typed
from tests.web.api.conftest import Callers
from tests.web.conftest import Visitor


@pytest.fixture
def published(api: Callers) -> Callers:
    """2026-12-30, with a public notice that closes on 2027-01-05, as 2027 is estimated."""
    api.office.programme.on("2026-12-01")
    api.office.programme.given_released_notice()
    api.office.programme.when_published("2026-12-28")
    api.office.programme.on("2026-12-30")
    return api


def fields(**changed: Any) -> dict[str, Any]:
    """Return the invented notice field by field."""
    said = typed("2027-01-04", "2027-02-20")
    off = [{"name": one.name, "from": one.first, "to": one.last} for one in said.off]
    whole = {
        "year": 2027,
        "number": said.number,
        "date": said.date,
        "title": said.title,
        "off": off,
        "work": list(said.work),
    }
    return {**whole, **changed}


def test_a_notice_goes_through_two_people(published: Callers) -> None:
    looked = published["operator"].post("/calendar/preview", {"notice": fields()}).get_json()
    assert looked["certain"]
    assert "2027-01-04" in {day["date"] for day in looked["days"]}
    (move,) = [one for one in looked["deadlines"] if one["rule"] == "public_notice"]
    assert (move["outcome"], move["moved"], move["old_provisional"], move["provisional"]) == (
        "later",
        True,
        True,
        False,
    )
    made = published["operator"].post("/calendar/proposals", {"toml": toml("2027-01-04", "2027-02-20")})
    assert made.status_code == 201
    proposal = made.get_json()["proposal_id"]
    shown = published["auditor"].get(f"/calendar/proposals/{proposal}").get_json()
    assert shown["effect"]["deadlines"] == looked["deadlines"]
    assert shown["state"] == "submitted"
    decide = f"/calendar/proposals/{proposal}/decide"
    assert published["operator"].post(decide, {"approve": True}).status_code == 403
    done = published["leader"].post(decide, {"approve": True}, key="once")
    assert done.get_json()["state"] == "approved"
    assert published["leader"].post(decide, {"approve": True}, key="once").get_json() == done.get_json()
    again = published["leader"].post(decide, {"approve": True})
    assert (again.status_code, again.get_json()["code"]) == (409, "proposal_decided")
    listed = published["administrator"].get("/calendar/proposals").get_json()["items"]
    assert [(one["state"], one["notice_number"]) for one in listed] == [("approved", NUMBER)]
    assert not published.nobody.get("/calendar/years/2027").get_json()["provisional"]
    withdrawn = published["operator"].post(f"/calendar/proposals/{proposal}/withdraw")
    assert withdrawn.status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "toml"),
        ({"toml": toml(), "notice": fields()}, "toml"),
        ({"toml": "]["}, "toml"),
        ({"notice": fields(work=["2027-02-22"])}, "work.0"),
        ({"notice": fields(off=[])}, "off"),
        ({"notice": fields(off=[{"name": "元旦", "from": "2027-02-29", "to": "x"}])}, "off.0.first"),
        ({"notice": fields(date="29 February")}, "date"),
    ],
)
def test_what_is_wrong_is_told_by_field(api: Callers, body: dict[str, Any], field: str) -> None:
    answer = api["administrator"].post("/calendar/preview", body)
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"], answer.get_json()


@pytest.mark.parametrize(
    "body",
    [
        {"notice": 1},
        {"notice": {"year": "2027"}},
        {"toml": 5},
        {"notice": fields(off="x")},
        {"approve": 1},
        [],
    ],
)
def test_what_is_no_notice_at_all_is_refused(api: Callers, body: object) -> None:
    assert api["administrator"].post("/calendar/proposals", body).status_code in {400, 422}


def says_so(visitor: Visitor, *paths: str) -> None:
    """Every page says 预估 in what is its own, not in the sandbox's bar."""
    for path in paths:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert "预估" in answer.text[answer.text.index("<main") :], path


def test_a_closing_that_rests_on_an_estimate_says_so(published: Callers) -> None:
    office, programme = published.office, published.office.programme
    case, project = programme.cases("public_notice")[0], programme.project_id
    says_so(
        office.signed_in("leader"), f"/cases/{case.id}", f"/office/projects/{project}", "/calendar?year=2027"
    )
    says_so(office.signed_in("owner"), f"/my/projects/{project}")
    notice = f"/notices/{programme.notice['id']}"
    says_so(office.visitor(), notice, "/notices", "/working-days?start=2026-12-30&days=5")
    assert "截止（预估）" in office.visitor().get("/notices.atom").text
    limits = published["leader"].get(f"/cases/{case.id}/deadlines").get_json()
    assert any(one["provisional"] for one in limits["items"])
    assert published.nobody.get(notice).get_json()["notice"]["listed"]["provisional"]
    assert published.nobody.get("/calendar/count?start=2026-12-30&days=5").get_json()["provisional"]


def test_a_task_that_rests_on_an_estimate_says_so(api: Callers) -> None:
    office, programme = api.office, api.office.programme
    programme.on("2026-12-28")
    signature = {"name": "章演示", "date": "2026-12-28", "seal": True}
    programme.given_application(application_signature=signature)
    task = programme.task("review_application")
    (line,) = api["clerk"].get("/inbox").get_json()["items"]
    assert line["provisional"]
    assert api["clerk"].get(f"/tasks/{task.id}").get_json()["task"]["provisional"]
    says_so(office.signed_in("clerk"), "/inbox", f"/tasks/{task.id}", f"/cases/{task.case_id}")
    wanting = checklist(failed={16: "缺样地编号规则"})
    programme.hand_in(
        "review_application", "clerk", action="incomplete", checklist=wanting, review_opinion="请补齐。"
    )
    says_so(office.signed_in("owner"), "/my")
