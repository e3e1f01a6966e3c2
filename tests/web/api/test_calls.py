"""How a call is made: keys, tokens, sessions, kinds of body; and what no call may break."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from limits import parse_many

from tests.web.api.conftest import API, Callers
from workflow_app.commands.requests import CreateApiToken, RevokeApiToken, StartCase

PROBLEM = "application/problem+json"


def _draft_task(api: Callers) -> str:
    programme = api.office.programme
    started = programme.do("owner", StartCase("project_lifecycle", {"title": "草稿"}))
    programme.project_id = str(started.values["project_id"])
    return programme.task("submit_application").id


def test_a_post_without_a_key_is_told_so(api: Callers) -> None:
    caller = api["owner"]
    headers = {"Authorization": f"Bearer {caller.secret}"}
    answer = caller.client.post(f"{API}/cases", json={"process_id": "project_lifecycle"}, headers=headers)
    assert (answer.status_code, answer.mimetype) == (400, PROBLEM)
    assert answer.get_json()["code"] == "idempotency_key_required"
    assert "Idempotency-Key" in answer.get_json()["detail"]


def test_a_key_that_is_none_is_refused(api: Callers) -> None:
    for key in ("x" * 201, "键"):
        _refused_key(api, key)


def _refused_key(api: Callers, key: str) -> None:
    headers = {
        "Authorization": f"Bearer {api['owner'].secret}",
        "Idempotency-Key": key.encode().decode("latin-1"),
    }
    answer = api["owner"].client.post(f"{API}/cases", json={}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_invalid")


def test_a_retry_gets_the_first_answer_and_has_no_second_effect(api: Callers) -> None:
    body = {"process_id": "project_lifecycle", "fields": {"title": "只建一次"}}
    first = api["owner"].post("/cases", body, key="once")
    second = api["owner"].post("/cases", body, key="once")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(api["owner"].get("/my/projects").get_json()["items"]) == 1
    other = api["owner"].post("/cases", {**body, "fields": {"title": "别的"}}, key="once")
    assert (other.status_code, other.get_json()["code"]) == (409, "idempotency_key_reused")


def test_a_clock_moved_twice_with_one_key_moves_once(api: Callers) -> None:
    first = api["clerk"].post("/sandbox/clock", {"days": 1}, key="a day")
    second = api["clerk"].post("/sandbox/clock", {"days": 1}, key="a day")
    assert first.get_json() == second.get_json()
    assert second.headers["Idempotency-Replayed"] == "true"
    now = datetime.fromisoformat(api["clerk"].get("/sandbox/clock").get_json()["now"])
    assert now == datetime.fromisoformat(first.get_json()["now"])


def test_a_secret_is_told_once_and_kept_nowhere(api: Callers) -> None:
    asked = {"label": "脚本", "present": "a password of owner"}
    first = api["owner"].post("/me/tokens", asked, key="token")
    again = api["owner"].post("/me/tokens", asked, key="token")
    secret = first.get_json()["secret"]
    assert secret.startswith("jcer_")
    assert again.get_json() == {"token_id": first.get_json()["token_id"]}
    with api.office.programme.app.store.reading() as uow:
        kept = [tuple(row) for row in uow.connection.exec_driver_sql("SELECT * FROM idempotency")]
        hashes = [tuple(row) for row in uow.connection.exec_driver_sql("SELECT hash FROM api_token")]
    assert kept
    assert secret not in str(kept)
    assert secret not in str(hashes)
    assert "a password of owner" not in str(kept)


def test_a_token_that_is_none_opens_nothing(api: Callers) -> None:
    programme = api.office.programme
    past = programme.do("owner", CreateApiToken("old", datetime.now(UTC) - timedelta(minutes=1)))
    gone = programme.do("owner", CreateApiToken("gone"))
    programme.do("owner", RevokeApiToken(str(gone.values["token_id"])))
    client = api.office.app.test_client()
    for header in (
        f"Bearer {past.values['secret']}",
        f"Bearer {gone.values['secret']}",
        "Bearer jcer_nothing",
        "Bearer ",
        "Basic b3duZXI6eA==",
    ):
        answer = client.get(f"{API}/me", headers={"Authorization": header})
        assert (answer.status_code, answer.get_json()["code"]) == (401, "invalid_token"), header


def test_guessing_tokens_is_slowed_down(api: Callers) -> None:
    client = api.office.app.test_client()
    headers = {"Authorization": "Bearer jcer_guess"}
    for _ in range(30):
        assert client.get(f"{API}/me", headers=headers).status_code == 401
    answer = client.get(f"{API}/me", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "too_many_requests")


def test_calling_too_often_is_told_so(api: Callers) -> None:
    api.office.app.config["API_PER_PERSON"] = tuple(parse_many("3 per minute"))
    statuses = [api["clerk"].get("/me").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert api["leader"].get("/me").status_code == 200


def test_a_session_reads_and_acts_only_with_its_token(api: Callers) -> None:
    browser = api.office.signed_in("owner").client
    me = browser.get(f"{API}/me").get_json()
    assert me["login"] == "owner"
    body = {"process_id": "project_lifecycle", "fields": {"title": "会话"}}
    forged = browser.post(f"{API}/cases", json=body, headers={"Idempotency-Key": "s1"})
    assert (forged.status_code, forged.get_json()["code"]) == (403, "csrf_failed")
    headers = {"Idempotency-Key": "s1", "X-CSRFToken": me["csrf_token"]}
    assert browser.post(f"{API}/cases", json=body, headers=headers).status_code == 201


BODIES = (
    (b"{", "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b'{"reason": NaN}', "application/json", 400),
    (b'{"reason": 1e999}', "application/json", 400),
    (b'{"reason": ' + b"9" * 5000 + b"}", "application/json", 400),
    (b'{"reason": "\\u0000"}', "application/json", 400),
    (b'{"reason": "\\ud800"}', "application/json", 400),
    (b"[]", "application/json", 422),
    (b'"text"', "application/json", 422),
    (b'{"reason": {}}', "application/json", 422),
    (b"{}", "application/json", 422),
    (b'{"reason": "x", "typename": 1}', "application/json", 422),
    (b"reason=x", "application/x-www-form-urlencoded", 415),
    (b"<a/>", "application/xml", 415),
    (b'{"reason": "' + b"x" * 9_000_000 + b'"}', "application/json", 413),
)


def test_a_body_that_is_none_is_a_problem_and_never_a_crash(api: Callers) -> None:
    api.office.programme.given_application()
    path = f"/projects/{api.office.programme.project_id}/withdraw"
    for body, media_type, status in BODIES:
        answer = api["owner"].post(path, data=body, content_type=media_type)
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM), (body[:80], answer.text[:300])
        assert answer.get_json()["code"]
    assert api.office.programme.project["state"] != "withdrawn"


ANSWERS: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"typename": "x"}, 422, "typename"),
    ({"__builtins__": {"x": 1}}, 422, "__builtins__"),
    ({"project_name": "长" * 2_000_000}, 413, ""),
    ({"project_name": ["a", {"b": []}]}, 422, "project_name"),
    ({"project_name": {"a": {"b": {"c": {"d": {"e": {"f": {}}}}}}}}, 413, ""),
    ({"crediting_period": "not a period"}, 422, "crediting_period"),
    ({"crediting_period": {"start": 1, "end": []}}, 422, "crediting_period"),
    ({"application_signature": [1, 2]}, 422, "application_signature"),
    ({"annual_reduction": "1e999999"}, 422, "annual_reduction"),
    ({"annual_reduction": True}, 422, "annual_reduction"),
    ({"start_proof": {"a": 1}}, 422, "start_proof"),
    ({"start_proof": [None, 3, {}]}, 422, "start_proof"),
    ({"action": {"x": 1}}, 422, ""),
    ({"action": []}, 422, ""),
    ({"applicant_is_owner": "maybe"}, 422, "applicant_is_owner"),
)


def test_hostile_answers_are_problems_at_their_field(api: Callers) -> None:
    task_id = _draft_task(api)
    revision = 0
    for answers, status, field in ANSWERS:
        answer = api["owner"].post(f"/tasks/{task_id}/complete", {"answers": answers})
        told = (str(answers)[:80], answer.text[:500])
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM), told
        errors = answer.get_json()["errors"]
        assert not field or any(path.split(".")[0] == field for path in errors), told
        draft = api["owner"].post(f"/tasks/{task_id}/draft", {"answers": answers, "revision": revision})
        assert draft.status_code == (413 if status == 413 else 200), (told, draft.text[:300])
        revision = draft.get_json().get("revision", revision)
        assert api["owner"].get(f"/tasks/{task_id}").status_code == 200, told


MISSING = (
    "/nowhere",
    "/tasks/none",
    "/cases/none",
    "/cases/none/history",
    "/projects/none",
    "/attachments/none",
    "/definitions/none",
    "/definitions/none/files/x",
    "/people/none",
    "/notices/none",
    "/notices/none/materials/none",
    "/receipts/none",
    "/register/none",
    "/calendar/years/1800",
)


def test_what_is_not_there_is_a_problem_too(api: Callers) -> None:
    for path in MISSING:
        for name in ("clerk", "auditor"):
            answer = api[name].get(path)
            assert answer.status_code in {403, 404}, (name, path, answer.text[:200])
            assert answer.mimetype == PROBLEM


FILTERS = (
    ("/inbox?view=none", 422),
    ("/inbox?size=0", 422),
    ("/inbox?size=x", 422),
    ("/inbox?unknown=1", 422),
    ("/inbox?after=garbage", 200),
    ("/inbox?q=%00", 400),
    ("/done?after=-1", 422),
    ("/cases?status=none", 422),
    ("/calendar/count?start=x&days=1", 422),
    ("/calendar/count?start=2018-01-01&days=1", 422),
    ("/calendar/count?start=2019-01-01&days=999", 422),
)


def test_filters_are_judged(api: Callers) -> None:
    for path, status in FILTERS:
        answer = api["clerk"].get(path)
        assert answer.status_code == status, (path, answer.text)
        assert status == 200 or answer.mimetype == PROBLEM


def test_messages_of_a_schema_are_chinese_and_at_their_field(api: Callers) -> None:
    problem = api["owner"].post("/cases", {"process_id": 3, "other": 1}).get_json()
    assert problem["errors"] == {"process_id": ["此项的格式不正确"], "other": ["没有这个字段"]}


def test_a_wrong_method_says_which_is_right(api: Callers) -> None:
    answer = api["clerk"].client.delete(f"{API}/inbox")
    assert (answer.status_code, answer.mimetype) == (405, PROBLEM)
    assert "GET" in answer.headers["Allow"]


UPLOADS = (
    ("a.exe", b"MZ", "start_proof", 422),
    ("a.pdf", b"not a pdf", "start_proof", 422),
    ("../../etc/passwd.pdf", b"%PDF-1.4 x", "start_proof", 201),
    ("a.pdf", b"", "start_proof", 422),
    ("a.pdf", b"%PDF-1.4 x", "project_name", 422),
    ("a.pdf", b"%PDF-1.4 x", "__class__", 422),
)


def test_uploads_are_what_they_say(api: Callers) -> None:
    task_id = _draft_task(api)
    for name, content, field, status in UPLOADS:
        data = {"field": field, "file": (io.BytesIO(content), name)}
        answer = api["owner"].post(f"/tasks/{task_id}/attachments", data=data)
        assert answer.status_code == status, (name, field, answer.text)
        if status != 201:
            assert answer.mimetype == PROBLEM
            continue
        assert answer.get_json()["filename"] == "passwd.pdf"
        paper = answer.get_json()["attachment_id"]
        assert api["owner"].get(f"/attachments/{paper}").data == content
        assert api["owner"].post(f"/attachments/{paper}/remove").status_code == 200
        assert api["owner"].get(f"/attachments/{paper}").status_code == 404


def test_an_upload_needs_a_file(api: Callers) -> None:
    task_id = _draft_task(api)
    answer = api["owner"].post(f"/tasks/{task_id}/attachments", {"field": "start_proof"})
    assert (answer.status_code, answer.get_json()["code"]) == (415, "multipart_only")
    answer = api["owner"].post(
        f"/tasks/{task_id}/attachments", data={"field": ""}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"field", "file"}
