"""社会公众提出意见 (355号附件一（三）): no sign-in, a receipt number, a case for each comment.

What arrives after the close is a lead (线索): it gets its case and its answer, and blocks nothing.
"""

from __future__ import annotations

from typing import Final

from workflow_app.commands import steps
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result, SubmitComment
from workflow_app.commands.run import Run
from workflow_app.domain.public_notice import is_late
from workflow_app.kernel.errors import InvalidForm, NotFound
from workflow_app.kernel.identifiers import new_id, receipt_number
from workflow_app.store import tables

LONGEST: Final = 5000
LONGEST_NAME: Final = 100
LONGEST_CONTACT: Final = 254
PARTIES: Final = ("project_id", "owner_org", "applicant_org", "exchange_org", "bureau_org")


def submit(run: Run, request: SubmitComment) -> Result:
    """Take a comment and open its case.

    :raises NotFound: no such notice.
    :raises InvalidForm: nothing said, or too much.
    """
    notice = run.uow.programme.notice(request.notice_id)
    if notice is None or notice["case_id"] is None:
        raise NotFound("no_such_notice", "没有这个公示")
    text = request.text.strip()
    errors: dict[str, list[str]] = {}
    if not text:
        errors["text"] = ["请填写意见内容"]
    elif len(text) > LONGEST:
        errors["text"] = [f"意见内容不得超过{LONGEST}字"]
    if len(request.name) > LONGEST_NAME:
        errors["name"] = [f"姓名或名称不得超过{LONGEST_NAME}字"]
    if len(request.contact) > LONGEST_CONTACT:
        errors["contact"] = [f"联系方式不得超过{LONGEST_CONTACT}字"]
    if errors:
        raise InvalidForm(errors)
    # What is said of a notice that was stopped is a lead: the one that follows takes objections.
    late = notice["state"] == "terminated" or is_late(run.at, notice["closes_at"])
    comment_id, receipt = new_id(), receipt_number("YJ")
    run.uow.programme.add(
        tables.comment,
        {
            "id": comment_id,
            "receipt": receipt,
            "notice_id": notice["id"],
            "case_id": None,
            "received_at": run.at,
            "late": late,
            "text": text,
            "author": run.uow.programme.sealed_author(
                comment_id, request.name.strip(), request.contact.strip()
            ),
            "kind": None,
            "outcome": None,
            "reply": None,
            "decided_at": None,
        },
    )
    published = run.uow.cases.get(notice["case_id"])
    parties = {name: getattr(published, name) for name in PARTIES}
    case = steps.start(
        run,
        "objection",
        {
            **parties,
            "comment_id": comment_id,
            "notice_id": notice["id"],
            "late": late,
            "received_at": run.at.isoformat(),
        },
        title=f"{published.title}：公众意见",
    )
    run.uow.programme.change(tables.comment, comment_id, {"case_id": case.id})
    run.uow.history.record("comment_received", f"notice:{notice['id']}", who(run.actor), run.at)
    run.drain()
    return Result({"receipt": receipt, "comment_id": comment_id, "late": late})
