"""What the confirmation of a trade says: who sold what to whom for how much, block by block.

355号附件二（二）: 「不得二次转让」. A natural person's name is frozen as ciphertext only, and opened
when the file is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_app.commands.matter import Matter, facts, whole, written
from workflow_app.commands.papers_of_registry import blocks
from workflow_app.domain.figures import capital, capital_money
from workflow_app.domain.trading.orders import Mode

Given = Mapping[str, Any]


def confirmation(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """成交确认书.

    :param given: ``order`` (its row), ``buyer_account``, ``quantity``, ``price_cents``, ``amount_cents``,
        ``fee_cents``, and ``posting``: the key of the posting that settled it.
    """
    order, fee = given["order"], int(given["fee_cents"])
    quantity, amount = int(given["quantity"]), int(given["amount_cents"])
    seller = _account(matter, order["seller_account"])
    buyer = _account(matter, given["buyer_account"])
    return {
        "traded-at": written(matter.run.at),
        "facts": [
            *facts(("转让方", f"{matter.organisation(seller['organisation_id'])}（{seller['number']}）")),
            ["受让方", matter.holder(buyer)],
            *facts(
                ("受让方账户", buyer["number"]),
                ("转让方式", f"{Mode(order['mode']).label}（{order['number']}）"),
                ("项目名称", matter.name),
                ("项目编号", matter.project.get("number")),
                ("方法学", matter.methodology),
                ("数量", f"{whole(quantity)}吨二氧化碳当量（大写：{capital(quantity)}吨）"),
                ("单价", f"{yuan(given['price_cents'])}元／吨"),
                ("成交金额", f"{yuan(amount)}元（大写：{capital_money(amount)}）"),
                ("交易手续费", f"{yuan(fee)}元，由转让方承担" if fee else ""),
            ),
        ],
        "blocks": blocks(matter, given["posting"], given["buyer_account"]),
    }


def yuan(cents: int) -> str:
    """Return an amount as money is written: 90,000.00."""
    return f"{cents // 100:,}.{cents % 100:02d}"


def _account(matter: Matter, account_id: str) -> Mapping[str, Any]:
    row = matter.run.uow.trading.account(account_id)
    if row is None:
        raise LookupError(f"account {account_id} is not on record")
    return row
