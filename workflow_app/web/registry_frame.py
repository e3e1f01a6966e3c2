"""The navigation of whoever oversees the registry and the market: exchange, department, auditor, delegate.

A link appears only where its page would open; a count only where it asks somebody of the exchange to do
something. It must never decide what may be done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflow_app.queries import accounts, cash, delegations, qualifications, trade_alerts, trade_reports
from workflow_app.queries.accounts import READERS
from workflow_app.queries.people import SignedIn
from workflow_app.queries.sight import EXCHANGE
from workflow_app.web.desk import reading, today
from workflow_app.web.shell import Link
from workflow_app.web.texts import _

DELEGATIONS = frozenset({"department_clerk", "department_leader", "auditor", "certificate_delegate"})
"""Posts that read who may issue certificates."""

LEADER = "department_leader"

MakeLink = Callable[..., Link]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody of the exchange, or ends soon and is the leader's; ``None``: not counted."""

    accounts: int | None = None
    cash: int | None = None
    alerts: int | None = None
    differences: int | None = None
    delegations: int | None = None
    qualifications: int | None = None


def waiting(found: SignedIn) -> Waiting:
    """Count what waits for somebody of the exchange, and what is about to end for the leader."""
    if found.holds(LEADER):
        return Waiting(
            delegations=delegations.ending(reading(), today()),
            qualifications=qualifications.ending(reading(), today()),
        )
    if not found.holds(*EXCHANGE):
        return Waiting()
    return Waiting(
        accounts.waiting(reading()),
        cash.waiting(reading()),
        trade_alerts.waiting(reading()),
        trade_reports.waiting(reading()),
    )


def register_links(found: SignedIn, numbers: Waiting, link: MakeLink) -> list[Link]:
    """Return the links to accounts, money, corrections and certificates."""
    links = []
    if found.holds(*READERS):
        links.append(link(_("账户管理"), "registry_accounts.page", "certificate", numbers.accounts))
        links.append(link(_("出入金"), "cash_entries.page", "arrows-exchange", numbers.cash))
        links.append(link(_("减排量更正"), "unit_corrections.page", "git-compare"))
    if found.holds(*READERS, "certificate_delegate"):
        links.append(link(_("注销凭证"), "issued_certificates.page", "file-text"))
    if found.holds(*DELEGATIONS):
        links.append(link(_("委托出具凭证"), "delegations.page", "writing-sign", numbers.delegations))
    return links


def market_links(found: SignedIn, numbers: Waiting, link: MakeLink) -> list[Link]:
    """Return the links to orders, trades, alerts, reports and the exchanges' qualification."""
    if not found.holds(*READERS):
        return []
    return [
        link(_("转让委托"), "exchange_orders.page", "scale"),
        link(_("成交"), "exchange_trades.page", "list-details"),
        link(_("异常交易"), "trade_alerts.page", "alert-triangle", numbers.alerts),
        link(_("报送与对账"), "trade_reports.page", "list-check", numbers.differences),
        link(_("交易资质"), "qualifications.page", "shield-check", numbers.qualifications),
    ]
