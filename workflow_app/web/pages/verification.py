"""凭证核验: the live state of a certificate, by its code (the QR's target) or its number; the published key.

355号附件二（三）. The code is paced by address, so that codes are not tried one after the other; what the
page tells is public in the ledger anyway, persons masked.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from workflow_app.adapters import signed_pdf
from workflow_app.domain.certificate import compact, grouped
from workflow_app.kernel.errors import NotFound, Refused
from workflow_app.queries import certificates, public_ledger
from workflow_app.web import comment_guard
from workflow_app.web.desk import desk, now, reading
from workflow_app.web.public_frame import revalidated
from workflow_app.web.texts import _

blueprint = Blueprint("verification", __name__)
LONGEST = 40


@blueprint.get("/verify")
def page() -> AnyResponse:
    """Ask for a code, or lead to what it names."""
    code = compact(request.args.get("code", ""))[:LONGEST]
    if code:
        return redirect(url_for(".check", code=code), 303)
    return revalidated(render_template("public/verify.html", code="", error="", checked=None))


@blueprint.get("/verify/key")
def key() -> Response:
    """Send the public key papers are signed with, for checking them without a network."""
    own = signed_pdf.own_key(desk().config.master_key).public_key()
    answer = Response(signed_pdf.published(own) + "\n", mimetype="text/plain")
    answer.headers["Content-Disposition"] = 'attachment; filename="jcer.pub"'
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@blueprint.get("/verify/<code>")
def check(code: str) -> Response:
    """Show the certificate of a code as it stands now."""
    if comment_guard.too_fast("certificate", comment_guard.LOOKUPS):
        return _answer(code, _("查询过于频繁，请稍候再试"), 429)
    try:
        found = certificates.verify(reading(), code[:LONGEST])
    except (NotFound, Refused) as reason:
        status = 404 if isinstance(reason, NotFound) else 422
        return _answer(code, reason.message, status)
    return _shown(found, grouped(found.code))


@blueprint.get("/register/certificates/<path:number>")
def certificate(number: str) -> Response:
    """Show a certificate at its permanent address; the code on the paper is not told."""
    code = public_ledger.certificate_code(reading(), number[:60])
    if code is None:
        raise NotFound("no_such_certificate", "没有这个编号的凭证")
    return _shown(certificates.verify(reading(), code), "")


def _shown(found: certificates.Checked, code: str) -> Response:
    return revalidated(render_template("public/verify.html", code=code, error="", checked=found, at=now()))


def _answer(code: str, error: str, status: int) -> Response:
    body = render_template("public/verify.html", code=code[:LONGEST], error=error, checked=None)
    answer = revalidated(body, status)
    if status == 429:  # noqa: PLR2004 - HTTP's own number
        answer.headers["Retry-After"] = "60"
    return answer
