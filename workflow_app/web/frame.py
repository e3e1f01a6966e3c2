"""What surrounds an office page for the person who looks: where one can go, the bell, the sandbox's clock.

Built once a page from the roles held. A link appears only where its page would open; a count only where it
asks for something to be done. It must never decide what may be done.
"""

from __future__ import annotations

from flask import g, has_request_context, request, url_for

from workflow_app.commands.permissions import principals
from workflow_app.kernel.clock import shanghai
from workflow_app.queries import inbox, system
from workflow_app.queries.limits import Limit, next_limit
from workflow_app.queries.people import SignedIn
from workflow_app.web import public_frame
from workflow_app.web.desk import actor, desk, now, person, reading, today
from workflow_app.web.shell import Link, LinkGroup, Person, SandboxBar, Shell
from workflow_app.web.texts import _
from workflow_app.web.words import end_of_limit, role_initial, role_name, short_day, weekday

WORKS_ON_CASES = frozenset(
    {
        "owner",
        "agent",
        "pilot_unit",
        "prefecture_bureau",
        "department_clerk",
        "department_leader",
        "expert",
        "panel_chair",
        "exchange_maker",
        "exchange_checker",
        "buyer",
        "certificate_delegate",
    }
)


APPLIES = frozenset({"owner", "agent", "pilot_unit", "prefecture_bureau"})
"""Posts whose work begins on 我的办件."""

_SECTIONS = {
    "account": "account.page",
    "applicant": "applicant.page",
    "apply": "applicant.page",
    "calendar": "calendar.page",
    "cases": "cases.search",
    "definitions": "definitions.page",
    "inbox": "inbox.page",
    "people": "people.page",
    "projects": "cases.search",
    "stops": "cases.search",
    "tasks": "inbox.page",
}
"""Below which page of the navigation the pages of a blueprint stand."""
_PAGES = frozenset({"inbox.done", "people.organisations"})
"""Pages that are their own entry, whatever their blueprint."""


def shell() -> Shell:
    """Return the frame of the present page."""
    if not has_request_context():
        return Shell()
    found = person()
    if found is None:
        return Shell(
            home_url="/",
            sandbox=sandbox_bar(),
            sign_in_url=url_for("signin.page"),
            text_size_url=url_for("preferences.text_size"),
            language_url=url_for("preferences.language"),
            tabs=_tabs(),
            footer=_footer(),
        )
    mine = principals(actor())
    navigation, bottom = _navigation(found, mine), _bottom(found)
    return Shell(
        here=_here(navigation, bottom),
        home_url=url_for("home"),
        search_url=url_for("cases.search") if _sees_cases(found) else "",
        search_text=request.args.get("q", ""),
        navigation=navigation,
        bottom=bottom,
        tabs=_tabs(),
        footer=_footer(),
        sandbox=sandbox_bar(),
        person=Person(
            initial=role_initial(found.main_role),
            name=found.name,
            organisation=found.organisation or role_name(found.main_role),
            menu=(
                Link(_("我的账号"), url_for("account.page"), "user"),
                Link(_("接口令牌"), url_for("account.tokens"), "api"),
            ),
            sign_out_url=url_for("signin.leave"),
        ),
        notices_url=url_for("notices.page"),
        notices=system.unread(reading(), mine, found.user_id) if mine else 0,
        help_url=url_for("help.page"),
        text_size_url=url_for("preferences.text_size"),
        language_url=url_for("preferences.language"),
    )


def sandbox_bar() -> SandboxBar | None:
    """Return the dark bar of the sandbox; ``None`` in production."""
    if not desk().config.sandbox:
        return None
    local = shanghai(now())
    day = desk().calendar().day(local.date())
    coming = next_limit(reading(), desk().calendar(), now())
    return SandboxBar(
        time=f"{local:%Y-%m-%d %H:%M}",
        weekday=weekday(local.date()),
        day_kind=_("工作日") if day.working and day.reason != "调休上班" else day.reason,
        next_deadline=_next_line(coming) if coming else "",
        advance_url=url_for("sandbox.move") if person() else "",
        roles_url=url_for("signin.page"),
    )


