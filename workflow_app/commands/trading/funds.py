"""The book's money as a payments adapter sees it, in the transaction of the act under way."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.commands import on_money
from workflow_app.commands.book import Act
from workflow_app.commands.run import Run
from workflow_app.domain.ledger.accounts import MoneyBucket


@dataclass(frozen=True, slots=True)
class BookFunds:
    """``kernel.ports.Funds`` over the book.

    :param memo: Chinese, as a statement shows it.
    """

    run: Run
    case_id: str | None = None
    memo: str = ""

    def set_aside(self, key: str, account_id: str, cents: int) -> None:
        """Set free money of an account aside."""
        on_money.reserve(self.run, Act(key, self.case_id, self.memo), account_id, cents)

    def give_free(self, key: str, account_id: str, cents: int) -> None:
        """Give money that was set aside free again."""
        on_money.unreserve(self.run, Act(key, self.case_id, self.memo), account_id, cents)

    def held(self, account_id: str) -> int:
        """Return what an account has set aside, cents."""
        self.run.uow.ledger.lock((account_id,))
        return self.run.uow.ledger.money(account_id).get(MoneyBucket.RESERVED, 0)
