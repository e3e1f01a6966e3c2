"""我的办件: what an owner, an agent or a pilot unit has in hand: the way, the limits and what is asked.

Forms are filled in at the task's own page; here one sees what is asked and goes there. Withdrawing
asks again and says what follows. First on a phone.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import WithdrawBatch, WithdrawProject
from workflow_app.domain.project import BEFORE_REGISTRATION
from workflow_app.kernel.errors import JcerError, NotFound
from workflow_app.queries import applicant, case_tasks, documents, journey, limits, projects
from workflow_app.queries.applicant import MyFiling, MyProject
from workflow_app.queries.journey import Journey
from workflow_app.web import applicant_steps, applicant_view, case_view, total_view
from workflow_app.web.desk import act, actor, desk, form_key, fresh_key, now, reading, require, today
from workflow_app.web.problems import status_of
from workflow_app.web.texts import _
from workflow_app.web.words import DueWords, due_words

blueprint = Blueprint("applicant", __name__)

APPLICANTS = ("owner", "agent")
PILOTS = ("pilot_unit", "prefecture_bureau")
LONGEST_TITLE = 100
LONGEST_REASON = 500
OF_THE_OFFICE = frozenset({"expert_review", "comment_classification", "comment_reply", "panel_validity"})
"""Limits the office keeps for itself; they bind nobody the applicant waits for."""


@blueprint.get("/my")
def page() -> str:
    """List my projects and filings, those that wait for me first."""
    found = require(*APPLICANTS, *PILOTS)
    mine = principals(actor())
    own = found.viewer.organisations(*APPLICANTS)
    listed = applicant.projects_of(reading(), own, mine, found.user_id, today())
    filed = applicant.filings_of(reading(), found.viewer.organisations(*PILOTS), mine, found.user_id)
    return render_template(
        "applicant/list.html",
        projects=[(one, _due(one)) for one in listed],
        filings=[(one, _due(one)) for one in filed],
        tasks=_filing_tasks(filed),
        may_apply=found.holds(*APPLICANTS),
        may_file=found.holds(*PILOTS),
    )


@blueprint.get("/my/projects/<project_id>")
def project(project_id: str) -> str:
    """Show one project: what is asked now, the way, what the office told me, my papers and messages."""
    found = require(*APPLICANTS)
    shown = _mine(project_id)
    mine = principals(actor())
    calendar = desk().calendar()
    all_limits = [
        limit
        for leg in shown.legs
        for limit in limits.limits_of_case(reading(), leg.id, calendar, now())
        if limit.rule not in OF_THE_OFFICE
    ]
    tasks = [task for task in shown.tasks if applicant.asked_of(task, mine, found.user_id)]
    told = journey.told(reading(), shown.legs)
    asked = applicant_view.asked_now(shown, tasks, all_limits, told)
    owns = shown.owner_org in found.viewer.organisations("owner")
    going_on = shown.registered_at is None and shown.ended_at is None
    by_agent = owns and shown.agent_may_act(today())
    lifecycle = shown.lifecycle or shown.legs[0]
    rules = desk().parameters(lifecycle.version).rules
    called = applicant_steps.called_by(lifecycle)
    steps = applicant_steps.steps(shown, all_limits, rules, called)
    open_limits = [limit for limit in all_limits if limit.state in {"open", "suspended"}]
    return render_template(
        "applicant/project.html",
        project=shown,
        badge=applicant_view.badge(shown, asked, by_agent=by_agent),
        by_agent=by_agent,
        asked=asked,
        waiting=applicant_view.waiting(shown) if not asked else (),
        waiting_limits=[case_view.limit_view(one) for one in open_limits] if not asked else [],
        steps=steps,
        at_step=_at_step(steps),
        told=applicant_view.notices(told),
        notices=projects.notices_of(reading(), shown.id),
        documents=documents.of_cases(reading(), [leg.id for leg in shown.legs]),
        papers=journey.papers(reading(), shown),
        messages=journey.messages(reading(), mine, shown.legs),
        handed_in=journey.handed_in(reading(), shown.legs),
        limits=[case_view.limit_view(one) for one in all_limits],
        case_number=lifecycle.number,
        total=total_view.total_words(shown.id, lifecycle.version, shown.accepted_at) if going_on else "",
        done_keys=session.pop("autosave_done", []),
        mandate=applicant_view.mandate(shown, today()),
        owns=owns,
        may_withdraw=shown.state in {state.value for state in BEFORE_REGISTRATION},
        may_withdraw_batch=_open_batch(shown) is not None and found.holds("owner"),
    )


@blueprint.get("/my/projects/<project_id>/withdraw")
def ask_withdrawal(project_id: str) -> str | Response:
    """Ask once more before withdrawing, and say what follows."""
    require(*APPLICANTS)
    return _withdrawal(_mine(project_id))


@blueprint.post("/my/projects/<project_id>/withdraw")
def withdraw(project_id: str) -> str | Response | tuple[str, int]:
    """Withdraw the project, or the stage of issuance in hand."""
    require(*APPLICANTS)
    shown = _mine(project_id)
    reason = request.form.get("reason", "").strip()
    errors = []
    if not reason:
        errors.append(("reason", _("请填写撤回原因")))
    elif len(reason) > LONGEST_REASON:
        errors.append(("reason", _("原因不得超过 %(number)s 字", number=LONGEST_REASON)))
    if not request.form.get("understood"):
        errors.append(("understood", _("请确认已知悉撤回的后果")))
    if errors:
        return _withdrawal(shown, reason, errors), 422
    try:
        batch = _asks_batch(shown)
        command = WithdrawBatch if batch else WithdrawProject
        act(command(project_id, reason), form_key())
    except JcerError as error:
        return _withdrawal(_mine(project_id), reason, [("reason", error.message)]), status_of(error)
    flash(_("已撤回本期签发申请") if batch else _("已撤回；如需再次申请，请新建办件"))
    return redirect(url_for(".project", project_id=project_id), 303)


def _mine(project_id: str) -> Journey:
    own = require(*APPLICANTS).viewer.organisations(*APPLICANTS)
    shown = journey.journey(reading(), own, project_id)
    if shown is None:
        raise NotFound("project_not_found", "没有这个项目，或者您无权查看")
    return shown


def _due(one: MyProject | MyFiling) -> DueWords | None:
    if one.due_at is None:
        return None
    stands = limits.standing(desk().calendar(), one.due_at, now())
    return due_words(
        due_at=one.due_at,
        state=stands.state,
        number=stands.number,
        kind="promised",
        now=now(),
        provisional=one.provisional,
    )


def _filing_tasks(filed: tuple[MyFiling, ...]) -> dict[str, str]:
    """The reader's open task of each filing, by case."""
    mine = set(principals(actor()))
    found = {}
    for one in filed:
        for task in case_tasks.tasks_of_case(reading(), one.case_id) if one.tasks else ():
            if mine & set(task.candidates):
                found[one.case_id] = task.id
    return found


