"""部署申请: what was proposed, by whom and why, what it would change; approved, returned or taken back here.

Whoever reads versions reads proposals; the commands decide who may act. It must never judge a version.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.design_requests import DecideProposal, WithdrawProposal
from workflow_app.commands.proposals import LONGEST_REASON
from workflow_app.commands.requests import Request
from workflow_app.kernel.errors import Conflict, InvalidForm, Refused
from workflow_app.queries import design, migrations
from workflow_app.queries.version_diff import changed_paths
from workflow_app.web import drafting, process_view
from workflow_app.web.desk import act, desk, form_key, reading, require
from workflow_app.web.texts import _

blueprint = Blueprint("process_proposals", __name__, url_prefix="/admin/process")

Page = Response | tuple[str, int] | str
Errors = list[tuple[str, str]]
STATES: Final = ("submitted", "approved", "rejected", "withdrawn")


@blueprint.get("")
def home() -> Response:
    """Lead to what may wait for a decision."""
    require(*drafting.READERS)
    return redirect(url_for(".page"))


@blueprint.get("/proposals")
def page() -> str:
    """List proposals, the newest first."""
    require(*drafting.READERS)
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    return render_template(
        "process/proposals.html",
        proposals=design.proposals(reading(), state=state),
        state=state,
        states=STATES,
        names=process_view.version_names(),
        view=process_view,
    )


@blueprint.get("/proposals/<proposal_id>")
def show(proposal_id: str) -> str:
    """Show a proposal and what may be done with it."""
    return _shown(proposal_id, [])


@blueprint.post("/proposals/<proposal_id>/decide")
def decide(proposal_id: str) -> Page:
    """Approve, which deploys, or return with a reason."""
    require("process_admin", "department_leader")
    approve = request.form.get("decision") == "approve"
    wanted = DecideProposal(proposal_id, approve, request.form.get("reason", ""))
    said = _("已批准，新版本已部署") if approve else _("已退回，草稿可以继续修改")
    return _done(proposal_id, wanted, said)


@blueprint.post("/proposals/<proposal_id>/withdraw")
def withdraw(proposal_id: str) -> Page:
    """Take one's own proposal back."""
    require("process_admin")
    wanted = WithdrawProposal(proposal_id, request.form.get("reason", ""))
    return _done(proposal_id, wanted, _("已撤回，草稿可以继续修改"))


def _done(proposal_id: str, wanted: Request, said: str) -> Page:
    try:
        act(wanted, form_key())
    except InvalidForm as error:
        return _shown(proposal_id, [(name, each[0]) for name, each in error.errors.items()]), 422
    except Refused as error:
        return _shown(proposal_id, [("decision", error.message)]), 422
    except Conflict as error:
        return _shown(proposal_id, [("decision", error.message)]), 409
    flash(said)
    return redirect(url_for(".show", proposal_id=proposal_id), 303)


def _shown(proposal_id: str, errors: Errors) -> str:
    found = require(*drafting.READERS)
    one = drafting.proposal(proposal_id)
    base, files = process_view.files_of(one.base), process_view.files_of(one.version)
    return render_template(
        "process/proposal.html",
        one=one,
        authors=process_view.names_of(one.authors),
        names=process_view.version_names(),
        changed=changed_paths(base, files),
        acts=process_view.acts(found, one),
        stale=one.state == "submitted" and one.base != desk().effective_version(),
        may_rehearse=found.holds(*migrations.READERS),
        may_test=found.holds("process_admin"),
        view=process_view,
        errors=errors,
        wrong=dict(errors),
        reason=request.form.get("reason", ""),
        longest=LONGEST_REASON,
    )
