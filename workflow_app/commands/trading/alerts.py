"""What stands out among trades (R19 「严防交易炒作和交易乱象」).

Three measures of a trade are judged by the decision table ``abnormal_trade``: how far its price is from what
was paid before, how often the same two traded, how much of a project one buyer took in a day. An alert stops
nothing: it is for people to look into.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from workflow_app.commands.on_ledger import Sale
from workflow_app.commands.run import Run
from workflow_app.domain.trading.orders import deviation
from workflow_app.kernel.clock import day_start, legal_date
from workflow_app.kernel.identifiers import new_id

TABLE: Final = "abnormal_trade"
LOOKED_BACK: Final = timedelta(days=90)
"""What a price is compared with: the project's trades of this long, else the programme's."""
PAIRED: Final = timedelta(days=30)
NONE: Final = "none"


def reference_price(run: Run, project_id: str, but: str = "") -> int | None:
    """Return what a tonne of a project cost of late, cents; of the programme where it was not traded."""
    since = run.at - LOOKED_BACK
    until = run.at + timedelta(microseconds=1)
    own = run.uow.trading.traded(since, until, project_id=project_id, but=but).average_cents
    return own if own is not None else run.uow.trading.traded(since, until, but=but).average_cents


def judge(run: Run, trade_id: str, sale: Sale) -> None:
    """Enter an alert for each measure of a trade the table finds remarkable."""
    version = run.tools.versions.effective(run.uow)
    for measure, value, facts in _measures(run, trade_id, sale):
        decision = run.tools.engine.decide(version, TABLE, {"measure": measure, "value": value})
        kind = str(decision.outputs["alert"])
        if kind != NONE:
            run.uow.trading.add_alert(
                {
                    "id": new_id(),
                    "trade_id": trade_id,
                    "kind": kind,
                    "facts": {**facts, "measure": measure, "value": value, "rule": list(decision.rule_ids)},
                    "at": run.at,
                    "state": "open",
                }
            )


def _measures(run: Run, trade_id: str, sale: Sale) -> Iterator[tuple[str, int, dict[str, Any]]]:
    trading, units = run.uow.trading, sale.units
    until = run.at + timedelta(microseconds=1)
    reference = reference_price(run, units.project_id, but=trade_id)
    yield (
        "price_deviation",
        abs(deviation(sale.price_cents, reference)),
        {"price_cents": sale.price_cents, "reference_cents": reference},
    )
    pair = trading.traded(
        run.at - PAIRED, until, seller_account=units.account_id, buyer_account=sale.buyer_account
    )
    yield "pair_trades", pair.count, {"tonnes": pair.quantity}
    today = trading.traded(
        day_start(legal_date(run.at)), until, project_id=units.project_id, buyer_account=sale.buyer_account
    )
    issued = sum(run.uow.ledger.balance(project_id=units.project_id).values())
    yield "day_share", today.quantity * 100 // max(issued, 1), {"tonnes": today.quantity, "issued": issued}
