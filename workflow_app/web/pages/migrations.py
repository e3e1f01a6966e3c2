"""在办迁移: rehearse the running cases on a version, ask for a batch, approve, stop, resume, take back.

The rehearsal is read only and reads in pages of its own; whoever may not act reads the same. The commands
decide who may do what.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.migration_requests import (
    ApproveMigration,
    RejectMigration,
    ResumeMigration,
    RevertMigration,
    StartMigration,
    StopMigration,
)
from workflow_app.commands.migrations import ADMINISTRATOR, LONGEST
from workflow_app.commands.rehearsal import Verdict
from workflow_app.commands.requests import Request
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused
from workflow_app.queries import migrations, system
from workflow_app.queries.system import Version
from workflow_app.web import migration_view
from workflow_app.web.desk import act, desk, end_reading, form_key, now, reading, require
from workflow_app.web.texts import _

blueprint = Blueprint("migrations", __name__, url_prefix="/admin/process/migrations")

ACTS: Final[dict[str, Callable[[str], Request]]] = {
    "approve": ApproveMigration,
    "reject": RejectMigration,
    "stop": StopMigration,
    "resume": ResumeMigration,
    "revert": RevertMigration,
}
Errors = list[tuple[str, str]]
Answer = Response | str | tuple[str, int]


@blueprint.get("")
def page() -> str:
    """List the versions running cases are on, and the batches."""
    found = require(*migrations.READERS)
    return render_template(
        "migrations/list.html",
        migrations=migrations.migrations(reading()),
        versions=_once(system.versions(reading())),
        effective=desk().effective_version(),
        running=migrations.running(reading()),
        state_words=migration_view.state_words,
        may_act=found.holds(ADMINISTRATOR),
    )


@blueprint.get("/rehearsal/<version>")
def rehearsal(version: str) -> Answer:
    """Rehearse every running case on a version."""
    return _rehearsed(version, [])


@blueprint.post("/rehearsal/<version>")
def start(version: str) -> Answer:
    """Ask for a batch of the processes chosen."""
    require(*migrations.READERS)
    chosen = tuple(request.form.getlist("processes"))[:200]
    if not chosen:
        return _rehearsed(version, [("processes", _("请选择要迁移的流程"))], 422)
    try:
        wanted = StartMigration(version, request.form.get("reason", "").strip(), chosen)
        done = act(wanted, form_key())
    except InvalidForm as error:
        return _rehearsed(version, [(name, each[0]) for name, each in error.errors.items()], 422)
    except Refused as error:
        return _rehearsed(version, [("processes", error.message)], 422)
    flash(_("已提交，等待另一名流程管理员审批"))
    return redirect(url_for(".show", migration_id=done.values["migration_id"]), 303)


@blueprint.get("/<migration_id>")
def show(migration_id: str) -> Answer:
    """Show a batch, its progress and what may be done with it."""
    found = require(*migrations.READERS)
    shown = migrations.one(reading(), migration_id)
    if shown is None:
        raise NotFound("migration_not_found", "没有这批迁移")
    typed = request.args.get("after", "")
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1  # noqa: PLR2004
    cases, more = migrations.cases(reading(), migration_id, after=after)
    return render_template(
        "migrations/one.html",
        one=shown,
        cases=cases,
        more=more,
        after=after,
        state_words=migration_view.state_words,
        case_words=migration_view.case_words,
        may_act=found.holds(ADMINISTRATOR),
        mine=shown.requested_by_id == found.user_id,
    )


@blueprint.post("/<migration_id>/<what>")
def change(migration_id: str, what: str) -> Response:
    """Approve, refuse, stop, resume or take back a batch."""
    require(*migrations.READERS)
    if what not in ACTS:
        raise NotFound("page_not_found", "没有这个页面")
    try:
        act(ACTS[what](migration_id), form_key())
    except (Refused, Conflict) as error:
        flash(error.message, "attention")
    else:
        flash(
            {
                "approve": _("已批准，系统正在逐件迁移"),
                "reject": _("已退回，不迁移"),
                "stop": _("已停下，已迁移的办件按新版本办理"),
                "resume": _("继续逐件办理"),
                "revert": _("正在逐件回退；已继续办理的办件不回退"),
            }[what]
        )
    return redirect(url_for(".show", migration_id=migration_id), 303)


def _once(deployments: tuple[Version, ...]) -> tuple[Version, ...]:
    """Return each version by its newest deployment."""
    found: dict[str, Version] = {}
    for one in deployments:
        found.setdefault(one.version, one)
    return tuple(found.values())


def _rehearsed(version: str, errors: Errors, status: int = 200) -> tuple[str, int]:
    found = require(*migrations.READERS)
    shown = next((one for one in system.versions(reading()) if one.version == version), None)
    if shown is None and not system.files_of(reading(), version):
        raise NotFound("version_not_found", "没有这个版本")
    in_force = shown is not None and shown.effective_from <= now()
    end_reading()  # a rehearsal takes its time and reads by itself
    return _answer(
        desk().app.rehearse(version),
        version=version,
        sequence=shown.sequence if shown else 0,
        reason_of=shown.reason if shown else _("尚未部署，只供演练"),
        errors=errors,
        may_act=found.holds(ADMINISTRATOR) and in_force,
    ), status


@blueprint.get("/rehearsal/draft/<draft_id>")
def draft(draft_id: str) -> str:
    """Rehearse every running case on what a draft makes of its base."""
    require(*migrations.READERS)
    end_reading()
    verdicts = desk().app.rehearse_draft(draft_id)
    return _answer(verdicts, sequence=0, reason_of=_("草稿，只供演练"), errors=[], may_act=False)


def _answer(verdicts: tuple[Verdict, ...], **shown: Any) -> str:
    outcomes = migration_view.by_process(verdicts)
    return render_template(
        "migrations/rehearsal.html",
        outcomes=outcomes,
        running=len(verdicts),
        movable=sum(one.movable for one in outcomes),
        chosen=request.form.getlist("processes") or [one.process_id for one in outcomes if one.movable],
        reason=request.form.get("reason", ""),
        wrong=dict(shown["errors"]),
        longest=LONGEST,
        **shown,
    )
