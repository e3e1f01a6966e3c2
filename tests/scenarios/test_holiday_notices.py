"""放假通知: proposed by one, decided by another; what moves, what is kept, what two at once come to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from calendars.typed import TypedNotice
from tests.scenarios.programme import Programme
from tests.support.invented_notice import NUMBER, typed
from workflow_app.commands.calendar_requests import (
    DecideCalendarProposal,
    PreviewCalendarNotice,
    PreviewCalendarProposal,
    ProposeCalendarNotice,
    RecomputeDeadlines,
    WithdrawCalendarProposal,
)
from workflow_app.commands.requests import SYSTEM, AssignRole, RevokeRole
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm
from workflow_app.store.history import SYSTEM as SYSTEM_WHO


def at_the_turn_of_the_year(programme: Programme) -> None:
    """A notice published on 2026-12-28 that closes on 2027-01-05, 预估."""
    programme.on("2026-12-01")
    programme.given_released_notice()
    programme.when_published("2026-12-28")
    programme.on("2026-12-30")


def propose(programme: Programme, notice: TypedNotice, who: str = "administrator", reason: str = "") -> str:
    """Propose a notice; return the proposal's id."""
    return str(programme.do(who, ProposeCalendarNotice(notice, reason)).values["proposal_id"])


def approve(programme: Programme, proposal: str, key: str | None = None) -> dict[str, Any]:
    """Approve as the leader; return what changed."""
    decided = programme.do("leader", DecideCalendarProposal(proposal, approve=True), key)
    effect = decided.values["effect"]
    assert isinstance(effect, dict)
    return effect


def outcome(effect: Any, rule: str) -> tuple[str, str]:
    """Return what became of the one limit of a rule: its outcome and its new last instant."""
    ((found, new),) = [
        (one["outcome"], one["new"][:10]) for one in effect["deadlines"] if one["rule"] == rule
    ]
    return found, new


def test_what_is_shown_is_what_happens(programme_on_both: Programme) -> None:
    """W 01-04 becomes a holiday. T preview, approval, rows, timers and tasks agree."""
    programme = programme_on_both
    at_the_turn_of_the_year(programme)
    proposal = propose(programme, typed("2027-01-04", "2027-02-20"), "operator")
    leader = programme.app.actor(programme.people["leader"], "web")
    shown = programme.app.calendar_effect(PreviewCalendarProposal(proposal), leader).values
    programme.then_due_on("public_notice", "2027-01-05")

    done = approve(programme, proposal)

    assert {name: done[name] for name in ("days", "deadlines")} == {
        name: shown[name] for name in ("days", "deadlines")
    }
    assert outcome(done, "public_notice") == ("later", "2027-01-06")
    assert done["certain"]
    limit = programme.limit("public_notice")
    assert not limit.provisional
    with programme.app.store.reading() as uow:
        timers = [one for one in uow.deadlines.timers_of(limit.case_id) if one.kind == "deadline"]
        tasks = [one for one in uow.inbox.of_case(limit.case_id) if one.deadline_id == limit.id]
    assert [one.due_at for one in timers if one.deadline_id == limit.id] == [limit.due_at]
    assert {one.due_at for one in tasks} <= {limit.due_at}
    kinds = [event.kind for event in programme.events("calendar")]
    assert kinds == ["calendar_proposed", "calendar_loaded", "calendar_approved"]


def test_a_closing_that_was_told_never_moves_earlier(programme: Programme) -> None:
    """W Sunday 01-03 is worked. T the closing stays, and is said to stay."""
    at_the_turn_of_the_year(programme)
    done = approve(programme, propose(programme, typed("2027-01-02", "2027-01-03")))
    assert outcome(done, "public_notice") == ("kept", "2027-01-05")
    programme.then_due_on("public_notice", "2027-01-05")
    assert programme.notice["closes_at"] == programme.limit("public_notice").due_at
    assert not programme.limit("public_notice").provisional


def test_a_date_that_stays_becomes_certain(programme: Programme) -> None:
    """W the notice says what was expected. T the date stays and is no longer 预估."""
    at_the_turn_of_the_year(programme)
    done = approve(programme, propose(programme, typed("2027-01-03")))
    assert outcome(done, "public_notice") == ("certain", "2027-01-05")
    assert not programme.limit("public_notice").provisional


def test_approving_twice_happens_once(programme: Programme) -> None:
    """W the approval is sent again. T under its key the same answer, under another a conflict."""
    at_the_turn_of_the_year(programme)
    proposal = propose(programme, typed())
    first = approve(programme, proposal, "key")
    assert approve(programme, proposal, "key") == first
    with pytest.raises(Conflict, match="proposal_decided"):
        approve(programme, proposal, "other")
    before = len(programme.events("calendar"))
    assert programme.app.execute(RecomputeDeadlines(), SYSTEM).values["deadlines"] == []
    assert len(programme.events("calendar")) == before


def test_a_proposal_made_on_another_calendar_is_made_anew(programme: Programme) -> None:
    """W another notice was approved in between. T the leader may only return the older one."""
    programme.on("2026-12-30")
    older, newer = (
        propose(programme, typed()),
        propose(programme, typed("2027-01-03", number="演示〔2026〕2号")),
    )
    approve(programme, newer)
    with pytest.raises(Conflict, match="calendar_changed"):
        approve(programme, older)
    returned = programme.do("leader", DecideCalendarProposal(older, approve=False, reason="重新提交"))
    assert returned.values["state"] == "rejected"
    again = propose(programme, typed(), reason="印发了调整通知")
    assert approve(programme, again)["kind"] == "amendment"


