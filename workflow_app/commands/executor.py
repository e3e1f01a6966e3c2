"""Carrying out a request: transaction, idempotency, overdue timers first, exactly one commit.

What is around *all* commands and knows none of them. A refusal rolls back and is told to the
person; a defect rolls back whole and leaves an incident that can be seen and retried.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from workflow_app.commands import incidents, steps, timers
from workflow_app.commands.registry import BY_REQUEST, LONG_BY_REQUEST, LongCommand
from workflow_app.commands.requests import Actor, Request, Result
from workflow_app.commands.run import Run
from workflow_app.commands.timers import Overdue
from workflow_app.commands.tools import Tools
from workflow_app.engine.faults import EngineFault
from workflow_app.kernel.errors import Conflict, JcerError
from workflow_app.store.schema.columns import canonical
from workflow_app.store.unit_of_work import Store, UnitOfWork

SECRETS: Final = frozenset({"secret", "password", "present", "identity_code"})
"""Values of answers and requests that are never kept, not even hashed."""
ATTEMPTS: Final = 4
"""How often an act is judged again after overdue timers of its case fired first."""


class Executor:
    """Carries out requests on one store."""

    def __init__(self, store: Store, tools: Tools) -> None:
        self.store = store
        self.tools = tools

    def execute(self, request: Request, actor: Actor, key: str | None = None) -> Result:
        """Carry out a request, once for each idempotency key.

        :param key: the same key with the same request gives the first answer again.
        :raises JcerError: it was refused; nothing was changed.
        """
        long = LONG_BY_REQUEST.get(type(request))
        if long is not None:
            return self._long(long, request, actor, key)
        for _ in range(ATTEMPTS):
            try:
                return self._once(request, actor, key)
            except Overdue as overdue:
                for case_id in overdue.case_ids:
                    timers.fire_case(self, case_id)
            except Conflict:
                # A double click: its twin may have won the race and answered under this key.
                answered = self._answered(request, actor, key) if key else None
                if answered is None:
                    raise
                return answered
        raise Conflict("busy", "系统繁忙，请稍后重试")

    def _long(self, long: LongCommand, request: Request, actor: Actor, key: str | None) -> Result:
        """Carry out a request of several transactions, its key taken before the first of them.

        Whoever asks again meanwhile, or after a process died on the way, is told so and starts nothing twice.
        """
        if not key:
            return long.run(self, request, actor)
        answered = self._taken(request, actor, key)
        if answered is not None:
            return answered
        who = actor.user_id or actor.channel
        try:
            result = long.run(self, request, actor)
        except JcerError as error:
            if error.code != "busy":  # what a busy database stopped half way keeps its key
                with self.store.unit_of_work() as uow:
                    uow.settings.release(who, key)
                    uow.commit()
            raise
        with self.store.unit_of_work() as uow:
            uow.settings.settle(who, key, _told(result))
            uow.commit()
        return result

    def _taken(self, request: Request, actor: Actor, key: str) -> Result | None:
        """Take a key for a request that begins; return the answer where it was given before."""
        answered = self._answered(request, actor, key)
        if answered is None:
            try:
                with self.store.unit_of_work() as uow:
                    who = actor.user_id or actor.channel
                    uow.settings.begin(who, key, fingerprint(request), self.tools.host_now())
                    uow.commit()
            except Conflict:  # its twin was first
                answered = self._answered(request, actor, key)
                if answered is None:
                    raise
        return answered

    def _keep(self, uow: UnitOfWork, request: Request, actor: Actor, key: str, result: Result) -> None:
        """Keep an answer for whoever asks again; a secret is told once and kept nowhere."""
        who = actor.user_id or actor.channel
        uow.settings.answer(who, key, fingerprint(request), _told(result), self.tools.host_now())

    def _answered(self, request: Request, actor: Actor, key: str) -> Result | None:
        with self.store.reading() as uow:
            answer = uow.settings.answered(actor.user_id or actor.channel, key, fingerprint(request))
        return Result(answer, replayed=True) if answer is not None else None

    def run(self, uow: UnitOfWork, actor: Actor) -> Run:
        """Return a run inside an open unit of work."""
        return Run(self.tools, uow, actor, self.tools.clock.now(), steps.send, steps.start)

    def _once(self, request: Request, actor: Actor, key: str | None) -> Result:
        command = BY_REQUEST[type(request)]
        who = actor.user_id or actor.channel
        digest = fingerprint(request) if key else ""
        try:
            with self.store.unit_of_work() as uow:
                if key:
                    answered = uow.settings.answered(who, key, digest)
                    if answered is not None:
                        return Result(answered, replayed=True)
                uow.write_behind()
                run = self.run(uow, actor)
                result = command.run(run, request)
                run.drain()
                if key:
                    self._keep(uow, request, actor, key, result)
                uow.commit()
                return result
        except EngineFault as fault:  # the diagram's own: nobody who acts can answer it
            raise incidents.record(self, request, actor, fault) from fault
        except (JcerError, Overdue):
            raise
        except Exception as error:  # whatever it is, it is rolled back and kept as an incident
            raise incidents.record(self, request, actor, error) from error


def _told(result: Result) -> dict[str, Any]:
    return {name: value for name, value in result.values.items() if name not in SECRETS}


def fingerprint(request: Request) -> str:
    """Return a hash of what was asked, so that a key is not used for two things."""
    names = [field.name for field in dataclasses.fields(request) if field.name not in SECRETS]  # type: ignore[arg-type]
    parts = {name: getattr(request, name) for name in names}
    return hashlib.sha256(f"{type(request).__name__}{canonical(_plain(parts))}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return _content(value) if hasattr(value, "read") else str(value)


def _content(stream: Any) -> str:
    """Return a file's hash and wind it back: the same key with other bytes is another request."""
    start = stream.tell()
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(start)
    return digest
