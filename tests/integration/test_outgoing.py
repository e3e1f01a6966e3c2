"""What leaves after a commit: a slow relay holds nobody up, and what it took down with it is sent again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.scenarios.programme import Programme
from workflow_app.commands.outgoing import HELD, TRIES
from workflow_app.kernel.ports import OutgoingMessage
from workflow_app.store.repositories.outbox import Message
from workflow_app.store.tables import user_account

PATIENCE = 20.0


@dataclass
class Relay:
    """Takes messages, and may fail at them."""

    fault: BaseException | None = None
    sent: list[str] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> None:
        if self.fault is not None:
            raise self.fault
        self.sent.append(message.subject)


@dataclass
class SlowRelay(Relay):
    """Hangs at the first message until it is let go."""

    asked: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def send(self, message: OutgoingMessage) -> None:
        if not self.asked.is_set():
            self.asked.set()
            assert self.let_go.wait(PATIENCE)
        super().send(message)


@pytest.fixture
def programme(database_url: str, tmp_path: Path) -> Iterator[Programme]:
    programme = Programme.opened(database_url, tmp_path, "2026-11-24")
    with programme.app.store.unit_of_work() as uow:
        of_clerk = update(user_account).where(user_account.c.id == programme.people["clerk"])
        uow.connection.execute(of_clerk.values(mail_wanted=True, email="clerk@example.org"))
        uow.commit()
    yield programme
    programme.app.store.close()


def asked(programme: Programme, *subjects: str) -> None:
    """Put messages to the clerk into the outbox."""
    with programme.app.store.unit_of_work() as uow:
        for subject in subjects:
            payload = {"subject": subject, "text": "。"}
            uow.outbox.put(
                subject, "mail", f"user:{programme.people['clerk']}", payload, programme.clock.now()
            )
        uow.commit()


def through(programme: Programme, relay: Relay) -> None:
    """Let mail leave through ``relay``."""
    programme.app.executor.tools = replace(programme.app.tools, messages=relay)


def later(programme: Programme, by: timedelta) -> None:
    """Move the host's clock."""
    now = max(programme.app.tools.host_now(), programme.clock.now()) + by
    programme.app.executor.tools = replace(programme.app.tools, host_now=lambda: now)


def kept(programme: Programme) -> Message:
    """Return the one message of the outbox."""
    with programme.app.store.reading() as uow:
        (message,) = uow.outbox.messages()
    return message


def test_a_hanging_relay_stops_no_act(programme: Programme) -> None:
    asked(programme, "受理通知")
    relay = SlowRelay()
    through(programme, relay)
    sender = threading.Thread(target=programme.app.send_outbox)
    sender.start()
    try:
        assert relay.asked.wait(PATIENCE)
        programme.given_application()  # some writing acts, which would wait for a lock held meanwhile
        programme.app.send_outbox()
        assert "受理通知" not in relay.sent  # one process has it, and no other takes it
    finally:
        relay.let_go.set()
        sender.join(PATIENCE)
    assert relay.sent.count("受理通知") == 1


def test_a_message_of_a_process_that_died_is_sent_again(programme: Programme) -> None:
    asked(programme, "受理通知")
    through(programme, Relay(SystemExit()))
    with pytest.raises(SystemExit):
        programme.app.send_outbox()
    relay = Relay()
    through(programme, relay)
    assert programme.app.send_outbox() == 0
    later(programme, HELD + timedelta(seconds=1))
    assert programme.app.send_outbox() == 1
    assert relay.sent == ["受理通知"]
    assert kept(programme).state == "sent"


def test_a_relay_that_refuses_is_asked_again_and_at_last_given_up(programme: Programme) -> None:
    asked(programme, "受理通知")
    through(programme, Relay(ConnectionRefusedError("no relay")))
    for attempt in range(1, TRIES + 1):
        assert programme.app.send_outbox() == 0
        assert (kept(programme).attempts, kept(programme).last_error) == (attempt, "no relay")
        assert kept(programme).state == ("pending" if attempt < TRIES else "failed")
        later(programme, timedelta(days=1))


def test_a_message_that_ends_every_process_is_given_up(programme: Programme) -> None:
    asked(programme, "受理通知")
    through(programme, Relay(SystemExit()))
    for _ in range(TRIES):
        with pytest.raises(SystemExit):
            programme.app.send_outbox()
        later(programme, timedelta(days=1))
    assert programme.app.send_outbox() == 0
    assert kept(programme).state == "failed"
