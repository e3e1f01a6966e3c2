"""Running cases moved to another version: what is kept, who decides, how it stops and goes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from tests.scenarios import moving
from tests.scenarios.programme import Programme
from tests.support.edited import edited
from tests.support.form_answers import checklist
from workflow_app.commands.migration_requests import (
    ApproveMigration,
    RejectMigration,
    ResumeMigration,
    RevertMigration,
    StartMigration,
    StopMigration,
)
from workflow_app.commands.rehearsal import Target, Verdict, rehearse
from workflow_app.commands.requests import ClaimTask, SaveDraft, StartCase
from workflow_app.commands.versions import shipped
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, NotFound, Refused
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.tables import (
    case_file,
    deadline,
    draft,
    inbox_entry,
    inbox_task,
    message_wait,
    timer,
    token,
)

KEPT = (inbox_task, inbox_entry, draft, deadline, timer, message_wait)
"""What a person sees of a running case; nothing of it may change by a move."""
APPLICATION, LIFECYCLE = "project_application", "project_lifecycle"


def _rows(programme: Programme) -> dict[str, list[Any]]:
    with programme.app.store.reading() as uow:
        tables = {**{table.name: table for table in KEPT}, "token": token}
        return {
            name: sorted(map(tuple, uow.connection.execute(select(table)))) for name, table in tables.items()
        }


def _case(programme: Programme, process_id: str) -> CaseRow:
    with programme.app.store.reading() as uow:
        return uow.cases.of_project(programme.project_id, process_id)[-1]


def _verdicts(programme: Programme, target: str, **chosen: Any) -> dict[str, Verdict]:
    found = rehearse(programme.app.executor, Target(programme.app.tools, target), **chosen)
    return {each.process_id: each for each in found}


def _given_review_in_hand(programme: Programme) -> str:
    """An application under review, claimed and half filled in; returns the task."""
    programme.given_application()
    task = programme.task("review_application")
    programme.do("clerk", ClaimTask(task.id))
    programme.do("clerk", SaveDraft(task.id, {"review_opinion": "缺少委托书"}, 0))
    return task.id


def test_a_rehearsal_says_what_could_move_and_writes_nothing(programme: Programme) -> None:
    _given_review_in_hand(programme)
    target = moving.second_review(programme)
    before = _rows(programme)
    found = _verdicts(programme, target)
    assert found[APPLICATION].moves
    assert found[APPLICATION].places == ("形式审查",)
    assert found[APPLICATION].number == _case(programme, APPLICATION).number
    assert found[LIFECYCLE].moves, found[LIFECYCLE].obstacles
    chosen = (APPLICATION, LIFECYCLE)
    assert tuple(_verdicts(programme, target, processes=chosen)) == chosen, "linked cases come first"
    assert _rows(programme) == before


def test_a_caller_stays_where_its_linked_case_stays_on_a_changed_process(programme: Programme) -> None:
    _given_review_in_hand(programme)
    target = moving.second_review(programme)
    found = _verdicts(programme, target, processes=(LIFECYCLE,))
    assert [each.code for each in found[LIFECYCLE].obstacles] == ["child_stays"]


def test_a_move_keeps_tasks_claims_drafts_limits_and_timers(programme: Programme) -> None:
    task_id = _given_review_in_hand(programme)
    target = moving.second_review(programme)
    before, old = _rows(programme), _case(programme, APPLICATION)
    migration_id = moving.moved(programme, target)
    assert _rows(programme) == before
    case = _case(programme, APPLICATION)
    assert case.version == target != old.version
    assert (case.header, case.revision) == (old.header, old.revision + 1)
    assert {each.state for each in moving.cases_of(programme, migration_id).values()} == {"moved"}
    assert programme.task("review_application").id == task_id


def test_a_moved_case_goes_on_as_the_new_version_says(programme: Programme) -> None:
    _given_review_in_hand(programme)
    moving.moved(programme, moving.second_review(programme))
    programme.hand_in("review_application", "clerk")
    assert programme.task("second_review").role == "department_leader"
    programme.hand_in("second_review", "leader")
    assert _case(programme, APPLICATION).outcome == "accepted"
    assert programme.task("convene_panel")


def test_who_is_not_moved_finishes_on_the_old_version(programme: Programme) -> None:
    _given_review_in_hand(programme)
    moving.second_review(programme)
    programme.hand_in("review_application", "clerk")
    assert _case(programme, APPLICATION).outcome == "accepted"


def test_a_case_on_an_element_the_version_lacks_stays_with_the_reason(programme: Programme) -> None:
    _given_review_in_hand(programme)
    target = moving.deployed(
        programme, edited(project_application=moving.renamed("review_application", "look"))
    )
    (obstacle,) = _verdicts(programme, target)[APPLICATION].obstacles
    assert (obstacle.code, obstacle.element) == ("missing", "形式审查")
    assert obstacle.text == "新版本中没有环节“形式审查”"
    named = StartMigration(target, "换名", cases=(_case(programme, APPLICATION).number,))
    with pytest.raises(Refused, match="不能迁移"):
        programme.do("administrator", named)
    with pytest.raises(Refused, match="没有可以迁移"):
        programme.do("administrator", StartMigration(target, "换名", (APPLICATION, LIFECYCLE)))


def test_a_case_past_the_step_that_sets_what_is_asked_later_stays(programme: Programme) -> None:
    programme.given_filed_pilot()
    started = programme.do("owner", StartCase("project_lifecycle", {"title": "还没有提交的申请"}))
    programme.project_id = str(started.values["project_id"])
    target = moving.deployed(programme, edited(project_application=moving.with_urgency))
    assert _verdicts(programme, target, processes=(APPLICATION,))[APPLICATION].moves
    programme.hand_in("submit_application", "owner")
    (obstacle,) = _verdicts(programme, target, processes=(APPLICATION,))[APPLICATION].obstacles
    assert (obstacle.code, obstacle.element_id) == ("variable_unset", "use_urgency")
    assert "“urgency”" in obstacle.text


def test_a_moved_case_is_given_the_flags_it_lacks_and_keeps_those_it_has(programme: Programme) -> None:
    _given_review_in_hand(programme)
    parameters = shipped()["parameters.yaml"].decode()
    changed = parameters.replace("flags:\n", "flags:\n  second_reviewer: true\n").replace(
        "deemed_acceptance: ", "deemed_acceptance: '不再采用' #"
    )
    target = moving.deployed(programme, {**shipped(), "parameters.yaml": changed.encode()})
    before = json.loads(_case(programme, APPLICATION).header)["variables"]
    moving.moved(programme, target)
    after = json.loads(_case(programme, APPLICATION).header)["variables"]
    assert after == {**before, "second_reviewer": True}
    assert before["deemed_acceptance"] != "不再采用"


def test_a_draft_the_version_has_no_place_for_keeps_its_case(programme: Programme) -> None:
    _given_review_in_hand(programme)
    form = shipped()["forms/formal_review.yaml"].decode().replace("name: review_opinion", "name: opinion")
    target = moving.deployed(programme, {**shipped(), "forms/formal_review.yaml": form.encode()})
    (obstacle,) = _verdicts(programme, target)[APPLICATION].obstacles
    assert (obstacle.code, obstacle.element) == ("draft_lost", "形式审查")
    programme.do("clerk", SaveDraft(programme.task("review_application").id, {"checklist": []}, 1))
    verdict = _verdicts(programme, target)[APPLICATION]
    assert verdict.moves
    assert [each.code for each in verdict.differences] == ["other_fields"]


def test_a_limit_that_runs_keeps_its_date_whatever_the_version_says(programme: Programme) -> None:
    _given_review_in_hand(programme)
    parameters = shipped()["parameters.yaml"].decode()
    changed = parameters.replace("name: 形式审查, n: 5", "name: 形式审查, n: 9")
    target = moving.deployed(programme, {**shipped(), "parameters.yaml": changed.encode()})
    before = _rows(programme)
    assert [each.code for each in _verdicts(programme, target)[APPLICATION].differences] == ["other_rule"]
    moving.moved(programme, target)
    assert _rows(programme) == before


def test_a_batch_is_approved_by_another_administrator(programme: Programme) -> None:
    _given_review_in_hand(programme)
    target = moving.second_review(programme)
    with pytest.raises(InvalidForm):
        programme.do("administrator", StartMigration(target, " "))
    with pytest.raises(NotFound):
        programme.do("administrator", StartMigration("0" * 64, "没有的版本"))
    for who in ("leader", "operator", "clerk"):
        with pytest.raises(Forbidden):
            programme.do(who, StartMigration(target, "不该由我"))
    migration_id = moving.asked(programme, target)
    assert programme.app.advance_migrations().values["tried"] == 0
    with pytest.raises(Refused, match="另一名"):
        programme.do("administrator", ApproveMigration(migration_id))
    with pytest.raises(Forbidden):
        programme.do("leader", ApproveMigration(migration_id))
    programme.do("second_administrator", RejectMigration(migration_id))
    with pytest.raises(Conflict):
        programme.do("second_administrator", ApproveMigration(migration_id))
    assert _case(programme, APPLICATION).version != target


def test_a_batch_is_stopped_between_two_cases_and_goes_on(programme: Programme) -> None:
    _given_review_in_hand(programme)
    target = moving.second_review(programme)
    migration_id = moving.approved(programme, target)
    assert programme.app.advance_migrations(1).values["tried"] == 1
    programme.do("administrator", StopMigration(migration_id))
    assert programme.app.advance_migrations().values["tried"] == 0
    assert _case(programme, APPLICATION).version == target
    assert _case(programme, LIFECYCLE).version != target
    programme.do("administrator", ResumeMigration(migration_id))
    programme.app.advance_migrations()
    assert _case(programme, LIFECYCLE).version == target
    with programme.app.store.reading() as uow:
        found = uow.migrations.get(migration_id)
    assert found is not None
    assert found.state == "done"


def test_a_batch_goes_back_but_for_a_case_that_went_on(programme: Programme) -> None:
    _given_review_in_hand(programme)
    old = _case(programme, APPLICATION)
    target = moving.second_review(programme)
    migration_id = moving.moved(programme, target)
    before = _rows(programme)
    programme.do("second_administrator", RevertMigration(migration_id))
    programme.app.advance_migrations()
    assert _rows(programme) == before
    assert _case(programme, APPLICATION).version == old.version
    assert {each.state for each in moving.cases_of(programme, migration_id).values()} == {"reverted"}

    again = moving.moved(programme, target)
    programme.hand_in("review_application", "clerk")
    programme.do("second_administrator", RevertMigration(again))
    programme.app.advance_migrations()
    states = {process: each.state for process, each in moving.cases_of(programme, again).items()}
    assert states == {APPLICATION: "kept", LIFECYCLE: "reverted"}
    assert _case(programme, APPLICATION).version == target


def test_a_case_that_went_on_since_the_rehearsal_is_tried_as_it_stands(programme: Programme) -> None:
    programme.given_application()
    target = moving.deployed(
        programme, edited(project_application=moving.renamed("correct_application", "mend"))
    )
    migration_id = moving.approved(programme, target, APPLICATION)
    failed = checklist(failed={16: "缺少监测计划"})
    words: dict[str, Any] = {"action": "incomplete", "checklist": failed, "review_opinion": "请补正。"}
    programme.hand_in("review_application", "clerk", **words)
    assert programme.task("correct_application")
    programme.app.advance_migrations()
    found = moving.cases_of(programme, migration_id)[APPLICATION]
    assert (found.state, [each["code"] for each in found.remarks]) == ("skipped", ["missing"])
    assert _case(programme, APPLICATION).version != target


def test_the_move_works_on_both_databases(programme_on_both: Programme) -> None:
    programme = programme_on_both
    _given_review_in_hand(programme)
    before = _rows(programme)
    target = moving.second_review(programme)
    migration_id = moving.moved(programme, target)
    assert _rows(programme) == before
    programme.do("administrator", RevertMigration(migration_id))
    programme.app.advance_migrations()
    assert _rows(programme) == before
    with programme.app.store.reading() as uow:
        versions = set(uow.connection.execute(select(case_file.c.version)).scalars())
    assert target not in versions
