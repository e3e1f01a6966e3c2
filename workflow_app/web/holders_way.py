"""Where a holder goes on once a form about their units is handed in: to the order, to the application.

Whoever sells, buys or cancels works from their own lists, not from an inbox.
"""

from __future__ import annotations

from workflow_app.queries import orders
from workflow_app.queries.case_file import Case
from workflow_app.web.addresses import address_of
from workflow_app.web.desk import reading, somebody
from workflow_app.web.trader import TRADERS


def holders_page(case: Case) -> str:
    """Return the page after a form of this case; empty where the case or the reader is of another kind."""
    if not somebody().holds(*TRADERS):
        return ""
    if case.process_id == "cancellation":
        return address_of("my_cancellations.page")
    if not case.process_id.startswith("transfer_"):
        return ""
    order_id = orders.of_case(reading(), case.id)
    return address_of("market.order", order_id=order_id) if order_id else address_of("my_trading.page")
