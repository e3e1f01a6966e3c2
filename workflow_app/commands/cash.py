"""Money at the exchange's counter: entered by one person, checked by another, then in the book.

docs/domain.md §5 (settlement). The bank stands outside; each of its movements is entered once, by its own
number, and posted under it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from workflow_app.commands import account_events, holders, on_money
from workflow_app.commands.account_requests import DecideCash, EnterCash
from workflow_app.commands.accounts import CHECKER, LONGEST, MAKER
from workflow_app.commands.book import Act, Carried, ensure_funds
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.domain.ledger.accounts import MoneyBucket, Right, ensure_may
from workflow_app.domain.ledger.opening import cents_of
from workflow_app.domain.ledger.payments import ensure_cents
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

LONGEST_REFERENCE: Final = 100
ACTS: Final[Mapping[str, tuple[str, str, Callable[..., Carried]]]] = {
    "deposit": ("money_deposited", "入金", on_money.deposit),
    "payout": ("money_paid_out", "出金", on_money.payout),
}
"""What each kind is called in the history and on the statement, and what carries it out."""


def enter(run: Run, request: EnterCash) -> Result:
    """Enter money that reached a holder's account, or is to be paid out of it.

    :raises Refused: ``bad_amount``, ``account_not_normal``, ``insufficient_funds``.
    :raises Conflict: ``reference_reused``: the bank's number stands for something else.
    """
    holders.ensure_exchange(run.actor, MAKER)
    reference = request.reference.strip()
    if request.kind not in ACTS:
        raise InvalidForm({"kind": ["请选择入金或者出金"]})
    if not reference or len(reference) > LONGEST_REFERENCE:
        raise InvalidForm({"reference": [f"请填写银行流水号，不超过{LONGEST_REFERENCE}字"]})
    cents = cents_of(request.amount)
    ensure_cents(cents)
    account = holders.held(run, request.account_id)
    ensure_may(account["state"], Right.PAY_IN if request.kind == "deposit" else Right.PAY_OUT)
    if request.kind == "payout":
        ensure_funds(run, account["id"], MoneyBucket.CASH, cents)
    earlier = run.uow.accounts.cash_under(request.kind, reference)
    if earlier is not None:
        if (earlier["account_id"], earlier["cents"]) != (account["id"], cents):
            raise Conflict("reference_reused", "此银行流水号已用于另一笔资金")
        return Result({"entry_id": earlier["id"], "state": earlier["state"]}, replayed=True)
    entry_id = new_id()
    run.uow.accounts.add(
        tables.cash_entry,
        {
            "id": entry_id,
            "kind": request.kind,
            "account_id": account["id"],
            "cents": cents,
            "reference": reference,
            "state": "entered",
            "entered_by": run.actor.user_id,
            "entered_at": run.at,
        },
    )
    account_events.record(run, account["id"], "cash_entered", role=MAKER)
    return Result({"entry_id": entry_id, "state": "entered"})


def decide(run: Run, request: DecideCash) -> Result:
    """Post an entry another person made, or return it.

    :raises Forbidden: ``maker_is_checker``.
    :raises Refused: what the account or its money forbids; ``cash_entry_final``.
    """
    holders.ensure_exchange(run.actor, CHECKER)
    entry = run.uow.accounts.cash_entry(request.entry_id)
    if entry is None:
        raise NotFound("no_such_entry", "没有这笔出入金登记")
    holders.ensure_second(run, entry["entered_by"])
    if entry["state"] != "entered":
        raise Refused("cash_entry_final", "这笔出入金登记已复核，不能再次办理")
    values = {"checked_by": run.actor.user_id, "checked_at": run.at}
    kind, name, carry_out = ACTS[entry["kind"]]
    if request.approve:
        act = Act(f"{kind}:{entry['reference']}", memo=f"{name}，银行流水{entry['reference']}")
        done = carry_out(run, act, entry["account_id"], entry["cents"])
        if done.replayed:
            raise Conflict("reference_reused", "此银行流水号已用于另一笔资金")
        values |= {"state": "posted", "posting_id": done.posting_id}
    else:
        reason = request.reason.strip()
        if not reason or len(reason) > LONGEST:
            raise InvalidForm({"reason": [f"请填写退回理由，不超过{LONGEST}字"]})
        kind = "cash_returned"
        values |= {"state": "returned", "reason": reason}
    run.uow.accounts.change(tables.cash_entry, entry["id"], values)
    account_events.record(run, entry["account_id"], kind, role=CHECKER)
    return Result({"entry_id": entry["id"], "state": str(values["state"])})
