"""Bad input and trouble: a clear answer, and nothing lost."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from handlers import formal_review, registry
from handlers.contract import Context, Handler, Outcome, Values
from tests.scenarios.programme import Programme
from tests.support.form_answers import checklist
from workflow_app.commands.incidents import ActFailed
from workflow_app.commands.requests import (
    PUBLIC,
    SYSTEM,
    AddNote,
    Attach,
    ClaimTask,
    CompleteTask,
    FireDueTimers,
    HandOver,
    ReleaseTask,
    ResumeDeadline,
    RetryIncident,
    SaveDraft,
    StartCase,
    SubmitComment,
    SuspendDeadline,
)
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, JcerError, Refused, TooLarge


def _awaiting_review(programme: Programme) -> Any:
    programme.on("2025-04-10")
    programme.given_application()
    return programme.task("review_application")


def test_two_people_complete_one_task_at_once(programme_on_both: Programme) -> None:
    """One wins; the other is told, and keeps the text as a draft."""
    programme = programme_on_both
    task = _awaiting_review(programme)
    answers = {who: programme.answer_to(task, who) for who in ("clerk", "second_clerk")}
    programme.do("second_clerk", SaveDraft(task.id, answers["second_clerk"], 0))

    def complete(who: str) -> str:
        try:
            programme.do(who, CompleteTask(task.id, answers[who]))
        except Conflict as lost:
            return lost.code
        return "won"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(complete, answers))

    assert results.count("won") == 1
    programme.then_state("accepted")
    if results[0] == "won":
        with programme.app.store.reading() as uow:
            kept = uow.forms.draft(task.id, programme.people["second_clerk"])
        assert kept is not None


def test_a_double_click_has_one_effect(programme_on_both: Programme) -> None:
    """The same request under the same key is answered again, and done once."""
    programme = programme_on_both
    task = _awaiting_review(programme)
    request = CompleteTask(task.id, programme.answer_to(task, "clerk"))

    first = programme.do("clerk", request, key="click-1")
    again = programme.do("clerk", request, key="click-1")

    assert again.values == first.values
    assert (first.replayed, again.replayed) == (False, True)
    kinds = [event.kind for event in programme.events(f"case:{task.case_id}")]
    assert kinds.count("task_completed") == 2  # the application, and this review once


def test_a_double_click_at_the_same_moment_has_one_effect(programme_on_both: Programme) -> None:
    """Both clicks arrive at once: one is done, both are answered alike."""
    programme = programme_on_both
    task = _awaiting_review(programme)
    request = CompleteTask(task.id, programme.answer_to(task, "clerk"))
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: programme.do("clerk", request, key="click"), range(2))
    assert first.values == second.values
    assert sorted((first.replayed, second.replayed)) == [False, True]


def test_a_key_is_not_used_for_another_request(programme: Programme) -> None:
    """Another request under a used key is refused."""
    task = _awaiting_review(programme)
    programme.do("clerk", ClaimTask(task.id), key="k")
    with pytest.raises(Conflict) as refused:
        programme.do("clerk", ReleaseTask(task.id), key="k")
    assert refused.value.code == "idempotency_key_reused"


def test_a_form_shown_at_an_older_revision_is_not_accepted(programme: Programme) -> None:
    """The case moved on since the form was shown."""
    task = _awaiting_review(programme)
    answer = programme.answer_to(task, "clerk")
    with pytest.raises(Conflict):
        programme.do("clerk", CompleteTask(task.id, answer, expected_revision=0))
    programme.then_state("formal_review")


def test_completed_after_its_deadline_but_before_the_tick(programme_on_both: Programme) -> None:
    """The interrupting limit ran out while no scheduler ran: it counts, not the late click."""
    programme = programme_on_both
    task = _awaiting_review(programme)
    answer = programme.answer_to(
        task,
        "clerk",
        action="incomplete",
        checklist=checklist(failed={16: "缺少监测计划"}),
        review_opinion="补正",
    )
    programme.wake_late("2025-04-18")

    with pytest.raises(Conflict) as late:
        programme.do("clerk", CompleteTask(task.id, answer))

    assert late.value.code == "task_gone"
    programme.then_state("accepted")


@pytest.fixture
def broken_acceptance(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The handler of acceptance fails with a defect."""

    def defect(inputs: Values, context: Context) -> Outcome:
        raise ZeroDivisionError("a defect of the handler")

    known = registry.BY_OPERATION["accept_application"]
    broken = Handler(
        "accept_application", known.article, defect, outputs=known.outputs, effects=known.effects
    )
    monkeypatch.setitem(registry.BY_OPERATION, "accept_application", broken)
    return monkeypatch


