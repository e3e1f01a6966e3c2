"""Signing in and out: name and password everywhere, one card a post in the sandbox.

Who may sign in is judged by the identity port, which counts failures and locks on the host's clock. A form
that was typed while the sign-in ran out is handed back to the person who typed it, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import Actor
from workflow_app.kernel.clock import shanghai
from workflow_app.kernel.errors import Forbidden, JcerError, NotFound
from workflow_app.queries import limits, people
from workflow_app.queries.people import User
from workflow_app.web.desk import desk, now, person, reading, today
from workflow_app.web.problems import status_of
from workflow_app.web.session import (
    KEPT,
    close_session,
    local_path,
    open_session,
    resume_page,
    typed_by,
)
from workflow_app.web.texts import _
from workflow_app.web.words import end_of_limit, role_initial, short_day, weekday

blueprint = Blueprint("signin", __name__)

_GROUPS = (
    ("department", ("department_clerk", "department_leader", "process_admin")),
    ("panel", ("panel_chair", "expert")),
    ("applicants", ("owner", "agent", "pilot_unit", "prefecture_bureau")),
    ("exchange", ("exchange_maker", "exchange_checker", "buyer")),
    ("oversight", ("auditor", "certificate_delegate", "system_admin")),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One account of the sandbox, by post."""

    initial: str
    name: str
    does: str
    load: str
    url: str
    post: bool = True


@blueprint.get("/signin")
def page() -> Response:
    """Show the sign-in page."""
    return _page()


@blueprint.post("/signin")
def enter() -> Response:
    """Sign in by name and password, and go on where one was."""
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    try:
        user_id = _again() or desk().app.sign_in(login[:200], password[:1000]).user_id or ""
    except JcerError as error:
        return _page(login=login, error=error)
    return _entered(user_id)


@blueprint.post("/signin/as/<user_id>")
def enter_as(user_id: str) -> Response:
    """Sign in with one click: in the sandbox only."""
    if not desk().config.sandbox:
        raise NotFound("no_such_page", "此页面不存在")
    return _entered(user_id)


@blueprint.post("/signout")
def leave() -> Response:
    """Sign out on this browser."""
    close_session()
    return redirect(url_for("signin.page"))


def _again() -> str | None:
    """Return who clicked 以…继续 in the sandbox: the person whose sign-in ran out."""
    if not request.form.get("again") or not desk().config.sandbox:
        return None
    return typed_by(request.form.get("owner", "")) or None


def _entered(user_id: str) -> Response:
    found = people.signed_in(reading(), user_id)
    if found is None:
        raise Forbidden("account_closed", "此账号已停用，请联系系统管理员")
    open_session(found)
    target = local_path(request.form.get("next"), url_for("home"))
    kept = [
        (name.removeprefix(KEPT), value)
        for name, values in request.form.lists()
        if name.startswith(KEPT)
        for value in values
    ]
    if kept and typed_by(request.form.get("owner", "")) in {found.user_id, ""}:
        return resume_page(target, kept)
    return redirect(target)


def _page(login: str = "", error: JcerError | None = None) -> Response:
    sandbox = desk().config.sandbox
    kept = [
        (name.removeprefix(KEPT), value)
        for name, values in request.form.lists()
        if name.startswith(KEPT)
        for value in values
    ]
    errors = [("login", error.message)] if error else []
    target = local_path(request.values.get("next"), "")
    if kept:
        page = render_template(
            "office/signin_again.html",
            next=target,
            kept=kept,
            owner=request.form.get("owner", ""),
            login=login,
            errors=errors,
        )
    else:
        page = render_template(
            "office/signin.html",
            next=target,
            login=login,
            errors=errors,
            clock=_clock() if sandbox else None,
            may_move=person() is not None,
            groups=_cards() if sandbox else (),
            upcoming=_upcoming() if sandbox else (),
        )
    return make_response(page, status_of(error) if error else 200)


