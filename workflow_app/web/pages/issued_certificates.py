"""已出具凭证: every certificate and its state; a wrong one is voided and another issued (R42, I8).

The department, the exchange and the auditor read all, a delegate its own. The units stay cancelled whatever
becomes of a certificate.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.unit_requests import ReissueCertificate
from workflow_app.domain.certificate import CertificateState, grouped
from workflow_app.kernel.errors import Forbidden, InvalidForm, JcerError, NotFound
from workflow_app.queries import certificates, issued_certificates
from workflow_app.queries.accounts import READERS
from workflow_app.web.desk import act, form_key, reading, require, somebody
from workflow_app.web.paging import address
from workflow_app.web.texts import _

blueprint = Blueprint("issued_certificates", __name__)

READS = (*READERS, "certificate_delegate")
VERIFIES = "exchange_checker"
REISSUES = ("department_leader", "certificate_delegate")


@blueprint.get("/office/certificates")
def page() -> str:
    """List the certificates."""
    own = _own()
    state = request.args.get("state", "")
    state = state if state in tuple(CertificateState) else ""
    text = request.args.get("find", "").strip()[:100]
    found, more = issued_certificates.certificates(
        reading(), state=state, text=text, issuer_orgs=own, after=request.args.get("after", "")[:32]
    )
    kept = {"state": state, "find": text}
    numbers = issued_certificates.counts(reading(), own)
    return render_template(
        "units/certificates.html",
        certificates=found,
        text=text,
        state=state,
        views=[
            {
                "label": words,
                "url": address(".page", {**kept, "state": name}),
                "current": name == state,
                "count": numbers.get(name, 0) if name else sum(numbers.values()),
            }
            for name, words in [("", _("全部")), *((one.value, one.label) for one in CertificateState)]
        ],
        more=address(".page", {**kept, "after": more}) if more else "",
        grouped=grouped,
        unverified=issued_certificates.unverified(reading()) if somebody().holds(VERIFIES) else 0,
    )


@blueprint.get("/office/certificates/<certificate_id>")
def certificate(certificate_id: str) -> str:
    """Show a certificate as it stands now."""
    found = require(*READS)
    shown = issued_certificates.certificate_of(reading(), certificate_id, _own())
    if shown is None:
        raise NotFound("no_such_certificate", "没有这份凭证，或者您无权查看")
    return render_template(
        "units/certificate.html",
        certificate=shown,
        checked=certificates.verify(reading(), shown.code),
        grouped=grouped,
        may_reissue=shown.state == CertificateState.VALID and found.holds(*REISSUES),
    )


@blueprint.post("/office/certificates/<certificate_id>/reissue")
def reissue(certificate_id: str) -> Response:
    """Void a wrong certificate and issue another."""
    require(*REISSUES)
    if issued_certificates.certificate_of(reading(), certificate_id, _own()) is None:
        raise NotFound("no_such_certificate", "没有这份凭证，或者您无权查看")
    reason = request.form.get("reason", "").strip()
    name = request.form.get("beneficiary_name", "").strip()
    try:
        done = act(ReissueCertificate(certificate_id, reason, name), form_key())
    except InvalidForm as error:
        flash(next(iter(error.errors.values()))[0], "attention")
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        flash(error.message, "attention")
    else:
        flash(_("原凭证已作废，新凭证 %(number)s 已出具", number=done.values["number"]))
        return redirect(url_for(".certificate", certificate_id=done.values["certificate_id"]), 303)
    return redirect(url_for(".certificate", certificate_id=certificate_id), 303)


def _own() -> tuple[str, ...] | None:
    """Return the delegates whose certificates alone are shown; ``None`` for whoever reads all."""
    found = require(*READS)
    return None if found.holds(*READERS) else tuple(found.viewer.organisations("certificate_delegate"))
