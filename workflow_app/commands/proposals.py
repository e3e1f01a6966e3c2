"""Proposals to deploy a version: judged when handed in, decided and so deployed by a second person.

What a proposal names is a stored version, so what was approved is what runs. Whoever changed a file of it
decides nothing; what an article of the notice fixes is the department's leader's. This module must never
know how a draft was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow_app.commands import gate, parameters, permissions, statute, version_drafts
from workflow_app.commands.design_requests import (
    DecideProposal,
    ProposeFiles,
    ProposeRollback,
    SubmitProposal,
    WithdrawProposal,
)
from workflow_app.commands.on_cancellations import running_number
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.domain.deadlines import FIXED
from workflow_app.kernel.clock import SHANGHAI
from workflow_app.kernel.errors import Conflict, InvalidForm, Refused
from workflow_app.kernel.identifiers import new_id

APPROVAL = "服务规则：流程部署须由另一人审批"
LONGEST_REASON = 2000


def submit(run: Run, request: SubmitProposal) -> Result:
    """Propose what a draft makes of its base; the draft rests until it is decided.

    :raises Refused: findings stand against it, in the details; nothing is changed.
    :raises Conflict: it changes nothing, or something else was deployed since the draft began.
    """
    permissions.ensure_holds(run.actor, "process_admin")
    draft = run.uow.design.draft(request.draft_id, lock=True)
    if draft.state != "open":
        raise Refused("draft_closed", "这份草稿已提交、部署或放弃", article=APPROVAL)
    present = run.tools.versions.effective(run.uow)
    if draft.base != present:
        raise Conflict(
            "base_superseded",
            "草稿开始之后已有新版本生效，请在新版本上另建草稿",
            details={"effective": present},
        )
    files = version_drafts.files_of(run, draft)
    authors = {file.changed_by for file in run.uow.design.files(draft.id)} | {str(run.actor.user_id)}
    answer = _propose(run, files, present, request.reason, request.effective_from, authors, draft.id)
    run.uow.design.change(draft.id, state="proposed", editor=None, editing_until=None)
    return answer


def propose_files(run: Run, request: ProposeFiles) -> Result:
    """Propose the effective version with some files changed."""
    permissions.ensure_holds(run.actor, "process_admin")
    present = run.tools.versions.effective(run.uow)
    files = dict(run.tools.versions.files(present))
    files |= {version_drafts.lawful_path(path): data for path, data in request.files.items()}
    for path in request.removed:
        files.pop(path, None)
    authors = {str(run.actor.user_id)}
    return _propose(run, files, present, request.reason, request.effective_from, authors)


def roll_back(run: Run, request: ProposeRollback) -> Result:
    """Propose an earlier version anew; it is judged by today's rules."""
    permissions.ensure_holds(run.actor, "process_admin")
    files = run.tools.versions.files(request.version)
    if not any(each.version == request.version for each in run.uow.definitions.deployments()):
        raise Refused("never_deployed", "只能回退到部署过的版本", article=APPROVAL)
    present = run.tools.versions.effective(run.uow)
    authors = {str(run.actor.user_id)}
    return _propose(run, files, present, request.reason, None, authors, kind="rollback")


def withdraw(run: Run, request: WithdrawProposal) -> Result:
    """Take one's own proposal back; its draft is open again."""
    row = _undecided(run, request.proposal_id)
    if row["submitted_by"] != run.actor.user_id:
        raise Refused("not_yours", "只有提出人可以撤回部署申请", article=APPROVAL)
    _settle(run, row, "withdrawn", request.reason)
    return Result({"proposal_id": row["id"], "state": "withdrawn"})


def decide(run: Run, request: DecideProposal) -> Result:
    """Approve a proposal, which deploys its version, or reject it.

    :raises Forbidden: somebody without the role it needs.
    :raises Refused: whoever had a hand in it; findings stand against it by now.
    :raises Conflict: another version became effective since it was handed in.
    """
    row = _undecided(run, request.proposal_id)
    fixed = row["kind"] == "article_fixed"
    permissions.ensure_holds(run.actor, "department_leader" if fixed else "process_admin")
    if run.actor.user_id in {row["submitted_by"], *row["authors"]}:
        raise Refused("second_approver", "部署流程须由没有参与修改的另一人审批", article=APPROVAL)
    if not request.approve:
        if not request.reason.strip():
            raise InvalidForm({"reason": ["请填写退回的理由"]})
        _settle(run, row, "rejected", request.reason)
        return Result({"proposal_id": row["id"], "state": "rejected"})
    present = run.tools.versions.effective(run.uow)
    if present != row["base"]:
        raise Conflict("base_superseded", "提交之后已有新版本生效，请在新版本上重新提出")
    effective_from = max(row["effective_from"] or run.at, run.at)
    _ensure_nothing_is_lost(run, row, effective_from)
    found = gate.admitted(run.tools.versions.files(row["version"]))
    _settle(run, row, "approved", request.reason)
    deployed = run.uow.definitions.deploy(
        row["version"],
        run.at,
        row["reason"],
        statute=statute.edition(),
        effective_from=effective_from,
        deployed_by=row["submitted_by"],
        approved_by=run.actor.user_id,
    )
    facts = {
        "version": deployed.version,
        "before": present,
        "reason": deployed.reason,
        "proposal": row["number"],
        "effective_from": deployed.effective_from.isoformat(),
        "statute": deployed.statute,
    }
    run.uow.history.record(
        "version_deployed", "definitions", who(run.actor), run.at, version=deployed.version, facts=facts
    )
    return Result(
        {
            "proposal_id": row["id"],
            "state": "approved",
            "version": deployed.version,
            "sequence": deployed.sequence,
            "warnings": found,
        }
    )


