"""Who may call what: the role table through the API, and nothing told that the pages hide."""

from __future__ import annotations

from tests.web.api.conftest import Callers
from tests.web.api.walk import Walk
from workflow_app.commands.requests import StartCase
from workflow_app.store.history import SYSTEM as SYSTEM_WHO

OFFICERS = {"clerk", "second_clerk", "leader"}
APPLICANTS = {"owner", "agent"}
EXPERTS = {"expert_one"}
EXCHANGE = {"maker", "checker"}
ADMINISTRATORS = {"administrator", "operator", "auditor"}
EVERYBODY = OFFICERS | APPLICANTS | EXPERTS | EXCHANGE | ADMINISTRATORS | {"pilot"}
WORKING = EVERYBODY - ADMINISTRATORS
CALENDAR = {"leader", "administrator", "operator", "auditor"}
READS: dict[str, set[str]] = {
    "/me": EVERYBODY,
    "/me/tokens": EVERYBODY,
    "/me/notices": EVERYBODY,
    "/inbox": EVERYBODY,
    "/inbox/stages": EVERYBODY,
    "/done": EVERYBODY,
    "/cases": WORKING | {"auditor"},
    "/my/projects": APPLICANTS,
    "/my/filings": {"pilot"},
    "/accounts": OFFICERS | EXCHANGE | {"auditor"},
    "/my/accounts": {"owner"},
    "/market/orders": OFFICERS | EXCHANGE | {"owner", "auditor"},
    "/orders": OFFICERS | EXCHANGE | {"owner", "auditor"},
    "/trades": OFFICERS | EXCHANGE | {"owner", "auditor"},
    "/my/bids": {"owner"},
    "/my/certificates": {"owner"},
    "/ledger/proof": OFFICERS | EXCHANGE | {"auditor"},
    "/calendar/proposals": CALENDAR,
    "/deadlines": OFFICERS | {"auditor"},
    "/pilots": OFFICERS | {"auditor", "pilot"},
    "/sandbox/clock": EVERYBODY,
    "/people": {"operator", "auditor"},
    "/organisations": {"operator", "auditor"},
    "/roles": {"operator", "auditor"},
    "/definitions": OFFICERS | {"administrator", "auditor"},
    "/statute": OFFICERS | {"administrator", "auditor"},
    "/migrations": {"leader", "administrator", "auditor"},
    "/drafts": OFFICERS | {"administrator", "auditor"},
    "/proposals": OFFICERS | {"administrator", "auditor"},
    "/incidents": OFFICERS | {"operator", "auditor"},
    "/outbox": {"operator", "auditor"},
}
PUBLIC = ("/notices", "/register", "/calendar/years/2025", "/calendar/notices")
OF_A_CASE = ("", "/timeline", "/deadlines", "/notes", "/forms", "/attachments", "/diagram", "/history")
WRITES: dict[str, tuple[dict[str, object], set[str]]] = {
    "/cases": ({"process_id": "project_lifecycle", "fields": {"title": "新项目"}}, APPLICANTS),
    "/calendar/preview": ({"toml": "year = 2027"}, CALENDAR),
    "/calendar/proposals": ({"toml": "year = 2027"}, {"administrator", "operator"}),
    "/calendar/proposals/none/decide": ({"approve": True}, {"leader"}),
    "/calendar/proposals/none/withdraw": ({}, {"administrator", "operator"}),
    "/people": ({"login": "x", "name": "x", "password": "short"}, {"operator"}),
    "/organisations": ({"name": " ", "kind": "owner"}, {"operator"}),
    "/organisations/none/rename": ({"name": "x", "reason": "x"}, {"operator"}),
    "/organisations/none/close": ({"reason": "x"}, {"operator"}),
    "/organisations/none/reopen": ({"reason": "x"}, {"operator"}),
    "/people/none/posts/none/end": ({"valid_to": None}, {"operator"}),
    "/people/none/leave": ({"last_day": "2026-11-02", "reason": "x"}, {"operator"}),
    "/people/none/leave/cancel": ({"reason": "x"}, {"operator"}),
    "/decisions/none/try": ({"values": {}}, OFFICERS | {"administrator", "auditor"}),
    "/backtests": ({"version": "none"}, {"administrator"}),
    "/drafts": ({"title": " "}, {"administrator"}),
    "/proposals": ({"reason": " "}, {"administrator"}),
    "/proposals/rollback": ({"version": "none", "reason": "x"}, {"administrator"}),
    "/proposals/none/decide": ({"decision": "approve"}, {"administrator", "leader"}),
    "/methodologies": (
        {"code": " ", "name": " ", "kind": "jcer", "field": "01", "published_on": "2024-01-01"},
        OFFICERS,
    ),
    "/expert-conflicts": (
        {
            "expert_id": "nobody",
            "organisation_id": "nowhere",
            "nature": "受聘",
            "since": "2024-02-01",
            "until": "2024-01-01",
        },
        OFFICERS,  # an expert only for themselves
    ),
    "/incidents/none/retry": ({}, OFFICERS | {"operator", "checker"}),
    "/accounts": ({"legal_form": "legal_person"}, {"maker"}),
    "/cash-entries/none/decide": ({"approve": True}, {"checker"}),
    "/filings/none/suspend": ({"reason": "x"}, {"leader"}),
    "/pilots/none/comments": ({"text": "x"}, set()),
    "/pilot-activities/none/void": ({"reason": "x"}, {"pilot"}),
}


