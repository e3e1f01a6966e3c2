"""登记送达: what happened to a copy outside this system is written down by whoever sent it.

By analogy with 民事诉讼法 第七章. What this system delivers itself (in-app, mail, public) nobody enters.
"""

from __future__ import annotations

from typing import Final

from workflow_app.commands import permissions
from workflow_app.commands.documents import delivered
from workflow_app.commands.on_documents import COMPLAINANT
from workflow_app.commands.paper_requests import NoteDelivery, OpenReply
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import Forbidden, InvalidForm, NotFound
from workflow_app.store.repositories.documents import COUNTER, POST, RECEIPT

SENDERS: Final = {"department": "department_clerk", "exchange": "exchange_maker"}
"""Who sends the papers of each issuer."""
LONGEST: Final = 200


def note(run: Run, request: NoteDelivery) -> Result:
    """Write down that a copy was handed over or posted, or that it failed.

    :raises Forbidden: another body's paper.
    :raises InvalidForm: no such recipient, channel or result, or nothing said of it.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, *SENDERS.values())
    document = run.uow.documents.get(request.document_id)
    kind = run.tools.papers(document.version).get(document.key)
    role = SENDERS[kind.issuer if kind else "department"]
    if not run.actor.holds(role):
        raise Forbidden("role_required", "送达由出具文书的单位登记", details={"roles": [role]})
    errors: dict[str, list[str]] = {}
    if request.recipient not in run.uow.documents.placed_with(document.id):
        errors["recipient"] = ["请选择该文书的受送达人或者抄送单位"]
    if request.channel not in {COUNTER, POST}:
        errors["channel"] = ["请选择当面送达或者寄送"]
    if request.result not in {"sent", "failed"}:
        errors["result"] = ["请选择已送达或者未送达"]
    detail = request.detail.strip()
    if not detail:
        errors["detail"] = ["请写明签收人、单号或者未送达的原因"]
    elif len(detail) > LONGEST:
        errors["detail"] = [f"不得超过{LONGEST}字"]
    if errors:
        raise InvalidForm(errors)
    what = (request.channel, request.recipient, request.result)
    new = delivered(run.uow, document.id, what, run.at, who(run.actor, role), detail)
    return Result({"document_id": document.id, "noted": new})


def open_reply(run: Run, request: OpenReply) -> Result:
    """Write down that the answer to a complaint was read under its receipt: once.

    :raises NotFound: no such receipt, or no answer yet.
    """
    row = run.uow.complaints.by_receipt(request.receipt)
    paper = run.uow.documents.of_subject(row["id"], "complaint_reply") if row else None
    if paper is None:
        raise NotFound("no_reply", "没有这个回执编号，或者尚未答复")
    what = (RECEIPT, COMPLAINANT, "opened")
    return Result(
        {"document_id": paper.id, "opened": delivered(run.uow, paper.id, what, run.at, who(run.actor))}
    )
