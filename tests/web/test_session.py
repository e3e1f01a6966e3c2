"""Signing in, staying signed in, and what happens to words typed while a sign-in runs out."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.web.conftest import Office
from workflow_app.bootstrap import App
from workflow_app.commands.requests import RevokeRole
from workflow_app.web import session
from workflow_app.web.app import create_app


def _password(name: str) -> str:
    return f"a password of {name}"


def test_name_and_password_lead_to_the_inbox(office: Office) -> None:
    visitor = office.visitor()
    answer = visitor.post("/signin", {"login": "clerk", "password": _password("clerk"), "next": "/done"})
    assert (answer.status_code, answer.location) == (302, "/done")
    assert visitor.get("/inbox").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/x",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:x",
        "/a\r\nX-Evil: 1",
        "/\t//evil.example",
        "/\x00",
    ],
)
def test_the_way_on_never_leaves_the_site(office: Office, target: str) -> None:
    visitor = office.visitor()
    answer = visitor.post("/signin", {"login": "clerk", "password": _password("clerk"), "next": target})
    assert answer.location == "/"


def test_a_wrong_password_says_neither_which_was_wrong(office: Office) -> None:
    visitor = office.visitor()
    known = visitor.post("/signin", {"login": "clerk", "password": "wrong"})
    unknown = visitor.post("/signin", {"login": "nobody", "password": "wrong"})
    assert known.status_code == unknown.status_code == 401
    assert "用户名或密码不正确" in known.text
    assert "用户名或密码不正确" in unknown.text


def test_five_failures_lock_the_account_out(office: Office) -> None:
    visitor = office.visitor()
    for _ in range(5):
        assert visitor.post("/signin", {"login": "clerk", "password": "wrong"}).status_code == 401
    locked = visitor.post("/signin", {"login": "clerk", "password": _password("clerk")})
    assert locked.status_code == 429
    assert "连续登录失败" in locked.text


def test_sign_ins_are_limited_by_address(office: Office) -> None:
    visitor = office.visitor()
    found = {visitor.post("/signin", {"login": f"x{n}", "password": "wrong"}).status_code for n in range(25)}
    assert 429 in found


def test_a_new_password_ends_the_other_sessions(office: Office) -> None:
    here, there = office.signed_in("clerk"), office.signed_in("clerk")
    answer = here.post(
        "/account/password",
        {
            "present": _password("clerk"),
            "password": "夏天的湖水真的很凉快呀",
            "again": "夏天的湖水真的很凉快呀",
        },
    )
    assert answer.status_code == 302, answer.text
    assert here.get("/inbox").status_code == 200
    assert there.get("/inbox").status_code == 302


def test_a_revoked_role_is_felt_at_once(office: Office) -> None:
    clerk = office.signed_in("clerk")
    assert clerk.get("/cases").status_code == 200
    department = office.programme.organisations["department"]
    revoke = RevokeRole(office.programme.people["clerk"], "department_clerk", department)
    office.programme.do("operator", revoke)
    assert clerk.get("/cases").status_code in {302, 403}


def test_one_click_sign_in_is_the_sandboxes_alone(office: Office) -> None:
    production = App(replace(office.programme.app.config, sandbox=False), office.programme.app.executor)
    client = create_app(production).test_client()
    page = client.get("/signin").text
    assert "选择角色进入沙盒" not in page
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(f"/signin/as/{office.programme.people['clerk']}", data={"csrf_token": token})
    assert answer.status_code == 404
    assert client.post("/sandbox/clock", data={"csrf_token": token}).status_code == 404


def test_a_session_ends_when_it_lies_idle(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = office.signed_in("clerk")
    assert clerk.get("/inbox").status_code == 200
    monkeypatch.setattr(session, "host_seconds", lambda: time.time() + session.IDLE_SECONDS + 1)
    assert clerk.get("/inbox").status_code == 302


def test_what_was_typed_comes_back_after_an_expired_sign_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.programme.given_application()
    task = office.programme.task("review_application")
    clerk = office.signed_in("clerk")
    clerk.get(f"/tasks/{task.id}")
    monkeypatch.setattr(session, "host_seconds", lambda: time.time() + session.IDLE_SECONDS + 1)
    typed = {"review_opinion": "第一行\n第二行 <b>&", "checklist-0-result": "fail", "action": "complete"}
    expired = clerk.post(f"/tasks/{task.id}", typed)
    assert expired.status_code == 401
    assert "您填写的内容已保留" in expired.text
    owner = expired.text.partition('name="owner" value="')[2].partition('"')[0]
    kept = {f"kept.{name}": value for name, value in typed.items()}
    again = clerk.post(
        "/signin",
        {
            "login": "clerk",
            "password": _password("clerk"),
            "next": f"/tasks/{task.id}",
            "owner": owner,
            **kept,
        },
    )
    assert again.status_code == 200
    assert "第二行 &lt;b&gt;&amp;" in again.text
    back = clerk.post(
        f"/tasks/{task.id}", {**{k: v for k, v in typed.items() if k != "action"}, "resume": "1"}
    )
    assert back.status_code == 200
    assert "第二行 &lt;b&gt;&amp;" in back.text
    assert office.programme.task("review_application").id == task.id  # nothing was handed in


def test_kept_words_are_handed_to_nobody_else(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.programme.given_application()
    task = office.programme.task("review_application")
    clerk = office.signed_in("clerk")
    clerk.get(f"/tasks/{task.id}")
    monkeypatch.setattr(session, "host_seconds", lambda: time.time() + session.IDLE_SECONDS + 1)
    expired = clerk.post(f"/tasks/{task.id}", {"review_opinion": "只给经办看", "action": "complete"})
    owner = expired.text.partition('name="owner" value="')[2].partition('"')[0]
    other = clerk.post(
        "/signin",
        {
            "login": "leader",
            "password": _password("leader"),
            "next": f"/tasks/{task.id}",
            "owner": owner,
            "kept.review_opinion": "只给经办看",
        },
    )
    assert other.status_code == 302
    assert "只给经办看" not in other.text


def test_a_reset_password_is_shown_once_and_works(office: Office) -> None:
    operator = office.signed_in("operator")
    user = office.programme.people["clerk"]
    answer = operator.post(f"/people/{user}/password")
    assert answer.status_code == 302
    shown = operator.get(answer.location).text
    password = shown.partition("只显示这一次）：")[2].partition("<")[0].strip()
    assert office.visitor().post("/signin", {"login": "clerk", "password": password}).status_code == 302
    assert password not in operator.get(answer.location).text


def test_set_password_of_another_is_the_operators_alone(office: Office) -> None:
    user = office.programme.people["leader"]
    assert office.signed_in("clerk").post(f"/people/{user}/password").status_code == 403
