"""离任: what hangs on somebody goes to others in one act, each item judged, nothing typed lost (§6)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from tests.scenarios.leaving import did, drafts, hangs_on, leaves, listed, post_kind, refused
from tests.scenarios.programme import Programme, at
from workflow_app.commands.people_requests import ArrangeLeave, CancelLeave
from workflow_app.commands.requests import ClaimTask, CreateApiToken
from workflow_app.kernel.errors import (
    Conflict,
    Forbidden,
    InvalidForm,
    JcerError,
    Refused,
    Unauthenticated,
)
from workflow_app.queries import people

MIDNIGHT = time(0)
DAY = timedelta(days=1)


@pytest.fixture
def programme(database_url: str, tmp_path: Path) -> Iterator[Programme]:
    """The programme, on each database."""
    opened = Programme.opened(database_url, tmp_path, "2025-03-03")
    yield opened
    opened.then_history_holds()
    opened.app.store.close()


def events(programme: Programme, case_id: str) -> list[str]:
    with programme.app.store.reading() as uow:
        return [event.kind for event in uow.history.latest(f"case:{case_id}")]


def roles(programme: Programme, name: str) -> set[str]:
    return {role for role, _ in programme.app.actor(programme.people[name], "web").roles}


def test_what_is_in_hand_goes_with_what_was_typed(programme: Programme) -> None:
    programme.given_application()
    task = programme.task("review_application")
    programme.do("clerk", ClaimTask(task.id))
    drafts(programme, "clerk", "review_application")
    assert listed(programme, "clerk") == [("claimed", "形式审查")]
    done = leaves(programme, "clerk", {"claimed": "second_clerk"})
    assert (len(done.values["moved"]), done.values["refused"], done.values["left"]) == (1, [], 0)  # type: ignore[arg-type]
    assert programme.task("review_application").assignee_id == programme.people["second_clerk"]
    with programme.app.store.reading() as uow:
        assert uow.forms.draft(task.id, programme.people["clerk"]) is None
        kept = uow.forms.draft(task.id, programme.people["second_clerk"])
    assert kept is not None
    assert events(programme, task.case_id)[0] == "task_handed_over"
    programme.hand_in("review_application", "second_clerk")


def test_separation_keeps_one_item_back_and_lets_the_others_go(programme: Programme) -> None:
    tasks = []
    for name in ("东片林场（演示）", "西片林场（演示）"):
        programme.given_application(project_name=name)
        tasks.append(programme.task("review_application"))
        programme.do("clerk", ClaimTask(tasks[-1].id))
    did(programme, "second_clerk", "department_leader")
    done = leaves(programme, "clerk", {"claimed": "second_clerk"})
    assert refused(done) == [("形式审查", "separation_of_duties")]
    assert (len(done.values["moved"]), done.values["left"]) == (1, 1)  # type: ignore[arg-type]
    with programme.app.store.reading() as uow:
        held = [uow.inbox.get(task.id).assignee_id for task in tasks]
    assert held == [programme.people["second_clerk"], programme.people["clerk"]]
    assert listed(programme, "clerk") == [("claimed", "形式审查")]  # and can go to somebody else later


def test_the_last_holder_of_a_post_leaves_it_to_somebody_with_all_that_waits(programme: Programme) -> None:
    programme.given_passed_panel()
    programme.hand_in("draft_notice", "maker")
    assert [kind for kind, _ in listed(programme, "leader")] == ["post"]
    alone = leaves(programme, "leader", {"post:department_leader": "clerk"})
    assert "separation_of_duties" in {code for _, code in refused(alone)}  # the clerk reviewed this project
    assert "department_leader" in roles(programme, "clerk")  # the post itself went
    assert [kind for kind, _ in listed(programme, "leader")] == ["post"]  # nobody may do it yet
    programme.given_person("deputy", "department", "department_clerk")
    done = leaves(programme, "leader", {"post:department_leader": "deputy"})
    assert done.values["refused"] == []
    assert programme.task("release_notice").assignee_id == programme.people["deputy"]
    programme.hand_in("release_notice", "deputy")


def test_where_others_hold_the_post_nothing_waits_for_the_leaver(programme: Programme) -> None:
    programme.given_application()
    assert listed(programme, "clerk") == []
    assert [each.last for each in hangs_on(programme, "clerk").posts] == [False]
    leaves(programme, "second_clerk")
    programme.clock.set(at((programme.today + DAY).isoformat()))
    assert listed(programme, "clerk") == [("post", "形式审查")]


def test_an_experts_seat_passes_on_and_the_review_begun_is_kept_unshown(programme: Programme) -> None:
    programme.given_accepted_project()
    programme.hand_in("convene_panel", "clerk")
    programme.given_person("expert_four", "institute", "expert")
    task = drafts(programme, "expert_two", "review_by_expert")
    assert listed(programme, "expert_two") == [("seats", "专家独立评审")]
    taken = leaves(programme, "expert_two", {"seats": "expert_three"})
    assert refused(taken) == [("专家独立评审", "already_on_panel")]
    done = leaves(programme, "expert_two", {"seats": "expert_four"})
    assert done.values["refused"] == []
    with programme.app.store.reading() as uow:
        assert uow.forms.draft(task, programme.people["expert_two"]) is not None
        assert uow.forms.draft(task, programme.people["expert_four"]) is None
    for expert in ("expert_one", "expert_three", "expert_four"):
        programme.hand_in("review_by_expert", expert, of=expert)
    seats = [programme.people[name] for name in ("expert_one", "expert_three", "expert_four")]
    programme.hand_in("hold_meeting", "clerk", attendance=seats)
    signed = [{"expert": expert, "agrees": True} for expert in seats]
    programme.hand_in("give_opinion", "expert_one", signatures=signed)


def test_a_tied_expert_takes_no_seat(programme: Programme) -> None:
    programme.given_accepted_project()
    programme.hand_in("convene_panel", "clerk")
    programme.given_person("expert_four", "institute", "expert")
    programme.given_conflict("expert_four", "owner")
    done = leaves(programme, "expert_two", {"seats": "expert_four"})
    assert refused(done) == [("专家独立评审", "expert_conflict")]
    done = leaves(programme, "expert_two", {"seats": "clerk"})
    assert refused(done) == [("专家独立评审", "no_expert")]


def test_the_chair_half_through_the_opinion_passes_it_on(programme: Programme) -> None:
    programme.given_convened_panel()
    programme.hand_in("hold_meeting", "clerk")
    task = drafts(programme, "expert_one", "give_opinion", opinion_boundary=["边界清楚"])
    assert listed(programme, "expert_one") == [("chairs", "专家组组长")]
    programme.given_person("expert_four", "institute", "expert")
    outside = leaves(programme, "expert_one", {"chairs": "expert_four"})
    assert refused(outside) == [("专家组组长", "chair_not_of_panel")]
    done = leaves(programme, "expert_one", {"chairs": "expert_two"})
    assert done.values["refused"] == []
    with programme.app.store.reading() as uow:
        kept = uow.forms.draft(task, programme.people["expert_two"])
    assert kept is not None
    assert kept.raw["opinion_boundary"] == "边界清楚"
    programme.hand_in("give_opinion", "expert_two")
    assert listed(programme, "expert_one") == []


def test_posts_sessions_and_tokens_end_with_the_day(programme: Programme) -> None:
    secret = str(programme.do("clerk", CreateApiToken("对账")).values["secret"])
    last = programme.today + DAY
    done = leaves(programme, "clerk", day=last)
    assert done.values["posts_ended"] == 1
    clerk = programme.people["clerk"]
    programme.clock.set(at(last.isoformat(), time(23, 59)))
    assert roles(programme, "clerk") == {"department_clerk"}
    programme.app.actor_of_token(secret)
    programme.clock.set(at((last + DAY).isoformat(), MIDNIGHT))
    with programme.app.reading() as reading:
        assert people.signed_in(reading, clerk) is None
    with pytest.raises(Unauthenticated):
        programme.app.actor_of_token(secret)
    with pytest.raises(Unauthenticated):
        programme.app.sign_in("clerk", "a password of clerk")
    programme.do("operator", CancelLeave(clerk, "返岗"))
    assert roles(programme, "clerk") == set()
    with pytest.raises(Unauthenticated):
        programme.app.actor_of_token(secret)  # what ended does not come to life again


def test_yesterday_ends_everything_at_once(programme: Programme) -> None:
    secret = str(programme.do("clerk", CreateApiToken("对账")).values["secret"])
    with pytest.raises(InvalidForm):
        leaves(programme, "clerk", day=programme.today - 2 * DAY)
    leaves(programme, "clerk", day=programme.today - DAY)
    with pytest.raises(Unauthenticated):
        programme.app.actor_of_token(secret)
    with programme.app.store.reading() as uow:
        assert uow.people.roles(programme.people["clerk"], programme.today) == frozenset()


def test_who_may_arrange_a_leave(programme: Programme) -> None:
    with pytest.raises(Forbidden):
        leaves(programme, "clerk", by="leader")
    with pytest.raises(Refused) as own:
        leaves(programme, "operator")
    assert own.value.code == "own_account"
    with pytest.raises(InvalidForm):
        programme.do("operator", ArrangeLeave(programme.people["clerk"], programme.today, " "))
    with pytest.raises(InvalidForm):
        leaves(programme, "clerk", {"seats": "second_clerk"})
    with pytest.raises(Refused):
        programme.do("operator", CancelLeave(programme.people["clerk"], "没有离任"))


def test_the_administrator_takes_nothing_over(programme: Programme) -> None:
    programme.given_application()
    programme.do("clerk", ClaimTask(programme.task("review_application").id))
    own = leaves(programme, "clerk", {"claimed": "operator"})
    other = leaves(programme, "clerk", {"claimed": "administrator"})
    assert [code for _, code in (*refused(own), *refused(other))] == ["own_role", "off_cases"]


def test_a_retry_with_its_key_moves_nothing_twice(programme: Programme) -> None:
    programme.given_application()
    programme.do("clerk", ClaimTask(programme.task("review_application").id))
    first = leaves(programme, "clerk", {"claimed": "second_clerk"}, key="once")
    case = programme.task("review_application").case_id
    before = events(programme, case)
    kind = ArrangeLeave(
        programme.people["clerk"], programme.today, "调离", {"claimed": programme.people["second_clerk"]}
    )
    again = programme.do("operator", kind, "once")
    assert again.replayed
    assert again.values == first.values
    assert events(programme, case) == before


def test_of_two_administrators_at_once_one_moves_the_items(programme: Programme) -> None:
    programme.given_application()
    programme.do("clerk", ClaimTask(programme.task("review_application").id))
    programme.given_person("second_operator", "department", "system_admin")
    programme.given_person("third_clerk", "department", "department_clerk")
    seen = hangs_on(programme, "clerk").seen
    start, said = threading.Barrier(2), []

    def arrange(by: str, to: str) -> None:
        start.wait()
        try:
            leaves(programme, "clerk", {"claimed": to}, seen=seen, by=by)
        except JcerError as error:
            said.append(error.code)
        else:
            said.append("moved")

    pairs = (("operator", "second_clerk"), ("second_operator", "third_clerk"))
    both = [threading.Thread(target=arrange, args=pair) for pair in pairs]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(said) == ["items_changed", "moved"]
    case = programme.task("review_application").case_id
    assert events(programme, case).count("task_handed_over") == 1


def test_a_list_that_changed_since_it_was_read_is_told(programme: Programme) -> None:
    seen = hangs_on(programme, "clerk").seen
    programme.given_application()
    programme.do("clerk", ClaimTask(programme.task("review_application").id))
    with pytest.raises(Conflict) as changed:
        leaves(programme, "clerk", {"claimed": "second_clerk"}, seen=seen)
    assert changed.value.code == "items_changed"
    assert post_kind(programme, "clerk", "department_clerk").startswith("post:")
