"""What a reader without a right to a case is not told: its notes, its failed acts, its messages."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import Callers
from workflow_app.commands.requests import AddNote, AssignRole, CreateUser
from workflow_app.queries import system

INSIDE = "只有案卷里才有的话"


def test_one_key_unmasks_one_form(api: Callers) -> None:
    api.office.programme.given_application()
    case_id = api.office.programme.task("review_application").case_id
    api.office.programme.hand_in("review_application", "clerk")
    seqs = [one["seq"] for one in api["clerk"].get(f"/cases/{case_id}/forms").get_json()["items"]]
    reason = {"reason": "电话核对补正材料"}
    first, second = (f"/cases/{case_id}/forms/{seq}/unmask" for seq in seqs[:2])
    assert api["clerk"].post(first, reason, key="one").status_code == 200
    assert api["clerk"].post(first, reason, key="one").headers["Idempotency-Replayed"] == "true"
    other = api["clerk"].post(second, reason, key="one")
    assert (other.status_code, other.get_json()["code"]) == (409, "idempotency_key_reused")
    assert f"经过第 {seqs[0]} 项" in api["clerk"].get(f"/cases/{case_id}/notes").text


def test_whoever_has_no_organisation_of_their_own_reads_only_the_notes_of_the_one_they_act_for(
    api: Callers,
) -> None:
    programme = api.office.programme
    programme.given_application()
    case_id = programme.task("review_application").case_id
    owner = programme.organisations["owner"]
    for name, role, scope in (("loose", "department_clerk", None), ("freelance", "owner", owner)):
        made = CreateUser(name, name, None, "a first password", lasting=True)
        programme.people[name] = str(programme.do("operator", made).values["user_id"])
        programme.do("operator", AssignRole(programme.people[name], role, scope))
    programme.do("loose", AddNote(case_id, INSIDE))
    programme.do("owner", AddNote(case_id, "本单位的备注"))
    for name in ("owner", "freelance"):
        shown = api[name].get(f"/cases/{case_id}/notes").text
        assert "本单位的备注" in shown, name
        assert INSIDE not in shown, name
    assert INSIDE in api["clerk"].get(f"/cases/{case_id}/notes").text


@pytest.fixture
def failed(api: Callers, monkeypatch: pytest.MonkeyPatch) -> Callers:
    """A review that failed, with words of the case in the failure."""
    api.office.programme.given_application()

    def broken(*_given: object) -> None:
        raise ValueError(INSIDE)

    with monkeypatch.context() as failing:
        failing.setattr("workflow_app.commands.guards.check", broken)
        with pytest.raises(Exception, match="act_failed"):
            api.office.programme.hand_in("review_application", "clerk")
    return api


def test_the_operator_sees_that_an_act_failed_and_nothing_of_the_case(failed: Callers) -> None:
    (seen,) = failed["clerk"].get("/incidents").get_json()["items"]
    assert seen["case_title"]
    assert INSIDE in seen["error"]
    (blind,) = failed["operator"].get("/incidents").get_json()["items"]
    assert (blind["case_id"], blind["case_number"], blind["case_title"]) == (None, "", "")
    assert blind["error"] == "ValueError"
    assert 'File "' in blind["detail"]
    assert INSIDE not in str(blind)
    whole = failed.office.signed_in("operator").get("/incidents").text
    page = whole.partition("<main")[2]  # the sandbox's bar above names the next deadline to everybody
    assert "ValueError" in page
    assert INSIDE not in page
    assert seen["case_title"] not in page


def test_what_a_message_says_is_not_the_operators(api: Callers) -> None:
    programme = api.office.programme
    with programme.app.store.unit_of_work() as uow:
        told = {"subject": INSIDE, "text": INSIDE}
        uow.outbox.put("k", "mail", f"user:{programme.people['owner']}", told, programme.app.clock.now())
        uow.commit()
    assert INSIDE in api["auditor"].get("/outbox").text
    assert INSIDE not in api["operator"].get("/outbox").text
    assert INSIDE not in api.office.signed_in("operator").get("/system/outbox").text
    with programme.app.reading() as reading:  # the product itself reads everything
        assert INSIDE in str(system.messages(reading))
