"""草稿: drafts of the next version — opened, checked, handed over, given up, proposed.

Files of a draft are another page's. The commands decide who may act. It must never judge a version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.design_requests import (
    DiscardDraft,
    HandOverDraft,
    OpenDraft,
    SubmitProposal,
    TakeDraft,
)
from workflow_app.commands.proposals import LONGEST_REASON
from workflow_app.commands.requests import Request
from workflow_app.commands.version_drafts import LONGEST_TITLE
from workflow_app.kernel.errors import Conflict, InvalidForm, Refused
from workflow_app.queries import design, migrations, people, system
from workflow_app.queries.people import SignedIn
from workflow_app.queries.version_diff import changed_paths
from workflow_app.web import draft_view, drafting, process_view
from workflow_app.web.desk import act, desk, form_key, reading, require
from workflow_app.web.texts import _

blueprint = Blueprint("process_drafts", __name__, url_prefix="/admin/process/drafts")

Page = Response | tuple[str, int] | str
Errors = list[tuple[str, str]]
SUCCESSORS: Final = 500
"""People looked at for the other process administrators."""


@blueprint.get("")
def page() -> str:
    """List drafts, those in work first."""
    return _listed([])


@blueprint.post("")
def open_draft() -> Page:
    """Begin a draft."""
    require("process_admin")
    try:
        done = act(OpenDraft(request.form.get("title", ""), request.form.get("base", "")[:64]), form_key())
    except InvalidForm as error:
        return _listed([(name, each[0]) for name, each in error.errors.items()]), 422
    flash(_("草稿已建立，由您编辑"))
    return redirect(url_for(".show", draft_id=done.values["draft_id"]), 303)


@blueprint.get("/<draft_id>")
def show(draft_id: str) -> str:
    """Show a draft: what it changes, what stands against it, and what may be done with it."""
    return _shown(draft_id, [], [])


@blueprint.post("/<draft_id>/propose")
def propose(draft_id: str) -> Page:
    """Hand the draft in for approval; errors found by the gate refuse it."""
    require("process_admin")
    try:
        instant = process_view.instant_of(request.form.get("effective_from", ""), "effective_from")
        done = act(SubmitProposal(draft_id, request.form.get("reason", ""), instant), form_key())
    except InvalidForm as error:
        return _shown(draft_id, [(name, each[0]) for name, each in error.errors.items()], []), 422
    except Refused as error:
        told: Any = error.details.get("findings", ())
        return _shown(draft_id, [("proposing", error.message)], list(told)), 422
    except Conflict as error:
        return _shown(draft_id, [("proposing", error.message)], []), 409
    flash(_("已提交，等待审批"))
    return redirect(url_for("process_proposals.show", proposal_id=done.values["proposal_id"]), 303)


@blueprint.post("/<draft_id>/take")
def take(draft_id: str) -> Page:
    """Take the edit lock where nobody holds it any more."""
    return _done(draft_id, TakeDraft(draft_id), _("现在由您编辑"))


@blueprint.post("/<draft_id>/hand-over")
def hand_over(draft_id: str) -> Page:
    """Give the edit lock to another administrator, or to whoever comes first."""
    to = request.form.get("to", "")[:64]
    return _done(draft_id, HandOverDraft(draft_id, to), _("编辑已移交") if to else _("您已停止编辑"))


@blueprint.post("/<draft_id>/discard")
def discard(draft_id: str) -> Page:
    """Give the draft up; it can still be read."""
    return _done(draft_id, DiscardDraft(draft_id), _("草稿已放弃，仍可查看"))


def _done(draft_id: str, wanted: Request, said: str) -> Page:
    require("process_admin")
    try:
        act(wanted, form_key())
    except Refused as error:
        return _shown(draft_id, [("editing", error.message)], []), 422
    flash(said)
    return redirect(url_for(".show", draft_id=draft_id), 303)


def _listed(errors: Errors) -> str:
    found = require(*drafting.READERS)
    versions = system.versions(reading())
    return render_template(
        "process/drafts.html",
        drafts=design.drafts(reading()),
        bases=_bases(versions),
        effective=desk().effective_version() if versions else "",
        names=process_view.version_names(),
        may_open=found.holds("process_admin"),
        view=process_view,
        errors=errors,
        wrong=dict(errors),
        typed=request.form,
        longest=LONGEST_TITLE,
    )


def _bases(versions: tuple[system.Version, ...]) -> list[tuple[str, str]]:
    """Return each version once, under its last number."""
    found: dict[str, str] = {}
    for one in versions:
        words = _("第 %(number)s 版：%(reason)s", number=one.sequence, reason=one.reason[:60])
        found.setdefault(one.version, words)
    return list(found.items())


def _shown(draft_id: str, errors: Errors, refused: list[Mapping[str, Any]]) -> str:
    found = require(*drafting.READERS)
    one = drafting.draft(draft_id)
    base, files = process_view.files_of(one.base), drafting.files(one)
    editing = process_view.may_edit(found, one)
    return render_template(
        "process/draft.html",
        one=one,
        names=process_view.version_names(),
        stale=one.state == "open" and one.base != desk().effective_version(),
        lines=draft_view.lines(design.changed_files(reading(), draft_id), base, files),
        groups=draft_view.by_folder(files),
        differs=bool(changed_paths(base, files)),
        findings=refused or drafting.findings(one),
        may_edit=editing,
        may_rehearse=found.holds(*migrations.READERS),
        administers=found.holds("process_admin"),
        held=process_view.held_by_another(found, one),
        mine=one.editor_id == found.user_id and editing,
        others=_others(found) if editing else [],
        editor_of=draft_view.editor_of,
        view=process_view,
        errors=errors,
        wrong=dict(errors),
        typed=request.form,
        longest=LONGEST_REASON,
    )


def _others(found: SignedIn) -> list[tuple[str, str]]:
    """Return the other process administrators of today."""
    return [
        (one.id, one.name)
        for one in people.users(reading(), at_most=SUCCESSORS)
        if one.id != found.user_id and any(each.role == "process_admin" and each.held for each in one.grants)
    ]
