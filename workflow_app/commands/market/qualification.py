"""登记交易资质: the department says until when an exchange is qualified, and on which paper (R45).

355号 「具备相关交易资质的交易机构」: without one in force nothing is published, registered or traded.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from workflow_app.commands import permissions
from workflow_app.commands.market.requests import EnterQualification
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import InvalidForm, NotFound
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

ROLE: Final = "department_leader"
ARTICLE: Final = "355号附件一（三）"
LONGEST: Final = 100
LONGEST_NOTE: Final = 1000


def enter(run: Run, request: EnterQualification) -> Result:
    """Enter an exchange's qualification; the last entered counts, also where it ends earlier.

    :raises InvalidForm: no number, no issuer, or dates that do not hold.
    :raises NotFound: no such exchange.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, ROLE)
    number, issuer, note = request.number.strip(), request.issuer.strip(), request.note.strip()
    errors: dict[str, list[str]] = {}
    for name, said, words in (("number", number, "资质文件编号"), ("issuer", issuer, "核发或者认定机关")):
        if not said or len(said) > LONGEST:
            errors[name] = [f"请填写{words}，不超过{LONGEST}字"]
    if len(note) > LONGEST_NOTE:
        errors["note"] = [f"说明不超过{LONGEST_NOTE}字"]
    if request.valid_until < request.valid_from:
        errors["valid_until"] = ["有效期的截止日期不得早于起始日期"]
    if errors:
        raise InvalidForm(errors)
    exchange = run.uow.people.organisation(request.organisation_id)
    if exchange.kind != "exchange":
        raise NotFound("no_such_exchange", "没有这个交易机构")
    reaches = max(exchange.qualified_until or legal_date(run.at), legal_date(run.at))
    if request.valid_from > reaches + timedelta(days=1):
        raise InvalidForm({"valid_from": ["与现有资质不衔接的，待生效之日再登记"]})
    row_id = new_id()
    run.uow.programme.add(
        tables.exchange_qualification,
        {
            "id": row_id,
            "organisation_id": exchange.id,
            "number": number,
            "issuer": issuer,
            "valid_from": request.valid_from,
            "valid_until": request.valid_until,
            "note": note,
            "entered_by": run.actor.user_id,
            "entered_at": run.at,
        },
    )
    run.uow.programme.change(tables.organisation, exchange.id, {"qualified_until": request.valid_until})
    stream = f"organisation:{exchange.id}"
    run.uow.history.record("qualification_entered", stream, who(run.actor, ROLE), run.at, legal_basis=ARTICLE)
    return Result(
        {
            "qualification_id": row_id,
            "organisation_id": exchange.id,
            "qualified_until": request.valid_until.isoformat(),
        }
    )