def _clock() -> dict[str, str]:
    local = shanghai(now())
    calendar = desk().calendar()
    day = calendar.day(local.date())
    unpublished = max(calendar.years, default=local.year) + 1
    coming = limits.next_limit(reading(), calendar, now())
    basis = _("%(year)s 年放假通知未公布，相关期限为预估", year=unpublished)
    notice = "、".join(notice.number for notice in calendar.notices if notice.year == local.year)
    return {
        "time": f"{local:%Y-%m-%d %H:%M}",
        "weekday": weekday(local.date()),
        "day_kind": day.reason,
        "basis": f"{notice}；{basis}" if notice else basis,
        "next_at": "{} {}".format(*_ends(coming)) if coming else "",
    }


def _ends(limit: limits.Limit) -> tuple[str, str]:
    day, hour = end_of_limit(limit.due_at)
    return short_day(day, today()), hour


def _upcoming() -> list[dict[str, str]]:
    rows = []
    for limit in limits.open_limits(reading(), desk().calendar(), now(), at_most=7):
        day, hour = end_of_limit(limit.due_at)
        stopped = limit.standing.state == "suspended"
        left = {
            "overdue": _("超期 %(number)s", number=limit.standing.number),
            "today": _("今日"),
            "left": _("剩 %(number)s", number=limit.standing.number),
        }.get(limit.standing.state, _("尚余 %(number)s 天", number=limit.standing.number))
        rows.append(
            {
                "day": _("中止计时") if stopped else short_day(day, today()),
                "weekday": "" if stopped else weekday(day),
                "hour": "" if stopped else hour + (" " + _("预估") if limit.provisional else ""),
                "title": limit.case_title,
                "name": limit.name,
                "kind": limit.kind,
                "left": left,
                "state": limit.standing.state,
            }
        )
    return rows


def _cards() -> list[dict[str, object]]:
    everybody = [user for user in people.users(reading()) if user.serving and user.held]
    loads = people.loads(reading(), now())
    titles = {
        "department": _("省生态环境厅"),
        "panel": _("专家组"),
        "applicants": _("申请与试点"),
        "exchange": _("交易机构与购买方"),
        "oversight": _("监督与运维"),
    }
    groups: list[dict[str, object]] = []
    for key, roles in _GROUPS:
        cards = [_card(user, role, loads) for role in roles for user in everybody if _main_role(user) == role]
        if cards:
            groups.append({"title": titles[key], "roles": cards})
    return groups


def _main_role(user: User) -> str:
    """The chair of a panel is an expert too: the rarer post names the card."""
    held = {grant.role for grant in user.held}
    return next((role for _, roles in _GROUPS for role in roles if role in held), "")


def _card(user: User, role: str, loads: dict[str, tuple[int, int]]) -> Card:
    roles = frozenset((grant.role, grant.organisation_id) for grant in user.held)
    mine = principals(Actor(user.id, roles, user.organisation_id, user.name, "web"))
    count = sum(loads.get(principal, (0, 0))[0] for principal in mine)
    late = sum(loads.get(principal, (0, 0))[1] for principal in mine)
    load = _("待办 %(count)s", count=count) if count else _("无待办")
    if late:
        load += "・" + _("超期 %(count)s", count=late)
    return Card(
        initial=role_initial(role),
        name=user.name,
        does=_does(role, user.organisation),
        load=load,
        url=url_for("signin.enter_as", user_id=user.id),
    )


def _does(role: str, organisation: str) -> str:
    return {
        "department_clerk": _("形式审查、组织评估、异议拟办"),
        "department_leader": _("核定公示、异议与不符合决定、工作日历"),
        "process_admin": _("流程图、决策表、表单、参数；部署须另一人复核"),
        "panel_chair": _("主持评估会，出具专家组意见"),
        "expert": _("评分、复核业主修改"),
        "owner": _("填报申请、补正、修改、申请签发"),
        "agent": _("受业主委托填报申请"),
        "pilot_unit": _("试点备案"),
        "prefecture_bureau": _("本市试点备案、查看本区域办件"),
        "exchange_maker": _("公示、意见分类、开户与登记"),
        "exchange_checker": _("复核公示、登记与签发"),
        "buyer": _("购买减排量、申请注销、下载凭证"),
        "auditor": _("查看任一案件及其经过"),
        "certificate_delegate": _("在授权期限内签发凭证"),
        "system_admin": _("单位、人员、岗位与故障，不见办件内容"),
    }.get(role, organisation)
