"""What the office's pages do: the inbox in its views, headers on every answer."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Office
from workflow_app.commands.requests import ClaimTask
from workflow_app.web.security import POLICY

PAGES = ("/signin", "/inbox", "/cases", "/calendar", "/definitions", "/messages", "/account", "/nowhere")


def test_every_answer_carries_the_policy(office: Office) -> None:
    clerk = office.signed_in("clerk")
    for path in PAGES:
        headers = clerk.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"


def test_no_page_holds_inline_script_or_style(office: Office) -> None:
    office.programme.given_application()
    clerk = office.signed_in("clerk")
    task = office.programme.task("review_application")
    for path in (*PAGES, f"/tasks/{task.id}", f"/cases/{task.case_id}"):
        page = clerk.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), path
        assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on", page), path


def test_the_session_cookie_is_out_of_reach_of_scripts(office: Office) -> None:
    visitor = office.visitor()
    answer = visitor.post(f"/signin/as/{office.programme.people['clerk']}")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_inbox_counts_and_groups_by_working_days(office: Office) -> None:
    office.programme.given_application()
    clerk = office.signed_in("clerk")
    page = clerk.get("/inbox").text
    assert "剩 5 个工作日" in page
    assert "承诺" in page
    office.programme.wake_late("2026-11-09")
    assert "今日到期" in clerk.get("/inbox?view=today").text
    office.programme.wake_late("2026-11-11")
    late = clerk.get("/inbox").text
    assert "超期 2 个工作日" in late
    assert "inbox__group--overdue" in late


def test_a_view_is_kept_in_the_address(office: Office) -> None:
    office.programme.given_application()
    task = office.programme.task("review_application")
    office.programme.do("clerk", ClaimTask(task.id))
    clerk = office.signed_in("clerk")
    assert task.id in clerk.get("/inbox?view=mine").text
    assert "没有符合条件的事项" in clerk.get("/inbox?view=open").text
    assert task.id in clerk.get("/inbox?process=project_application&element=review_application").text
    assert "没有符合条件的事项" in clerk.get("/inbox?q=没有这个项目").text
    assert task.id in clerk.get("/inbox?q=崇义").text
    mine = office.signed_in("second_clerk")
    assert task.id not in mine.get("/inbox").text


@pytest.mark.parametrize("after", ["x", "1.", "99999999999999999999.a", "-1.a", "1e9.a"])
def test_a_broken_key_in_the_address_is_no_error(office: Office, after: str) -> None:
    clerk = office.signed_in("clerk")
    assert clerk.get(f"/inbox?after={after}&view=nonsense").status_code == 200
    assert clerk.get(f"/cases?after={after}&status=nonsense").status_code == 200


def test_claim_release_and_hand_over(office: Office) -> None:
    office.programme.given_application()
    task = office.programme.task("review_application")
    clerk = office.signed_in("clerk")
    assert clerk.post("/inbox/claim", {"task": [task.id], "next": "/inbox"}).status_code == 302
    assert "已认领 1 件" in clerk.get("/inbox").text
    second = office.signed_in("second_clerk")
    refused = second.post(f"/tasks/{task.id}/claim")
    assert refused.status_code == 409
    assert clerk.post(f"/tasks/{task.id}/hand-over", {"to_user": "", "reason": ""}).status_code == 422
    handed = clerk.post(
        f"/tasks/{task.id}/hand-over",
        {"to_user": office.programme.people["second_clerk"], "reason": "出差"},
    )
    assert handed.status_code == 302, handed.text
    assert task.id in second.get("/inbox?view=mine").text
    assert "出差" in second.get(f"/cases/{task.case_id}").text
    assert second.post(f"/tasks/{task.id}/release").status_code == 302
    assert office.programme.task("review_application").assignee_id is None


def test_the_count_of_a_limit_shows_its_days_and_notices(office: Office) -> None:
    office.programme.given_application()
    task = office.programme.task("review_application")
    page = office.signed_in("clerk").get(f"/tasks/{task.id}").text
    for words in ("怎么数到 11 月 9 日", "第 0 天", "第 5 天", "届满", "参照行政许可法第三十二条"):
        assert words in page, words


def test_the_diagram_is_the_cases_own_version(office: Office) -> None:
    office.programme.given_application()
    task = office.programme.task("review_application")
    clerk = office.signed_in("clerk")
    page = clerk.get(f"/tasks/{task.id}").text
    url = re.search(r'data-bpmn-url="([^"]+)" data-current="([^"]*)"', page)
    assert url is not None
    assert "review_application" in url[2].split()
    xml = clerk.get(url[1])
    assert xml.mimetype == "application/xml"
    assert b'id="review_application"' in xml.data


def test_the_language_and_the_size_of_text_are_kept(office: Office) -> None:
    clerk = office.signed_in("clerk")
    assert clerk.post("/preferences/language", {"language": "en", "next": "/inbox"}).location == "/inbox"
    assert '<html lang="en"' in clerk.get("/inbox").text
    clerk.post("/preferences/language", {"language": "zh", "next": "/inbox"})
    clerk.post("/preferences/text-size", {"size": "large", "next": "//evil.example"})
    assert 'data-text="large"' in clerk.get("/inbox").text


def test_the_clock_goes_on_by_a_day_and_to_the_next_deadline(office: Office) -> None:
    office.programme.given_application()
    clerk = office.signed_in("clerk")
    clerk.get("/inbox")
    clerk.post("/sandbox/clock", {"step": "day", "next": "/inbox"})
    assert "2026-11-03 10:00" in clerk.get("/inbox").text
    clerk.post("/sandbox/clock", {"step": "deadline", "next": "/inbox"})
    assert "2026-11-10 00:00" in clerk.get("/inbox").text  # 24:00 of the fifth day
    office.programme.then_state(
        "assessment" if office.programme.project["state"] == "assessment" else "accepted"
    )


def test_a_token_is_shown_once_and_can_be_stopped(office: Office) -> None:
    clerk = office.signed_in("clerk")
    made = clerk.post("/account/tokens", {"label": "对账脚本", "days": "30"})
    secret = re.search(r'class="secret"[^>]*>([^<]+)<', made.text)
    assert secret is not None
    assert office.programme.app.actor_of_token(secret[1]).user_id == office.programme.people["clerk"]
    listed = clerk.get("/account/tokens").text
    assert secret[1] not in listed
    revoke = re.search(r'action="(/account/tokens/[0-9a-f]+/revoke)"', listed)
    assert revoke is not None
    assert clerk.post(revoke[1]).status_code == 302
    with pytest.raises(Exception, match="invalid_token"):
        office.programme.app.actor_of_token(secret[1])


def test_an_organisation_and_a_person_are_entered(office: Office) -> None:
    operator = office.signed_in("operator")
    wrong = operator.post("/organisations", {"name": "某单位", "uscc": "91350100M000100Y44", "kind": "owner"})
    assert wrong.status_code == 422
    assert "某单位" in wrong.text
    right = {"name": "资溪演示林业", "uscc": "91361028DEM0000492", "kind": "owner"}
    assert operator.post("/organisations", right).status_code == 302
    assert "资溪演示林业" in operator.get("/organisations").text
    made = operator.post("/people/new", {"login": "zixi", "name": "演示业主", "organisation_id": ""})
    assert made.status_code == 302, made.text
    page = operator.get(made.location).text
    assert "只显示这一次" in page
    both = office.programme.people["auditor"]
    refused = operator.post(f"/people/{both}/roles", {"role": "department_clerk", "organisation_id": ""})
    assert refused.status_code == 302
    assert "department_clerk" not in {role for role, _ in office.programme.app.actor(both, "web").roles}


def test_messages_are_read_by_whom_they_were_told(office: Office) -> None:
    office.programme.given_application()
    office.programme.hand_in("review_application", "clerk")
    owner = office.signed_in("owner")
    assert 'class="tool__count"' in owner.get("/messages").text
    assert owner.post("/messages/read").status_code == 302
    assert 'class="tool__count"' not in owner.get("/messages").text


@pytest.mark.parametrize("path", ["/inbox", "/cases", "/calendar", "/messages", "/account", "/definitions"])
def test_navigation_speaks_english_when_asked(office: Office, path: str) -> None:
    clerk = office.signed_in("clerk")
    clerk.post("/preferences/language", {"language": "en"})
    page = clerk.get(path).text
    frame = page[
        page.index('<nav class="side-nav"') : page.index("</nav>", page.index('<nav class="side-nav"'))
    ]
    assert not re.search("[\u4e00-\u9fff]", frame), frame


def test_a_projects_pages_tell_the_total_time_without_its_assessment(office: Office) -> None:
    """行政许可法第四十二条、第四十五条, by analogy: counted on once the assessment is over."""
    office.programme.given_accepted_project()
    own, office_page = (
        f"/my/projects/{office.programme.project_id}",
        f"/office/projects/{office.programme.project_id}",
    )
    for name, page in (("owner", own), ("clerk", office_page)):
        assert "专家评估期间不计，评估结束后推算" in office.signed_in(name).get(page).text
    office.programme.hand_in("convene_panel", "clerk")
    for expert in ("expert_one", "expert_two", "expert_three"):
        office.programme.hand_in("review_by_expert", expert, of=expert)
    office.programme.hand_in("hold_meeting", "clerk")
    office.programme.on("2026-11-10")
    office.programme.hand_in("give_opinion", "expert_one")
    for name, page in (("owner", own), ("clerk", office_page)):
        shown = office.signed_in(name).get(page).text
        # 11-11① … 11-13③, 11-16④ … 11-20⑧, 11-23⑨ … 11-27⑬, 11-30⑭ … 12-04⑱, 12-07⑲, 12-08⑳
        assert "2026-12-08 前办结" in shown, name
        assert "经批准可延长 10 个工作日" in shown