def test_a_typing_mistake_is_put_right_under_its_number(programme_on_both: Programme) -> None:
    """W the notice was typed wrong. T the same number again, with a reason, takes its place."""
    programme = programme_on_both
    at_the_turn_of_the_year(programme)
    approve(programme, propose(programme, typed("2027-01-03")))
    with pytest.raises(InvalidForm) as refused:
        propose(programme, typed("2027-01-04"))
    assert "更正" in refused.value.errors["reason"][0]
    done = approve(programme, propose(programme, typed("2027-01-04"), reason="元旦假期录入有误"))
    assert done["kind"] == "correction"
    assert outcome(done, "public_notice") == ("later", "2027-01-06")
    programme.then_due_on("public_notice", "2027-01-06")


def test_whoever_proposed_never_decides(programme: Programme) -> None:
    """W the administrator becomes the leader. T their own proposal is still for somebody else."""
    programme.on("2026-12-30")
    proposal = propose(programme, typed())
    person = programme.people["administrator"]
    programme.do("operator", RevokeRole(person, "process_admin", programme.organisations["department"]))
    programme.do("operator", AssignRole(person, "department_leader"))
    with pytest.raises(Forbidden, match="second_person"):
        programme.do("administrator", DecideCalendarProposal(proposal, approve=True))
    with pytest.raises(Forbidden, match="role_required"):
        programme.do("administrator", WithdrawCalendarProposal(proposal))
    for name in ("operator", "clerk", "auditor", "owner"):
        with pytest.raises(Forbidden, match="role_required"):
            programme.do(name, DecideCalendarProposal(proposal, approve=True))


def test_production_takes_no_invented_notice(programme: Programme) -> None:
    """W the installation is no demonstration. T a number that says 演示 is refused at its field."""
    programme.on("2026-12-30")
    tools = programme.app.executor.tools
    programme.app.executor.tools = replace(tools, house=replace(tools.house, demo=False))
    with pytest.raises(InvalidForm) as refused:
        propose(programme, typed())
    assert list(refused.value.errors) == ["number"]
    real = replace(typed(), number="国办发明电〔2026〕9号")
    assert propose(programme, real)


def test_two_approvals_at_once_take_effect_once(programme_on_both: Programme) -> None:
    """W two windows approve, of one proposal and of two. T one calendar follows; the others are told."""
    programme = programme_on_both
    at_the_turn_of_the_year(programme)
    one = propose(programme, typed("2027-01-04"))
    other = propose(programme, typed("2027-01-03", number="演示〔2026〕2号"))
    said = at_once(*(lambda each=each: approve(programme, each) for each in (one, one, other, other)))
    done = [each for each in said if isinstance(each, dict)]
    assert len(done) == 1, said
    assert {each.code for each in said if isinstance(each, Conflict)} <= {
        "proposal_decided",
        "calendar_changed",
        "busy",
    }
    with programme.app.store.reading() as uow:
        assert len(uow.settings.calendar_notices()) == 1
    expected = "2027-01-06" if done[0]["number"] == NUMBER else "2027-01-05"
    programme.then_due_on("public_notice", expected)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do everything at the same time; return results and errors."""
    ready = threading.Barrier(len(acts))
    said: list[Any] = []

    def go(act: Callable[[], Any]) -> None:
        ready.wait()
        try:
            said.append(act())
        except Conflict as error:
            said.append(error)

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_a_limit_that_began_on_the_old_calendar_is_put_right_once(programme: Programme) -> None:
    """W a limit was written while the notice was put in force. T recomputing moves it, and then nothing."""
    at_the_turn_of_the_year(programme)
    stale = programme.limit("public_notice")
    approve(programme, propose(programme, typed("2027-01-03")))
    columns = ("due_at", "earliest_at", "latest_at", "trail", "provisional", "calendar_revision")
    with programme.app.store.unit_of_work() as uow:
        uow.deadlines.change(stale.id, {name: getattr(stale, name) for name in columns})
        run = programme.app.executor.run(uow, SYSTEM)
        uow.history.record("deadline_recomputed", f"case:{stale.case_id}", SYSTEM_WHO, run.at)
        uow.commit()
    moved = programme.app.execute(RecomputeDeadlines(), SYSTEM).values["deadlines"]
    assert [one["outcome"] for one in moved if isinstance(one, dict)] == ["certain"]  # type: ignore[union-attr]
    assert programme.app.execute(RecomputeDeadlines(), SYSTEM).values["deadlines"] == []


def test_looking_writes_nothing(programme: Programme) -> None:
    """W a notice is looked at. T neither history nor calendar know of it."""
    at_the_turn_of_the_year(programme)
    before = programme.events("calendar")
    operator = programme.app.actor(programme.people["operator"], "web")
    seen = programme.app.calendar_effect(PreviewCalendarNotice(typed()), operator).values
    assert outcome(seen, "public_notice") == ("later", "2027-01-06")
    assert programme.events("calendar") == before
    with programme.app.store.reading() as uow:
        assert uow.settings.calendar_notices() == ()
