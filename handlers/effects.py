"""What a handler may ask to be done: frozen facts, carried out by the command layer.

An effect says *what* follows from a legal act, in the words of the notice; how it is stored,
checked against the K rules and written to the history is the business of
``workflow_app.commands.effects``. Nothing here can act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


class Effect:
    """Root of all effects; only for typing."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class MoveProject(Effect):
    """Let an event happen to the case's project, and take over what its forms say.

    :param event: an event of ``workflow_app.domain.project.TRANSITIONS``; refused where the
        project's state does not know it.
    :param fields: columns of the project record that change with it.
    """

    event: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordOpinion(Effect):
    """专家组意见: one opinion of the panel; each is kept."""

    opinion_id: str
    result: str
    accepted_tonnes: int | None
    findings: Mapping[str, object]
    revision_round: int
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class OpenNotice(Effect):
    """公示: published, open for opinions for at least five working days (R35)."""

    notice_id: str
    published_at: datetime
    title: str
    body: Mapping[str, object]
    quantity: int | None
    opinion_id: str | None


@dataclass(frozen=True, slots=True)
class CloseNotice(Effect):
    """The publicity period is over; refused before its floor (K)."""

    notice_id: str
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class TerminateNotice(Effect):
    """The publicity stops for a material change; another full one has to follow (K)."""

    notice_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AnnounceResult(Effect):
    """公示结果公告."""

    notice_id: str
    outcome: str
    announced_at: datetime


@dataclass(frozen=True, slots=True)
class SettleComment(Effect):
    """A comment or an objection is answered or decided, and its author can read it.

    :param outcome: ``answered``, ``dismissed``, ``upheld_fixable`` or ``upheld_fatal``.
    """

    comment_id: str
    kind: str
    outcome: str
    reply: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class OpenAccount(Effect):
    """注册账户 for the project's owner; one account an entity."""

    account_id: str
    organisation_id: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class RegisterProject(Effect):
    """项目登记: number given; refused without opinion, closed notice and settled objections (K)."""

    number: str
    registered_at: datetime
    opinion_id: str
    notice_id: str


@dataclass(frozen=True, slots=True)
class ReceiveBatch(Effect):
    """An issuance application is received as a batch of the project (R34).

    :param verifier: 第三方审定机构 as the form names it, where there is one.
    """

    batch_id: str
    period_start: date
    period_end: date
    quantity: int
    calculated: str
    received_at: datetime
    verifier: str | None = None
    verifier_uscc: str | None = None


@dataclass(frozen=True, slots=True)
class UpdateBatch(Effect):
    """Move a batch to a state."""

    batch_id: str
    state: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MintUnits(Effect):
    """签发登记: units posted once to the owner's account (I5, I9).

    :param vintages: whole tonnes by calendar year.
    """

    batch_id: str
    vintages: Mapping[int, int]
    opinion_id: str
    notice_id: str | None
    minted_at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class PlaceOrder(Effect):
    """转让委托: an owner's offer stands, its units are set aside (R38).

    :param mode: ``listing``, ``negotiated`` or ``auction``.
    :param cents: price of a tonne; of an auction its reserve price.
    :param batch_sequence: only units of this batch; ``None``: the oldest first.
    """

    order_id: str
    mode: str
    quantity: int
    cents: int
    opens_at: datetime
    buyer_account: str | None = None
    batch_sequence: int | None = None


@dataclass(frozen=True, slots=True)
class ReservePayment(Effect):
    """The buyer of a negotiated order agrees; its money is set aside."""

    order_id: str


@dataclass(frozen=True, slots=True)
class SettleOrder(Effect):
    """结算: delivery versus payment (I7); how it came out is told to the case by a message."""

    order_id: str


@dataclass(frozen=True, slots=True)
class EndOrder(Effect):
    """An order ends unsettled; units and money are free again.

    :param state: a state of ``workflow_app.domain.trading.orders`` nothing follows.
    """

    order_id: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordOverdue(Effect):
    """A cap was missed: recorded and shown, nothing is done in its place (R37)."""

    rule: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notify(Effect):
    """Tell people of this system; in-app, and by mail through the outbox where they asked for it.

    :param principals: inbox principals, ``role:exchange_maker:<org>`` or ``user:<id>``.
    """

    principals: tuple[str, ...]
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class SettleObjections(Effect):
    """Tell the notice's case that its last open objection is decided, if that is so now."""

    notice_id: str


@dataclass(frozen=True, slots=True)
class IssueDocument(Effect):
    """文书: an official paper is issued: numbered in this act, placed before its addressees (送达).

    :param key: a kind of ``documents.yaml``; what the records say is filled in by its composer.
    :param data: what the handler alone decided, by the composer's names.
    :param subject_id: what it is about: a notice, an opinion, a comment, a batch.
    """

    key: str
    data: Mapping[str, object] = field(default_factory=dict)
    subject_id: str | None = None
