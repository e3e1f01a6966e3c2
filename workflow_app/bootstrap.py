"""Wiring: one application from one configuration, once a process.

The only place that knows which adapter stands behind which port. Faces get an :class:`App` and
use ``execute`` and ``reading``; nothing behind it is global.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from workflow_app.adapters.files import DiskFiles
from workflow_app.adapters.identity import LocalIdentity
from workflow_app.adapters.messages import KeptMessages, SmtpMessages
from workflow_app.adapters.payments import BookPayments
from workflow_app.adapters.seals import LocalSeals
from workflow_app.adapters.signatures import ExchangeKeys
from workflow_app.adapters.signed_pdf import OwnSigner
from workflow_app.adapters.typesetting import Typst
from workflow_app.commands import (
    calendar_proposals,
    credentials,
    definitions,
    documents,
    outgoing,
    people,
    rehearsal,
)
from workflow_app.commands.calendar_requests import PreviewCalendarNotice, PreviewCalendarProposal
from workflow_app.commands.calendar_source import Calendars
from workflow_app.commands.documents import PaperFile
from workflow_app.commands.executor import Executor
from workflow_app.commands.leaving.items import Leaver
from workflow_app.commands.leaving.listing import leaver
from workflow_app.commands.ledger_proof import Proof, prove_nightly
from workflow_app.commands.migration_requests import AdvanceMigrations
from workflow_app.commands.rehearsal import Verdict
from workflow_app.commands.requests import SYSTEM, Actor, FireDueTimers, Request, Result
from workflow_app.commands.tools import House, Press, Tools
from workflow_app.commands.versions import Versions
from workflow_app.config import Config
from workflow_app.engine.process import Engine
from workflow_app.kernel.clock import Clock, FixedClock, SandboxClock, SystemClock, legal_date
from workflow_app.kernel.ports import Identity, Messages, Payments
from workflow_app.queries.reading import Reading
from workflow_app.store.engine import create_engine
from workflow_app.store.migrate import create_schema
from workflow_app.store.sealing import Vault
from workflow_app.store.unit_of_work import Store, UnitOfWork

ANSWERS_KEPT: Final = timedelta(days=30)
"""How long a retried request gets its first answer, in host time."""
OFFSET: Final = "clock_offset"
"""Setting that holds the sandbox clock's shift, in microseconds."""


