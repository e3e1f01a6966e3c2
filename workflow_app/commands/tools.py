"""What every command works with, wired once by ``bootstrap``: arguments, never globals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from workflow_app.commands.calculations import Calculations
from workflow_app.commands.calendar_source import Calendars
from workflow_app.commands.distribution import Distribution
from workflow_app.commands.paper_kinds import PaperKind
from workflow_app.commands.parameters import Parameters
from workflow_app.commands.versions import Versions
from workflow_app.engine.forms import FormDefinition
from workflow_app.engine.model import Element
from workflow_app.engine.process import Engine
from workflow_app.kernel.clock import Clock
from workflow_app.kernel.ports import (
    Files,
    Identity,
    Messages,
    Payments,
    Seals,
    Signatures,
    Signer,
    Typesetter,
)
from workflow_app.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class House:
    """Whose installation this is, as its papers say it.

    :param authority: 省级主管部门, the issuer of its letters.
    :param public_url: where anybody reads the register; no slash at the end.
    :param demo: a sandbox: every paper says so across the page.
    """

    authority: str
    public_url: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Press:
    """What official papers are made with.

    :param seals: the authority's electronic seal; ``None``: papers say that they carry none.
    """

    typesetter: Typesetter
    signer: Signer
    seals: Seals | None


@dataclass(frozen=True, slots=True)
class Tools:
    """Collaborators of the commands.

    :param clock: legal time.
    :param host_now: the host's time, for sign-ins and lock-outs only.
    :param calendars: the calendar in force, seen anew by every command.
    :param set_clock: moves the legal clock in a sandbox; ``None`` in production.
    """

    engine: Engine
    versions: Versions
    clock: Clock
    host_now: Callable[[], datetime]
    calendars: Calendars
    files: Files
    identity: Identity
    messages: Messages
    house: House
    press: Press
    payments: Payments
    signatures: Signatures
    set_clock: Callable[[UnitOfWork, datetime], None] | None

    def parameters(self, version: str) -> Parameters:
        """Return flags and limits of a version."""
        return self.versions.parsed(version).parameters

    def form(self, version: str, key: str) -> FormDefinition:
        """Return a form of a version.

        :raises LookupError: the diagram names a form the version does not hold.
        """
        forms = self.versions.parsed(version).forms
        if key not in forms:
            raise LookupError(f"version {version[:12]} has no form {key!r}")
        return forms[key]

    def papers(self, version: str) -> Mapping[str, PaperKind]:
        """Return the official papers of a version by key."""
        return self.versions.parsed(version).papers

    def distribution(self, version: str) -> Distribution:
        """Return whom copies of a version's papers go to."""
        return self.versions.parsed(version).distribution

    def calculations(self, version: str) -> Calculations:
        """Return the calculations of a version by methodology and its version."""
        return self.versions.parsed(version).calculations

    def element(self, version: str, process_id: str, element_id: str) -> Element | None:
        """Return an element of a version's process."""
        process = self.engine.definition(version).processes.get(process_id)
        return process.elements.get(element_id) if process else None
