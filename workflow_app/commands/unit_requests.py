"""What may be asked for beside tasks about cancellations, certificates, delegations and corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from workflow_app.commands.requests import Request


@dataclass(frozen=True, slots=True)
class OpenCancellation(Request):
    """A holder wants to cancel units of a project on its account: its application becomes a task."""

    account_id: str
    project_id: str


@dataclass(frozen=True, slots=True)
class ReissueCertificate(Request):
    """要素错误的凭证作废重发; the units stay cancelled.

    :param beneficiary_name: as the new one is to say it, where that was the mistake.
    """

    certificate_id: str
    reason: str
    beneficiary_name: str = ""


@dataclass(frozen=True, slots=True)
class GrantDelegation(Request):
    """省厅委托一个机构出具凭证 (R42).

    :param number: of the written delegation.
    :param scope: purposes it covers.
    :param valid_until: its last day, a legal date in Asia/Shanghai.
    """

    organisation_id: str
    number: str
    scope: Sequence[str]
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class RevokeDelegation(Request):
    """省厅撤销委托: its holder issues nothing more, what it has not issued the department does."""

    delegation_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenCorrection(Request):
    """省厅经办对一个项目的已登记减排量立案核查."""

    project_id: str


@dataclass(frozen=True, slots=True)
class OrderOnAccount(Request):
    """省厅领导对账户的书面命令.

    :param kind: ``freeze``, ``restrict`` or ``release``.
    :param document: the paper it stands on, by number.
    """

    account_id: str
    kind: str
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class KeepPaper(Request):
    """附上文书扫描件: the file of the paper an order, a qualification or a delegation rests on.

    :param about: ``account_order``, ``exchange_qualification`` or ``delegation``.
    :param stream: opened binary stream; read once, bounded by the configured size.
    """

    about: str
    about_id: str
    filename: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class OrderSuccession(Request):
    """非交易过户: units move to a successor's account by the department's order.

    :param quantity: tonnes; ``None`` for all of the project that nothing binds.
    :param document: the ruling or paper it stands on, by number.
    """

    account_id: str
    to_account_id: str
    project_id: str
    quantity: int | None
    reason: str
    document: str
