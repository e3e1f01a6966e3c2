"""Which page of the navigation the present page stands under; it is marked there."""

from __future__ import annotations

from typing import Final

from flask import request

from workflow_app.queries.accounts import READERS
from workflow_app.web.desk import person

APPLIES: Final = frozenset({"owner", "agent", "pilot_unit", "prefecture_bureau"})
"""Posts whose work begins on 我的办件."""

_SECTIONS: Final = {
    "account": "account.page",
    "account_acts": "registry_accounts.page",
    "account_orders": "registry_accounts.page",
    "registry_accounts": "registry_accounts.page",
    "account_statements": "registry_accounts.page",
    "market": "market.page",
    "market_acts": "market.page",
    "my_cancellations": "my_cancellations.page",
    "my_holdings": "my_holdings.page",
    "my_trading": "my_trading.page",
    "applicant": "applicant.page",
    "apply": "applicant.page",
    "calendar": "calendar.page",
    "calendar_admin": "calendar.page",
    "cash_entries": "cash_entries.page",
    "cases": "cases.search",
    "backtests": "process_proposals.page",
    "decision_tables": "definitions.page",
    "definitions": "definitions.page",
    "migrations": "definitions.page",
    "parameters": "definitions.page",
    "statute": "definitions.page",
    "designer": "process_proposals.page",
    "process_compare": "process_proposals.page",
    "process_drafts": "process_proposals.page",
    "process_files": "process_proposals.page",
    "process_forms": "process_proposals.page",
    "process_parameters": "process_proposals.page",
    "process_versions": "process_proposals.page",
    "programme": "programme.page",
    "methodology_acts": "methodology_acts.page",
    "delegations": "delegations.page",
    "exchange_orders": "exchange_orders.page",
    "exchange_trades": "exchange_trades.page",
    "inbox": "inbox.page",
    "issued_certificates": "issued_certificates.page",
    "people": "people.page",
    "leaving": "people.page",
    "organisations": "organisations.page",
    "pilot_acts": "pilots.page",
    "pilots": "pilots.page",
    "projects": "cases.search",
    "stops": "cases.search",
    "publicity": "cases.search",
    "mandates": "applicant.page",
    "tasks": "inbox.page",
    "trade_alerts": "trade_alerts.page",
    "trade_reports": "trade_reports.page",
    "unit_corrections": "unit_corrections.page",
}
"""Below which page of the navigation the pages of a blueprint stand."""
_PAGES: Final = frozenset({"inbox.done", "organisations.roles"})
"""Pages that are their own entry, whatever their blueprint."""


def section() -> str:
    """Return the page of the navigation that the present page stands under."""
    endpoint = request.endpoint or ""
    if endpoint in _PAGES:
        return endpoint
    blueprint = endpoint.partition(".")[0]
    found = person()
    if blueprint == "tasks" and found and found.holds(*APPLIES):
        return "applicant.page"
    if (
        blueprint in {"account_acts", "account_statements", "registry_accounts"}
        and found
        and not found.holds(*READERS)
    ):
        return "registry_accounts.mine"
    return _SECTIONS.get(endpoint) or _SECTIONS.get(blueprint, endpoint)
