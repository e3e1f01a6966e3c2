"""账户管理 and 我的账户: registry accounts and what is in them (附件二（一）（二）).

The exchange lists all and verifies, the department and the auditor read, a holder sees their own. Whether
an act may be done the commands decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request

from workflow_app.domain.ledger.accounts import ACCOUNT_STATES
from workflow_app.queries import accounts, holdings, ranges, registry_papers, statements
from workflow_app.queries.accounts import READERS
from workflow_app.queries.holdings import Order
from workflow_app.queries.ledger_proof import last_proof
from workflow_app.queries.registry_papers import KeptPaper
from workflow_app.web import account_view
from workflow_app.web.account_view import seen
from workflow_app.web.desk import reading, require, somebody
from workflow_app.web.pages.account_acts import offered
from workflow_app.web.pages.account_orders import ORDERS
from workflow_app.web.paging import address
from workflow_app.web.texts import _

blueprint = Blueprint("registry_accounts", __name__)

HOLDERS = ("owner", "buyer")


@blueprint.get("/accounts")
def page() -> str:
    """List the accounts."""
    require(*READERS)
    text = request.args.get("find", "").strip()[:100]
    state = request.args.get("state", "")
    state = state if state in {"waiting", *ACCOUNT_STATES} else ""
    kind = request.args.get("kind", "")
    kind = kind if kind in accounts.HELD else ""
    lines, more = accounts.accounts(
        reading(), text=text, kind=kind, state=state, after=request.args.get("after", "")[:32]
    )
    kept = {"find": text, "kind": kind, "state": state}
    views = [("", _("全部"), None), ("waiting", _("待办理"), accounts.waiting(reading()))]
    views += [(name, words, None) for name, words in ACCOUNT_STATES.items()]
    chips = [
        {
            "label": words,
            "url": address(".page", {**kept, "state": name}),
            "current": name == state,
            "count": count,
        }
        for name, words, count in views
    ]
    return render_template(
        "accounts/list.html",
        accounts=lines,
        text=text,
        state=state,
        views=chips,
        more=address(".page", {**kept, "after": more}) if more else "",
        may_open=somebody().holds("exchange_maker"),
        proof=last_proof(reading()),
        view=account_view,
    )


@blueprint.get("/my/accounts")
def mine() -> str:
    """List the accounts of whoever is signed in."""
    found = require(*HOLDERS)
    own = accounts.own(reading(), found.viewer)
    shown = [
        (one, holdings.units_of(reading(), one.line.id), holdings.money_of(reading(), one.line.id))
        for one in own
    ]
    buys = found.holds("buyer")
    return render_template(
        "accounts/mine.html",
        accounts=shown,
        may_apply=buys and not any(one.line.kind == "buyer" and one.line.state != "returned" for one in own),
        view=account_view,
    )


@blueprint.get("/accounts/<account_id>")
def account(account_id: str) -> str:
    """Show an account: what is in it, what was ordered, the newest of its statement."""
    found = seen(account_id)
    blocks, more_blocks = ranges.blocks_of(reading(), account_id)
    units = holdings.units_of(reading(), account_id)
    lines, more = statements.statement(reading(), account_id, size=10)
    orders = holdings.orders_of(reading(), account_id)
    return render_template(
        "accounts/account.html",
        account=found,
        mine=accounts.is_holder(somebody().viewer, found),
        units=units,
        totals=account_view.totals(units),
        buckets=account_view.OF_KIND[found.line.kind],
        blocks=blocks,
        more_blocks=more_blocks,
        money=holdings.money_of(reading(), account_id),
        orders=orders,
        papers=_papers(orders),
        cash=holdings.cash_of(reading(), account_id),
        lines=lines,
        more=more,
        acts=offered(found),
        may_order=somebody().holds(ORDERS),
        errors=[],
        wrong={},
        view=account_view,
    )


def _papers(orders: Sequence[Order]) -> Mapping[str, Sequence[KeptPaper]]:
    """Return the files orders rest on, for whoever may have them: the office, not the holder."""
    if not somebody().holds(*READERS):
        return {}
    return registry_papers.papers_of(reading(), "account_order", [one.id for one in orders])
