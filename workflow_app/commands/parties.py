"""K rules about the parties of a case: the exchange's qualification (R45)."""

from __future__ import annotations

from datetime import date

from handlers.contract import refuse
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.registration import check_qualification
from workflow_app.kernel.clock import legal_date


def qualified_until(run: Run, case: OpenCase) -> date | None:
    """Return how long the case's exchange is qualified; ``None`` where it is not at all."""
    exchange = run.uow.people.organisation(case.row.exchange_org) if case.row.exchange_org else None
    return exchange.qualified_until if exchange is not None and exchange.kind == "exchange" else None


def ensure_exchange_qualified(run: Run, case: OpenCase) -> None:
    """Refuse a notice or a registration through an exchange without a qualification in force.

    :raises Refused: none named, or its qualification has run out.
    """
    refuse(check_qualification(qualified_until(run, case), legal_date(run.at)))
