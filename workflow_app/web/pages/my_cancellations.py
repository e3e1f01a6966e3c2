"""注销与凭证: a holder's cancellations and certificates, and beginning a new one.

附件二（三）; R40-R42. What is cancelled, for what and for whom, is filled in on the case's own form.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.unit_requests import OpenCancellation
from workflow_app.domain.ledger.accounts import Bucket, Right
from workflow_app.kernel.errors import Forbidden, JcerError, NotFound
from workflow_app.queries import corrections, held_certificates, holdings, orders, started
from workflow_app.web import trader
from workflow_app.web.desk import act, form_key, fresh_key, reading, require, somebody
from workflow_app.web.paging import address
from workflow_app.web.problems import status_of
from workflow_app.web.texts import _
from workflow_app.web.trader import NOT_YET, TRADERS, Trader

blueprint = Blueprint("my_cancellations", __name__)

VIEWS = {"": "注销申请", "certificates": "凭证"}
TONES = {"pending": "accent", "cancelled": "accent", "returned": "ochre"}
PAGE = 50


@blueprint.get("/my/cancellations")
def page() -> str:
    """Show applications, or certificates."""
    found = require(*TRADERS)
    who = trader.trader()
    view = request.args.get("view", "")
    view = view if view in VIEWS else ""
    after = request.args.get("after", "")[:32]
    listed: tuple[object, ...]
    if view == "certificates":
        listed, more = held_certificates.certificates(reading(), who.ids, after=after, size=PAGE)
    else:
        applied = corrections.cancellations(reading(), account_ids=who.ids, before=after or None, size=PAGE)
        listed, more = applied, applied[-1].id if len(applied) == PAGE else ""
    own = found.viewer.organisations(*TRADERS)
    begun = started.cancellations(reading(), own, found.user_id) if view == "" else ()
    return render_template(
        "cancellations/mine.html",
        view=view,
        listed=listed,
        drafts=begun,
        tones=TONES,
        may_begin=bool(_choices(who)),
        views=[
            {"label": _(label), "url": address(".page", {"view": name}), "current": name == view}
            for name, label in VIEWS.items()
        ],
        more=address(".page", {"view": view, "after": more}) if more else "",
    )


@blueprint.get("/my/cancellations/new")
def ask() -> str:
    """Ask which units are to be cancelled."""
    require(*TRADERS)
    return _asked(request.args.get("units", "")[:80])


@blueprint.post("/my/cancellations/new")
def begin() -> Response | tuple[str, int]:
    """Begin a cancellation; its application is the next page."""
    require(*TRADERS)
    chosen = request.form.get("units", "")[:80]
    account_id, _dot, project_id = chosen.partition(".")
    if not project_id:
        return _asked(chosen, _("请选择要注销的减排量")), 422
    try:
        done = act(OpenCancellation(account_id, project_id), form_key())
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        return _asked(chosen, error.message), status_of(error)
    case_id = str(done.values["case_id"])
    task = orders.tasks_on(reading(), [case_id], "apply_cancellation")
    return redirect(url_for("tasks.page", task_id=task[case_id]), 303)


def _asked(chosen: str, error: str = "") -> str:
    who = trader.trader()
    return render_template(
        "cancellations/new.html",
        choices=_choices(who),
        chosen=chosen,
        errors=[("units", error)] if error else [],
        error=error,
        form_key=form_key() or fresh_key(),
        person=somebody(),
    )


def _choices(who: Trader) -> list[tuple[str, str]]:
    """Return what may be cancelled: account and project, with how many tonnes are free."""
    choices = []
    for one in who.accounts:
        if one.line.state in NOT_YET or trader.refusal(one, Right.CANCEL):
            continue
        for units in holdings.units_of(reading(), one.line.id):
            free = units.units.get(Bucket.AVAILABLE, 0) + units.units.get(Bucket.HELD, 0)
            if free:
                words = _("%(project)s：可注销 %(tonnes)s t", project=units.name, tonnes=f"{free:,}")
                choices.append((f"{one.line.id}.{units.project_id}", f"{words}（{one.line.number}）"))
    return choices