def test_every_address_answers_its_roles_and_no_other(api: Callers) -> None:
    for name in sorted(EVERYBODY):
        for path, allowed in READS.items():
            expected = 200 if name in allowed else 403
            answer = api[name].get(path)
            assert answer.status_code == expected, (name, path, answer.text)
            if expected == 403:
                assert answer.mimetype == "application/problem+json"


def test_every_change_is_refused_to_whoever_lacks_the_role(api: Callers) -> None:
    for name in sorted(EVERYBODY):
        for path, (body, allowed) in WRITES.items():
            answer = api[name].post(path, body)
            refused = answer.status_code == 403
            assert refused == (name not in allowed), (name, path, answer.status_code, answer.text)
            assert answer.status_code < 500, (name, path, answer.text)


def test_nobody_reads_only_what_is_public(api: Callers) -> None:
    for path in READS:
        answer = api.nobody.get(path)
        assert answer.status_code == 401, path
        assert answer.get_json()["code"] == "sign_in_required"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for path in PUBLIC:
        assert api.nobody.get(path).status_code == 200, path


def test_a_case_is_seen_by_its_parties_and_the_department(api: Callers) -> None:
    api.office.programme.given_application()
    task = api.office.programme.task("review_application")
    seen = OFFICERS | {"owner", "auditor"}
    for name in sorted(EVERYBODY - {"pilot"}):  # the pilot reads the projects of its area (R16)
        for part in OF_A_CASE:
            expected = 200 if name in seen else 404
            answer = api[name].get(f"/cases/{task.case_id}{part}")
            assert answer.status_code == expected, (name, part)
    project = f"/projects/{api.office.programme.project_id}"
    assert api["agent"].get(project).status_code == 404
    assert api["operator"].get(project).status_code == 403


def test_a_task_opens_for_whom_it_is_offered_to(api: Callers) -> None:
    api.office.programme.given_application()
    task = api.office.programme.task("review_application")
    for name, status in (("clerk", 200), ("leader", 403), ("owner", 403), ("auditor", 403), ("agent", 404)):
        assert api[name].get(f"/tasks/{task.id}").status_code == status, name
    for name in ("leader", "owner", "agent", "auditor", "administrator", "operator"):
        for act, body in (
            ("claim", {}),
            ("draft", {"answers": {}, "revision": 0}),
            ("complete", {"answers": {}}),
        ):
            assert api[name].post(f"/tasks/{task.id}/{act}", body).status_code == 403, (name, act)


