"""Passwords and tokens on pages and over the API: what counts, what a handed-out one opens, what ends."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import API
from tests.web.conftest import Office, Visitor
from workflow_app.commands.requests import CreateApiToken, DisableUser, SetPassword

NEXT = "夏天的湖水真的很凉快呀"


def _password(name: str) -> str:
    return f"a password of {name}"


def _change(visitor: Visitor, present: str, password: str = NEXT) -> int:
    sent = {"present": present, "password": password, "again": password}
    return visitor.post("/account/password", sent).status_code


def test_guessing_the_present_password_on_the_page_locks_the_account(office: Office) -> None:
    clerk = office.signed_in("clerk")
    assert [_change(clerk, "wrong") for _ in range(5)] == [422] * 5
    assert _change(clerk, _password("clerk")) == 429
    locked = office.visitor().post("/signin", {"login": "clerk", "password": _password("clerk")})
    assert locked.status_code == 429


def test_guessing_the_present_password_over_the_api_locks_the_account(office: Office) -> None:
    secret = office.programme.do("clerk", CreateApiToken("脚本")).values["secret"]
    client = office.app.test_client()

    def change(number: int, present: str) -> int:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": f"change-{number}"}
        body = {"present": present, "password": NEXT}
        return client.post(f"{API}/me/password", json=body, headers=headers).status_code

    assert [change(number, "wrong") for number in range(5)] == [422] * 5
    assert change(5, _password("clerk")) == 429


def _handed_out(office: Office) -> Visitor:
    """The clerk, signed in with a password the operator has just set."""
    office.programme.do("operator", SetPassword(office.programme.people["clerk"], "handed out by hand"))
    visitor = office.visitor()
    signed = {"login": "clerk", "password": "handed out by hand", "next": "/done"}
    assert visitor.post("/signin", signed).status_code == 302
    return visitor


def test_a_handed_out_password_opens_nothing_but_the_change(office: Office) -> None:
    clerk = _handed_out(office)
    for path in ("/inbox", "/cases", "/account/tokens", "/account", "/people"):
        answer = clerk.get(path)
        assert (answer.status_code, answer.location) == (302, f"/account/first-password?next={path}"), path
    page = clerk.get("/account/first-password?next=/done").text
    made = clerk.post("/account/tokens", {"label": "x", "days": "30"})
    assert (made.status_code, made.location) == (302, "/account/first-password")
    assert "您的密码已由系统管理员重设" in page
    assert "演示operator" in page
    refused = clerk.post(
        "/account/password", {"present": "wrong", "password": NEXT, "again": NEXT, "next": "/done"}
    )
    assert refused.status_code == 422
    assert "设置本人密码" in refused.text
    assert "现用密码不正确" in refused.text
    sent = {"present": "handed out by hand", "password": NEXT, "again": NEXT, "next": "/done"}
    changed = clerk.post("/account/password", sent)
    assert (changed.status_code, changed.location) == (302, "/done")
    assert clerk.get("/inbox").status_code == 200
    assert "您的密码已由系统管理员重设" in clerk.get("/messages").text


def test_a_handed_out_password_opens_nothing_of_the_api_either(office: Office) -> None:
    clerk = _handed_out(office)
    refused = clerk.client.get(f"{API}/inbox")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "password_must_change")
    token = clerk.client.get(f"{API}/me").get_json()["csrf_token"]
    headers = {"X-CSRFToken": token, "Idempotency-Key": "mine", "Referer": "http://localhost/"}
    body = {"present": "handed out by hand", "password": NEXT}
    assert clerk.client.post(f"{API}/me/password", json=body, headers=headers).status_code == 200
    signed = office.visitor().post("/signin", {"login": "clerk", "password": NEXT})
    assert signed.status_code == 302


def test_the_demonstration_keeps_its_passwords(office: Office) -> None:
    visitor = office.visitor()
    visitor.post("/signin", {"login": "leader", "password": _password("leader")})
    assert visitor.get("/inbox").status_code == 200


def test_a_disabled_person_is_out_on_every_device(office: Office) -> None:
    clerk = office.signed_in("clerk")
    operator = office.signed_in("operator")
    page = f"/people/{office.programme.people['clerk']}"
    assert operator.post(f"{page}/disable", {"reason": ""}).status_code == 302
    assert clerk.get("/inbox").status_code == 200  # no reason, no effect
    operator.post(f"{page}/disable", {"reason": "调离"})
    assert clerk.get("/inbox").status_code == 302
    assert "恢复使用" in operator.get(page).text
    operator.post(f"{page}/enable")
    assert clerk.get("/inbox").status_code == 302  # the old session stays ended
    signed = office.visitor().post("/signin", {"login": "clerk", "password": _password("clerk")})
    assert signed.status_code == 302


def test_a_token_of_a_disabled_person_opens_nothing(office: Office) -> None:
    secret = office.programme.do("clerk", CreateApiToken("脚本")).values["secret"]
    client, headers = office.app.test_client(), {"Authorization": f"Bearer {secret}"}
    assert client.get(f"{API}/me", headers=headers).status_code == 200
    office.programme.do("operator", DisableUser(office.programme.people["clerk"], "调离"))
    assert client.get(f"{API}/me", headers=headers).status_code == 401


def test_the_token_page_says_when_a_token_was_used_and_how_to_use_it(office: Office) -> None:
    secret = office.programme.do("clerk", CreateApiToken("脚本")).values["secret"]
    clerk = office.signed_in("clerk")
    before = clerk.get("/account/tokens").text
    office.app.test_client().get(f"{API}/me", headers={"Authorization": f"Bearer {secret}"})
    after = clerk.get("/account/tokens").text
    used = 'data-label="最近使用">'
    assert before.partition(used)[2].partition("<")[0].strip() in {"", "—"}
    assert after.partition(used)[2].partition("<")[0].strip()[:2].isdigit()
    assert 'href="/api/v1/docs"' in after
    assert f"{office.programme.app.config.public_url}/api/v1/inbox" in after
    assert clerk.get("/api/v1/docs").status_code == 200


def test_a_token_alone_makes_no_other_over_the_api(office: Office) -> None:
    secret = office.programme.do("clerk", CreateApiToken("脚本")).values["secret"]
    client = office.app.test_client()

    def make(key: str, **more: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
        answer = client.post(f"{API}/me/tokens", json={"label": "又一个", **more}, headers=headers)
        return answer.status_code, str(answer.get_json().get("code", ""))

    assert make("one") == (403, "present_password_required")
    assert make("two", present="wrong") == (422, "invalid_form")
    assert make("three", present=_password("clerk")) == (201, "")


@pytest.mark.parametrize("page", [True, False])
def test_a_visitor_neither_blocks_nor_reads_another_by_guessing_keys(office: Office, page: bool) -> None:
    programme = office.programme
    programme.given_released_notice()
    programme.when_published("2026-11-16")
    notice = programme.notice["id"]

    def say(text: str) -> str:
        visitor = office.visitor()
        if page:
            visitor.get(f"/notices/{notice}")
            answer = visitor.post(f"/notices/{notice}/comments", {"text": text, "idempotency_key": "guessed"})
            assert answer.status_code == 303, answer.text
            return str(answer.location)
        answer = visitor.client.post(
            f"{API}/notices/{notice}/comments", json={"text": text}, headers={"Idempotency-Key": "guessed"}
        )
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["receipt"])

    first, other, again = say("边界不清。"), say("基准线偏高。"), say("边界不清。")
    assert first == again
    assert other != first


def test_an_address_writes_no_line_of_its_own_into_the_log(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_given: object, **_more: object) -> None:
        raise ValueError("out of order")

    monkeypatch.setattr("workflow_app.web.pages.public_notices._published", broken)
    answer = office.visitor().get("/notices/x%0AERROR forged line")
    assert answer.status_code == 500
    (record,) = [one for one in caplog.records if "unexpected error" in one.getMessage()]
    assert "\n" not in record.getMessage()
    assert "x\\nERROR forged line" in record.getMessage()
