"""Where a holder goes on once a form about their units is handed in: to the order, to the application.

Whoever sells, buys or cancels works from their own lists, not from an inbox.
"""

from __future__ import annotations

from typing import Final

from workflow_app.queries import case_tasks, form_facts, orders
from workflow_app.queries.case_file import Case
from workflow_app.queries.case_tasks import Task
from workflow_app.web.addresses import address_of
from workflow_app.web.desk import reading, somebody
from workflow_app.web.texts import _
from workflow_app.web.trader import TRADERS

TRANSFER: Final = "transfer_"
"""How the processes of transfers are named."""


def holders_page(case: Case) -> str:
    """Return the page after a form of this case; empty where the case or the reader is of another kind."""
    if not somebody().holds(*TRADERS):
        return ""
    if case.process_id == "cancellation":
        return address_of("my_cancellations.page")
    if not case.process_id.startswith(TRANSFER):
        return ""
    order_id = orders.of_case(reading(), case.id)
    if order_id:
        return address_of("market.order", order_id=order_id)
    again = _offered_again(case)
    return address_of("tasks.page", task_id=again.id) if again else address_of("my_trading.page")


def sent_back(case: Case) -> str:
    """Return why an offer came straight back to its owner, in words; nothing where it did not (R19)."""
    task = _offered_again(case) if case.process_id.startswith(TRANSFER) else None
    found = form_facts.facts(reading(), case, task) if task else {}
    if found.get("band_result") != "beyond":
        return ""
    return _(
        "单价偏离近90日成交均价（%(reference)s元/吨）%(deviation)s%%，超出允许的区间，没有提出；请改正单价",
        reference=found.get("reference_price", "—"),
        deviation=found.get("price_deviation", "—"),
    )


def _offered_again(case: Case) -> Task | None:
    waiting = orders.tasks_on(reading(), [case.id], "offer_units").get(case.id)
    return case_tasks.task(reading(), waiting) if waiting else None
