"""A request of several transactions takes effect once for its key: at once, after a death or a refusal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands import clock
from workflow_app.commands.host import Host
from workflow_app.commands.requests import Actor, MoveClock, RetryIncident, SetPassword
from workflow_app.kernel.errors import Conflict, InvalidForm, Refused


@pytest.fixture
def programme(database_url: str, tmp_path: Path) -> Iterator[Programme]:
    """The programme on a database of each kind."""
    opened = Programme.opened(database_url, tmp_path)
    yield opened
    opened.app.store.close()


class Killed(BaseException):
    """What ends a process: nothing of ours catches it."""


def test_a_clock_moved_by_two_at_once_with_one_key_moves_once(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = programme.app.clock.now()
    inside, go_on = threading.Event(), threading.Event()
    fire = clock._fire

    def slow(host: Host, actor: Actor) -> tuple[int, int]:
        inside.set()
        assert go_on.wait(30)
        return fire(host, actor)

    monkeypatch.setattr(clock, "_fire", slow)
    first = threading.Thread(target=lambda: programme.do("clerk", MoveClock(days=1), "a day"))
    first.start()
    assert inside.wait(30)
    try:
        with pytest.raises(Conflict) as told:
            programme.do("clerk", MoveClock(days=1), "a day")
    finally:
        go_on.set()
        first.join(30)
    assert told.value.code == "under_way"
    assert programme.do("clerk", MoveClock(days=1), "a day").replayed
    assert (programme.app.clock.now() - before).days == 1


def test_what_a_death_cut_short_is_not_begun_again_under_its_key(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = programme.app.clock.now()
    settle = "workflow_app.store.repositories.settings.SettingsRepository.settle"

    def killed(*_given: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(settle, killed)
        with pytest.raises(Killed):
            programme.do("clerk", MoveClock(days=1), "a day")
    with pytest.raises(Conflict) as told:
        programme.do("clerk", MoveClock(days=1), "a day")
    assert told.value.code == "under_way"
    assert (programme.app.clock.now() - before).days == 1
    programme.do("clerk", MoveClock(days=1), "another day")
    assert (programme.app.clock.now() - before).days == 2


def test_a_refusal_gives_the_key_back(programme: Programme) -> None:
    me = programme.people["clerk"]
    with pytest.raises(InvalidForm):
        programme.do("clerk", SetPassword(me, "a new and longer password", "not this one"), "mine")
    done = programme.do("clerk", SetPassword(me, "a new and longer password", "a password of clerk"), "mine")
    assert not done.replayed


def test_a_key_of_another_request_is_refused(programme: Programme) -> None:
    programme.do("clerk", MoveClock(days=1), "a day")
    with pytest.raises(Conflict) as told:
        programme.do("clerk", MoveClock(days=2), "a day")
    assert told.value.code == "idempotency_key_reused"


def test_a_retry_that_was_cut_short_closes_its_incident(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme.given_application()
    guard = "workflow_app.commands.guards.check"

    def broken(*_given: object) -> None:
        raise ValueError("out of order")

    with monkeypatch.context() as failing:
        failing.setattr(guard, broken)
        with pytest.raises(Exception, match="act_failed"):
            programme.hand_in("review_application", "clerk")
    with programme.app.store.reading() as uow:
        incident = uow.incidents.list()[0]
    with monkeypatch.context() as dying:
        dying.setattr("workflow_app.commands.retries._resolve", lambda *_given: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            programme.do("clerk", RetryIncident(incident.id))
    programme.do("clerk", RetryIncident(incident.id))
    with programme.app.store.reading() as uow:
        assert uow.incidents.list() == ()
    with pytest.raises((Conflict, Refused)):
        programme.do("clerk", RetryIncident(incident.id))
