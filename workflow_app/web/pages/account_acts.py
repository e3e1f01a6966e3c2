"""What is done on a registry account's page: applying, opening, restricting, closing, money in and out.

Each act is one form on the account's page; what it refuses is said there. Whether it may be done the
commands decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.account_requests import (
    ApplyForAccount,
    CloseAccount,
    DecideAccount,
    DecideCash,
    EnterCash,
    RestrictAccount,
    VerifyAccount,
)
from workflow_app.commands.requests import Request
from workflow_app.domain.ledger.opening import INSIDE
from workflow_app.domain.parties import LegalForm
from workflow_app.kernel.errors import Forbidden, InvalidForm, JcerError, NotFound
from workflow_app.queries import accounts, organisations
from workflow_app.queries.accounts import Account
from workflow_app.web.account_view import seen
from workflow_app.web.desk import act, form_key, reading, require, somebody
from workflow_app.web.texts import _

blueprint = Blueprint("account_acts", __name__)

Errors = list[tuple[str, str]]
OPEN_STATES: Final = frozenset({"normal", "restricted"})


@dataclass(frozen=True, slots=True)
class Offered:
    """Which forms an account's page shows to whoever looks."""

    verify: bool
    decide: bool
    restrict: bool
    lift: bool
    close: bool
    cash: bool
    check_cash: bool

    @property
    def any(self) -> bool:
        """Whether there is any but money to check, which stands in its table."""
        return self.verify or self.decide or self.restrict or self.lift or self.close or self.cash


def offered(account: Account) -> Offered:
    """Return what whoever is signed in may be offered on an account's page."""
    found, line = somebody(), account.line
    maker, checker = found.holds("exchange_maker"), found.holds("exchange_checker")
    return Offered(
        verify=maker and line.state == "applied" and not line.verified,
        decide=checker and line.state == "applied",
        restrict=checker and line.state == "normal",
        lift=checker and line.state == "restricted",
        close=(
            line.state == "normal"
            and accounts.is_holder(found.viewer, account)
            and accounts.is_empty(reading(), line.id)
        ),
        cash=maker and line.state in OPEN_STATES,
        check_cash=checker,
    )


@blueprint.post("/accounts/<account_id>/verify")
def verify(account_id: str) -> Response:
    """Record that the holder was verified."""
    code = request.form.get("identity_code", "").strip()[:40]
    return _done(account_id, VerifyAccount(account_id, code), _("已核验，待复核开立"))


@blueprint.post("/accounts/<account_id>/decide")
def decide(account_id: str) -> Response:
    """Open the account, or return the application."""
    approve = request.form.get("decision") == "approve"
    command = DecideAccount(account_id, approve, request.form.get("reason", "").strip())
    return _done(account_id, command, _("账户已开立") if approve else _("开户申请已退回"))


@blueprint.post("/accounts/<account_id>/restrict")
def restrict(account_id: str) -> Response:
    """Restrict the account, or lift the restriction."""
    lift = request.form.get("step") == "lift"
    command = RestrictAccount(account_id, request.form.get("reason", "").strip(), lift)
    return _done(account_id, command, _("账户已解除限制") if lift else _("账户已限制"))


@blueprint.post("/accounts/<account_id>/close")
def close(account_id: str) -> Response:
    """Close the account."""
    if not request.form.get("understood"):
        flash(_("请先确认：账户关闭后不能恢复"), "attention")
        return redirect(_page(account_id), 303)
    return _done(account_id, CloseAccount(account_id), _("账户已关闭"))


@blueprint.post("/accounts/<account_id>/cash")
def enter_cash(account_id: str) -> Response:
    """Enter money that came in, or is to go out."""
    typed = {name: request.form.get(name, "").strip()[:200] for name in ("kind", "amount", "reference")}
    command = EnterCash(account_id, typed["kind"], typed["amount"], typed["reference"])
    return _done(account_id, command, _("已登记，待复核入账"))


@blueprint.post("/accounts/<account_id>/cash/<entry_id>")
def decide_cash(account_id: str, entry_id: str) -> Response:
    """Post what another person entered, or return it."""
    approve = request.form.get("decision") == "approve"
    command = DecideCash(entry_id, approve, request.form.get("reason", "").strip())
    return _done(account_id, command, _("已入账") if approve else _("已退回"))


@blueprint.get("/accounts/apply")
def ask() -> str:
    """Ask whose account is to be opened."""
    return _asked([])


@blueprint.post("/accounts/apply")
def apply() -> Response | tuple[str, int]:
    """Apply for an account."""
    try:
        result = act(_application(), form_key())
    except InvalidForm as error:
        return _asked([(name, each[0]) for name, each in error.errors.items()]), 422
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        return _asked([(_field(error), error.message)]), 422
    flash(_("开户申请已提交"))
    return redirect(_page(str(result.values["account_id"])), 303)


def _application() -> ApplyForAccount:
    form = request.form.get("legal_form", "")
    code = request.form.get("identity_code", "").strip()[:40]
    holder = request.form.get("holder", "").strip()[:40] or None
    if form == LegalForm.NATURAL_PERSON.value:
        return ApplyForAccount(form, person_id=holder, identity_code=code)
    return ApplyForAccount(form, organisation_id=holder)


def _field(error: JcerError) -> str:
    return {"identity_code": "identity_code"}.get(error.code, "holder")


def _asked(errors: Errors) -> str:
    found = require("buyer", "exchange_maker")
    holders: list[tuple[str, str]] = []
    if found.holds("exchange_maker"):
        outside = (
            one for one in organisations.organisations(reading(), active=True) if one.kind not in INSIDE
        )
        holders = [(one.id, one.name) for one in outside]
        holders += [(each, f"{name}（{_('自然人')}）") for each, name in accounts.natural_buyers(reading())]
    else:
        mine = set(found.viewer.organisations("buyer"))
        holders = [
            (one.id, one.name)
            for one in organisations.organisations(reading(), active=True)
            if one.id in mine
        ]
        if ("buyer", None) in found.roles:
            holders.append((found.user_id, f"{found.name}（{_('自然人')}）"))
    typed: Mapping[str, str] = request.form or _usual(holders)
    return render_template(
        "accounts/apply.html",
        holders=holders,
        forms=[(form.value, form.label) for form in LegalForm],
        typed=typed,
        errors=errors,
        wrong=dict(errors),
        counter=found.holds("exchange_maker"),
    )


def _usual(holders: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """Return what is chosen already where there is one holder only: a person applies for themselves."""
    if len(holders) != 1:
        return {}
    holder = holders[0][0]
    natural = {"legal_form": LegalForm.NATURAL_PERSON.value} if holder == somebody().user_id else {}
    return {"holder": holder, **natural}


def _page(account_id: str) -> str:
    return url_for("registry_accounts.account", account_id=account_id)


def _done(account_id: str, command: Request, words: str) -> Response:
    """Carry out an act and say what came of it on the account's page."""
    seen(account_id)
    try:
        act(command, form_key())
    except InvalidForm as error:
        flash(next(iter(error.errors.values()))[0], "attention")
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        flash(error.message, "attention")
    else:
        flash(words)
    return redirect(_page(account_id), 303)
