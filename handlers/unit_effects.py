"""What a handler may ask to be done to units: hold, cancel, certify, lock, reverse. Nothing here can act.

Carried out by ``workflow_app.commands.on_cancellations`` and ``on_corrections``, always through the book.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.effects import Effect


@dataclass(frozen=True, slots=True)
class HoldUnits(Effect):
    """An application for cancellation: its units are held till it is verified.

    :param evidence: what the purpose asks for, by field; no person's name.
    :param people: names to be kept sealed: ``beneficiary``, ``obligor``.
    """

    cancellation_id: str
    account_id: str
    quantity: int
    purpose: str
    sub_type: str | None
    purpose_other: str
    evidence: Mapping[str, object]
    beneficiary_kind: str
    beneficiary_name: str | None
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CancelUnits(Effect):
    """注销: the held units are cancelled for ever (I4)."""

    cancellation_id: str


@dataclass(frozen=True, slots=True)
class ReturnUnits(Effect):
    """退回: the held units go back to where they were."""

    cancellation_id: str


@dataclass(frozen=True, slots=True)
class IssueCertificate(Effect):
    """出具凭证 by whoever acts: the department, or a delegate with a live delegation (R42).

    :param issuer: ``department`` or ``delegate``.
    """

    certificate_id: str
    cancellation_id: str
    issuer: str


@dataclass(frozen=True, slots=True)
class LockUnits(Effect):
    """A complaint or a finding: units are locked while it is looked into.

    :param quantity: tonnes found; what lies on the account of them is locked.
    :param everything: lock all live units of the project on the account, not only ``quantity``.
    :param complaint_id: the complaint it goes back to.
    """

    correction_id: str
    kind: str
    account_id: str
    batch_id: str | None
    quantity: int
    grounds: str
    everything: bool = False
    complaint_id: str | None = None


@dataclass(frozen=True, slots=True)
class DecideCorrection(Effect):
    """The leader's decision.

    :param confirmed: tonnes; ``None`` where the finding does not hold.
    :param bar_years: for how long whoever handed in false data may not apply.
    """

    correction_id: str
    confirmed: int | None
    reasons: str
    bar_years: int


@dataclass(frozen=True, slots=True)
class ReopenCorrection(Effect):
    """The exchange sends a decision back before anything was reversed; the units stay locked."""

    correction_id: str


@dataclass(frozen=True, slots=True)
class UnlockUnits(Effect):
    """Lift what is left of a correction's lock."""

    correction_id: str


@dataclass(frozen=True, slots=True)
class ReverseUnits(Effect):
    """核减: a contra-entry, lowest vintage first; what is left of the lock is lifted.

    :param from_lock: tonnes out of the lock.
    :param from_free: tonnes out of what the owner has for sale, of ``source_batch`` where one is named.
    """

    correction_id: str
    from_lock: int
    from_free: int
    source_project: str
    source_batch: str | None