def test_a_failing_handler_leaves_an_incident_that_is_retried(
    programme_on_both: Programme, broken_acceptance: pytest.MonkeyPatch
) -> None:
    """Rolled back whole, visible on the case, and done again once the handler is mended."""
    programme = programme_on_both
    task = _awaiting_review(programme)

    with pytest.raises(ActFailed) as failed:
        programme.hand_in("review_application", "clerk")

    programme.then_state("formal_review")
    assert programme.task("review_application").id == task.id
    with programme.app.store.reading() as uow:
        incident = uow.incidents.get(str(failed.value.details["incident_id"]))
        assert uow.cases.get(task.case_id).status == "incident"
    assert "ZeroDivisionError" in incident.error

    with pytest.raises(ActFailed):
        programme.do("clerk", RetryIncident(incident.id))
    with programme.app.store.reading() as uow:
        assert uow.incidents.get(incident.id).attempts == 2

    broken_acceptance.undo()
    programme.do("operator", RetryIncident(incident.id))

    programme.then_state("accepted")
    with programme.app.store.reading() as uow:
        assert uow.incidents.get(incident.id).state == "resolved"
        assert uow.cases.get(task.case_id).status == "closed"
    assert len(registry.BY_OPERATION) == len(registry.HANDLERS)
    assert formal_review.HANDLERS


def test_a_failing_timer_does_not_stop_the_others(
    programme_on_both: Programme, broken_acceptance: pytest.MonkeyPatch
) -> None:
    """A poisoned timer is put off with an incident; another project's limit fires; the retry works."""
    programme = programme_on_both
    poisoned = _awaiting_review(programme)
    poisoned_project = programme.project_id
    programme.given_application(project_name="另一片林子（演示）")
    programme.hand_in(
        "review_application",
        "clerk",
        action="incomplete",
        checklist=checklist(failed={16: "缺少监测计划"}),
        review_opinion="补正",
    )
    programme.wake_late("2025-05-20")

    done = programme.app.execute(FireDueTimers(), SYSTEM).values

    assert done == {"fired": 1, "failed": 1}
    programme.then_state("withdrawn")
    programme.project_id = poisoned_project
    programme.then_state("formal_review")
    with programme.app.store.reading() as uow:
        (incident,) = uow.incidents.list(case_id=poisoned.case_id)
    assert programme.app.execute(FireDueTimers(), SYSTEM).values == {"fired": 0, "failed": 0}

    broken_acceptance.undo()
    programme.do("operator", RetryIncident(incident.id))
    programme.then_state("accepted")


def test_reserved_keys_and_huge_fields_are_refused(programme: Programme) -> None:
    """Form keys such as ``typename`` and a 2 MB field get a clear error, never a crash."""
    task = _awaiting_review(programme)
    answer = programme.answer_to(task, "clerk")
    for key in ("typename", "__builtins__"):
        with pytest.raises(InvalidForm):
            programme.do("clerk", CompleteTask(task.id, {**answer, key: "x"}))
    with pytest.raises((TooLarge, InvalidForm)):
        programme.do("clerk", CompleteTask(task.id, {**answer, "review_opinion": "字" * 2_000_000}))
    programme.then_state("formal_review")


