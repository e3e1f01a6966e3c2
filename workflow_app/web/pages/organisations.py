"""单位, for the system administrator: entered, renamed, closed and opened again; 岗位 with what each may do.

The administrator sees people and posts, never a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.people_requests import CloseOrganisation, RenameOrganisation, ReopenOrganisation
from workflow_app.commands.requests import CreateOrganisation, Request
from workflow_app.domain.role_duties import cards
from workflow_app.kernel.errors import InvalidForm, JcerError, NotFound
from workflow_app.queries import organisations as found_by
from workflow_app.queries import posts
from workflow_app.web.desk import act, form_key, reading, require, today
from workflow_app.web.form_page import html_errors
from workflow_app.web.texts import _

blueprint = Blueprint("organisations", __name__)

KINDS = (
    "department",
    "prefecture_bureau",
    "pilot_unit",
    "exchange",
    "owner",
    "agent",
    "buyer",
    "expert_body",
    "other",
)
READERS = ("system_admin", "auditor")


@blueprint.get("/organisations")
def page() -> str:
    """List organisations, and ask for a new one."""
    found = require(*READERS)
    return _list({}, {}, may_write=found.holds("system_admin"))


@blueprint.post("/organisations")
def create() -> Response | tuple[str, int]:
    """Enter an organisation."""
    require("system_admin")
    typed = {name: request.form.get(name, "").strip() for name in ("name", "uscc", "kind", "division")}
    try:
        act(
            CreateOrganisation(typed["name"], typed["uscc"], typed["kind"], division=typed["division"]),
            form_key(),
        )
    except InvalidForm as error:
        return _list(typed, html_errors(error.errors), may_write=True), 422
    except JcerError as error:
        return _list(typed, {"name": [error.message]}, may_write=True), 422
    flash(_("单位已建立：%(name)s", name=typed["name"]))
    return redirect(url_for("organisations.page"))


@blueprint.get("/organisations/<organisation_id>")
def show(organisation_id: str) -> str:
    """Show an organisation: its names, its posts, what may be done with it."""
    found = require(*READERS)
    return _one(organisation_id, {}, {}, may_write=found.holds("system_admin"))


@blueprint.post("/organisations/<organisation_id>/rename")
def rename(organisation_id: str) -> Response | tuple[str, int]:
    """Give it another name from a day on."""
    require("system_admin")
    typed = {name: request.form.get(name, "").strip() for name in ("name", "reason", "valid_from")}
    day = day_of(typed["valid_from"])
    if typed["valid_from"] and day is None:
        return _one(organisation_id, typed, {"valid_from": [_("请填写日期")]}, may_write=True), 422
    asked = RenameOrganisation(organisation_id, typed["name"], typed["reason"], day)
    return _asked(organisation_id, asked, typed, _("单位已更名为：%(name)s", name=typed["name"]), "name")


@blueprint.post("/organisations/<organisation_id>/close")
def close(organisation_id: str) -> Response | tuple[str, int]:
    """Close it, or say what is in the way."""
    require("system_admin")
    typed = {"close_reason": request.form.get("close_reason", "").strip()}
    asked = CloseOrganisation(organisation_id, typed["close_reason"])
    return _asked(organisation_id, asked, typed, _("单位已停用"), "close_reason")


@blueprint.post("/organisations/<organisation_id>/reopen")
def reopen(organisation_id: str) -> Response | tuple[str, int]:
    """Take it into use again."""
    require("system_admin")
    typed = {"close_reason": request.form.get("close_reason", "").strip()}
    asked = ReopenOrganisation(organisation_id, typed["close_reason"])
    return _asked(organisation_id, asked, typed, _("单位已恢复使用"), "close_reason")


@blueprint.get("/roles")
def roles() -> str:
    """List the roles: what each may do, what it excludes, how many hold it."""
    require(*READERS)
    return render_template("office/roles.html", cards=cards(), holders=posts.holders(reading()))


def day_of(text: str) -> date | None:
    """Return a typed date, ``None`` where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _asked(
    organisation_id: str, asked: Request, typed: dict[str, str], told: str, field: str
) -> Response | tuple[str, int]:
    try:
        act(asked, form_key())
    except InvalidForm as error:
        wrong = {field if name == "reason" and field != "name" else name: say for name, say in _said(error)}
        return _one(organisation_id, typed, wrong, may_write=True), 422
    except NotFound:
        raise
    except JcerError as error:
        return _one(organisation_id, typed, {field: [error.message]}, may_write=True), 422
    flash(told)
    return redirect(url_for("organisations.show", organisation_id=organisation_id))


def _said(error: InvalidForm) -> list[tuple[str, list[str]]]:
    return [(name, list(sentences)) for name, sentences in error.errors.items()]


def _list(typed: Mapping[str, str], errors: object, *, may_write: bool) -> str:
    return render_template(
        "office/organisations.html",
        organisations=found_by.organisations(reading()),
        kinds=KINDS,
        typed=typed,
        errors=errors,
        may_write=may_write,
    )


def _one(organisation_id: str, typed: Mapping[str, str], errors: object, *, may_write: bool) -> str:
    shown = found_by.one(reading(), organisation_id)
    if shown is None:
        raise NotFound("no_such_organisation", "没有这个单位")
    return render_template(
        "office/organisation.html",
        organisation=shown,
        names=found_by.names(reading(), organisation_id),
        posts=posts.of_organisation(reading(), organisation_id),
        typed={"valid_from": today().isoformat(), **typed},
        errors=errors,
        may_write=may_write,
    )
