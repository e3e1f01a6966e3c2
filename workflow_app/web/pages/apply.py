"""Opening a new application or a pilot filing: a name and the parties, then the form itself.

附件一（一）, 355号三. Who may open what is for the commands; a refused form comes back with its words.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import StartCase
from workflow_app.kernel.errors import JcerError
from workflow_app.queries import applicant, case_tasks, journey, organisations
from workflow_app.web import offers
from workflow_app.web.desk import act, actor, form_key, fresh_key, reading, require
from workflow_app.web.pages.applicant import APPLICANTS, PILOTS
from workflow_app.web.problems import status_of
from workflow_app.web.texts import _

blueprint = Blueprint("apply", __name__)

LONGEST_TITLE = 100


@blueprint.get("/my/new")
def project() -> str:
    """Ask for what a new application needs to be opened."""
    require(*APPLICANTS)
    return _start({})


@blueprint.post("/my/new")
def open_project() -> Response | tuple[str, int]:
    """Open an application and go on to its form."""
    found = require(*APPLICANTS)
    title = request.form.get("title", "").strip()
    owner = request.form.get("owner_org", "") if found.holds("agent") else ""
    errors = []
    if not title:
        errors.append(("title", _("请填写项目名称")))
    elif len(title) > LONGEST_TITLE:
        errors.append(("title", _("项目名称不得超过 %(number)s 字", number=LONGEST_TITLE)))
    if found.holds("agent") and not owner:
        errors.append(("owner_org", _("请选择委托您的项目业主")))
    if errors:
        return _start({"title": title, "owner_org": owner}, errors), 422
    fields = {"title": title} | ({"owner_org": owner} if owner else {})
    try:
        started = act(StartCase("project_lifecycle", fields), form_key()).values
    except JcerError as error:
        return _start({"title": title, "owner_org": owner}, [("title", error.message)]), status_of(error)
    project_id = str(started["project_id"])
    mine = principals(actor())
    shown = journey.journey(reading(), found.viewer.organisations(*APPLICANTS), project_id)
    open_now = shown.tasks if shown else ()
    task = next((one for one in open_now if applicant.asked_of(one, mine, found.user_id)), None)
    if task is None:
        return redirect(url_for("applicant.project", project_id=project_id), 303)
    flash(_("办件已建立，请填报；可随时存草稿，下次从“我的办件”继续"))
    return redirect(url_for("tasks.page", task_id=task.id), 303)


@blueprint.get("/my/filings/new")
def filing() -> str:
    """Ask for what a pilot filing needs to be opened."""
    require(*PILOTS)
    return _start_filing({})


@blueprint.post("/my/filings/new")
def open_filing() -> Response | tuple[str, int]:
    """Open a pilot filing and go on to its form."""
    found = require(*PILOTS)
    typed = {name: request.form.get(name, "").strip() for name in ("title", "filing_kind", "bureau_org")}
    errors = []
    if not typed["title"]:
        errors.append(("title", _("请填写试点名称")))
    elif len(typed["title"]) > LONGEST_TITLE:
        errors.append(("title", _("试点名称不得超过 %(number)s 字", number=LONGEST_TITLE)))
    if typed["filing_kind"] not in dict(_filing_kinds(bureau=found.holds("prefecture_bureau"))):
        errors.append(("filing_kind", _("请选择试点单位类别")))
    if errors:
        return _start_filing(typed, errors), 422
    fields = {name: value for name, value in typed.items() if value}
    try:
        started = act(StartCase("pilot_filing", fields), form_key()).values
    except JcerError as error:
        return _start_filing(typed, [("title", error.message)]), status_of(error)
    mine = principals(actor())
    tasks = case_tasks.tasks_of_case(reading(), str(started["case_id"]))
    task = next((one for one in tasks if set(one.candidates) & set(mine)), None)
    target = url_for("tasks.page", task_id=task.id) if task else url_for("applicant.page")
    return redirect(target, 303)


def _start(typed: dict[str, str], errors: list[tuple[str, str]] | None = None) -> str:
    found = require(*APPLICANTS)
    owners = []
    if found.holds("agent"):
        owners = [
            (one.id, one.name) for one in organisations.organisations(reading(), kind="owner", active=True)
        ]
    return render_template(
        "applicant/start.html",
        typed=typed,
        errors=errors or [],
        at_field=dict(reversed(errors or [])),
        owners=owners,
        form_key=form_key() or fresh_key(),
        longest=LONGEST_TITLE,
    )


def _start_filing(typed: dict[str, str], errors: list[tuple[str, str]] | None = None) -> str:
    found = require(*PILOTS)
    bureau = found.holds("prefecture_bureau")
    return render_template(
        "applicant/start_filing.html",
        typed=typed,
        errors=errors or [],
        at_field=dict(reversed(errors or [])),
        kinds=_filing_kinds(bureau=bureau),
        bureaus=[] if bureau else list(offers.labels().get("bureaus", {}).items()),
        form_key=form_key() or fresh_key(),
        longest=LONGEST_TITLE,
    )


def _filing_kinds(*, bureau: bool) -> list[tuple[str, str]]:
    """355号三: 市属国有企业 are filed by the bureau that organises them, the others by themselves."""
    if bureau:
        return [("municipal_soe", _("市属国有企业（由本局组织备案）")), ("county", _("县（市、区）人民政府"))]
    return [
        ("county", _("县（市、区）人民政府")),
        ("zone", _("开发区管委会")),
        ("provincial_soe", _("省属国有企业")),
    ]