def test_hostile_uploads_are_refused(programme: Programme) -> None:
    """Too large, of the wrong kind, with a hostile name: nothing is kept but a safe name."""
    programme.on("2025-04-10")
    programme.given_filed_pilot()
    started = programme.do("owner", StartCase("project_lifecycle", {"title": "项目"}))
    programme.project_id = str(started.values["project_id"])
    task = programme.task("submit_application")
    with pytest.raises(JcerError):
        programme.do("owner", Attach(task.id, "start_proof", "证明.exe", io.BytesIO(b"MZ")))
    with pytest.raises(JcerError):
        programme.do("owner", Attach(task.id, "start_proof", "证明.pdf", io.BytesIO(b"<html>")))
    with pytest.raises(InvalidForm):
        programme.do("owner", Attach(task.id, "project_name", "证明.pdf", io.BytesIO(b"%PDF-1")))
    kept = programme.do("owner", Attach(task.id, "start_proof", "../../etc/证明.pdf", io.BytesIO(b"%PDF-1")))
    assert kept.values["filename"] == "证明.pdf"
    with pytest.raises(Forbidden):
        programme.do("maker", Attach(task.id, "start_proof", "证明.pdf", io.BytesIO(b"%PDF-1")))


def test_another_cases_file_cannot_be_handed_in(programme: Programme) -> None:
    """A form may only name files of its own case."""
    programme.on("2025-04-10")
    programme.given_application()
    with programme.app.store.reading() as uow:
        foreign = uow.forms.attachments(case_id=programme.cases("project_application")[0].id)[0]
    started = programme.do("owner", StartCase("project_lifecycle", {"title": "另一项目"}))
    programme.project_id = str(started.values["project_id"])
    task = programme.task("submit_application")
    answer = programme.answer_to(task, "owner", project_name="另一项目（演示）")
    with pytest.raises(InvalidForm) as refused:
        programme.do("owner", CompleteTask(task.id, {**answer, "start_proof": [foreign.id]}))
    assert "start_proof" in refused.value.errors


def test_claim_release_and_hand_over(programme_on_both: Programme) -> None:
    """Claimed by one, it is nobody else's; handed over with a reason, to one who may."""
    programme = programme_on_both
    task = _awaiting_review(programme)
    answer = programme.answer_to(task, "second_clerk")
    programme.do("clerk", ClaimTask(task.id))
    with pytest.raises(Conflict):
        programme.do("second_clerk", ClaimTask(task.id))
    with pytest.raises(Forbidden):
        programme.do("second_clerk", CompleteTask(task.id, answer))
    with pytest.raises(Refused):
        programme.do("clerk", HandOver(task.id, programme.people["owner"], "休假"))
    programme.do("clerk", HandOver(task.id, programme.people["second_clerk"], "休假"))
    with pytest.raises(Forbidden):
        programme.do("clerk", ReleaseTask(task.id))
    programme.do("second_clerk", CompleteTask(task.id, answer))
    programme.then_state("accepted")


def test_who_stays_off_cases(programme: Programme) -> None:
    """Administrators and auditors write nothing on a case; another organisation sees no way in."""
    task = _awaiting_review(programme)
    answer = programme.answer_to(task, "clerk")
    for who in ("administrator", "operator", "auditor"):
        with pytest.raises(Forbidden):
            programme.do(who, CompleteTask(task.id, answer))
        with pytest.raises(Forbidden):
            programme.do(who, AddNote(task.case_id, "备注"))
    with pytest.raises(Forbidden):
        programme.do("agent", AddNote(task.case_id, "备注"))
    programme.do("owner", AddNote(task.case_id, "请尽快审查。"))


def test_a_draft_from_another_window_is_not_overwritten(programme: Programme) -> None:
    """The second window is told, and the first one's text stands."""
    task = _awaiting_review(programme)
    programme.do("clerk", SaveDraft(task.id, {"review_opinion": "甲"}, 0))
    with pytest.raises(Conflict):
        programme.do("clerk", SaveDraft(task.id, {"review_opinion": "乙"}, 0))
    with programme.app.store.reading() as uow:
        kept = uow.forms.draft(task.id, programme.people["clerk"])
    assert kept is not None
    assert kept.raw["review_opinion"] == "甲"