def test_one_person_is_never_both_handler_and_leader(api: Callers) -> None:
    """职责分离 (K): the clerk who reviewed does not release the notice, even as a leader."""
    walk = Walk(api)
    walk.filed_pilot()
    walk.assessed_project()
    walk.handed_in("draft_notice", "maker")
    programme = api.office.programme
    task = programme.task("release_notice")
    with programme.app.store.unit_of_work() as uow:  # past the command that would refuse the second role
        uow.people.grant(programme.people["clerk"], "department_leader", None, programme.clock.now(), None)
        uow.history.record("role_assigned", "people:test", SYSTEM_WHO, programme.clock.now())
        uow.commit()
    answer = api["clerk"].post(f"/tasks/{task.id}/complete", {"answers": {}, "action": "release"})
    assert answer.status_code == 422, answer.text
    problem = answer.get_json()
    assert problem["article"]
    assert api["clerk"].post(f"/tasks/{task.id}/claim").status_code == 422


def test_a_maker_does_not_check_what_they_made(api: Callers) -> None:
    walk = Walk(api)
    walk.filed_pilot()
    walk.assessed_project()
    walk.handed_in("draft_notice", "maker")
    walk.handed_in("release_notice", "leader")
    task = api.office.programme.task("publish_notice")
    answer = api["maker"].post(f"/tasks/{task.id}/complete", {"answers": {"publication_check": True}})
    assert answer.status_code == 403


def test_personal_values_are_masked_until_a_reason_is_given(api: Callers) -> None:
    api.office.programme.given_application()
    case_id = api.office.programme.task("review_application").case_id
    forms = api["clerk"].get(f"/cases/{case_id}/forms")
    assert "13800000428" not in forms.text
    assert "138****0428" in forms.text
    assert "13800000428" not in api["clerk"].get(f"/cases/{case_id}/timeline").text
    (one,) = forms.get_json()["items"]
    ask = f"/cases/{case_id}/forms/{one['seq']}/unmask"
    assert api["clerk"].post(ask, {"reason": "看"}).status_code == 422
    for name in ("owner", "auditor"):
        assert api[name].post(ask, {"reason": "电话核对补正材料"}).status_code == 403
    shown = api["clerk"].post(ask, {"reason": "电话核对补正材料"})
    assert "13800000428" in shown.text
    assert "原因：电话核对补正材料" in api["clerk"].get(f"/cases/{case_id}/notes").text


def test_an_application_in_work_is_its_applicants_alone(api: Callers) -> None:
    started = api.office.programme.do("owner", StartCase("project_lifecycle", {"title": "尚未提交的项目"}))
    case_id = started.values["case_id"]
    assert api["owner"].get(f"/cases/{case_id}").status_code == 200
    assert api["clerk"].get(f"/cases/{case_id}").status_code == 404
    assert "尚未提交的项目" not in api["clerk"].get("/cases").text
    assert api["clerk"].post(f"/cases/{case_id}/notes", {"text": "看见了"}).status_code == 404


def test_a_file_is_downloaded_by_who_sees_its_case(api: Callers) -> None:
    api.office.programme.given_application()
    case_id = api.office.programme.task("review_application").case_id
    papers = api["clerk"].get(f"/cases/{case_id}/attachments").get_json()["items"]
    path = f"/attachments/{papers[0]['id']}"
    got = api["clerk"].get(path)
    assert (got.status_code, got.headers["Content-Security-Policy"]) == (200, "default-src 'none'; sandbox")
    for name in ("agent", "operator", "maker"):
        assert api[name].get(path).status_code == 404, name


def test_an_applicant_reads_what_is_addressed_to_them_and_no_more(api: Callers) -> None:
    programme = api.office.programme
    programme.given_application()
    programme.hand_in("review_application", "clerk")
    case_id = next(case.id for case in programme.cases("project_application"))
    assert api["clerk"].post(f"/cases/{case_id}/notes", {"text": "内部意见：须再核"}).status_code == 201
    assert "演示clerk" in api["leader"].get(f"/cases/{case_id}/timeline").text
    for part in OF_A_CASE:
        told = api["owner"].get(f"/cases/{case_id}{part}").text
        assert "演示clerk" not in told, part
        assert "内部意见" not in told, part
