"""Who may open which page: the read half of the role table, page by page."""

from __future__ import annotations

import pytest

from tests.web.conftest import Office
from workflow_app.commands.requests import ClaimTask, RevokeRole, StartCase
from workflow_app.kernel.clock import legal_date

OFFICERS = {"clerk", "second_clerk", "leader"}
EVERYBODY = {
    *OFFICERS,
    "owner",
    "agent",
    "pilot",
    "maker",
    "checker",
    "expert_one",
    "administrator",
    "operator",
    "auditor",
}
WORKING = EVERYBODY - {"administrator", "operator", "auditor"}
MATRIX: dict[str, set[str]] = {
    "/inbox": EVERYBODY,
    "/done": EVERYBODY,
    "/cases": WORKING | {"auditor"},
    "/accounts": OFFICERS | {"maker", "checker", "auditor"},
    "/accounts/apply": {"maker"},
    "/my/accounts": {"owner"},
    "/my/holdings": {"owner"},
    "/my/trading": {"owner"},
    "/my/cancellations": {"owner"},
    "/my/cancellations/new": {"owner"},
    "/market": OFFICERS | {"owner", "maker", "checker", "auditor"},
    "/incidents": OFFICERS | {"operator", "auditor"},
    "/calendar": EVERYBODY,
    "/admin/calendar": {"leader", "administrator", "operator", "auditor"},
    "/admin/calendar/new": {"administrator", "operator"},
    "/people": {"operator", "auditor"},
    "/people/new": {"operator"},
    "/organisations": {"operator", "auditor"},
    "/roles": {"operator", "auditor"},
    "/system/outbox": {"operator", "auditor"},
    "/definitions": OFFICERS | {"administrator", "auditor"},
    "/admin/process/backtest": {"administrator"},
    "/admin/process/migrations": {"leader", "administrator", "auditor"},
    "/admin/process/drafts": OFFICERS | {"administrator", "auditor"},
    "/admin/process/versions": OFFICERS | {"administrator", "auditor"},
    "/admin/process/compare": OFFICERS | {"administrator", "auditor"},
    "/admin/process/proposals": OFFICERS | {"administrator", "auditor"},
    "/programme": OFFICERS | {"auditor"},
    "/programme/methodologies": OFFICERS | {"auditor"},
    "/programme/methodologies/new": OFFICERS,
    "/parameters": OFFICERS | {"administrator", "auditor"},
    "/programme/fields.csv": OFFICERS | {"auditor"},
    "/account": EVERYBODY,
    "/account/tokens": EVERYBODY,
    "/messages": EVERYBODY,
    "/help": EVERYBODY,
    "/help/diagram-findings": EVERYBODY,
}
OPEN = {"/help", "/help/diagram-findings"}


@pytest.fixture
def filed(office: Office) -> Office:
    """An office with one application under review."""
    office.programme.given_application()
    return office


def test_every_page_opens_for_its_roles_and_for_no_other(office: Office) -> None:
    for name in sorted(EVERYBODY):
        person = office.signed_in(name)
        for path, allowed in MATRIX.items():
            expected = 200 if name in allowed else 403
            assert person.get(path).status_code == expected, (name, path)


def test_nobody_is_led_to_the_sign_in_page(office: Office) -> None:
    visitor = office.visitor()
    for path in MATRIX.keys() - OPEN:
        answer = visitor.get(path)
        assert answer.status_code == 302, path
        assert "/signin?next=" in answer.location, path


def test_a_case_is_seen_by_its_parties_and_the_department(filed: Office) -> None:
    task = filed.programme.task("review_application")
    seen = OFFICERS | {"owner", "auditor", "pilot"}  # the pilot unit reads what rests on its filing
    for name in sorted(EVERYBODY):
        expected = 200 if name in seen else 404
        assert filed.signed_in(name).get(f"/cases/{task.case_id}").status_code == expected, name


def test_a_project_page_follows_its_cases(filed: Office) -> None:
    path = f"/office/projects/{filed.programme.project_id}"
    assert filed.signed_in("clerk").get(path).status_code == 200
    assert filed.signed_in("agent").get(path).status_code == 404
    assert filed.signed_in("operator").get(path).status_code == 403


def test_a_task_opens_for_whom_it_is_offered_to(filed: Office) -> None:
    task = filed.programme.task("review_application")
    assert filed.signed_in("clerk").get(f"/tasks/{task.id}").status_code == 200
    assert filed.signed_in("leader").get(f"/tasks/{task.id}").status_code == 403
    assert filed.signed_in("agent").get(f"/tasks/{task.id}").status_code == 404


def test_an_application_in_work_is_its_applicants_alone(office: Office) -> None:
    office.programme.given_application()
    drafting = office.signed_in("owner")
    title = "尚未提交的项目"
    started = office.programme.do("owner", StartCase("project_lifecycle", {"title": title}))
    assert title in drafting.get("/cases").text
    clerk = office.signed_in("clerk")
    assert title not in clerk.get("/cases").text
    assert clerk.get(f"/cases/{started.values['case_id']}").status_code == 404


def test_a_file_is_downloaded_by_who_sees_its_case(filed: Office) -> None:
    task = filed.programme.task("review_application")
    with filed.programme.app.store.reading() as uow:
        paper = uow.forms.attachments(case_id=task.case_id)[0]
    assert filed.signed_in("clerk").get(f"/files/{paper.id}").status_code == 200
    assert filed.signed_in("owner").get(f"/files/{paper.id}").status_code == 200
    assert filed.signed_in("agent").get(f"/files/{paper.id}").status_code == 404
    assert filed.signed_in("operator").get(f"/files/{paper.id}").status_code == 404


def test_personal_values_are_masked_until_a_reason_is_given(filed: Office) -> None:
    task = filed.programme.task("review_application")
    page = f"/cases/{task.case_id}"
    clerk = filed.signed_in("clerk")
    assert "13800000428" not in clerk.get(page).text
    assert "138****0428" in clerk.get(page).text
    with filed.programme.app.store.reading() as uow:
        seq = next(e.seq for e in uow.history.stream(f"case:{task.case_id}") if e.form_key)
    ask = f"{page}/forms/{seq}/unmask"
    assert clerk.post(ask, {"reason": "看"}).status_code == 422
    assert clerk.post(ask, {"reason": "电话核对补正材料"}).status_code == 302
    shown = clerk.get(page).text
    assert "13800000428" in shown
    assert "原因：电话核对补正材料" in shown  # the asking stands in the case's notes and its history
    assert filed.signed_in("owner").get(ask).status_code == 403


def test_a_role_taken_away_no_longer_opens_what_it_claimed(office: Office) -> None:
    office.programme.given_application()
    task = office.programme.task("review_application")
    office.programme.do("clerk", ClaimTask(task.id))
    clerk = office.signed_in("clerk")
    assert clerk.get(f"/tasks/{task.id}").status_code == 200
    post = (office.programme.people["clerk"], "department_clerk")
    with office.programme.app.store.reading() as uow:
        today = legal_date(office.programme.clock.now())
        scopes = [scope for role, scope in uow.people.roles(post[0], today) if role == post[1]]
    for scope in scopes:
        office.programme.do("operator", RevokeRole(*post, scope))
    assert clerk.get(f"/tasks/{task.id}").status_code in {403, 404}
