"""交易机构报送成交: trades of the exchange's own system enter the book under the same rules, each once.

docs/domain.md §5. Each trade is a transaction of its own, so that one that cannot stand keeps no other from
standing; asked again under its ``external_id`` it answers with the trade there is. Money was settled there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from handlers.contract import refuse
from workflow_app.commands import on_ledger, permissions
from workflow_app.commands.book import Act
from workflow_app.commands.host import Host
from workflow_app.commands.market import differences
from workflow_app.commands.market.requests import ReportTrades
from workflow_app.commands.on_ledger import Sale
from workflow_app.commands.picking import Units
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor, Json, Result
from workflow_app.commands.run import Run
from workflow_app.commands.trading import alerts, settlement
from workflow_app.domain.registration import check_qualification
from workflow_app.domain.trading.reports import ARTICLE, ReportedTrade, read
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, JcerError, Refused
from workflow_app.kernel.identifiers import new_id

ROLE: Final = "exchange_maker"
MOST: Final = 1000
"""How many trades one report may bring."""


def report(host: Host, request: ReportTrades, actor: Actor) -> Result:
    """Enter what is reported, trade by trade.

    :returns: ``trades``: for each its ``external_id``, ``state`` (``entered``, ``already_there``,
        ``refused``), and the confirmation number, or the refusal with its article.
    :raises Forbidden: not the exchange's.
    :raises InvalidForm: too many at once.
    """
    exchange_of(actor)
    if not 1 <= len(request.trades) <= MOST:
        raise InvalidForm({"trades": [f"每次报送1至{MOST}笔成交"]})
    return Result({"trades": [_entered(host, line, actor) for line in request.trades]})


def exchange_of(actor: Actor) -> str:
    """Return the exchange a reporter works for.

    :raises Forbidden: none.
    """
    permissions.ensure_on_cases(actor)
    permissions.ensure_holds(actor, ROLE)
    found = sorted({organisation for role, organisation in actor.roles if role == ROLE and organisation})
    if len(found) != 1:
        raise Forbidden("exchange_required", "报送人须隶属于一家交易机构", article=ARTICLE)
    return found[0]


def ensure_qualified(run: Run, exchange: str) -> None:
    """Refuse an exchange whose qualification is not in force (R45)."""
    found = run.uow.people.organisation(exchange)
    until = found.qualified_until if found.kind == "exchange" else None
    refuse(check_qualification(until, legal_date(run.at)))


def _entered(host: Host, line: Mapping[str, Json], actor: Actor) -> dict[str, Json]:
    name = str(line.get("external_id", ""))[:100]
    try:
        told = read(line)
        with host.store.unit_of_work() as uow:
            run = host.run(uow, actor)
            state, number = enter(run, told, exchange_of(actor))
            if state == "entered":
                uow.history.record(
                    "trade_reported", f"project:{told.project_number}", who(actor, ROLE), run.at
                )
                uow.commit()
    except JcerError as error:
        differences.keep_refusal(host, exchange_of(actor), line, error, actor)
        why = {"code": error.code, "message": error.message, "article": error.article}
        return {"external_id": name, "state": "refused", **why}
    return {"external_id": name, "state": state, "confirmation_number": number}


def enter(run: Run, told: ReportedTrade, exchange: str) -> tuple[str, str]:
    """Enter one reported trade; return its state and confirmation number.

    :raises Refused: the book does not allow it, or its parties are not known.
    :raises Conflict: its number stands for another trade.
    """
    project = run.uow.programme.project_by_number(told.project_number)
    if project is None or project["exchange_org"] != exchange:
        raise Refused("no_such_project", "没有这个项目，或者不由该交易机构登记", article=ARTICLE)
    seller, buyer = _account(run, told.seller_account), _account(run, told.buyer_account)
    run.uow.ledger.lock((seller["id"], buyer["id"]))
    known = run.uow.trading.trade_by_external_id(told.external_id)
    if known is not None:
        if as_reported(run, (known,)) != (told,):
            raise Conflict("external_id_reused", "此成交编号已用于另一笔成交，内容不一致")
        return "already_there", str(known["confirmation_number"])
    ensure_qualified(run, exchange)
    if told.at > run.at:
        raise Refused("trade_in_future", "成交时间不得晚于报送时间", article=ARTICLE)
    if project["state"] != "registered":
        raise Refused("order_unregistered", "项目尚未登记或者已经注销，不能转让", article=ARTICLE)
    number, trade_id = settlement.reported_number(run), new_id()
    sale = Sale(
        Units(seller["id"], project["id"], told.quantity),
        buyer["id"],
        told.cents,
        0,
        number,
        external_id=told.external_id,
        trade_id=trade_id,
        at=told.at,
    )
    on_ledger.transfer(run, Act(f"reported:{told.external_id}", memo=f"{number} 交易机构报送成交"), sale)
    alerts.judge(run, trade_id, sale)
    return "entered", number


def as_reported(run: Run, rows: Sequence[Mapping[str, Any]]) -> tuple[ReportedTrade, ...]:
    """Return trades of the book as the exchange would report them."""
    accounts: dict[str, str] = {}
    projects: dict[str, str] = {}
    found = []
    for row in rows:
        for account_id in (row["seller_account"], row["buyer_account"]):
            if account_id not in accounts:
                accounts[account_id] = (run.uow.trading.account(account_id) or {})["number"]
        if row["project_id"] not in projects:
            projects[row["project_id"]] = (run.uow.programme.project(row["project_id"]) or {})["number"]
        found.append(
            ReportedTrade(
                row["external_id"],
                projects[row["project_id"]],
                accounts[row["seller_account"]],
                accounts[row["buyer_account"]],
                row["quantity"],
                row["price_cents"],
                row["at"],
            )
        )
    return tuple(found)


def _account(run: Run, number: str) -> dict[str, Any]:
    account = run.uow.trading.account_by_number(number)
    if account is None:
        raise Refused("no_such_account", f"没有账户{number}", article=ARTICLE)
    return account
