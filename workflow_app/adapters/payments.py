"""The exchange's settlement account as the book itself keeps it: what is set aside there is the money.

The embedded adapter of the payments port (I7, ADR 13). It moves nothing outside the book, so that money and
units move in one transaction; a bank's adapter keeps the same contract.
"""

from __future__ import annotations

from workflow_app.domain.trading.orders import yuan
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.ports import Funds


class BookPayments:
    """Payments out of the money the book holds."""

    def reserve(self, funds: Funds, key: str, account_id: str, cents: int) -> None:
        """Set a buyer's money aside.

        :raises Refused: ``insufficient_funds``, ``account_not_normal``.
        """
        funds.set_aside(f"{key}:reserve", account_id, cents)

    def capture(self, funds: Funds, key: str, account_id: str, cents: int) -> None:
        """Commit money that was set aside: the posting of the trade takes it from there.

        :raises Refused: ``payment_failed``: less is set aside than is to be paid.
        """
        held = funds.held(account_id)
        if held < cents:
            raise Refused(
                "payment_failed",
                f"支付未成功：冻结资金{yuan(held)}元，不足{yuan(cents)}元",
                article="355号附件二（二）",
                details={"key": key},
            )

    def release(self, funds: Funds, key: str, account_id: str, cents: int) -> None:
        """Give money that was set aside free again."""
        if cents:
            funds.give_free(f"{key}:release", account_id, cents)
