"""What process administrators ask for on the way to a new version: drafts, the edit lock, proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from workflow_app.commands.requests import Request


@dataclass(frozen=True, slots=True)
class OpenDraft(Request):
    """Begin a draft of the next version.

    :param base: the version it starts from; the effective one unless given.
    """

    title: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class SaveDraftFile(Request):
    """Keep a file of a draft.

    :param body: its bytes; ``None`` where the version is no longer to hold it.
    :param revision: the revision it was read at; 0 for a file as it is in the base.
    """

    draft_id: str
    path: str
    body: bytes | None
    revision: int


@dataclass(frozen=True, slots=True)
class TakeDraft(Request):
    """Take the edit lock of a draft nobody edits any more."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class HandOverDraft(Request):
    """Give one's edit lock up, to another process administrator or to whoever comes first.

    :param to: a user's id, or empty.
    """

    draft_id: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class DiscardDraft(Request):
    """Give a draft up."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class SubmitProposal(Request):
    """Propose to deploy what a draft makes of its base.

    :param effective_from: the instant new cases are to start on it; at once on approval unless given.
    """

    draft_id: str
    reason: str
    effective_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposeFiles(Request):
    """Propose to deploy the effective version with some files changed, as a folder or a program holds them.

    :param files: path to content; files not named keep their present content.
    :param removed: paths the version no longer holds.
    """

    files: Mapping[str, bytes]
    reason: str
    removed: tuple[str, ...] = ()
    effective_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposeRollback(Request):
    """Propose to deploy an earlier version anew."""

    version: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawProposal(Request):
    """Take one's own proposal back; its draft is open again."""

    proposal_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecideProposal(Request):
    """Approve a proposal, which deploys it, or reject it with a reason."""

    proposal_id: str
    approve: bool
    reason: str = ""