def _at_step(steps: list[applicant_steps.Step]) -> tuple[int, int]:
    current = next((index for index, one in enumerate(steps, 1) if one.state == "current"), len(steps))
    return current, len(steps)


def _open_batch(shown: Journey) -> str | None:
    """Return the open case of a batch that can be withdrawn without its project."""
    rounds = {"issuance", "issuance_application"}
    return next((leg.id for leg in shown.legs if leg.process_id in rounds and leg.status == "open"), None)


def _asks_batch(shown: Journey) -> bool:
    """Whether the stage of issuance is to be withdrawn; before registration only where asked for."""
    if shown.registered_at is not None:
        return True
    return request.values.get("what") == "batch" and _open_batch(shown) is not None


def _withdrawal(shown: Journey, reason: str = "", errors: list[tuple[str, str]] | None = None) -> str:
    batch = _asks_batch(shown)
    if not batch and shown.state not in {state.value for state in BEFORE_REGISTRATION}:
        raise NotFound("nothing_to_withdraw", "此项目已办结，没有可以撤回的申请")
    if batch and _open_batch(shown) is None:
        raise NotFound("nothing_to_withdraw", "没有可以撤回的签发申请；已登记的项目只能申请注销")
    return render_template(
        "applicant/withdraw.html",
        project=shown,
        batch=batch,
        reason=reason,
        errors=errors or [],
        form_key=form_key() or fresh_key(),
        longest=LONGEST_REASON,
    )
