"""A task's form from the browser's side: nothing typed is lost, nothing is done twice."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.web.conftest import Office, Visitor
from workflow_app.commands.requests import CompleteTask, StartCase

HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)"(?: id="[^"]*")? value="([^"]*)"')
PDF = b"%PDF-1.7\nhello"


def as_typed(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON answer as a browser would send it."""
    sent: dict[str, Any] = {}
    for name, value in answer.items():
        if isinstance(value, dict):
            sent |= {f"{name}-{part}": _text(v) for part, v in value.items()}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for index, row in enumerate(value):
                sent |= {
                    f"{name}-{index}-{column}": _text(v) for column, v in row.items() if column != "item"
                }
        elif value is not False or name != "x":
            sent[name] = value if isinstance(value, list) else _text(value)
    return {name: value for name, value in sent.items() if value not in ("", None, [])}


def _text(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the task's form."""
    form = page[page.index('id="task-form"') :]
    form = form[: form.index("</form>")]
    return dict(HIDDEN.findall(form))


@pytest.fixture
def review(office: Office) -> tuple[Office, Visitor, str]:
    """A clerk before the form of a formal review."""
    office.programme.given_application()
    clerk = office.signed_in("clerk")
    return office, clerk, office.programme.task("review_application").id


def review_answer(office: Office, **changes: Any) -> dict[str, Any]:
    task = office.programme.task("review_application")
    return as_typed(office.programme.answer_to(task, "clerk", **changes))


def test_handing_in_opens_the_next_item(review: tuple[Office, Visitor, str]) -> None:
    office, clerk, task_id = review
    page = clerk.get(f"/tasks/{task_id}").text
    answer = clerk.post(f"/tasks/{task_id}", {**hidden(page), **review_answer(office), "action": "complete"})
    assert answer.status_code == 302, answer.text
    following = office.programme.task("convene_panel").id
    assert answer.location == f"/tasks/{following}"
    shown = clerk.get(answer.location).text
    assert "已办结：形式审查" in shown
    assert f'data-autosave-done="{office.programme.people["clerk"]}:{task_id}"' in shown


def test_a_double_click_takes_effect_once(review: tuple[Office, Visitor, str]) -> None:
    office, clerk, task_id = review
    page = clerk.get(f"/tasks/{task_id}").text
    sent = {**hidden(page), **review_answer(office), "action": "complete"}
    first = clerk.post(f"/tasks/{task_id}", dict(sent))
    second = clerk.post(f"/tasks/{task_id}", dict(sent))
    assert first.status_code == 302
    assert second.status_code == 302, second.text
    events = [e for case in office.programme.cases() for e in office.programme.events(f"case:{case.id}")]
    assert sum(e.kind == "task_completed" and e.element_id == "review_application" for e in events) == 1


def test_errors_stand_at_their_fields_and_the_words_are_kept(review: tuple[Office, Visitor, str]) -> None:
    office, clerk, task_id = review
    page = clerk.get(f"/tasks/{task_id}").text
    sent = {
        **hidden(page),
        "checklist-0-result": "fail",
        "review_opinion": "材料第一项",
        "action": "complete",
    }
    answer = clerk.post(f"/tasks/{task_id}", sent)
    assert answer.status_code == 422
    assert "data-error-summary" in answer.text
    assert 'href="#checklist-0-remark"' in answer.text
    assert "材料第一项" in answer.text
    assert "材料第一项" in clerk.get(f"/tasks/{task_id}").text  # and in the draft
    assert office.programme.task("review_application").id == task_id


@pytest.mark.parametrize(
    "key", ["typename", "__builtins__", "constructor", "_schema", "checklist-0-__class__"]
)
def test_reserved_keys_are_refused_and_nothing_is_lost(review: tuple[Office, Visitor, str], key: str) -> None:
    office, clerk, task_id = review
    page = clerk.get(f"/tasks/{task_id}").text
    sent = {**hidden(page), **review_answer(office), "review_opinion": "留着", key: "x", "action": "complete"}
    answer = clerk.post(f"/tasks/{task_id}", sent)
    assert answer.status_code == 422
    assert "保留" in answer.text
    assert "留着" in answer.text
    assert office.programme.task("review_application").id == task_id


def test_a_field_of_two_megabytes_comes_back_with_its_error(review: tuple[Office, Visitor, str]) -> None:
    _office, clerk, task_id = review
    page = clerk.get(f"/tasks/{task_id}").text
    long = "a" * 2_000_000
    sent = {**hidden(page), "review_opinion": long, "cross_registry_search": "已查", "action": "complete"}
    answer = clerk.post(f"/tasks/{task_id}", sent)
    assert answer.status_code == 413
    assert "单项内容过长" in answer.text
    assert long in answer.text
    assert "已查" in answer.text


def test_a_request_beyond_every_limit_is_refused_plainly(review: tuple[Office, Visitor, str]) -> None:
    office, clerk, task_id = review
    clerk.get(f"/tasks/{task_id}")
    office.app.config["MAX_CONTENT_LENGTH"] = 100_000
    answer = clerk.post(f"/tasks/{task_id}", {"review_opinion": "a" * 200_000, "action": "complete"})
    assert answer.status_code == 413
    assert "内容过大" in answer.text


def test_the_slower_of_two_is_told_who_when_and_what(office: Office) -> None:
    office.programme.given_application()
    slow, task = office.signed_in("second_clerk"), office.programme.task("review_application")
    page = slow.get(f"/tasks/{task.id}").text
    office.programme.hand_in("review_application", "clerk")
    sent = {
        **hidden(page),
        "review_opinion": "我的不同意见",
        "checklist-0-result": "fail",
        "action": "incomplete",
    }
    answer = slow.post(f"/tasks/{task.id}", sent)
    assert answer.status_code == 409
    for words in ("他人已办理此事项", "演示clerk", "材料齐全，予以受理", "我的不同意见"):
        assert words in answer.text, words
    assert "row--changed" in answer.text
    note = slow.post(f"/cases/{task.case_id}/notes", {"text": "（未提交的内容）\n我的不同意见"})
    assert note.status_code == 302
    assert "我的不同意见" in slow.get(f"/cases/{task.case_id}").text


def test_a_second_window_does_not_overwrite_the_newer_draft(review: tuple[Office, Visitor, str]) -> None:
    _office, clerk, task_id = review
    old = hidden(clerk.get(f"/tasks/{task_id}").text)
    saved = clerk.post(f"/tasks/{task_id}", {**old, "review_opinion": "第一窗口", "save_draft": "1"})
    assert saved.status_code == 302
    stale = clerk.post(f"/tasks/{task_id}", {**old, "review_opinion": "第二窗口", "save_draft": "1"})
    assert stale.status_code == 409
    assert "另一个窗口保存了较新的草稿" in stale.text
    assert "第二窗口" in stale.text
    assert "第一窗口" in clerk.get(f"/tasks/{task_id}").text
    forced = clerk.post(f"/tasks/{task_id}", {**old, "review_opinion": "第二窗口", "overwrite": "1"})
    assert forced.status_code == 302
    assert "第二窗口" in clerk.get(f"/tasks/{task_id}").text


def test_an_act_that_cannot_be_taken_back_asks_again(review: tuple[Office, Visitor, str]) -> None:
    office, clerk, task_id = review
    page = clerk.get(f"/tasks/{task_id}").text
    sent = {
        **hidden(page),
        **review_answer(office),
        "checklist-0-result": "fail",
        "checklist-0-remark": "监测计划缺少频次",
        "review_opinion": "请补正",
        "action": "incomplete",
    }
    asked = clerk.post(f"/tasks/{task_id}", sent)
    assert asked.status_code == 200
    assert "只能告知一次" in asked.text
    assert office.programme.task("review_application").id == task_id
    done = clerk.post(f"/tasks/{task_id}", {**sent, "confirmed": "1"})
    assert done.status_code == 302, done.text
    assert office.programme.task("correct_application").element_id == "correct_application"


def test_rows_are_added_and_deleted_without_scripts(office: Office) -> None:
    programme = office.programme
    programme.given_convened_panel()
    programme.hand_in("hold_meeting", "clerk")
    chair = office.signed_in("expert_one")
    task_id = programme.task("give_opinion").id
    form = programme.app.tools.form(programme.cases("expert_assessment")[0].version, "panel_opinion")
    table = next(one for one in form.fields() if one.type == "rows" and not one.fixed)
    column = next(one for one in table.rows if one.type in {"text", "textarea"})
    name = f"{table.name}-0-{column.name}"
    sent = {**hidden(chair.get(f"/tasks/{task_id}").text), name: "第一条", "add_row": table.name}
    grown = chair.post(f"/tasks/{task_id}", sent)
    assert grown.status_code == 200
    assert f'name="{table.name}-1-{column.name}"' in grown.text
    assert "第一条" in grown.text
    sent = {
        **hidden(grown.text),
        name: "第一条",
        f"{table.name}-1-{column.name}": "第二条",
        "delete_row": f"{table.name}-0",
    }
    shrunk = chair.post(f"/tasks/{task_id}", sent)
    assert "第二条" in shrunk.text
    assert "第一条" not in shrunk.text


@pytest.fixture
def drafting(office: Office) -> tuple[Office, Visitor, str]:
    """An owner before an empty application."""
    started = office.programme.do("owner", StartCase("project_lifecycle", {"title": "新项目"}))
    office.programme.project_id = str(started.values["project_id"])
    return office, office.signed_in("owner"), office.programme.task("submit_application").id


def test_an_upload_is_kept_at_once_and_survives_an_error(drafting: tuple[Office, Visitor, str]) -> None:
    _office, owner, task_id = drafting
    sent = {
        **hidden(owner.get(f"/tasks/{task_id}").text),
        "project_name": "半张表",
        "start_proof": (io.BytesIO(PDF), "开工证明.pdf"),
        "action": "submit",
    }
    answer = owner.post(f"/tasks/{task_id}", sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "开工证明.pdf" in answer.text
    again = owner.get(f"/tasks/{task_id}").text
    assert "开工证明.pdf" in again
    assert "半张表" in again


@pytest.mark.parametrize(
    ("content", "filename", "told"),
    [
        (b"MZ\x90\x00", "病毒.exe", "只接受以下类型"),
        (b"<script>alert(1)</script>", "图.png", "不符"),
        (b"", "空.pdf", "空的"),
        (PDF + b"0" * 2_000, "大.pdf", "不得超过"),
    ],
)
def test_an_upload_of_the_wrong_kind_or_size_is_refused_at_its_field(
    drafting: tuple[Office, Visitor, str],
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    filename: str,
    told: str,
) -> None:
    office, owner, task_id = drafting
    monkeypatch.setattr(office.programme.app.tools.files, "_limit", 1_000)
    sent = {
        **hidden(owner.get(f"/tasks/{task_id}").text),
        "project_name": "留着",
        "start_proof": (io.BytesIO(content), filename),
        "save_draft": "1",
    }
    answer = owner.post(f"/tasks/{task_id}", sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert told in answer.text
    assert "留着" in answer.text


@pytest.mark.parametrize(
    "filename",
    [
        "../../etc/passwd.pdf",
        'a"; filename="evil.html.pdf',
        "报告\r\nSet-Cookie: x=1.pdf",
        "\u202efdp.exe.pdf",
        "<b>.pdf",
    ],
)
def test_a_hostile_file_name_is_harmless_on_the_way_out(
    drafting: tuple[Office, Visitor, str], filename: str
) -> None:
    office, owner, _task_id = drafting
    attachment_id = office.programme.uploads(
        office.programme.task("submit_application"), "owner", "start_proof", filename
    )
    answer = owner.get(f"/files/{attachment_id}")
    assert answer.status_code == 200
    assert answer.data == b"%PDF-1.4 demo"
    header = answer.headers["Content-Disposition"]
    assert header.startswith('attachment; filename="')
    assert header.count('"') == 2
    assert not set("\r\n<>/\\") & set(header)
    assert "Set-Cookie" not in answer.headers.get("Set-Cookie", "")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert quote("..", safe="") not in header


def test_a_task_without_a_token_is_not_handed_in(review: tuple[Office, Visitor, str]) -> None:
    office, clerk, task_id = review
    answer = clerk.client.post(f"/tasks/{task_id}", data={"csrf_token": "stolen", "action": "complete"})
    assert answer.status_code == 400
    assert office.programme.task("review_application").id == task_id


def test_an_old_token_of_this_site_gives_the_words_back(review: tuple[Office, Visitor, str]) -> None:
    office, clerk, task_id = review
    answer = clerk.client.post(
        f"/tasks/{task_id}",
        data={"csrf_token": "old", "review_opinion": "别丢", "action": "complete"},
        headers={"Origin": "http://localhost"},
    )
    assert answer.status_code == 200
    assert "别丢" in answer.text
    assert office.programme.task("review_application").id == task_id


def test_somebody_else_may_not_hand_in(review: tuple[Office, Visitor, str]) -> None:
    office, _clerk, task_id = review
    leader = office.signed_in("leader")
    leader.get("/inbox")
    assert leader.post(f"/tasks/{task_id}", {"action": "complete"}).status_code == 403
    command = CompleteTask(task_id, review_answer(office))
    with pytest.raises(Exception, match="not_your_task"):
        office.programme.do("leader", command)


def test_the_materials_of_an_application_are_shown_by_their_names(office: Office) -> None:
    office.programme.given_application()
    page = office.signed_in("clerk").get(f"/tasks/{office.programme.task('review_application').id}").text
    assert "项目申请表（附件1）、项目设计文件（附件2）、开工和运营时间证明文件" in page
    assert "project_design_document" not in page
