"""The sandbox's clock: forward only, through every deadline on the way, in due order.

At each due time the clock stands there while the timers fire, so that chained limits come out
right. Recorded in the history; production has no such clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from workflow_app.commands import timers
from workflow_app.commands.host import Host
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor, FireDueTimers, MoveClock, Result
from workflow_app.kernel.clock import shanghai
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused

BATCH: Final = 50
FURTHEST: Final = timedelta(days=366 * 2)
"""How far one move may go."""


def move(host: Host, request: MoveClock, actor: Actor) -> Result:
    """Move the clock, firing what comes due on the way.

    :raises Forbidden: not a sandbox, or nobody is signed in.
    :raises Refused: backwards, or there is no deadline to move to.
    """
    if host.tools.set_clock is None:
        raise Forbidden("no_sandbox_clock", "正式环境的时钟不能拨动")
    if actor.user_id is None and not actor.holds("system"):
        raise Forbidden("sign_in_required", "请先登录")
    before = host.tools.clock.now()
    target = _target(host, request, before)
    if target < before:
        raise Refused("clock_forward_only", "演示时钟只能向前拨动")
    if target - before > FURTHEST:
        raise InvalidForm({"to": ["一次最多向前拨动两年"]})
    fired = failed = 0
    while True:
        done, broken = _fire(host, actor)
        fired, failed = fired + done, failed + broken
        due = _next_due(host, host.tools.clock.now())
        if due is None or due > target:
            break
        _set(host, due)
    _set(host, target)
    with host.store.unit_of_work() as uow:
        facts = {"from": before.isoformat(), "to": target.isoformat(), "fired": fired}
        uow.history.record("clock_moved", "clock", who(actor), target, facts=facts)
        uow.commit()
    return Result({"now": target.isoformat(), "fired": fired, "failed": failed})


def _target(host: Host, request: MoveClock, now: datetime) -> datetime:
    given = [request.to is not None, request.days is not None, request.next_deadline]
    if sum(given) != 1:
        raise InvalidForm({"to": ["请选择拨到某一时刻、向前若干天，或下一期限"]})
    if request.to is not None:
        if request.to.tzinfo is None:
            raise InvalidForm({"to": ["时刻须注明时区"]})
        return request.to
    if request.days is not None:
        if request.days < 1:
            raise InvalidForm({"days": ["天数应为不小于1的整数"]})
        return shanghai(now) + timedelta(days=request.days)
    due = _next_due(host, now)
    if due is None:
        raise Refused("no_deadline", "目前没有等待中的期限")
    return due


def _next_due(host: Host, after: datetime) -> datetime | None:
    with host.store.reading() as uow:
        return uow.deadlines.next_due(after)


def _fire(host: Host, actor: Actor) -> tuple[int, int]:
    fired = failed = 0
    while True:
        values = timers.fire_due(host, FireDueTimers(BATCH), actor).values
        done, broken = int(str(values["fired"])), int(str(values["failed"]))
        fired, failed = fired + done, failed + broken
        if done + broken < BATCH:
            return fired, failed


def _set(host: Host, instant: datetime) -> None:
    set_clock = host.tools.set_clock
    if set_clock is None:
        raise Forbidden("no_sandbox_clock", "正式环境的时钟不能拨动")
    with host.store.unit_of_work() as uow:
        set_clock(uow, instant)
        uow.commit()
