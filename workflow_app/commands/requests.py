"""What a person or a machine may ask for: one frozen request a use case.

Every face (page, API, command line, scheduler) builds one of these and hands it to
``App.execute``. A request carries what was typed and nothing that was decided; it must
never know a session, a template, a table or a diagram.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
Raw = Mapping[str, object]
"""What a face received: ``{name: [text, …]}`` from a browser, a JSON object from the API."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which roles, for which organisation, through which face.

    :param roles: pairs of role id and organisation id; ``None`` where the role has no scope.
    :param channel: ``web`` (a session), ``api`` (a personal token), ``cli``, ``scheduler`` or ``public``.
    """

    user_id: str | None
    roles: frozenset[tuple[str, str | None]]
    organisation_id: str | None
    name: str
    channel: str

    def holds(self, *roles: str) -> bool:
        """Tell whether any of ``roles`` is held, whatever its scope."""
        return any(role in roles for role, _ in self.roles)


SYSTEM = Actor(None, frozenset({("system", None)}), None, "系统", "scheduler")
PUBLIC = Actor(None, frozenset({("public", None)}), None, "社会公众", "public")


@dataclass(frozen=True, slots=True)
class Result:
    """What a command did, ready for JSON.

    :param values: identifiers and facts of the effect, for the face to go on with.
    :param replayed: the same idempotency key was seen before; nothing was done again.
    """

    values: Mapping[str, Json]
    replayed: bool = False


class Request:
    """Root of all requests; only for typing."""

    __slots__ = ()


# --- cases -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartCase(Request):
    """Open a case of a process a person may start: ``project_lifecycle``, ``pilot_filing``.

    :param fields: case variables that choose the parties, ``title`` among them.
    """

    process_id: str
    fields: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompleteTask(Request):
    """Hand in the form of an open task.

    :param raw: the form as typed; ``action`` names the button.
    :param expected_revision: the case revision the form was shown at; ``None`` does not compare.
    """

    task_id: str
    raw: Raw
    expected_revision: int | None = None


@dataclass(frozen=True, slots=True)
class WithdrawProject(Request):
    """申请方撤回: any time before registration."""

    project_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawBatch(Request):
    """业主撤回本期签发申请: any time before the units are registered."""

    project_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RevokeMandate(Request):
    """业主撤回对代理机构的委托: its agent does nothing more for this project."""

    project_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RenewMandate(Request):
    """业主续展或者重新给予委托.

    :param until: its last day, a legal date in Asia/Shanghai.
    """

    project_id: str
    until: date


@dataclass(frozen=True, slots=True)
class TerminateNotice(Request):
    """公示期间发生实质变更: the department stops the notice; a new full one follows."""

    notice_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndProject(Request):
    """注销 or 撤销 of a registered project by the competent authority.

    :param how: ``deregistration`` or ``revocation``.
    """

    project_id: str
    how: str
    reason: str


# --- inbox -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimTask(Request):
    """Take a group's task for oneself."""

    task_id: str


@dataclass(frozen=True, slots=True)
class ReleaseTask(Request):
    """Give a claimed task back to its group."""

    task_id: str


@dataclass(frozen=True, slots=True)
class HandOver(Request):
    """转办: pass a task to a colleague who could have taken it."""

    task_id: str
    to_user: str
    reason: str


@dataclass(frozen=True, slots=True)
class SaveDraft(Request):
    """Keep what was typed so far.

    :param revision: the draft revision seen; ``0`` for a first draft. A newer one is a conflict.
    """

    task_id: str
    raw: Raw
    revision: int


@dataclass(frozen=True, slots=True)
class AddNote(Request):
    """Write a note on a case; notes are never changed."""

    case_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Attach(Request):
    """Upload a file to a form field of a task.

    :param stream: opened binary stream; read once, bounded by the configured size.
    """

    task_id: str
    field: str
    filename: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class RemoveAttachment(Request):
    """Take a file off a form that was not handed in yet."""

    attachment_id: str


# --- the public ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SubmitComment(Request):
    """社会公众提出意见: no sign-in; name and contact may be empty."""

    notice_id: str
    text: str
    name: str = ""
    contact: str = ""


# --- time ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FireDueTimers(Request):
    """Advance what is due now, at most ``limit`` timers, earliest first."""

    limit: int = 50


