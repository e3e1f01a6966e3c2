"""放假通知: typed into a form or read from its file, looked at, proposed; approved or returned by the leader.

Three pages: proposals and notices, the form with its preview, one proposal. The commands judge and decide;
what was typed rides along in the form, so nothing needs a script.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from calendars.errors import NoticeError
from calendars.notice import MAX_FILE_BYTES, parse_notices
from calendars.typed import TypedNotice, judge
from calendars.typed_toml import read_toml
from workflow_app.commands.calendar_proposals import PROPOSERS
from workflow_app.commands.calendar_requests import (
    DecideCalendarProposal,
    PreviewCalendarNotice,
    PreviewCalendarProposal,
    ProposeCalendarNotice,
    WithdrawCalendarProposal,
)
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound
from workflow_app.queries import calendar as proposals
from workflow_app.queries import system
from workflow_app.queries.calendar import READERS, WholeProposal
from workflow_app.web import calendar_form, calendar_view
from workflow_app.web.desk import act, actor, desk, form_key, now, reading, require
from workflow_app.web.texts import _

blueprint = Blueprint("calendar_admin", __name__, url_prefix="/admin/calendar")

ADMINISTRATORS: Final = tuple(role for role in PROPOSERS if role != "system")
Errors = list[tuple[str, str]]
Page = Response | tuple[str, int] | str


@blueprint.get("")
def page() -> str:
    """List the proposals, those that wait first, and the notices in force."""
    found = require(*READERS)
    calendar = desk().calendar()
    return render_template(
        "office/calendar_admin.html",
        proposals=proposals.proposals(reading()),
        notices=sorted(calendar.notices, key=lambda one: one.issued, reverse=True),
        loaded={one.number for one in system.loaded_notices(reading())},
        next_year=max(calendar.years) + 1,
        may_propose=found.holds(*ADMINISTRATORS),
    )


@blueprint.get("/new")
def ask() -> str:
    """Ask for a notice: empty, or as a proposal or a notice in force has it, to be put right."""
    require(*ADMINISTRATORS)
    reason = ""
    typed = None
    if request.args.get("proposal"):
        found = proposals.proposal(reading(), request.args["proposal"][:64])
        if found is not None:
            (typed,), reason = read_toml(found.body), found.proposal.reason
    elif request.args.get("notice"):
        same = (one for one in desk().calendar().notices if one.number == request.args["notice"])
        typed = next((TypedNotice.of(one) for one in same), None)
    return _asked(typed or calendar_form.empty(max(desk().calendar().years) + 1), reason, [])


@blueprint.post("/new")
def enter() -> Page:
    """Add or delete a row, read a file, show what would change, or submit; the button says which."""
    require(*ADMINISTRATORS)
    typed, reason = calendar_form.typed(), request.form.get("reason", "").strip()
    changed = calendar_form.row_changed(typed)
    if changed is not None:
        return _asked(changed, reason, [])
    typed = calendar_form.cleaned(typed)
    step = request.form.get("step", "preview")
    try:
        if step == "load":
            typed = _from_file()
        answer = _submitted(typed, reason) if step == "submit" else None
        return answer or (_asked if step == "edit" else _previewed)(typed, reason, [])
    except InvalidForm as error:
        errors = [(name.replace(".", "-"), text) for name, texts in error.errors.items() for text in texts]
        if step == "submit" and set(error.errors) == {"reason"}:
            return _previewed(typed, reason, errors), 422
        return _asked(typed, reason, errors), 422
    except Conflict as error:
        return _asked(typed, reason, [("", error.message)]), 409


@blueprint.get("/proposals/<proposal_id>")
def proposal(proposal_id: str) -> str:
    """Show a proposal: what it would change now, or what it changed when it was approved."""
    require(*READERS)
    return _shown(_found(proposal_id), [])


@blueprint.post("/proposals/<proposal_id>/decide")
def decide(proposal_id: str) -> Page:
    """Approve, which puts the notice in force, or return with a reason."""
    require("department_leader")
    approve = request.form.get("decision") == "approve"
    try:
        act(DecideCalendarProposal(proposal_id, approve, request.form.get("reason", "")), form_key())
    except InvalidForm as error:
        return _shown(_found(proposal_id), [(name, one[0]) for name, one in error.errors.items()]), 422
    except Conflict as error:
        return _shown(_found(proposal_id), [("", error.message)]), 409
    flash(_("已批准：通知生效，受影响的期限已重新推算") if approve else _("已退回"))
    return redirect(url_for(".proposal", proposal_id=proposal_id), 303)


@blueprint.post("/proposals/<proposal_id>/withdraw")
def withdraw(proposal_id: str) -> Page:
    """Take back one's own proposal."""
    require(*ADMINISTRATORS)
    try:
        act(WithdrawCalendarProposal(proposal_id), form_key())
    except Conflict as error:
        return _shown(_found(proposal_id), [("", error.message)]), 409
    flash(_("申请已撤回"))
    return redirect(url_for(".page"), 303)


