"""What a handler may read: the programme's records as they stand inside the transaction.

A protocol and the small frozen facts it returns. ``workflow_app.commands.facts`` answers it
from the store; tests answer it from a dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from handlers.unit_facts import UnitFacts
from workflow_app.domain.findings import Finding
from workflow_app.domain.review import Tie

Form = Mapping[str, Any]
"""A form as handed in: field name to JSON value, dates as ISO text, tonnes as decimal text."""


@dataclass(frozen=True, slots=True)
class Methodology:
    """方法学: ``kind`` is ``jcer`` or ``ccer``; application must not precede ``published_on`` (R23).

    ``version``: the one in force on the day asked for.
    """

    code: str
    name: str
    kind: str
    field: str
    published_on: date
    crediting_required: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """项目, as registered or on the way there."""

    id: str
    state: str
    name: str
    owner_org: str
    applicant_org: str
    methodology_code: str | None
    field: str | None
    crediting_start: date | None
    crediting_end: date | None
    number: str | None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """公示."""

    id: str
    published_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    quantity: int | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Comment:
    """意见: ``kind`` stays ``None`` until classified, ``outcome`` until decided."""

    id: str
    notice_id: str
    received_at: datetime
    late: bool
    kind: str | None
    outcome: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """专家组意见."""

    id: str
    result: str
    accepted_tonnes: int | None
    revision_round: int


@dataclass(frozen=True, slots=True)
class Batch:
    """分期签发."""

    id: str
    state: str
    period_start: date
    period_end: date
    quantity: int
    calculated: str


@dataclass(frozen=True, slots=True)
class Party:
    """An account as whoever names it in an offer may see it.

    :param principal: whom a task for its holder is offered to: an organisation's id, or ``user:<id>``.
    """

    id: str
    kind: str
    state: str
    principal: str


class Facts(UnitFacts, Protocol):
    """Reads, inside the act's transaction."""

    def form(self, key: str) -> Form | None:
        """Return the form last handed in under ``key`` in this case, or ``None``."""
        ...

    def forms(self, *keys: str) -> tuple[Form, ...]:
        """Return every form handed in under one of ``keys`` in this case, oldest first."""
        ...

    def methodology(self, code: str, day: date | None = None) -> Methodology | None:
        """Return the methodology of the public register, or ``None``.

        :param day: the legal date whose version is meant; the act's own by default.
        """
        ...

    def project(self) -> ProjectRecord | None:
        """Return the case's project."""
        ...

    def notice(self, notice_id: str) -> Notice | None:
        """Return a notice."""
        ...

    def comments(self, notice_id: str) -> tuple[Comment, ...]:
        """Return the comments on a notice, oldest first."""
        ...

    def comment(self, comment_id: str) -> Comment | None:
        """Return one comment."""
        ...

    def opinion(self, opinion_id: str) -> Opinion | None:
        """Return a panel's opinion."""
        ...

    def batch(self, batch_id: str) -> Batch | None:
        """Return a batch of the case's project."""
        ...

    def parties(self) -> frozenset[str]:
        """Return the organisations the case concerns, the third parties its forms name included."""
        ...

    def ties(self, expert_ids: tuple[str, ...]) -> tuple[Tie, ...]:
        """Return the ties of these experts to organisations."""
        ...

    def independence(self, verifier: str, uscc: str, *, refused: bool) -> tuple[Finding, ...]:
        """Judge whether a third party a form names stands apart from the project's other parties.

        :param refused: refuse it, rather than flag it.
        """
        ...

    def adjusted(self) -> tuple[int, str] | None:
        """Return the whole tonnes the experts' verdicts leave of the batch, and what they changed.

        ``None`` where they left them all as stated, or nothing is computed here (附件4).
        """
        ...

    def next_project_sequence(self) -> int:
        """Return the number the next registered project gets, from 1."""
        ...

    def account_numbered(self, number: str) -> Party | None:
        """Return the account with this number."""
        ...

    def reference_price(self) -> int | None:
        """Return what a tonne cost of late, cents: of the case's project, else of the programme."""
        ...
