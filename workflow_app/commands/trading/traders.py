"""Who may trade: the accounts a person buys with, insiders, the limit on holdings, the exchange.

R39, R40, R45. 31号令第三十七条 by analogy: people of the department, of the exchange and experts do not
trade; a parameter, on by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflow_app.commands import permissions
from workflow_app.commands.parties import ensure_exchange_qualified
from workflow_app.commands.requests import Actor, Json
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.ledger.accounts import AccountKind, Bucket
from workflow_app.domain.ledger.operations import resale_forbidden
from workflow_app.domain.roles import NO_ACCOUNT
from workflow_app.domain.trading.orders import ARTICLE
from workflow_app.kernel.errors import Forbidden, Refused

HELD: Final = (Bucket.HELD, Bucket.PENDING, Bucket.DISPUTED)
"""Where units a buyer has bought and not cancelled lie."""


def flags(run: Run) -> Mapping[str, Json]:
    """Return the parameters in force for what no case carries."""
    return run.tools.parameters(run.tools.versions.effective(run.uow)).flags


def ensure_no_insider(actor: Actor, rules: Mapping[str, Json]) -> None:
    """Refuse whoever knows more than the market.

    :raises Forbidden: ``insider_trading``.
    """
    if rules.get("insiders_may_not_trade", True) and actor.holds(*NO_ACCOUNT):
        raise Forbidden(
            "insider_trading",
            "主管部门、交易机构工作人员和评估专家不得参与减排量交易",
            article="参照31号令第三十七条",
        )


def seller_account(run: Run, project: Mapping[str, Any]) -> dict[str, Any]:
    """Return the account from which the actor may offer a project's units: its owner's.

    :raises Refused: ``resale_forbidden``: who is not the owner can only have bought them (R39).
    :raises Forbidden: neither owner nor buyer.
    """
    permissions.ensure_on_cases(run.actor)
    if ("owner", project["owner_org"]) not in run.actor.roles:
        if run.actor.holds("buyer", "owner"):
            raise resale_forbidden()
        raise Forbidden("not_the_owner", "只有项目业主可以转让减排量", article=ARTICLE)
    account = run.uow.programme.account(project["owner_org"], "owner")
    if account is None:
        raise Refused("no_owner_account", "项目业主尚未注册账户", article=ARTICLE)
    return account


def buyer_account(run: Run, wanted: str | None) -> dict[str, Any]:
    """Return the account the actor buys with.

    :param wanted: its id, where the actor has several.
    :raises Forbidden: the actor has none, or not this one.
    """
    permissions.ensure_on_cases(run.actor)
    found = []
    for role, organisation in sorted(run.actor.roles, key=str):
        if role == "buyer" and organisation:
            account = run.uow.programme.account(organisation, AccountKind.BUYER)
            found += [account] if account else []
    own = run.uow.trading.account_of_person(run.actor.user_id) if run.actor.user_id else None
    found += [own] if own else []
    mine = [account for account in found if wanted in (None, account["id"])]
    if not mine:
        raise Forbidden("buyer_account_required", "请先注册购买户", article=ARTICLE)
    if len(mine) > 1:
        raise Refused("choose_account", "您有多个购买户，请选择以哪个账户购买", article=ARTICLE)
    return mine[0]


def ensure_not_own(run: Run, order: Mapping[str, Any], buyer: Mapping[str, Any]) -> None:
    """Refuse an organisation that would buy of itself: no trade, and a price nobody paid (R19).

    :raises Refused: ``own_order``.
    """
    seller = run.uow.trading.account(order["seller_account"]) or {}
    if buyer["organisation_id"] is not None and buyer["organisation_id"] == seller.get("organisation_id"):
        raise Refused("own_order", "不得购买本单位转让的减排量", article="355号五（二）")


def ensure_below_limit(run: Run, account_id: str, quantity: int, rules: Mapping[str, Json]) -> None:
    """Refuse a purchase that would take a buyer above the limit on holdings; 0 is no limit.

    :raises Refused: ``hold_limit``.
    """
    limit = rules.get("buyer_hold_limit", 0)
    if not isinstance(limit, int) or limit <= 0:
        return
    balance = run.uow.ledger.balance(account_id)
    held = sum(balance.get(bucket, 0) for bucket in HELD)
    if held + quantity > limit:
        raise Refused(
            "hold_limit",
            f"持有量上限为{limit:,}吨，现持有{held:,}吨，不能再购买{quantity:,}吨",
            article="服务规则：持有量上限",
        )


def ensure_tradable(run: Run, case: OpenCase) -> None:
    """Refuse a trade through an exchange whose qualification is not in force (R45), or of an ended project.

    :raises Refused: ``exchange_not_qualified`` and its like, ``order_unregistered``.
    """
    ensure_exchange_qualified(run, case)
    project = run.uow.programme.project(case.row.project_id) if case.row.project_id else None
    if project is None or project["state"] != "registered":
        raise Refused("order_unregistered", "项目尚未登记或者已经注销，不能转让", article=ARTICLE)
