"""What a pilot and its bureau write after the filing: mechanism, activities, comments.

正文五（R15, R16, R18）. A pilot writes of itself alone; the bureau that organised its filing reads and
comments, and writes nothing else of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from workflow_app.commands import permissions
from workflow_app.commands.on_pilots import add_version
from workflow_app.commands.pilot_requests import CommentOnPilot, EnterActivity, ReviseMechanism, VoidActivity
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.domain.pilot import LONGEST_TEXT, Activity, Mechanism, check_activity, check_mechanism
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

ARTICLE: Final = "355号正文五"
BUREAU: Final = "prefecture_bureau"
UNITS: Final = ("pilot_unit", BUREAU)
"""Posts a pilot's own people hold; a municipal enterprise's pilot is its bureau's (R8)."""
LONGEST_REASON: Final = 500


def revise(run: Run, request: ReviseMechanism) -> Result:
    """Enter the next version of a pilot's work mechanism.

    :raises Conflict: somebody else revised it meanwhile.
    """
    filing, role = _own(run, request.filing_id)
    said = _stripped(request.mechanism)
    errors = check_mechanism(said)
    reason = request.reason.strip()
    if not reason:
        errors["reason"] = ["请填写更新的原因"]
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = [f"原因不得超过{LONGEST_REASON}字"]
    if errors:
        raise InvalidForm(errors)
    present = run.uow.pilots.profile(filing["id"])
    version = present["version"] if present else 0
    if version != request.expected_version:
        raise Conflict("mechanism_revised", "工作机制刚刚由他人更新，请刷新后重新填写")
    people = {
        name: getattr(said, name)
        for name in ("leader_name", "contact_name", "contact_phone", "contact_email")
    }
    add_version(
        run,
        filing["id"],
        version + 1,
        {
            "people": run.uow.pilots.sealed_people(filing["id"], people),
            "leader_post": said.leader_post,
            "duties": [dict(row) for row in said.duties],
            "training_plan": said.training_plan,
            "absorption_plan": said.absorption_plan,
        },
        reason,
    )
    _record(run, "mechanism_revised", filing, role, reason=reason, version=version + 1)
    return Result({"filing_id": filing["id"], "version": version + 1})


def enter_activity(run: Run, request: EnterActivity) -> Result:
    """Enter an activity a pilot has held."""
    filing, role = _own(run, request.filing_id)
    held = request.activity
    said = replace(held, title=held.title.strip(), place=held.place.strip(), note=held.note.strip())
    errors = check_activity(said, legal_date(run.at), legal_date(filing["filed_at"]))
    if errors:
        raise InvalidForm(errors)
    activity_id = new_id()
    run.uow.programme.add(
        tables.pilot_activity,
        {
            "id": activity_id,
            "filing_id": filing["id"],
            **{name: getattr(said, name) for name in Activity.__slots__},
            "entered_by": run.actor.user_id,
            "entered_at": run.at,
            "voided_by": None,
            "voided_at": None,
            "void_reason": None,
        },
    )
    _record(run, "activity_entered", filing, role, activity=said.kind, title=said.title)
    return Result({"activity_id": activity_id})


def void_activity(run: Run, request: VoidActivity) -> Result:
    """Take an activity out of the count.

    :raises Refused: it was taken out before.
    """
    activity = run.uow.pilots.activity(request.activity_id)
    if activity is None:
        permissions.ensure_on_cases(run.actor)
        permissions.ensure_holds(run.actor, *UNITS)
        raise NotFound("no_such_activity", "没有这条活动记录")
    filing, role = _own(run, activity["filing_id"])
    reason = request.reason.strip()
    if not reason:
        raise InvalidForm({"reason": ["请填写作废的原因"]})
    if len(reason) > LONGEST_REASON:
        raise InvalidForm({"reason": [f"原因不得超过{LONGEST_REASON}字"]})
    if activity["voided_at"] is not None:
        raise Refused("activity_voided", "该活动记录已经作废", article=ARTICLE)
    changes = {"voided_by": run.actor.user_id, "voided_at": run.at, "void_reason": reason}
    run.uow.programme.change(tables.pilot_activity, activity["id"], changes)
    _record(run, "activity_voided", filing, role, reason=reason, title=activity["title"])
    return Result({"activity_id": activity["id"]})


def comment(run: Run, request: CommentOnPilot) -> Result:
    """Take a bureau's comment and tell the pilot, and the owner of the project it is about.

    :raises Forbidden: not the bureau that organised this filing (R16: its own area only).
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, BUREAU)
    filing = _filing(run, request.filing_id)
    if (BUREAU, filing["bureau_org"]) not in run.actor.roles:
        raise Forbidden("other_area", "只能对本局组织备案的试点提出指导意见", article="355号正文五（一）")
    text = request.text.strip()
    if not text:
        raise InvalidForm({"text": ["请填写指导意见"]})
    if len(text) > LONGEST_TEXT:
        raise InvalidForm({"text": [f"指导意见不得超过{LONGEST_TEXT:,}字"]})
    told = [f"role:pilot_unit:{filing['organisation_id']}"]
    about = filing["name"]
    if request.project_id is not None:
        project = run.uow.programme.project(request.project_id)
        if project is None or project["pilot_filing_id"] != filing["id"] or project["state"] == "draft":
            raise InvalidForm({"project_id": ["请选择该试点范围内的项目"]})
        told.append(f"role:applicant:{project['applicant_org']}")
        about = project["name"]
    comment_id = new_id()
    run.uow.programme.add(
        tables.pilot_comment,
        {
            "id": comment_id,
            "filing_id": filing["id"],
            "project_id": request.project_id,
            "organisation_id": filing["bureau_org"],
            "author_id": run.actor.user_id,
            "text": text,
            "written_at": run.at,
        },
    )
    bureau = run.uow.people.organisation(filing["bureau_org"]).name
    run.uow.outbox.notify(
        tuple(dict.fromkeys(told)), "指导意见", f"{bureau}对{about}提出指导意见：{text[:200]}", None, run.at
    )
    _record(run, "pilot_commented", filing, BUREAU, project_id=request.project_id)
    return Result({"comment_id": comment_id})


def _own(run: Run, filing_id: str) -> tuple[dict[str, Any], str]:
    """Return a filing that is not over and the post in which the actor writes of it.

    :raises Forbidden: another pilot's.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, *UNITS)
    filing = _filing(run, filing_id)
    for role in UNITS:
        if (role, filing["organisation_id"]) in run.actor.roles:
            break
    else:
        raise Forbidden("other_pilot", "只能填报本单位的试点", article=ARTICLE)
    if filing["state"] not in {"filed", "suspended"}:
        raise Refused("filing_over", "试点已终止，不能再填报", article=ARTICLE)
    return filing, role


def _filing(run: Run, filing_id: str) -> dict[str, Any]:
    filing = run.uow.programme.filing(filing_id)
    if filing is None:
        raise NotFound("no_such_filing", "没有这个试点备案")
    return filing


def _record(run: Run, kind: str, filing: dict[str, Any], role: str, **facts: object) -> None:
    by = who(run.actor, role)
    run.uow.history.record(kind, f"filing:{filing['id']}", by, run.at, facts=facts)


def _stripped(said: Mechanism) -> Mechanism:
    duties = [
        {name: str(row.get(name, "")).strip() for name in ("department", "duty")} for row in said.duties
    ]
    texts = {
        name: getattr(said, name).strip()
        for name in Mechanism.__slots__
        if isinstance(getattr(said, name), str)
    }
    return replace(said, duties=[row for row in duties if any(row.values())], **texts)