def _next_line(limit: Limit) -> str:
    day, hour = end_of_limit(limit.due_at)
    return f"{short_day(day, today())} {hour} {limit.case_title} {limit.name}"


def _sees_cases(found: SignedIn) -> bool:
    return found.holds(*WORKS_ON_CASES, "auditor")


def _navigation(found: SignedIn, mine: tuple[str, ...]) -> tuple[LinkGroup, ...]:
    groups = []
    work = []
    if found.holds(*APPLIES):
        work.append(_link(_("我的办件"), "applicant.page", "folder"))
    if found.holds(*WORKS_ON_CASES):
        total = g.get("inbox_total")
        if total is None:
            total = inbox.count(reading(), mine, inbox.Filter(), now()).all
        work.append(_link(_("待办"), "inbox.page", "inbox", total))
        work.append(_link(_("我的已办"), "inbox.done", "square-check"))
    if _sees_cases(found):
        work.append(_link(_("案件查询"), "cases.search", "folders"))
    if found.holds("department_clerk", "department_leader", "system_admin", "auditor"):
        work.append(_link(_("待排障事项"), "incidents.page", "bug", system.open_incidents(reading())))
    if work:
        groups.append(LinkGroup(_("办理"), tuple(work)))
    basis = [_link(_("工作日历"), "calendar.page", "calendar-event")]
    if found.holds("process_admin", "auditor", "department_leader", "department_clerk"):
        basis.append(_link(_("流程与表单"), "definitions.page", "sitemap"))
    groups.append(LinkGroup(_("依据"), tuple(basis)))
    if found.holds("system_admin"):
        groups.append(
            LinkGroup(
                _("系统"),
                (
                    _link(_("人员与岗位"), "people.page", "users"),
                    _link(_("单位"), "people.organisations", "building"),
                    _link(_("外发消息"), "outbox.page", "send"),
                ),
            )
        )
    return tuple(groups)


def _bottom(found: SignedIn) -> tuple[Link, ...]:
    if found.holds(*APPLIES):
        return (
            _link(_("办件"), "applicant.page", "folders"),
            _link(_("消息"), "notices.page", "message"),
            _link(_("公示"), "public_notices.page", "speakerphone"),
            _link(_("我的"), "account.page", "user"),
        )
    links = []
    if found.holds(*WORKS_ON_CASES):
        links.append(_link(_("待办"), "inbox.page", "inbox"))
    if _sees_cases(found):
        links.append(_link(_("案件"), "cases.search", "folders"))
    if found.holds("system_admin"):
        links.append(_link(_("人员"), "people.page", "users"))
    if found.holds("process_admin"):
        links.append(_link(_("流程"), "definitions.page", "sitemap"))
    links.append(_link(_("日历"), "calendar.page", "calendar-event"))
    links.append(_link(_("消息"), "notices.page", "message"))
    links.append(_link(_("我的"), "account.page", "user"))
    return tuple(links[:5])


def _tabs() -> tuple[Link, ...]:
    return public_frame.tabs()


def _footer() -> tuple[Link, ...]:
    return public_frame.footer()


def _link(label: str, endpoint: str, icon: str, count: int | None = None) -> Link:
    """A link of the navigation; it is current on its own page and on those below it."""
    return Link(label, url_for(endpoint), icon, count, current=_section() == endpoint)


def _section() -> str:
    """Return the page of the navigation that the present page stands under."""
    endpoint = request.endpoint or ""
    if endpoint in _PAGES:
        return endpoint
    blueprint = endpoint.partition(".")[0]
    found = person()
    if blueprint == "tasks" and found and found.holds(*APPLIES):
        return "applicant.page"
    return _SECTIONS.get(blueprint, endpoint)


def _here(navigation: tuple[LinkGroup, ...], bottom: tuple[Link, ...]) -> str:
    """Return the section's name, for the bar of a phone."""
    links = [link for group in navigation for link in group.links] + list(bottom)
    return next((link.label for link in links if link.current), "")