def _propose(
    run: Run,
    files: Mapping[str, bytes],
    present: str,
    reason: str,
    effective_from: datetime | None,
    authors: set[str],
    draft_id: str | None = None,
    kind: str = "process",
) -> Result:
    if not reason.strip():
        raise InvalidForm({"reason": ["请填写修改说明"]})
    if effective_from is not None and effective_from < run.at:
        raise InvalidForm({"effective_from": ["生效时间不能早于现在"]})
    warnings = gate.admitted(files)
    version = run.uow.definitions.store(files, run.at)
    recalls = kind == "rollback" and run.uow.definitions.scheduled(run.at) is not None
    if version == present and not recalls:
        raise Conflict("already_deployed", "与生效版本的内容相同，没有可以部署的修改")
    if _changes_what_an_article_fixes(run.tools.versions.files(present), files):
        kind = "article_fixed"
    proposal_id, number = new_id(), running_number(run, "BS", "proposal")
    row = {
        "id": proposal_id,
        "number": number,
        "draft_id": draft_id,
        "version": version,
        "base": present,
        "kind": kind,
        "reason": reason.strip()[:LONGEST_REASON],
        "effective_from": effective_from,
        "warnings": warnings,
        "statute": statute.edition(),
        "state": "submitted",
        "submitted_by": run.actor.user_id,
        "submitted_at": run.at,
        "authors": sorted(authors),
    }
    run.uow.design.propose(row)
    facts = {
        "proposal": number,
        "version": version,
        "base": present,
        "kind": kind,
        "reason": row["reason"],
    }
    run.uow.history.record("version_proposed", "definitions", who(run.actor), run.at, facts=facts)
    return Result(
        {
            "proposal_id": proposal_id,
            "number": number,
            "version": version,
            "kind": kind,
            "warnings": warnings,
        }
    )


def _ensure_nothing_is_lost(run: Run, row: Mapping[str, Any], effective_from: datetime) -> None:
    """Refuse to overtake a version that is approved but not yet effective; rolling back recalls it."""
    scheduled = run.uow.definitions.scheduled(run.at)
    if scheduled is None or row["kind"] == "rollback" or effective_from >= scheduled.effective_from:
        return
    day = scheduled.effective_from.astimezone(SHANGHAI).strftime("%Y年%m月%d日 %H:%M")
    raise Conflict(
        "version_scheduled",
        f"已批准的版本将于{day}生效，先于它部署会使它失效；请等它生效，或者先回退到现行版本以取消它",
        details={"scheduled": scheduled.version},
    )


def _changes_what_an_article_fixes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bool:
    old, new = parameters.load(before).rules, parameters.load(after).rules
    return any(old.get(limit) != new.get(limit) for limit in FIXED)


def _undecided(run: Run, proposal_id: str) -> dict[str, Any]:
    row = dict(run.uow.design.proposal(proposal_id, lock=True))
    if row["state"] != "submitted":
        raise Refused("proposal_decided", "这项部署申请已经办结", article=APPROVAL)
    return row


def _settle(run: Run, row: Mapping[str, Any], state: str, reason: str) -> None:
    values = {
        "state": state,
        "decided_by": run.actor.user_id,
        "decided_at": run.at,
        "decision_reason": reason.strip()[:LONGEST_REASON],
    }
    run.uow.design.decide(row["id"], values)
    if row["draft_id"]:
        after = "deployed" if state == "approved" else "open"
        run.uow.design.change(row["draft_id"], state=after)
    facts = {"proposal": row["number"], "version": row["version"], "reason": values["decision_reason"]}
    run.uow.history.record(f"version_{state}", "definitions", who(run.actor), run.at, facts=facts)
