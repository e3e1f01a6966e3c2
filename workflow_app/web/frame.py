"""What surrounds an office page for the person who looks: where one can go, the bell, the sandbox's clock.

Built once a page from the roles held. A link appears only where its page would open; a count only where it
asks for something to be done. It must never decide what may be done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from flask import g, has_request_context, request

from workflow_app.commands.permissions import principals
from workflow_app.queries import inbox, system
from workflow_app.queries.accounts import READERS
from workflow_app.queries.people import SignedIn
from workflow_app.queries.pilot_lines import READERS as PILOT_READERS
from workflow_app.queries.sight import EXCHANGE
from workflow_app.web import public_frame, registry_frame
from workflow_app.web.addresses import address_of
from workflow_app.web.basis_frame import basis_links, proposals_waiting
from workflow_app.web.desk import actor, now, person, reading
from workflow_app.web.languages import language
from workflow_app.web.registry_frame import Waiting
from workflow_app.web.sandbox_frame import sandbox_bar
from workflow_app.web.sections import APPLIES, section
from workflow_app.web.shell import Link, LinkGroup, Person, Shell
from workflow_app.web.texts import _
from workflow_app.web.words import role_initial, role_name

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


MENDS = frozenset({"department_clerk", "department_leader", "system_admin", "auditor"})
"""Posts that see what failed."""
MOST_BELOW = 5
"""Links a phone's bar has room for; the last is always 我的."""
FRAMES = 2048
"""Frames kept, a few kilobytes each: a person's on one page."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the navigation counts; ``None`` where it shows no number."""

    tasks: int | None
    incidents: int | None
    proposals: int | None
    waiting: Waiting


def shell() -> Shell:
    """Return the frame of the present page."""
    if not has_request_context():
        return Shell()
    found = person()
    if found is None:
        return Shell(
            home_url="/",
            sandbox=sandbox_bar(),
            sign_in_url=address_of("signin.page"),
            text_size_url=address_of("preferences.text_size"),
            language_url=address_of("preferences.language"),
            tabs=_tabs(),
            footer=_footer(),
        )
    mine = principals(actor())
    return replace(
        _office(found, request.endpoint or "", _numbers(found, mine), language(), request.script_root),
        search_text=request.args.get("q", ""),
        sandbox=sandbox_bar(),
        notices=system.unread(reading(), mine, found.user_id) if mine else 0,
    )


@lru_cache(maxsize=FRAMES)
def _office(
    found: SignedIn,
    endpoint: str,  # noqa: ARG001 - a key: the present page is marked
    numbers: Numbers,
    _language: str,
    _root: str,
) -> Shell:
    """Return what of a person's frame changes with nothing but these."""
    navigation, bottom = _navigation(found, numbers), _bottom(found)
    return Shell(
        here=_here(navigation, bottom),
        home_url=address_of("home"),
        search_url=address_of("cases.search") if _sees_cases(found) else "",
        navigation=navigation,
        bottom=bottom,
        tabs=_tabs(),
        footer=_footer(),
        person=Person(
            initial=role_initial(found.main_role),
            name=found.name,
            organisation=found.organisation or role_name(found.main_role),
            menu=(
                Link(_("我的账号"), address_of("account.page"), "user"),
                Link(_("接口令牌"), address_of("account.tokens"), "api"),
            ),
            sign_out_url=address_of("signin.leave"),
        ),
        notices_url=address_of("notices.page"),
        help_url=address_of("help.page"),
        text_size_url=address_of("preferences.text_size"),
        language_url=address_of("preferences.language"),
    )


def _numbers(found: SignedIn, mine: tuple[str, ...]) -> Numbers:
    """Count what the navigation shows; the inbox's own page has counted its part already."""
    tasks = None
    if found.holds(*WORKS_ON_CASES):
        tasks = g.get("inbox_total")
        if tasks is None:
            tasks = inbox.count(reading(), mine, inbox.Filter(), now()).all
    return Numbers(
        tasks,
        system.open_incidents(reading()) if found.holds(*MENDS) else None,
        proposals_waiting(found),
        registry_frame.waiting(found),
    )


def _sees_cases(found: SignedIn) -> bool:
    return found.holds(*WORKS_ON_CASES, "auditor")


