"""Drafts, proposals and versions in words, and who may act on them: for the pages of 流程管理.

The commands decide; what is said here only keeps a button away where its command would refuse. This module
must never know what a file means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow_app.kernel.clock import SHANGHAI
from workflow_app.kernel.errors import InvalidForm
from workflow_app.queries import people, system
from workflow_app.queries.design import ListedDraft, ListedProposal
from workflow_app.queries.people import SignedIn
from workflow_app.web.desk import desk, now, reading
from workflow_app.web.texts import _

ADMINISTRATOR = "process_admin"
LEADER = "department_leader"


@dataclass(frozen=True, slots=True)
class Acts:
    """What somebody may do with a proposal."""

    decide: bool
    withdraw: bool


def proposal_state(state: str) -> tuple[str, str]:
    """Return a proposal's state and the tone of its badge."""
    words = {
        "submitted": _("待审批"),
        "approved": _("已批准"),
        "rejected": _("已退回"),
        "withdrawn": _("已撤回"),
    }
    return words.get(state, state), {"submitted": "ochre", "approved": "accent"}.get(state, "")


def draft_state(state: str) -> tuple[str, str]:
    """Return a draft's state and the tone of its badge."""
    words = {
        "open": _("修改中"),
        "proposed": _("已提交审批"),
        "deployed": _("已部署"),
        "discarded": _("已放弃"),
    }
    return words.get(state, state), {"open": "accent", "proposed": "ochre"}.get(state, "")


def proposal_kind(kind: str) -> str:
    """Return what a proposal is about, and so whose it is to approve."""
    return {
        "process": _("流程修改"),
        "rollback": _("回退到以前的版本"),
        "article_fixed": _("改动条文所定的期限"),
    }.get(kind, kind)


def version_names() -> dict[str, str]:
    """Return what each deployed version is called: after its last deployment."""
    found: dict[str, str] = {}
    for one in system.versions(reading()):
        found.setdefault(one.version, _("第 %(number)s 版", number=one.sequence))
    return found


def names_of(user_ids: Any) -> list[str]:
    """Return the names of people."""
    found = (people.user(reading(), user_id) for user_id in user_ids)
    return [one.name for one in found if one is not None]


def acts(found: SignedIn, proposal: ListedProposal) -> Acts:
    """Return what somebody may do with a proposal that waits."""
    if proposal.state != "submitted":
        return Acts(decide=False, withdraw=False)
    role = LEADER if proposal.kind == "article_fixed" else ADMINISTRATOR
    hand_in_it = {proposal.submitted_by_id, *proposal.authors}
    return Acts(
        decide=found.holds(role) and found.user_id not in hand_in_it,
        withdraw=found.holds(ADMINISTRATOR) and found.user_id == proposal.submitted_by_id,
    )


def held_by_another(found: SignedIn, draft: ListedDraft) -> bool:
    """Tell whether somebody else holds the edit lock now."""
    held = draft.editing_until is not None and draft.editing_until > now()
    return held and draft.editor_id not in {None, found.user_id}


def may_edit(found: SignedIn, draft: ListedDraft) -> bool:
    """Tell whether somebody may change a draft now."""
    return found.holds(ADMINISTRATOR) and draft.state == "open" and not held_by_another(found, draft)


def instant_of(typed: str, field: str) -> datetime | None:
    """Return the instant typed as Beijing time; ``None`` where nothing was typed.

    :raises InvalidForm: it is no instant.
    """
    if not typed.strip():
        return None
    try:
        return datetime.fromisoformat(typed.strip()[:16]).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise InvalidForm({field: [_("请填写日期和时间，如 2026-12-01 00:00")]}) from None


def files_of(version: str) -> Mapping[str, bytes]:
    """Return the files of a stored version."""
    return desk().tools.versions.files(version)
