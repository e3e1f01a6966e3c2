"""版本: every deployment with who made, who approved it and why; an earlier one is proposed anew from here.

Rolling back is a proposal like any other. It must never know what a file means.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.design_requests import ProposeRollback
from workflow_app.commands.proposals import LONGEST_REASON
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused
from workflow_app.queries import system
from workflow_app.queries.version_diff import changed_paths
from workflow_app.web import draft_files, drafting, process_view
from workflow_app.web.desk import act, desk, form_key, now, reading, require
from workflow_app.web.pages.process_files import sent
from workflow_app.web.texts import _

blueprint = Blueprint("process_versions", __name__, url_prefix="/admin/process/versions")

Page = Response | tuple[str, int] | str
Errors = list[tuple[str, str]]


@blueprint.get("")
def page() -> str:
    """List the deployments, the newest first."""
    found = require(*drafting.READERS)
    deployments = system.versions(reading())
    return render_template(
        "process/versions.html",
        deployments=deployments,
        effective=desk().effective_version() if deployments else "",
        now=now(),
        may_act=found.holds("process_admin"),
    )


@blueprint.get("/<version>/download")
def download(version: str) -> Response:
    """Send all files of a version as one archive."""
    require(*drafting.READERS)
    return sent(draft_files.archive(process_view.files_of(version)), f"{version[:12]}.zip", "application/zip")


@blueprint.get("/<version>/roll-back")
def ask(version: str) -> str:
    """Ask why an earlier version is to come back."""
    require("process_admin")
    return _asked(version, [])


@blueprint.post("/<version>/roll-back")
def roll_back(version: str) -> Page:
    """Propose an earlier version anew."""
    require("process_admin")
    try:
        done = act(ProposeRollback(version, request.form.get("reason", "")), form_key())
    except InvalidForm as error:
        return _asked(version, [(name, each[0]) for name, each in error.errors.items()]), 422
    except Refused as error:
        return _asked(version, [("reason", error.message)]), 422
    except Conflict as error:
        return _asked(version, [("reason", error.message)]), 409
    flash(_("回退申请已提交，等待审批"))
    return redirect(url_for("process_proposals.show", proposal_id=done.values["proposal_id"]), 303)


def _asked(version: str, errors: Errors) -> str:
    shown = next((one for one in system.versions(reading()) if one.version == version), None)
    if shown is None:
        raise NotFound("version_not_found", "没有这个版本")
    present = desk().effective_version()
    return render_template(
        "process/roll_back.html",
        version=shown,
        present=present,
        names=process_view.version_names(),
        changed=changed_paths(process_view.files_of(present), process_view.files_of(version)),
        errors=errors,
        wrong=dict(errors),
        reason=request.form.get("reason", ""),
        longest=LONGEST_REASON,
    )
