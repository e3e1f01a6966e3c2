"""Effects on cancellations: units held, cancelled or given back through the book; certificates issued.

355号附件二（三）; I4, I8 and R42 are checked here whatever a diagram says, and once more by the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handlers import unit_effects as asked
from handlers.contract import refuse
from workflow_app.commands import on_documents, on_ledger
from workflow_app.commands.book import Act
from workflow_app.commands.on_documents import Addressee, Paper
from workflow_app.commands.picking import Units
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.cancellation import Purpose
from workflow_app.domain.certificate import ALPHABET, ARTICLE, LENGTH, Issuer, code_of
from workflow_app.domain.delegation import Delegation, check_issuing, covering
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Forbidden, Refused
from workflow_app.kernel.identifiers import random_text
from workflow_app.store import tables

CERTIFICATE: Final = "cancellation_certificate"


def hold(run: Run, case: OpenCase, effect: asked.HoldUnits, key: str) -> None:
    """Take an application on record and hold its units.

    :raises Refused: the account has too few free units, or may not cancel.
    """
    project_id = case.row.project_id
    if project_id is None:
        raise LookupError(f"case {case.id} has no project")
    number = running_number(run, "ZX", "cancellation")
    units = Units(effect.account_id, project_id, effect.quantity)
    act = Act(f"hold:{effect.cancellation_id}", case.id, f"注销申请{number}锁定")
    held = on_ledger.hold_cancellation(run, act, units, effect.cancellation_id)
    run.uow.programme.add(
        tables.cancellation,
        {
            "id": effect.cancellation_id,
            "number": number,
            "account_id": effect.account_id,
            "project_id": project_id,
            "quantity": effect.quantity,
            "purpose": effect.purpose,
            "sub_type": effect.sub_type,
            "purpose_other": effect.purpose_other,
            "evidence": dict(effect.evidence),
            "beneficiary_kind": effect.beneficiary_kind,
            "beneficiary_name": effect.beneficiary_name,
            "people": run.uow.cancellations.sealed_people(effect.cancellation_id, effect.people),
            "state": "pending",
            "hold_posting_id": held.posting_id,
            "case_id": case.id,
            "applied_at": run.at,
        },
    )


def cancel(run: Run, case: OpenCase, effect: asked.CancelUnits, key: str) -> None:
    """Cancel the units an application holds, for ever.

    :raises Refused: some of them are locked by a dispute, or it was decided already.
    """
    row = _pending(run, effect.cancellation_id)
    act = Act(f"cancel:{row['id']}", case.id, f"注销{row['number']}")
    done = on_ledger.cancel(run, act, _units(row), row["id"])
    run.uow.cancellations.change(
        tables.cancellation,
        row["id"],
        {"state": "cancelled", "cancel_posting_id": done.posting_id, "decided_at": run.at},
    )


def give_back(run: Run, case: OpenCase, effect: asked.ReturnUnits, key: str) -> None:
    """Give the units of an application that was returned back to their holder."""
    row = _pending(run, effect.cancellation_id)
    act = Act(f"return:{row['id']}", case.id, f"注销申请{row['number']}退回")
    done = on_ledger.return_cancellation(run, act, _units(row), row["id"])
    run.uow.cancellations.change(
        tables.cancellation,
        row["id"],
        {"state": "returned", "return_posting_id": done.posting_id, "decided_at": run.at},
    )


def issue(run: Run, case: OpenCase, effect: asked.IssueCertificate, key: str) -> None:
    """Issue the certificate of a cancellation (R42).

    :raises Refused: a delegation that is missing, expired, revoked or of another scope.
    :raises Forbidden: whoever acts is neither the department's leader nor a delegate.
    """
    row = run.uow.cancellations.cancellation(effect.cancellation_id, lock=True)
    if row is None or row["state"] != "cancelled":
        raise Refused("not_cancelled", "减排量尚未注销，不能出具凭证", article=ARTICLE)
    if run.uow.cancellations.valid_certificate(row["id"]) is not None:
        return
    under = authority(run, Issuer(effect.issuer), Purpose(row["purpose"]))
    enter(run, case, effect.certificate_id, row, under)


def authority(run: Run, issuer: Issuer, purpose: Purpose) -> Delegation | None:
    """Return the delegation whoever acts issues a certificate under; ``None`` for the department.

    :raises Refused: no live delegation covers the purpose.
    :raises Forbidden: this role issues no certificates.
    """
    if issuer is Issuer.DEPARTMENT:
        if not run.actor.holds("department_leader"):
            raise Forbidden("issuer_required", "凭证由省生态环境厅或者其委托的机构出具", article=ARTICLE)
        return None
    if not run.actor.holds("certificate_delegate") or run.actor.organisation_id is None:
        raise Forbidden("issuer_required", "凭证由省生态环境厅或者其委托的机构出具", article=ARTICLE)
    held = run.uow.cancellations.delegations(run.actor.organisation_id)
    refuse(check_issuing(held, purpose, legal_date(run.at)))
    return covering(held, purpose, legal_date(run.at))


def enter(
    run: Run,
    case: OpenCase,
    certificate_id: str,
    cancellation: Mapping[str, Any],
    under: Delegation | None,
    *,
    replaces: Mapping[str, Any] | None = None,
    stated: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write a certificate: its cancellation's quantity and serials, a number and a code, and its paper.

    :param replaces: the voided certificate it stands in for.
    :param stated: what it says other than the application did.
    """
    serials = list(run.uow.cancellations.serials(cancellation["cancel_posting_id"]))
    code = code_of(random_text(ALPHABET, LENGTH - 1))
    said: dict[str, object] = {
        "cancellation": cancellation,
        "serials": serials,
        "code": code,
        "stated": dict(stated or {}),
    }
    if under is not None:
        body = run.uow.people.organisation(under.organisation_id).name
        said |= {"issuer": body, "delegation": f"受省生态环境厅委托（{under.number}）"}
    paper = Paper(
        CERTIFICATE, said, certificate_id, to=_addressee(run, cancellation["account_id"]), tell=False
    )
    issued = on_documents.issue(run, case, paper)
    row: dict[str, Any] = {
        "id": certificate_id,
        "number": issued.number,
        "cancellation_id": cancellation["id"],
        "quantity": cancellation["quantity"],
        "serials": serials,
        "code": code,
        "issuer": "delegate" if under else "department",
        "issuer_org": under.organisation_id if under else None,
        "delegation_id": under.id if under else None,
        "issued_by": run.actor.user_id,
        "issued_at": run.at,
        "stated": dict(stated or {}),
        "document_id": issued.id,
        "state": "valid",
        "replaces_id": replaces["id"] if replaces else None,
    }
    run.uow.programme.add(tables.certificate, row)
    return row


def _addressee(run: Run, account_id: str) -> Addressee:
    account = run.uow.cancellations.account(account_id)
    if account is None:
        raise LookupError(f"account {account_id} is not on record")
    organisation = account["organisation_id"]
    if organisation is None:
        return Addressee("", None, (f"user:{account['person_id']}",))
    name = run.uow.people.organisation(organisation).name
    return Addressee(name, organisation, (f"role:{account['kind']}:{organisation}",))


def running_number(run: Run, prefix: str, series: str) -> str:
    """Return the next number of a series of this legal year, such as ``ZX-2026-000001``."""
    year = legal_date(run.at).year
    return f"{prefix}-{year}-{run.uow.settings.next(f'{series}:{year}'):06d}"


def _pending(run: Run, cancellation_id: str) -> dict[str, Any]:
    row = run.uow.cancellations.cancellation(cancellation_id, lock=True)
    if row is None:
        raise LookupError(f"cancellation {cancellation_id} is not on record")
    if row["state"] != "pending":
        raise Refused("cancellation_decided", "该注销申请已办结", article=ARTICLE)
    return row


def _units(row: Mapping[str, Any]) -> Units:
    return Units(row["account_id"], row["project_id"], row["quantity"])
