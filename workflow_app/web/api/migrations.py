"""Running cases and new versions over HTTP: rehearse, ask for a batch, approve, stop, resume, take back.

Numbers, elements and outcomes only; who may do what the commands decide.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.migration_requests import StartMigration
from workflow_app.commands.migrations import LONGEST
from workflow_app.commands.rehearsal import Verdict
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import migrations, system
from workflow_app.queries.migrations import MigrationLine, MovedCase
from workflow_app.web import migration_view
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, shape
from workflow_app.web.api.wire import Choice, Taken, Text, Whole
from workflow_app.web.desk import desk, end_reading, reading, require
from workflow_app.web.migration_view import ProcessOutcome
from workflow_app.web.pages.migrations import ACTS

section = Section("migrations", "在办迁移")

MOST = 1_000_000_000
REHEARSED = named(
    "Rehearsal",
    {
        "version": fields.String(),
        "running": fields.Integer(),
        "movable": fields.Integer(),
        "processes": many(shape(ProcessOutcome)),
    },
)
REQUESTED = named(
    "MigrationRequested",
    {"migration_id": fields.String(), "cases": fields.Integer(), "stay": fields.Integer()},
)
CHANGED = named("MigrationChanged", {"migration_id": fields.String(), "state": fields.String()})


class MigrationWanted(Taken):
    """Which cases go to which version; no processes and no cases: all that can."""

    target = Text(64, required=True)
    reason = Text(LONGEST, required=True)
    processes = fields.List(Text(64), load_default=list)
    cases = fields.List(Text(40), load_default=list)


class MigrationPlace(Taken):
    """Where to go on."""

    after = Whole(0, MOST, load_default=None, allow_none=True)


class MigrationAct(Taken):
    """What is done with a batch."""

    act = Choice(*ACTS, required=True)


@section.read("/definitions/<version>/rehearsal", REHEARSED)
def rehearsal(version: str) -> dict[str, Any]:
    """演练：在办的办件能否迁移到这一版本，已部署的或者申请部署的；不改动任何办件"""
    require(*migrations.READERS)
    if not system.files_of(reading(), version):
        raise NotFound("version_not_found", "没有这个版本")
    end_reading()
    return _told(version, desk().app.rehearse(version))


@section.read("/drafts/<draft_id>/rehearsal", REHEARSED)
def draft_rehearsal(draft_id: str) -> dict[str, Any]:
    """演练：在办的办件能否迁移到草稿所成的版本；不改动任何办件"""
    require(*migrations.READERS)
    end_reading()
    return _told("", desk().app.rehearse_draft(draft_id))


@section.read("/migrations", listing(shape(MigrationLine)))
def search() -> dict[str, Any]:
    """各批迁移，新的在前"""
    require(*migrations.READERS)
    return {"items": migrations.migrations(reading()), "next": None}


@section.read("/migrations/<migration_id>", shape(MigrationLine))
def show(migration_id: str) -> Any:
    """一批迁移及其进度"""
    require(*migrations.READERS)
    return _found(migration_id)


@section.read("/migrations/<migration_id>/cases", listing(shape(MovedCase)), query=MigrationPlace)
def cases(query: dict[str, int | None], migration_id: str) -> dict[str, Any]:
    """一批迁移中的办件，按迁移的先后"""
    require(*migrations.READERS)
    _found(migration_id)
    after = query["after"]
    items, more = migrations.cases(reading(), migration_id, after=-1 if after is None else after)
    return {"items": items, "next": None if more is None else str(more)}


@section.write("/migrations", REQUESTED, body=MigrationWanted, status=201)
def start(body: dict[str, Any]) -> Any:
    """提出迁移；须另一名流程管理员审批"""
    wanted = StartMigration(body["target"], body["reason"], tuple(body["processes"]), tuple(body["cases"]))
    return act(wanted).values


@section.write("/migrations/<migration_id>/acts", CHANGED, body=MigrationAct)
def change(body: dict[str, str], migration_id: str) -> Any:
    """批准、不批准、停下、继续或者回退一批迁移"""
    return act(ACTS[body["act"]](migration_id)).values


def _told(version: str, verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
    outcomes = migration_view.by_process(verdicts)
    movable = sum(one.movable for one in outcomes)
    return {"version": version, "running": len(verdicts), "movable": movable, "processes": outcomes}


def _found(migration_id: str) -> MigrationLine:
    found = migrations.one(reading(), migration_id)
    if found is None:
        raise NotFound("migration_not_found", "没有这批迁移")
    return found
