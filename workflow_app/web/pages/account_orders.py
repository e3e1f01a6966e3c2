"""省厅指令 on an account: freeze, restrict, release, and the succession of units by order.

docs/domain.md §3, §4. Each rests on a paper and a reason, is numbered and kept for ever. The leader orders;
the exchange, the clerk and the auditor read them on the account's page.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.account_orders import LONGEST, LONGEST_DOCUMENT, STATES
from workflow_app.commands.requests import Request
from workflow_app.commands.unit_requests import OrderOnAccount, OrderSuccession
from workflow_app.domain.ledger.accounts import TRANSITIONS
from workflow_app.kernel.errors import Forbidden, InvalidForm, JcerError, NotFound
from workflow_app.queries import holders, holdings
from workflow_app.queries.accounts import Account
from workflow_app.web import account_view
from workflow_app.web.account_view import seen
from workflow_app.web.desk import act, form_key, reading, require
from workflow_app.web.pages import registry_papers
from workflow_app.web.texts import _

blueprint = Blueprint("account_orders", __name__)

ORDERS: Final = "department_leader"
FIELDS: Final = ("kind", "reason", "document", "project_id", "to_number", "quantity", "understood")
_OF_SUCCESSION: Final = {name: f"succession-{name}" for name in ("document", "reason", "understood")}
"""Ids of the fields both forms of the page have, in the second."""
Errors = list[tuple[str, str]]


@blueprint.get("/accounts/<account_id>/orders/new")
def ask(account_id: str) -> str:
    """Ask what is ordered, why, and on which paper."""
    return _asked(account_id, {"kind": request.args.get("kind", "")}, [])


@blueprint.post("/accounts/<account_id>/orders/new")
def order(account_id: str) -> Response | tuple[str, int]:
    """Give the order."""
    require(ORDERS)
    seen(account_id)
    typed = {name: request.form.get(name, "").strip()[: LONGEST + 1] for name in FIELDS}
    errors = _lacking(typed)
    command = None if errors else _command(account_id, typed, errors)
    if command is None:
        return _asked(account_id, typed, errors), 422
    try:
        done = act(command, form_key())
    except InvalidForm as error:
        return _asked(
            account_id, typed, [(_field(name), each[0]) for name, each in error.errors.items()]
        ), 422
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        return _asked(
            account_id, typed, [("kind" if typed["kind"] != "succession" else "project_id", error.message)]
        ), 409
    flash(_("指令 %(number)s 已下达", number=done.values["number"]))
    registry_papers.kept("account_order", str(done.values["order_id"]))
    return redirect(url_for("registry_accounts.account", account_id=account_id), 303)


def steps_for(account: Account) -> list[tuple[str, str]]:
    """Return to which states an account may be ordered from its own."""
    state = account.line.state
    steps = [kind for kind, following in STATES.items() if (state, following) in TRANSITIONS]
    return [(kind, account_view.ORDERS[kind]) for kind in steps]


def _lacking(typed: dict[str, str]) -> Errors:
    errors: Errors = []
    if not typed["kind"]:
        errors.append(("kind", _("请选择事项")))
    if not typed["reason"]:
        errors.append(("reason", _("请填写理由")))
    elif len(typed["reason"]) > LONGEST:
        errors.append(("reason", _("不得超过 %(number)s 字", number=LONGEST)))
    if not typed["document"]:
        errors.append(("document", _("请填写所依据的文书编号")))
    elif len(typed["document"]) > LONGEST_DOCUMENT:
        errors.append(("document", _("不得超过 %(number)s 字", number=LONGEST_DOCUMENT)))
    if not typed["understood"]:
        errors.append(("understood", _("请确认已核对账户和依据文书")))
    return errors


def _command(account_id: str, typed: dict[str, str], errors: Errors) -> Request | None:
    """Return the command; ``None`` with what is wrong added where it cannot be made."""
    if typed["kind"] != "succession":
        return OrderOnAccount(account_id, typed["kind"], typed["reason"], typed["document"])
    successor = holders.account_numbered(reading(), typed["to_number"])
    if not typed["project_id"]:
        errors.append(("project_id", _("请选择过户的项目")))
    if successor is None:
        errors.append(("to_number", _("没有这个账号，请核对承继人的账号")))
    quantity: int | None = None
    if typed["quantity"]:
        text = typed["quantity"].replace(",", "")
        quantity = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0  # noqa: PLR2004
        if not quantity:
            errors.append(("quantity", _("数量须为1至999,999,999的整数吨")))
    if errors or successor is None:
        return None
    return OrderSuccession(
        account_id, successor, typed["project_id"], quantity, typed["reason"], typed["document"]
    )


def _field(name: str) -> str:
    return {"to_account_id": "to_number"}.get(name, name)


def _asked(account_id: str, typed: dict[str, str], errors: Errors) -> str:
    require(ORDERS)
    account = seen(account_id)
    open_ = account.line.state in {"normal", "restricted", "frozen"}
    units = holdings.units_of(reading(), account_id) if open_ else ()
    if typed.get("kind") == "succession":
        errors = [(_OF_SUCCESSION.get(name, name), sentence) for name, sentence in errors]
    return render_template(
        "accounts/order.html",
        account=account,
        steps=steps_for(account),
        projects=[(one.project_id, f"{one.number} {one.name}") for one in units],
        typed=typed,
        errors=errors,
        wrong={name.removeprefix("succession-"): sentence for name, sentence in errors},
        longest=LONGEST,
        longest_document=LONGEST_DOCUMENT,
        view=account_view,
    )