@dataclass(frozen=True, slots=True)
class SuspendDeadline(Request):
    """中止: stop a running limit by a written notice.

    :param notice_no: number of the written notice that tells the parties.
    """

    case_id: str
    deadline_id: str
    reason: str
    notice_no: str


@dataclass(frozen=True, slots=True)
class ResumeDeadline(Request):
    """恢复: let a suspended limit run on."""

    case_id: str
    deadline_id: str
    reason: str
    notice_no: str


@dataclass(frozen=True, slots=True)
class MoveClock(Request):
    """Move the sandbox's clock forward: exactly one of the three is given."""

    to: datetime | None = None
    days: int | None = None
    next_deadline: bool = False


# --- pilots ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SuspendFiling(Request):
    """暂停 a filed pilot."""

    filing_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class TerminateFiling(Request):
    """终止 a filed pilot."""

    filing_id: str
    reason: str


# --- trouble ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RetryIncident(Request):
    """Do again what failed."""

    incident_id: str


# --- definitions -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnterMethodology(Request):
    """Enter a published methodology in the register (R3, R12, R13).

    :param kind: ``jcer``, ``ccer`` or ``international``.
    :param field: 01-06 or 99.
    :param document: number of the document it was published with.
    :param demo: made for the sandbox; shown as 演示.
    """

    code: str
    name: str
    kind: str
    field: str
    published_on: date
    document: str = ""
    gases: tuple[str, ...] = ("CO2",)
    crediting_required: bool = True
    demo: bool = False
    gwp_set: str = ""


@dataclass(frozen=True, slots=True)
class ReviseMethodology(Request):
    """Enter the next version of a methodology (R12); the one before ends the day it begins.

    :param effective_from: first day it may be chosen.
    :param gwp_set: the set of global warming potentials it prescribes, such as ``AR5`` (R1).
    """

    code: str
    effective_from: date
    document: str
    gases: tuple[str, ...] = ("CO2",)
    gwp_set: str = ""
    crediting_required: bool = True


@dataclass(frozen=True, slots=True)
class EndMethodology(Request):
    """Take a methodology out of use from a day on; projects that pinned a version keep it."""

    code: str
    ends_on: date
    reason: str = ""


# --- messages --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadNotices(Request):
    """Mark in-app notices as read.

    :param notices: their ids; empty for all that are addressed to the actor.
    """

    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenDocument(Request):
    """Note that an addressee opened an official paper (送达)."""

    document_id: str


# --- people ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateOrganisation(Request):
    """Enter an organisation; ``uscc`` is its unified social credit code."""

    name: str
    uscc: str
    kind: str
    parent_id: str | None = None
    division: str = ""
    qualified_until: date | None = None


@dataclass(frozen=True, slots=True)
class CreateUser(Request):
    """Enter a person with a local sign-in name.

    :param lasting: the password stays, as in a demonstration; otherwise, where a person hands it to
        another, it is good for the first sign-in only.
    """

    login: str
    name: str
    organisation_id: str | None
    password: str
    post: str = ""
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class AssignRole(Request):
    """Give a post: a role, for an organisation where the role asks for one, from day to day.

    :param valid_from: its first legal day, ``None`` is today; ``valid_to`` its last, included, or ``None``.
    """

    user_id: str
    role: str
    organisation_id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class RevokeRole(Request):
    """收回岗位: take a role away at once, and what was to begin later."""

    user_id: str
    role: str
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True)
class SetPassword(Request):
    """Set a password: one's own with the present one, anybody's by the system administrator."""

    user_id: str
    password: str
    present: str | None = None


@dataclass(frozen=True, slots=True)
class DisableUser(Request):
    """停用账号: no sign-in, no session, no token."""

    user_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class EnableUser(Request):
    """恢复使用."""

    user_id: str


@dataclass(frozen=True, slots=True)
class CreateApiToken(Request):
    """Make a personal API token; its secret is shown once.

    :param expires_at: host time after which it is refused.
    :param present: the present password, which a caller known by a token only has to give.
    """

    label: str
    expires_at: datetime | None = None
    present: str | None = None


@dataclass(frozen=True, slots=True)
class RevokeApiToken(Request):
    """Make a token useless."""

    token_id: str


@dataclass(frozen=True, slots=True)
class DeclareConflict(Request):
    """Record that an expert is tied to an organisation (利益关联).

    :param since: when the tie began.
    :param until: when it ended; ``None`` while it lasts.
    """

    expert_id: str
    organisation_id: str
    nature: str
    since: date
    until: date | None = None
