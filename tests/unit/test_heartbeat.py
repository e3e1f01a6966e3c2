"""The heartbeat: it looks often, fires until nothing is due, and no failure of one job stops the other."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from workflow_app.commands.requests import Result
from workflow_app.scheduler import MOVES, TIMERS, Heartbeat

PATIENCE = 20.0


@dataclass
class Product:
    """What a heart beats for, with so many timers due and messages waiting."""

    due: int = 0
    waiting: int = 0
    moving: int = 0
    fired: threading.Event = field(default_factory=threading.Event)
    sent: threading.Event = field(default_factory=threading.Event)
    looks: list[int] = field(default_factory=list)

    def tick(self, limit: int) -> Result:
        now = min(self.due, limit)
        self.due -= now
        self.looks.append(now)
        if not self.due:
            self.fired.set()
        return Result({"fired": now, "failed": 0})

    def send_outbox(self, limit: int) -> int:
        now = min(self.waiting, limit)
        self.waiting -= now
        if not self.waiting:
            self.sent.set()
        return now

    def advance_migrations(self, limit: int) -> Result:
        now = min(self.moving, limit)
        self.moving -= now
        return Result({"tried": now})


class SlowPost(Product):
    """A mail relay that answers only once the timers have fired."""

    in_time = False

    def send_outbox(self, limit: int) -> int:
        self.in_time = self.fired.wait(PATIENCE)
        return super().send_outbox(limit)


class Broken(Product):
    """A product whose first look at the timers fails."""

    broken = True

    def tick(self, limit: int) -> Result:
        if self.broken:
            self.broken = False
            raise RuntimeError("the database is away")
        return super().tick(limit)


def _heart(product: Any) -> Heartbeat:
    return Heartbeat(product, seconds=0.01)


def test_one_beat_fires_until_nothing_is_due() -> None:
    product = Product(due=2 * TIMERS + 1)
    _heart(product).fire()
    assert product.looks == [TIMERS, TIMERS, 1]


def test_one_beat_sends_until_nothing_waits() -> None:
    product = Product(waiting=1_001)
    _heart(product).send()
    assert product.waiting == 0


def test_one_beat_moves_cases_until_none_is_left() -> None:
    product = Product(moving=2 * MOVES + 1)
    _heart(product).move()
    assert product.moving == 0


def test_a_slow_relay_holds_no_timer_up() -> None:
    product = SlowPost(due=1, waiting=1)
    heart = Heartbeat(product, seconds=1.2)  # type: ignore[arg-type]  # the outbox's beat comes first
    heart.start()
    try:
        assert product.sent.wait(PATIENCE)
    finally:
        heart.stop()
    assert product.in_time


def test_a_failed_beat_is_told_and_the_next_one_fires(caplog: pytest.LogCaptureFixture) -> None:
    product = Broken(due=1)
    heart = _heart(product)
    heart.start()
    try:
        assert product.fired.wait(PATIENCE)
    finally:
        heart.stop()
    assert "timers not fired" in caplog.text
    assert product.due == 0


def test_a_stopped_heart_fires_no_more() -> None:
    product = Product(due=1)
    heart = _heart(product)
    heart.start()
    assert product.fired.wait(PATIENCE)
    heart.stop()
    product.due = 1
    heart.fire()
    assert product.due == 1
