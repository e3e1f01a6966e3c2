"""Work on the process over HTTP: drafts file by file, the gate's findings, proposals, their decision."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from marshmallow import fields

from workflow_app.commands.design_requests import (
    DecideProposal,
    DiscardDraft,
    HandOverDraft,
    OpenDraft,
    ProposeFiles,
    ProposeRollback,
    SaveDraftFile,
    SubmitProposal,
    TakeDraft,
    WithdrawProposal,
)
from workflow_app.kernel.errors import InvalidForm
from workflow_app.queries import design
from workflow_app.queries.design import ListedDraft, ListedProposal
from workflow_app.web import drafting
from workflow_app.web.api.design_shapes import (
    DECIDED,
    DRAFT,
    EDITED,
    FILE,
    FINDING,
    OPENED,
    PROPOSED,
    SAVED,
    Deciding,
    Handing,
    Opening,
    ProposedFiles,
    Proposing,
    RollingBack,
    Saving,
    Sought,
    Withdrawing,
)
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, shape
from workflow_app.web.desk import reading, require

section = Section("design", "流程设计")


@section.read("/drafts", listing(shape(ListedDraft, name="VersionDraft")))
def drafts() -> dict[str, Any]:
    """新版本的草稿"""
    require(*drafting.READERS)
    return {"items": design.drafts(reading()), "next": None}


@section.write("/drafts", OPENED, body=Opening, status=201)
def open_draft(body: dict[str, str]) -> Any:
    """另建草稿"""
    require("process_admin")
    return act(OpenDraft(body["title"], body["base"])).values


@section.read("/drafts/<draft_id>", DRAFT)
def draft(draft_id: str) -> dict[str, Any]:
    """一份草稿：改动的文件和草稿中的全部路径"""
    require(*drafting.READERS)
    found = drafting.draft(draft_id)
    return {
        "draft": found,
        "files": design.changed_files(reading(), draft_id),
        "paths": sorted(drafting.files(found)),
    }


@section.read("/drafts/<draft_id>/findings", named("DesignFindings", {"items": many(FINDING)}))
def findings(draft_id: str) -> dict[str, Any]:
    """按部署要求检查草稿"""
    require(*drafting.READERS)
    return {"items": drafting.findings(drafting.draft(draft_id))}


@section.read("/drafts/<draft_id>/files/<path:path>", FILE)
def file(draft_id: str, path: str) -> dict[str, Any]:
    """草稿中的一个文件和它的修订号"""
    require(*drafting.READERS)
    return drafting.file(drafting.draft(draft_id), path)


@section.write("/drafts/<draft_id>/files/<path:path>", SAVED, body=Saving)
def save(body: dict[str, Any], draft_id: str, path: str) -> Any:
    """保存草稿中的一个文件；修订号不是最新的，返回 409 和现有内容"""
    require("process_admin")
    text = body["text"]
    return act(
        SaveDraftFile(draft_id, path, None if text is None else text.encode(), body["revision"])
    ).values


@section.write("/drafts/<draft_id>/take", EDITED)
def take(draft_id: str) -> Any:
    """接手编辑"""
    require("process_admin")
    return act(TakeDraft(draft_id)).values


@section.write("/drafts/<draft_id>/hand-over", EDITED, body=Handing)
def hand_over(body: dict[str, str], draft_id: str) -> Any:
    """移交编辑"""
    require("process_admin")
    return act(HandOverDraft(draft_id, body["to"])).values


@section.write("/drafts/<draft_id>/discard", named("DraftDiscarded", {"draft_id": fields.String()}))
def discard(draft_id: str) -> Any:
    """放弃草稿"""
    require("process_admin")
    return act(DiscardDraft(draft_id)).values


@section.write("/drafts/<draft_id>/propose", PROPOSED, body=Proposing, status=201)
def propose(body: dict[str, Any], draft_id: str) -> Any:
    """提交部署申请；有错误的不予接收"""
    require("process_admin")
    return act(SubmitProposal(draft_id, body["reason"], body["effective_from"])).values


@section.read("/proposals", listing(shape(ListedProposal, name="Proposal")), query=Sought)
def proposals(wanted: dict[str, str]) -> dict[str, Any]:
    """部署申请，最新的在前"""
    require(*drafting.READERS)
    state = "" if wanted["state"] == "all" else wanted["state"]
    return {"items": design.proposals(reading(), state=state), "next": None}


@section.read("/proposals/<proposal_id>", shape(ListedProposal, name="Proposal"))
def proposal(proposal_id: str) -> Any:
    """一项部署申请"""
    require(*drafting.READERS)
    return drafting.proposal(proposal_id)


@section.write("/proposals", PROPOSED, body=ProposedFiles, status=201)
def propose_files(body: dict[str, Any]) -> Any:
    """以文件提出部署申请：未列出的文件保持现状"""
    require("process_admin")
    files, errors = _files(body)
    if errors:
        raise InvalidForm(errors)
    asked = ProposeFiles(files, body["reason"], tuple(body["removed"]), body["effective_from"])
    return act(asked).values


@section.write("/proposals/rollback", PROPOSED, body=RollingBack, status=201)
def roll_back(body: dict[str, str]) -> Any:
    """申请回退到以前的版本"""
    require("process_admin")
    return act(ProposeRollback(body["version"], body["reason"])).values


@section.write("/proposals/<proposal_id>/decide", DECIDED, body=Deciding)
def decide(body: dict[str, str], proposal_id: str) -> Any:
    """审批：同意即部署；改动条文所定期限的由省厅领导审批"""
    require("process_admin", "department_leader")
    return act(DecideProposal(proposal_id, body["decision"] == "approve", body["reason"])).values


@section.write("/proposals/<proposal_id>/withdraw", DECIDED, body=Withdrawing)
def withdraw(body: dict[str, str], proposal_id: str) -> Any:
    """撤回自己的部署申请"""
    require("process_admin")
    return act(WithdrawProposal(proposal_id, body["reason"])).values


def _files(body: dict[str, Any]) -> tuple[dict[str, bytes], dict[str, list[str]]]:
    files: dict[str, bytes] = {}
    errors: dict[str, list[str]] = {}
    for path, text in body["files"].items():
        if isinstance(text, str):
            files[path] = text.encode()
        else:
            errors[f"files.{path}"[:200]] = ["应为文字"]
    for path, text in body["binary"].items():
        try:
            files[path] = base64.b64decode(text if isinstance(text, str) else "!", validate=True)
        except (binascii.Error, ValueError):
            errors[f"binary.{path}"[:200]] = ["应为 Base64"]
    return files, errors