def _navigation(found: SignedIn, numbers: Numbers) -> tuple[LinkGroup, ...]:
    groups = []
    work = []
    if found.holds(*APPLIES):
        work.append(_link(_("我的办件"), "applicant.page", "folder"))
    if found.holds(*WORKS_ON_CASES):
        work.append(_link(_("待办"), "inbox.page", "inbox", numbers.tasks))
        work.append(_link(_("我的已办"), "inbox.done", "square-check"))
    if _sees_cases(found):
        work.append(_link(_("案件查询"), "cases.search", "folders"))
    if found.holds(*MENDS):
        work.append(_link(_("待排障事项"), "incidents.page", "bug", numbers.incidents))
    if work:
        groups.append(LinkGroup(_("办理"), tuple(work)))
    groups += _registry(found, numbers)
    if found.holds(*PILOT_READERS):
        groups.append(LinkGroup(_("试点"), (_link(_("试点管理"), "pilots.page", "map-pin"),)))
    groups.append(LinkGroup(_("依据"), basis_links(found, numbers.proposals, _link)))
    if found.holds("system_admin"):
        groups.append(
            LinkGroup(
                _("系统"),
                (
                    _link(_("人员与岗位"), "people.page", "users"),
                    _link(_("单位"), "organisations.page", "building"),
                    _link(_("岗位"), "organisations.roles", "list-details"),
                    _link(_("外发消息"), "outbox.page", "send"),
                ),
            )
        )
    return tuple(groups)


def _registry(found: SignedIn, numbers: Numbers) -> tuple[LinkGroup, ...]:
    links = registry_frame.register_links(found, numbers.waiting, _link)
    if found.holds("owner", "buyer"):
        links.append(_link(_("我的账户"), "registry_accounts.mine", "certificate"))
        links.append(_link(_("持有减排量"), "my_holdings.page", "leaf"))
        links.append(_link(_("减排量市场"), "market.page", "scale"))
        links.append(_link(_("委托与成交"), "my_trading.page", "arrows-exchange"))
        links.append(_link(_("注销与凭证"), "my_cancellations.page", "shield-check"))
    market = registry_frame.market_links(found, numbers.waiting, _link)
    groups = ((_("登记簿"), links), (_("交易"), market))
    return tuple(LinkGroup(label, tuple(each)) for label, each in groups if each)


def _bottom(found: SignedIn) -> tuple[Link, ...]:
    if found.holds(*APPLIES):
        return (
            _link(_("办件"), "applicant.page", "folders"),
            *([_link(_("持有"), "my_holdings.page", "leaf")] if found.holds("owner") else []),
            *([_link(_("试点"), "pilots.page", "map-pin")] if found.holds(*PILOT_READERS) else []),
            _link(_("消息"), "notices.page", "message"),
            _link(_("公示"), "public_notices.page", "speakerphone"),
            _link(_("我的"), "account.page", "user"),
        )
    if found.holds("buyer") and not found.holds(*READERS):
        return (
            _link(_("市场"), "market.page", "scale"),
            _link(_("持有"), "my_holdings.page", "leaf"),
            _link(_("账户"), "registry_accounts.mine", "certificate"),
            _link(_("消息"), "notices.page", "message"),
            _link(_("我的"), "account.page", "user"),
        )
    links = []
    if found.holds(*WORKS_ON_CASES):
        links.append(_link(_("待办"), "inbox.page", "inbox"))
    if found.holds(*EXCHANGE):
        links.append(_link(_("账户"), "registry_accounts.page", "certificate"))
    if _sees_cases(found):
        links.append(_link(_("案件"), "cases.search", "folders"))
    if found.holds("system_admin"):
        links.append(_link(_("人员"), "people.page", "users"))
    if found.holds("process_admin"):
        links.append(_link(_("流程"), "definitions.page", "sitemap"))
    links.append(_link(_("消息"), "notices.page", "message"))
    if len(links) < MOST_BELOW - 1:
        links.append(_link(_("日历"), "calendar.page", "calendar-event"))
    return (*links[: MOST_BELOW - 1], _link(_("我的"), "account.page", "user"))


def _tabs() -> tuple[Link, ...]:
    return public_frame.tabs()


def _footer() -> tuple[Link, ...]:
    return public_frame.footer()


def _link(label: str, endpoint: str, icon: str, count: int | None = None) -> Link:
    """A link of the navigation; it is current on its own page and on those below it."""
    return Link(label, address_of(endpoint), icon, count, current=section() == endpoint)


def _here(navigation: tuple[LinkGroup, ...], bottom: tuple[Link, ...]) -> str:
    """Return the section's name, for the bar of a phone."""
    links = [link for group in navigation for link in group.links] + list(bottom)
    return next((link.label for link in links if link.current), "")
