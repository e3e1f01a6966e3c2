"""What pages and API show of drafts: a draft's files over its base's, and what the gate says of them."""

from __future__ import annotations

from typing import Any

from workflow_app.commands import gate
from workflow_app.kernel.errors import NotFound, Refused
from workflow_app.queries import design
from workflow_app.queries.design import ListedDraft, ListedProposal
from workflow_app.web.desk import desk, reading

READERS = ("process_admin", "auditor", "department_leader", "department_clerk")
"""Who reads versions, drafts and proposals."""


def draft(draft_id: str) -> ListedDraft:
    """Return a draft.

    :raises NotFound: there is none.
    """
    found = design.draft(reading(), draft_id)
    if found is None:
        raise NotFound("no_such_draft", "没有这份草稿")
    return found


def proposal(proposal_id: str) -> ListedProposal:
    """Return a proposal.

    :raises NotFound: there is none.
    """
    found = design.proposal_of(reading(), proposal_id)
    if found is None:
        raise NotFound("no_such_proposal", "没有这项部署申请")
    return found


def files(found: ListedDraft) -> dict[str, bytes]:
    """Return the whole version the draft makes of its base."""
    whole = dict(desk().tools.versions.files(found.base))
    for path, (body, _) in design.draft_bodies(reading(), found.id).items():
        if body is None:
            whole.pop(path, None)
        else:
            whole[path] = body
    return whole


def file(found: ListedDraft, path: str) -> dict[str, Any]:
    """Return one file's text, its text in the base, and the revision to save it from.

    :raises NotFound: neither the draft nor its base has it.
    """
    base = desk().tools.versions.files(found.base).get(path)
    body, revision = design.draft_bodies(reading(), found.id).get(path, (base, 0))
    if body is None and base is None:
        raise NotFound("file_not_found", "草稿中没有这个文件")
    return {"path": path, "text": _text(body), "base": _text(base), "revision": revision}


def revision(found: ListedDraft, path: str) -> int:
    """Return the revision a file of the draft is saved from; 0 where it is as in the base."""
    return design.draft_bodies(reading(), found.id).get(path, (None, 0))[1]


def findings(found: ListedDraft) -> list[Any]:
    """Return what stands against the draft, as faces show it."""
    try:
        return [gate.told(each) for each in gate.findings(files(found))]
    except Refused as refusal:  # parameters, forms or papers that cannot be read at all
        known = refusal.details.get("path", "-")
        return [
            {
                "path": known,
                "element": "-",
                "severity": "error",
                "code": refusal.code,
                "text": refusal.message,
                "trail": [],
            }
        ]


def _text(body: bytes | None) -> str | None:
    return None if body is None else body.decode("utf-8", "replace")
