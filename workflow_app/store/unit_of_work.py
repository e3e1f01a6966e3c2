"""The one commit: everything a command changes, in one transaction that ends exactly once.

A unit of work opens a connection and its transaction, offers the repositories, and commits once
or not at all. It refuses to commit a change of a live table that no event has recorded, so that
the history can always rebuild the present. It must never know a rule of the programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from workflow_app.kernel.clock import Clock
from workflow_app.store.driver import Driver
from workflow_app.store.engine import WRITES
from workflow_app.store.history import History
from workflow_app.store.live import Live
from workflow_app.store.refusals import translate
from workflow_app.store.repositories.accounts import AccountRepository
from workflow_app.store.repositories.cancellations import CancellationRepository
from workflow_app.store.repositories.cases import CaseRepository
from workflow_app.store.repositories.complaints import ComplaintRepository
from workflow_app.store.repositories.credentials import CredentialRepository
from workflow_app.store.repositories.deadlines import DeadlineRepository
from workflow_app.store.repositories.definitions import DefinitionRepository
from workflow_app.store.repositories.design import DesignRepository
from workflow_app.store.repositories.documents import DocumentRepository
from workflow_app.store.repositories.duties import DutyRepository
from workflow_app.store.repositories.forms import FormRepository
from workflow_app.store.repositories.inbox import InboxRepository
from workflow_app.store.repositories.incidents import IncidentRepository
from workflow_app.store.repositories.ledger import LedgerRepository
from workflow_app.store.repositories.migrations import MigrationRepository
from workflow_app.store.repositories.openings import OpeningRepository
from workflow_app.store.repositories.outbox import OutboxRepository
from workflow_app.store.repositories.people import PeopleRepository
from workflow_app.store.repositories.pilots import PilotRepository
from workflow_app.store.repositories.programme import ProgrammeRepository
from workflow_app.store.repositories.registry_papers import RegistryPaperRepository
from workflow_app.store.repositories.settings import SettingsRepository
from workflow_app.store.repositories.tokens import TokenRepository
from workflow_app.store.repositories.trade_reports import TradeReportRepository
from workflow_app.store.repositories.trading import TradingRepository
from workflow_app.store.sealing import PersonalValues, Vault


@dataclass(frozen=True, slots=True)
class Store:
    """One database of one installation; makes units of work.

    :param clock: legal time, for the date on which a person's key is made.
    """

    engine: Engine
    vault: Vault
    clock: Clock

    def unit_of_work(self) -> UnitOfWork:
        """Return a unit of work that may write; use it as a context manager."""
        return UnitOfWork(self)

    def reading(self) -> UnitOfWork:
        """Return one that only reads: it never waits for a writer and cannot commit."""
        return UnitOfWork(self, writes=False)

    def close(self) -> None:
        """Close the connections this process keeps."""
        self.engine.dispose()


class UnitOfWork:
    """A context manager over one transaction.

    Leaving it without :meth:`commit` rolls everything back.
    """

    connection: Connection

    def __init__(self, store: Store, *, writes: bool = True) -> None:
        self._store = store
        self._writes = writes
        self._finished = False

    def __enter__(self) -> Self:
        try:
            self.connection = self._store.engine.connect().execution_options(**{WRITES: self._writes})
            self.connection.begin()
        except DBAPIError as error:
            raise translate(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finished = True
        if "driver" in self.__dict__:
            self.driver.close()
        self.connection.close()  # rolls back what was not committed
        if isinstance(error, DBAPIError):
            raise translate(error) from error

    @property
    def now(self) -> datetime:
        """Legal time."""
        return self._store.clock.now()

    def commit(self) -> None:
        """Make everything durable, once.

        :raises RuntimeError: it was committed before, only reads, or changed live rows of which
            no event tells; these are defects of the caller.
        :raises Refused, Conflict: a constraint checked at commit was broken.
        """
        if self._finished:
            raise RuntimeError("a unit of work commits once")
        if not self._writes:
            raise RuntimeError("a reading unit of work cannot commit")
        if self.live.pending:
            raise RuntimeError("live rows changed and no event recorded it")
        self._finished = True
        if "driver" in self.__dict__:
            self.driver.send()
        try:
            self.connection.commit()
        except DBAPIError:
            # Where a check at commit fails SQLite leaves the transaction open, and SQLAlchemy thinks it over.
            self.connection.connection.rollback()
            raise

    def write_behind(self) -> None:
        """Let writes travel together, as :meth:`workflow_app.store.driver.Driver.write_behind` does."""
        self.driver.write_behind()

    @cached_property
    def personal(self) -> PersonalValues:
        """Sealing and opening of personal values."""
        return PersonalValues(self.connection, self._store.vault, self._store.clock.now)

    @cached_property
    def driver(self) -> Driver:
        """The driver's cursor of this transaction, for the hot path."""
        return Driver(self.connection)

    @cached_property
    def live(self) -> Live:
        """The only way to write a live table."""
        return Live(self.driver, self.personal)

    @cached_property
    def history(self) -> History:
        """Events: recording and reading."""
        return History(self.connection, self.driver, self.live, self.personal, self._store.vault)

    @cached_property
    def cases(self) -> CaseRepository:
        return CaseRepository(self.connection, self.driver, self.live)

    @cached_property
    def openings(self) -> OpeningRepository:
        return OpeningRepository(self.driver, self.history, self.settings)

    @cached_property
    def tokens(self) -> TokenRepository:
        return TokenRepository(self.driver, self.live)

    @cached_property
    def trading(self) -> TradingRepository:
        return TradingRepository(self.connection, self.driver, self.live, self.personal)

    @cached_property
    def papers(self) -> RegistryPaperRepository:
        return RegistryPaperRepository(self.connection)

    @cached_property
    def trade_reports(self) -> TradeReportRepository:
        return TradeReportRepository(self.connection, self.live)

    @cached_property
    def inbox(self) -> InboxRepository:
        return InboxRepository(self.driver, self.live)

    @cached_property
    def deadlines(self) -> DeadlineRepository:
        return DeadlineRepository(self.connection, self.driver, self.live)

    @cached_property
    def forms(self) -> FormRepository:
        return FormRepository(self.connection, self.driver)

    @cached_property
    def people(self) -> PeopleRepository:
        return PeopleRepository(self.connection, self.driver, self.live)

    @cached_property
    def credentials(self) -> CredentialRepository:
        return CredentialRepository(self.connection, self.live)

    @cached_property
    def duties(self) -> DutyRepository:
        return DutyRepository(self.connection, self.driver, self.live)

    @cached_property
    def definitions(self) -> DefinitionRepository:
        return DefinitionRepository(self.connection, self.live)

    @cached_property
    def design(self) -> DesignRepository:
        """Drafts of the next version and proposals."""
        return DesignRepository(self.connection, self.live)

    @cached_property
    def programme(self) -> ProgrammeRepository:
        return ProgrammeRepository(self.connection, self.driver, self.live, self.personal)

    @cached_property
    def ledger(self) -> LedgerRepository:
        return LedgerRepository(self.connection, self.driver, self.live)

    @cached_property
    def accounts(self) -> AccountRepository:
        """Registry accounts, orders on them, money at the counter."""
        return AccountRepository(self.connection, self.live)

    @cached_property
    def documents(self) -> DocumentRepository:
        return DocumentRepository(self.connection, self.driver, self.live)

    @cached_property
    def cancellations(self) -> CancellationRepository:
        return CancellationRepository(self.connection, self.live, self.personal)

    @cached_property
    def pilots(self) -> PilotRepository:
        """Mechanism, activities, comments and evaluations of filed pilots."""
        return PilotRepository(self.connection, self.live, self.personal)

    @cached_property
    def complaints(self) -> ComplaintRepository:
        return ComplaintRepository(self.connection, self.personal)

    @cached_property
    def migrations(self) -> MigrationRepository:
        """Batches of running cases moved to another version, and the cases that could be."""
        return MigrationRepository(self.connection, self.live)

    @cached_property
    def outbox(self) -> OutboxRepository:
        return OutboxRepository(self.connection)

    @cached_property
    def incidents(self) -> IncidentRepository:
        return IncidentRepository(self.connection)

    @cached_property
    def settings(self) -> SettingsRepository:
        return SettingsRepository(self.connection, self.driver, self.live)
