"""投诉 after registration: anybody's, without sign-in, with a receipt under which the answer is found.

docs/domain.md §4; 参照31号令第三十四条、第四十一条. Paced like comments. What was said is told under its
receipt alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from workflow_app.commands.complaint_requests import SubmitComplaint
from workflow_app.commands.complaints import LONGEST, LONGEST_CONTACT, LONGEST_NAME
from workflow_app.commands.paper_requests import OpenReply
from workflow_app.commands.requests import PUBLIC
from workflow_app.kernel.errors import InvalidForm, JcerError, NotFound, TooMany
from workflow_app.queries import public_complaints, public_register
from workflow_app.queries.public_complaints import ComplaintReceipt
from workflow_app.web import comment_guard
from workflow_app.web.desk import desk, end_reading, form_key, fresh_key, reading, visitors_key
from workflow_app.web.pages.files import send
from workflow_app.web.pages.public_notices import normal_receipt
from workflow_app.web.problems import status_of
from workflow_app.web.public_frame import revalidated
from workflow_app.web.texts import _

blueprint = Blueprint("public_complaints", __name__)

FIELDS = ("text", "serial", "name", "contact")


@blueprint.get("/projects/<number>/complaints/new")
def ask(number: str) -> Response:
    """Show the form."""
    return _asked(number)


@blueprint.post("/projects/<number>/complaints/new")
def submit(number: str) -> AnyResponse:
    """Take a complaint and lead to its receipt; whatever is wrong, the words come back."""
    if comment_guard.trapped():
        return _asked(number, [(comment_guard.TRAP, _("此栏应留空；请清空后再提交"))], 422)
    if comment_guard.too_fast("complaint", comment_guard.COMMENTS):
        slow = [("text", _("提交过于频繁，您填写的内容仍在下面，请过一分钟再提交"))]
        return _asked(number, slow, 429)
    said = SubmitComplaint(number, **{name: _typed(name) for name in FIELDS})
    end_reading()
    try:
        result = desk().execute(said, PUBLIC, visitors_key(said, form_key()))
    except InvalidForm as error:
        return _asked(number, [(name, each) for name, texts in error.errors.items() for each in texts], 422)
    except NotFound:
        raise
    except JcerError as error:
        return _asked(number, [("text", error.message)], status_of(error))
    flash(_("投诉已收到，请记下回执编号"))
    return redirect(url_for(".receipt", number=str(result.values["receipt"])), 303)


@blueprint.get("/complaints/<number>")
def receipt(number: str) -> Response:
    """Show what became of a complaint, to whoever holds its receipt number."""
    found = receipt_of(number)
    answer = Response(render_template("public/complaint.html", complaint=found))
    answer.headers["Cache-Control"] = "no-store"  # what was said is its author's own
    return answer


@blueprint.get("/complaints/<number>/reply")
def reply(number: str) -> Response:
    """Send the written answer; its first reading is noted as its delivery."""
    found = receipt_of(number)
    if not found.document_id:
        raise NotFound("no_reply", "投诉尚未答复，答复后凭回执编号查阅")
    end_reading()
    made = desk().app.document_file(found.document_id)
    desk().execute(OpenReply(found.number), PUBLIC)
    answer = send(made.stored)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def receipt_of(number: str) -> ComplaintReceipt:
    """Return the complaint with this receipt, paced by address.

    :raises NotFound: there is none.
    :raises TooMany: too many numbers were tried.
    """
    if comment_guard.too_fast("receipt", comment_guard.LOOKUPS):
        raise TooMany("too_many_requests", "查询过于频繁，请稍候再试", details={"retry_after": 60})
    found = public_complaints.receipt(reading(), normal_receipt(number))
    if found is None:
        raise NotFound("receipt_not_found", "没有这个回执编号，请核对后重新输入；编号形如 TS-7K3M-9QXA")
    return found


def _asked(number: str, errors: Sequence[tuple[str, str]] = (), status: int = 200) -> Response:
    project = public_register.registered_project(reading(), number)
    if project is None:
        raise NotFound("project_not_found", "没有这个登记编号")
    body = render_template(
        "public/complain.html",
        project=project,
        listed=project.listed,
        errors=list(errors),
        at_field=dict(reversed(list(errors))),
        typed={name: request.form.get(name, request.args.get(name, "")) for name in FIELDS},
        form_key=form_key() or fresh_key(),
        longest=LONGEST,
        longest_name=LONGEST_NAME,
        longest_contact=LONGEST_CONTACT,
        trap=comment_guard.TRAP,
    )
    return revalidated(body, status)


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").strip()
