"""Registry accounts: applied for, verified, opened by a second person, restricted, closed.

附件二（一）, R40, docs/domain.md §3 (registry account). The exchange opens by maker and checker; it restricts
and lifts what it restricted itself. Freezing and all else the department orders is ``account_orders``'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handlers.contract import refuse
from workflow_app.commands import account_events, holders, permissions
from workflow_app.commands.account_requests import (
    ApplyForAccount,
    CloseAccount,
    DecideAccount,
    RestrictAccount,
    VerifyAccount,
)
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.domain.ledger.accounts import ARTICLE, ensure_step
from workflow_app.domain.ledger.opening import Applicant, check_applicant
from workflow_app.domain.parties import LegalForm, OrganisationKind
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.codes import compact
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

MAKER: Final = "exchange_maker"
CHECKER: Final = "exchange_checker"
LONGEST: Final = 500
"""Characters of a reason."""


def apply(run: Run, request: ApplyForAccount) -> Result:
    """Apply for a buyer's account, or again after it was returned.

    :raises InvalidForm: no such form, or no holder.
    :raises Refused: ``account_exists``, ``identity_code``, ``insider_buyer`` and their like.
    :raises Forbidden: for somebody else.
    """
    form = _form(request)
    role = _ensure_may_apply(run, request)
    applicant = _applicant(run, request, form)
    barred = holders.flags(run).get("insiders_may_not_trade", True) is not False
    refuse(check_applicant(applicant, insiders_barred=barred))
    values: dict[str, Any] = {
        "legal_form": form.value,
        "state": "applied",
        "applied_by": run.actor.user_id,
        "opened_by": run.actor.user_id if role == MAKER else None,
        "checked_by": None,
        "opened_at": run.at,
        "note": None,
        "identity": None,
    }
    if request.person_id is not None:
        values["identity"] = run.uow.personal.seal(
            f"user:{request.person_id}", compact(request.identity_code)
        )
    account_id = _entered(run, request, values)
    account_events.record(run, account_id, "account_applied", role=role)
    return Result({"account_id": account_id, "state": "applied"})


def verify(run: Run, request: VerifyAccount) -> Result:
    """Record that the exchange's first person has verified the holder.

    :raises Refused: nothing is applied for, or it is verified.
    :raises InvalidForm: the identity card shows another code than was applied with.
    """
    holders.ensure_exchange(run.actor, MAKER)
    account = _applied(run, request.account_id)
    if account["opened_by"] is not None:
        raise Refused("account_verified", "开户人身份已核验，请由复核办理", article=ARTICLE)
    holders.ensure_second(run, account["applied_by"])
    sealed = account["identity"]
    if sealed is not None and run.uow.personal.open(sealed) != compact(request.identity_code):
        raise InvalidForm({"identity_code": ["与申请填写的公民身份号码不一致，请对照身份证核对"]})
    run.uow.accounts.change(tables.account, account["id"], {"opened_by": run.actor.user_id})
    account_events.record(run, account["id"], "account_verified", role=MAKER)
    return Result({"account_id": account["id"], "state": "applied"})


def decide(run: Run, request: DecideAccount) -> Result:
    """Open an account that was verified, or return the application.

    :raises Forbidden: ``maker_is_checker``.
    :raises Refused: ``account_unverified``: nobody has verified the holder.
    """
    holders.ensure_exchange(run.actor, CHECKER)
    account = _applied(run, request.account_id)
    holders.ensure_second(run, account["opened_by"])
    holders.ensure_second(run, account["applied_by"])
    if request.approve:
        if account["opened_by"] is None:
            raise Refused("account_unverified", "请先由经办核验开户人身份", article=ARTICLE)
        changes = {"state": "normal", "opened_at": run.at, "note": None}
        subject, text = "购买户已开立", "账户已开立，可以购买减排量。"
    else:
        reason = _reason(request.reason)
        changes = {"state": "returned", "note": reason}
        subject, text = "开户申请已退回", f"开户申请已退回：{reason}"
    run.uow.accounts.change(tables.account, account["id"], {**changes, "checked_by": run.actor.user_id})
    holders.tell(run, account, subject, text)
    kind = "account_opened" if request.approve else "account_returned"
    account_events.record(run, account["id"], kind, role=CHECKER)
    return Result({"account_id": account["id"], "state": str(changes["state"])})


def restrict(run: Run, request: RestrictAccount) -> Result:
    """Restrict an account, or lift what the exchange restricted.

    :raises Refused: its state does not know the step, or the department ordered it.
    """
    holders.ensure_exchange(run.actor, CHECKER)
    reason = _reason(request.reason)
    account = holders.held(run, request.account_id)
    following = "normal" if request.lift else "restricted"
    if request.lift:
        _ensure_own_restriction(run, account)
    ensure_step(account["state"], following)
    run.uow.accounts.change(tables.account, account["id"], {"state": following, "note": reason})
    kind = "account_restriction_lifted" if request.lift else "account_restricted"
    holders.tell(run, account, "账户解除限制" if request.lift else "账户受到限制", reason)
    account_events.record(run, account["id"], kind, role=CHECKER, facts={"reason": reason})
    return Result({"account_id": account["id"], "state": following})


def close(run: Run, request: CloseAccount) -> Result:
    """Close an empty account, by its holder.

    :raises Refused: ``account_not_empty``, ``account_in_use``, ``account_step``.
    """
    account = holders.held(run, request.account_id)
    holders.ensure_holder(run.actor, account)
    balance = run.uow.ledger.balance(account["id"])
    ensure_step(
        account["state"],
        "closed",
        balance=sum(held for bucket, held in balance.items() if not bucket.terminal),
    )
    if any(run.uow.ledger.money(account["id"]).values()) or run.uow.accounts.waiting_cash(account["id"]):
        raise Refused("account_not_empty", "账户尚有资金，请先办理出金", article=ARTICLE)
    project = run.uow.accounts.serves(account["id"])
    if project is not None:
        raise Refused("account_in_use", f"项目{project}的减排量登记在本账户，不能关闭", article=ARTICLE)
    run.uow.accounts.change(tables.account, account["id"], {"state": "closed", "closed_at": run.at})
    account_events.record(run, account["id"], "account_closed", role=account["kind"])
    return Result({"account_id": account["id"], "state": "closed"})


def _form(request: ApplyForAccount) -> LegalForm:
    if request.legal_form not in {form.value for form in LegalForm}:
        raise InvalidForm({"legal_form": ["请选择法人、其他组织或者自然人"]})
    form = LegalForm(request.legal_form)
    natural = form is LegalForm.NATURAL_PERSON
    wanted, other = request.organisation_id, request.person_id
    if natural:
        wanted, other = other, wanted
    if wanted is None or other is not None:
        raise InvalidForm({"person" if natural else "organisation": ["请指明开户人"]})
    return form


def _ensure_may_apply(run: Run, request: ApplyForAccount) -> str:
    """Return the role in which the actor applies."""
    permissions.ensure_on_cases(run.actor)
    mine = (
        request.person_id == run.actor.user_id and ("buyer", None) in run.actor.roles
        if request.organisation_id is None
        else ("buyer", request.organisation_id) in run.actor.roles
    )
    if mine:
        return "buyer"
    if run.actor.holds(MAKER):
        return MAKER
    raise Forbidden("role_required", "只能由开户人本人（本单位）或者交易机构经办申请开户")


def _applicant(run: Run, request: ApplyForAccount, form: LegalForm) -> Applicant:
    if request.person_id is not None:
        person = run.uow.people.user(request.person_id)
        if person.organisation_id is not None:
            raise Refused("person_of_organisation", "单位人员以单位名义开户，请使用本人的自然人账号")
        roles = {role for role, _ in run.uow.people.roles(person.id, legal_date(run.at))}
        return Applicant(form, identity=request.identity_code, roles=roles)
    organisation = run.uow.people.organisation(request.organisation_id or "")
    return Applicant(form, kind=OrganisationKind(organisation.kind), uscc=organisation.uscc or "")


def _entered(run: Run, request: ApplyForAccount, values: Mapping[str, Any]) -> str:
    """Enter the application, or the same again where it was returned."""
    found = run.uow.accounts.of_holder("buyer", request.organisation_id, request.person_id)
    if found is not None:
        account = holders.held(run, found["id"])
        if account["state"] != "returned":
            raise Conflict("account_exists", "该开户人已有购买户或者已在申请，每一开户人只开一个购买户")
        run.uow.accounts.change(tables.account, account["id"], dict(values))
        return str(account["id"])
    account_id = new_id()
    run.uow.accounts.add(
        tables.account,
        {
            "id": account_id,
            "number": f"JX{account_id[-12:].upper()}",
            "organisation_id": request.organisation_id,
            "person_id": request.person_id,
            "kind": "buyer",
            **values,
        },
    )
    return account_id


def _applied(run: Run, account_id: str) -> dict[str, Any]:
    account = holders.held(run, account_id)
    if account["state"] != "applied":
        raise Refused("account_step", "该账户没有待办理的开户申请", article=ARTICLE)
    return account


def _ensure_own_restriction(run: Run, account: Mapping[str, Any]) -> None:
    order = run.uow.accounts.last_order(account["id"])
    if order is not None and order["kind"] == "restrict":
        raise Refused(
            "restricted_by_order",
            f"该账户由省生态环境厅以{order['number']}号指令限制，交易机构不能解除",
            article=ARTICLE,
        )


def _reason(typed: str) -> str:
    reason = typed.strip()
    if not reason or len(reason) > LONGEST:
        raise InvalidForm({"reason": [f"请填写理由，不超过{LONGEST}字"]})
    return reason