def _submitted(typed: TypedNotice, reason: str) -> Response:
    made = act(ProposeCalendarNotice(typed, reason), form_key())
    flash(_("已提交，等待省厅领导批准"))
    return redirect(url_for(".proposal", proposal_id=made.values["proposal_id"]), 303)


def _from_file() -> TypedNotice:
    toml: bytes | str = request.form.get("toml", "")
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        toml = upload.stream.read(MAX_FILE_BYTES + 1)
    if not toml.strip():
        raise InvalidForm({"toml": [_("请选择通知文件，或粘贴其内容")]})
    try:
        found = read_toml(toml)
    except NoticeError as error:
        raise InvalidForm({"toml": [str(error)]}) from None
    if len(found) != 1:
        raise InvalidForm({"toml": [_("一次提出一份通知，文件中有 %(number)s 份", number=len(found))]})
    return found[0]


def _asked(typed: TypedNotice, reason: str, errors: Errors) -> str:
    return render_template(
        "office/calendar_new.html",
        typed=typed,
        reason=reason,
        errors=errors,
        wrong=calendar_form.by_field(errors),
        toml=request.form.get("toml", "")[:MAX_FILE_BYTES],
        statutory=calendar_form.statutory(typed.year),
        in_force=[one for one in desk().calendar().notices if str(one.year) == typed.year],
    )


def _previewed(typed: TypedNotice, reason: str, errors: Errors) -> str:
    said = desk().app.calendar_effect(PreviewCalendarNotice(typed), actor()).values
    notice = judge(typed, desk().calendar()).notice
    return render_template(
        "office/calendar_preview.html",
        typed=typed,
        notice=notice,
        effect=calendar_view.effect(said, notice, now()),
        kept=calendar_form.kept(typed),
        reason=reason,
        errors=errors,
        wrong=calendar_form.by_field(errors),
    )


def _found(proposal_id: str) -> WholeProposal:
    found = proposals.proposal(reading(), proposal_id)
    if found is None:
        raise NotFound("proposal_not_found", "没有这份申请")
    return found


def _shown(found: WholeProposal, errors: Errors) -> str:
    person = require(*READERS)
    (notice,) = parse_notices(found.body)
    said, coming = found.effect, None
    waits = found.proposal.state == "submitted"
    if waits:
        coming = notice
        said = desk().app.calendar_effect(PreviewCalendarProposal(found.proposal.id), actor()).values
    mine = found.proposal.proposed_by_id == person.user_id
    return render_template(
        "office/calendar_proposal.html",
        one=found.proposal,
        notice=notice,
        effect=calendar_view.effect(said, coming, now()) if said else None,
        stale=waits and found.proposal.base != desk().calendar().revision,
        may_decide=waits and person.holds("department_leader") and not mine,
        may_withdraw=waits and mine and person.holds(*ADMINISTRATORS),
        may_propose=person.holds(*ADMINISTRATORS),
        errors=errors,
        wrong=dict(errors),
        reason=request.form.get("reason", ""),
    )