class SandboxOffset:
    """The stored shift of the sandbox's clock; every process sees a move within a second."""

    def __init__(self) -> None:
        self.store: Store | None = None
        self._known: tuple[float, timedelta] = (float("-inf"), timedelta(0))
        self._lock = threading.Lock()

    def __call__(self) -> timedelta:
        """Return the present shift."""
        read_at, known = self._known
        if time.monotonic() - read_at < 1 or self.store is None:
            return known
        with self._lock, self.store.reading() as uow:
            found = timedelta(microseconds=int(uow.settings.get(OFFSET, 0)))
            self._known = (time.monotonic(), found)
        return found

    def set(self, uow: UnitOfWork, instant: datetime) -> None:
        """Shift the clock so that it is ``instant`` now."""
        shift = instant - datetime.now(UTC)
        uow.settings.set(OFFSET, shift // timedelta(microseconds=1))
        self._known = (time.monotonic(), shift)


@dataclass(frozen=True, slots=True)
class App:
    """One installation, ready to be used by a face."""

    config: Config
    executor: Executor

    @property
    def tools(self) -> Tools:
        """Return what the commands work with."""
        return self.executor.tools

    @property
    def store(self) -> Store:
        """Return the database."""
        return self.executor.store

    @property
    def clock(self) -> Clock:
        """Return the legal clock."""
        return self.tools.clock

    def execute(self, request: Request, actor: Actor, idempotency_key: str | None = None) -> Result:
        """Carry out a request; see :meth:`workflow_app.commands.executor.Executor.execute`."""
        return self.executor.execute(request, actor, idempotency_key)

    def calendar_effect(self, asked: PreviewCalendarNotice | PreviewCalendarProposal, actor: Actor) -> Result:
        """Return what a holiday notice would change; see :func:`.calendar_proposals.preview`. Only reads."""
        with self.store.reading() as uow:
            return calendar_proposals.preview(self.executor.run(uow, actor), asked)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open the one transaction a page reads in."""
        reading = Reading(self.store.engine, self.store.vault, self.clock.now)
        try:
            yield reading
        finally:
            reading.close()

    def actor(self, user_id: str, channel: str) -> Actor:
        """Return an active user as an actor."""
        with self.store.reading() as uow:
            return people.actor(uow, user_id, channel, legal_date(self.clock.now()))

    def leaver(self, user_id: str, last_day: date | None = None) -> Leaver:
        """Return what hangs on somebody who is to leave with a day, today where none is known."""
        today = legal_date(self.clock.now())
        with self.store.reading() as uow:
            return leaver(uow, user_id, today, (last_day or today) + timedelta(days=1))

    def sign_in(self, login: str, password: str, channel: str = "web") -> Actor:
        """Return the actor of a sign-in; see :func:`workflow_app.commands.credentials.sign_in`."""
        return credentials.sign_in(self.store, self.tools, login, password, channel)

    def actor_of_token(self, secret: str) -> Actor:
        """Return the actor of a personal API token."""
        return credentials.by_token(self.store, self.tools, secret)

    def tick(self, limit: int = 200) -> Result:
        """Fire what is due now, earliest first."""
        return self.execute(FireDueTimers(limit), SYSTEM)

    def advance_migrations(self, limit: int = 20) -> Result:
        """Move the next cases of the migrations under way, each in a transaction of its own."""
        return self.execute(AdvanceMigrations(limit), SYSTEM)

    def rehearse(self, version: str, processes: Collection[str] = ()) -> tuple[Verdict, ...]:
        """Try the running cases on a version; nothing is written."""
        return rehearsal.rehearse(self.executor, rehearsal.Target(self.tools, version), processes=processes)

    def rehearse_draft(self, draft_id: str) -> tuple[Verdict, ...]:
        """Try the running cases on what a draft makes of its base; nothing is written."""
        return rehearsal.rehearse_draft(self.executor, draft_id)

    def send_outbox(self, limit: int = 200) -> int:
        """Send what acts asked to be sent; return how many messages left."""
        return outgoing.send_due(self.executor, limit)

    def forget_answers(self) -> int:
        """Drop answers kept for retried requests longer than ``ANSWERS_KEPT``; return how many."""
        with self.store.unit_of_work() as uow:
            dropped = uow.settings.forget_answers(self.executor.tools.host_now() - ANSWERS_KEPT)
            uow.commit()
        return dropped

    def document_file(self, document_id: str) -> PaperFile:
        """Return the file of an official paper; see :func:`workflow_app.commands.documents.file_of`."""
        return documents.file_of(self.executor, document_id)

    def keep_documents(self, limit: int = 1) -> int:
        """Make the files of papers nobody has asked for yet; return how many were made."""
        return documents.keep_waiting(self.executor, limit)

    def prove_nightly(self) -> Proof | None:
        """Prove the book of emission reductions, once on each legal day; ``None`` where it was proven."""
        return prove_nightly(self.executor)

    def initialise(self) -> str:
        """Create the schema and deploy the shipped version where there is none; return the effective one."""
        create_schema(self.store.engine)
        return definitions.ship(self.executor)


def build(
    config: Config,
    clock: Clock | None = None,
    identity: Identity | None = None,
    payments: Payments | None = None,
) -> App:
    """Wire an application.

    :param clock: a clock of the caller's, for tests; otherwise the sandbox's or the host's.
    :param identity: another way to tell who somebody is; otherwise local passwords.
    :param payments: another settlement account; otherwise the one the book keeps.
    """
    offset = SandboxOffset()
    legal = clock or (SandboxClock(offset) if config.sandbox else SystemClock())
    store = Store(create_engine(config.database_url), Vault(config.master_key), legal)
    offset.store = store
    versions = Versions(store)
    set_clock = offset.set if config.sandbox else None
    if isinstance(legal, FixedClock):
        set_clock = _hands_of(legal)
    tools = Tools(
        engine=Engine(versions.files),
        versions=versions,
        clock=legal,
        host_now=lambda: datetime.now(UTC),
        calendars=Calendars(),
        files=DiskFiles(config.files, config.upload_limit),
        identity=identity or LocalIdentity(),
        messages=_messages(config),
        house=House(config.authority, config.public_url.rstrip("/"), demo=config.sandbox),
        press=Press(
            Typst(),
            OwnSigner(config.master_key),
            LocalSeals(config.master_key, config.authority) if config.seal else None,
        ),
        payments=payments or BookPayments(),
        signatures=ExchangeKeys(config.exchange_keys),
        set_clock=set_clock,
    )
    return App(config, Executor(store, tools))


def _messages(config: Config) -> Messages:
    """A relay where one is configured; otherwise the outbox itself is the message."""
    if config.smtp_host:
        return SmtpMessages(config.smtp_host, config.smtp_port, config.mail_sender)
    return KeptMessages()


class _hands_of:  # noqa: N801  # reads as a function: the hands of a clock that stands still
    """Moves a clock that stands still until it is set."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock

    def __call__(self, uow: UnitOfWork, instant: datetime) -> None:  # noqa: ARG002  # the port's signature
        self._clock.set(instant)
