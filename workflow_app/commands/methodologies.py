"""The methodology register: entering a methodology, its next version, and the day one ends (R3, R10-R13).

A version is what was published; it is entered once and never changed. A project pins the version in force on
the day it applied, so that what comes later never reaches back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from workflow_app.commands import permissions
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import EndMethodology, EnterMethodology, Result, ReviseMethodology
from workflow_app.commands.run import Run
from workflow_app.domain.methodology import Gas, MethodologyField, MethodologyKind
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

ARTICLE: Final = "355号正文四"
KEEPERS: Final = ("department_clerk", "department_leader", "system")


def enter(run: Run, request: EnterMethodology) -> Result:
    """Enter a published methodology in the register, with its first version.

    :raises InvalidForm: an unknown kind, field or gas.
    :raises Conflict: its code is taken.
    """
    permissions.ensure_holds(run.actor, *KEEPERS)
    errors = _gases(request.gases)
    if request.kind not in {kind.value for kind in MethodologyKind}:
        errors["kind"] = ["没有这种方法学类别"]
    if request.field not in {field.value for field in MethodologyField}:
        errors["field"] = ["没有这个领域"]
    if not request.code.strip() or not request.name.strip():
        errors["code"] = ["请填写编号和名称"]
    if errors:
        raise InvalidForm(errors)
    code = request.code.strip()
    run.uow.programme.add(
        tables.methodology,
        {
            "code": code,
            "name": request.name.strip(),
            "kind": request.kind,
            "field": request.field,
            "published_on": request.published_on,
            "document": request.document,
            "crediting_required": request.crediting_required,
            "demo": request.demo,
            "details": {"gases": list(request.gases), "version": 1},
        },
    )
    _add(run, code, 1, request.published_on, request)
    run.uow.history.record("methodology_entered", f"methodology:{code}", who(run.actor), run.at)
    return Result({"code": code, "version": 1})


def revise(run: Run, request: ReviseMethodology) -> Result:
    """Enter the next version; the one before may be chosen up to the day before it.

    :raises NotFound: no such methodology.
    :raises InvalidForm: an unknown gas.
    :raises Refused: it would be in force no later than the version before.
    """
    permissions.ensure_holds(run.actor, *KEEPERS)
    if errors := _gases(request.gases):
        raise InvalidForm(errors)
    last = _last(run, request.code)
    start, until = request.effective_from, last["effective_until"]
    if start <= last["effective_from"] or (until is not None and start < until):
        raise Refused("version_not_later", "新版本的施行日期应晚于前一版本", article=ARTICLE)
    if until is None:
        run.uow.programme.change(tables.methodology_version, last["id"], {"effective_until": start})
    number = last["version"] + 1
    _add(run, request.code, number, start, request)
    facts = {"version": number, "effective_from": start.isoformat(), "document": request.document}
    stream = f"methodology:{request.code}"
    run.uow.history.record("methodology_revised", stream, who(run.actor), run.at, facts=facts)
    return Result({"code": request.code, "version": number})


def end(run: Run, request: EndMethodology) -> Result:
    """Say from which day a methodology may no longer be chosen; projects under it go on.

    :raises NotFound: no such methodology.
    :raises Refused: it has ended already, or the day is in the past or before it began.
    """
    permissions.ensure_holds(run.actor, *KEEPERS)
    last = _last(run, request.code)
    if last["effective_until"] is not None:
        raise Refused("methodology_ended", "该方法学已停止使用", article=ARTICLE)
    if request.ends_on < legal_date(run.at):
        raise Refused("methodology_ends_in_the_past", "停止使用的日期不得早于今日", article=ARTICLE)
    if request.ends_on <= last["effective_from"]:
        raise Refused("version_not_later", "停止使用的日期应晚于施行日期", article=ARTICLE)
    changes = {"effective_until": request.ends_on}
    run.uow.programme.change(tables.methodology_version, last["id"], changes)
    stream = f"methodology:{request.code}"
    facts = {"ends_on": request.ends_on.isoformat(), "reason": request.reason}
    run.uow.history.record("methodology_ended", stream, who(run.actor), run.at, facts=facts)
    return Result({"code": request.code})


def _last(run: Run, code: str) -> Mapping[str, Any]:
    versions = run.uow.programme.methodology_versions(code)
    if not versions:
        raise NotFound("methodology_unknown", "方法学目录中没有这个编号")
    return versions[-1]


def _gases(gases: Sequence[str]) -> dict[str, list[str]]:
    known = {gas.value for gas in Gas}
    return {} if gases and set(gases) <= known else {"gases": ["请选择所涉温室气体"]}


def _add(
    run: Run, code: str, version: int, effective_from: date, said: EnterMethodology | ReviseMethodology
) -> None:
    row = {
        "id": new_id(),
        "code": code,
        "version": version,
        "document": said.document,
        "effective_from": effective_from,
        "effective_until": None,
        "gases": list(said.gases),
        "gwp_set": said.gwp_set,
        "crediting_required": said.crediting_required,
        "entered_at": run.at,
    }
    run.uow.programme.add(tables.methodology_version, row)
