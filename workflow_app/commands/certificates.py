"""要素错误的凭证: the wrong certificate is voided and another issued; the units stay cancelled."""

from __future__ import annotations

from workflow_app.commands import on_cancellations, permissions
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.commands.unit_requests import ReissueCertificate
from workflow_app.domain.cancellation import Purpose
from workflow_app.domain.certificate import ARTICLE, Issuer
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

LONGEST = 1000
LONGEST_NAME = 200


def reissue(run: Run, request: ReissueCertificate) -> Result:
    """Void a certificate and issue another in its place, by the department or a live delegate.

    :raises Refused: it is void already, or the delegate's delegation does not cover it.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, "department_leader", "certificate_delegate")
    reason = request.reason.strip()[:LONGEST]
    if not reason:
        raise InvalidForm({"reason": ["请填写作废原因"]})
    certificate = run.uow.cancellations.certificate(request.certificate_id, lock=True)
    cancellation = (
        run.uow.cancellations.cancellation(certificate["cancellation_id"], lock=True) if certificate else None
    )
    if certificate is None or cancellation is None:
        raise NotFound("no_such_certificate", "没有这个凭证")
    if certificate["state"] != "valid":
        raise Refused("certificate_void", "凭证已作废", article=ARTICLE)
    issuer = Issuer.DEPARTMENT if run.actor.holds("department_leader") else Issuer.DELEGATE
    if issuer is Issuer.DELEGATE and certificate["issuer_org"] != run.actor.organisation_id:
        raise NotFound("no_such_certificate", "没有这个凭证")
    under = on_cancellations.authority(run, issuer, Purpose(cancellation["purpose"]))
    stated = dict(certificate["stated"])
    name = request.beneficiary_name.strip()[:LONGEST_NAME]
    if name:
        if cancellation["beneficiary_kind"] != "organisation":
            raise InvalidForm({"beneficiary_name": ["受益主体不是单位的，不能更改名称"]})
        stated["beneficiary_name"] = name
    voided = {"state": "void", "voided_at": run.at, "void_reason": reason}
    run.uow.cancellations.change(tables.certificate, certificate["id"], voided)
    made = on_cancellations.enter(
        run,
        run.case(cancellation["case_id"]),
        new_id(),
        cancellation,
        under,
        replaces=certificate,
        stated=stated,
    )
    run.uow.history.record(
        "certificate_reissued",
        f"case:{cancellation['case_id']}",
        who(run.actor),
        run.at,
        legal_basis=ARTICLE,
        facts={"voided": certificate["number"], "issued": made["number"], "why": reason},
    )
    return Result({"certificate_id": made["id"], "number": made["number"], "code": made["code"]})