def test_a_limit_is_suspended_and_runs_on(programme: Programme) -> None:
    """中止 stops the clock, 恢复 lets it run on; the days between are not counted."""
    programme.on("2025-04-10")
    programme.given_application()
    limit = programme.limit("formal_review")
    programme.then_due_on("formal_review", "2025-04-17")
    programme.on("2025-04-14")
    asked = (limit.case_id, limit.id)
    programme.do("clerk", SuspendDeadline(*asked, reason="等待登记系统回函", notice_no="赣环函〔2025〕1号"))
    stopped = programme.limit("formal_review")
    assert (stopped.state, stopped.trail["used"], stopped.trail["due_at"]) == ("suspended", 1, None)
    programme.on("2025-04-25")
    programme.then_state("formal_review")
    programme.do("clerk", ResumeDeadline(*asked, reason="已回函", notice_no="赣环函〔2025〕2号"))
    programme.then_counted("formal_review", "04-11", "04-27", "04-28", "04-29", "04-30")
    assert programme.task("review_application").due_at == programme.limit("formal_review").due_at
    programme.then_due_on("formal_review", "2025-04-30")


def test_what_the_notice_fixes_cannot_be_suspended(programme: Programme) -> None:
    """The five days of 附件一（三） and the three of 附件二（一） cannot be stopped."""
    programme.on("2025-04-10")
    programme.given_released_notice()
    programme.when_published("2025-06-09")
    floor = programme.limit("public_notice")
    with pytest.raises(Refused) as refused:
        programme.do("clerk", SuspendDeadline(floor.case_id, floor.id, "事由", "文号"))
    assert refused.value.code == "statutory_limit"
    programme.on("2025-06-17")
    limit = programme.limit("registration")
    with pytest.raises(Refused) as refused:
        programme.do("clerk", SuspendDeadline(limit.case_id, limit.id, "事由", "文号"))
    assert refused.value.code == "statutory_limit"


def test_a_missed_cap_is_recorded_and_nothing_is_registered(programme: Programme) -> None:
    """Warned a day before, recorded when missed, never registered by a timer; late is still done."""
    programme.on("2025-04-10")
    programme.given_released_notice()
    programme.when_published("2025-06-09")

    programme.on("2025-06-20")

    programme.then_state("registration_pending")
    assert programme.limit("registration").state == "missed"
    with programme.app.store.reading() as uow:
        maker = f"role:exchange_maker:{programme.organisations['exchange']}"
        told = uow.outbox.notifications([maker], programme.people["maker"])
    assert [notice.subject for notice in told][:2] == ["注册登记超期", "注册登记即将到期"]
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")
    programme.then_state("registered")
    assert programme.limit("registration").state == "missed"


def test_a_comment_says_something(programme: Programme) -> None:
    """An empty comment is refused at the field."""
    programme.on("2025-04-10")
    programme.given_released_notice()
    programme.when_published("2025-06-09")
    with pytest.raises(InvalidForm) as refused:
        programme.app.execute(SubmitComment(programme.notice["id"], "  "), PUBLIC)
    assert "text" in refused.value.errors
    assert programme.cases("objection") == []


def test_several_schedulers_fire_each_timer_once(programme_on_both: Programme) -> None:
    """Four workers on one database: eight limits, eight firings."""
    programme = programme_on_both
    programme.on("2025-04-10")
    projects = []
    for number in range(8):
        programme.given_application(project_name=f"第{number}片林子（演示）")
        projects.append(programme.project_id)
    programme.clock.set(programme.clock.now() + timedelta(days=30))

    def work(_: int) -> int:
        return int(str(programme.app.execute(FireDueTimers(20), SYSTEM).values["fired"]))

    with ThreadPoolExecutor(4) as pool:
        fired = list(pool.map(work, range(4)))

    assert sum(fired) == 8
    for project_id in projects:
        programme.project_id = project_id
        programme.then_state("accepted")
