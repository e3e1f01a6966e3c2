"""What the frame around a page shows: who is signed in, where one can go, what time the sandbox has.

Plain values with their words ready; the templates ``base.html`` and ``base_public.html`` draw them.
It must never know how they were found out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A place one can go to.

    :param icon: name in ``frontend/icons.json``; empty for a link of words alone.
    :param count: number shown beside it; ``None`` shows nothing, 0 shows nothing either.
    """

    label: str
    url: str
    icon: str = ""
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links of the side navigation under one small heading."""

    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SandboxBar:
    """The dark bar on top, in the sandbox only.

    :param time: ``2026-11-23 10:00``; :param weekday: ``星期一``.
    :param day_kind: ``工作日`` or the holiday's name.
    :param next_deadline: one line, or empty when no deadline is open.
    :param advance_url: takes a POST and moves the clock to the next deadline; empty hides the button.
    :param roles_url: the page of roles.
    """

    time: str
    weekday: str
    day_kind: str
    next_deadline: str = ""
    advance_url: str = ""
    roles_url: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and the entries of the menu behind the name.

    :param sign_out_url: takes a POST.
    """

    initial: str
    name: str
    organisation: str
    menu: tuple[Link, ...] = ()
    sign_out_url: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything around the content of a page.

    :param here: the section the page belongs to, in words; empty where there is none.
    :param home_url: where the mark leads; :param search_url: GET with ``q``; empty hides the search.
    :param navigation: side navigation of the office; :param bottom: at most five links for phones.
    :param tabs: navigation of public pages; :param sign_in_url: shown when nobody is signed in.
    :param text_size_url: takes a POST with ``size=large|normal`` and ``next``; empty hides the switch.
    :param language_url: takes a POST with ``language=zh|en`` and ``next``; empty hides the switch.
    """

    home_url: str = "/"
    here: str = ""
    search_url: str = ""
    search_text: str = ""
    navigation: tuple[LinkGroup, ...] = ()
    bottom: tuple[Link, ...] = ()
    tabs: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    sandbox: SandboxBar | None = None
    person: Person | None = None
    notices_url: str = ""
    notices: int = 0
    help_url: str = ""
    sign_in_url: str = ""
    text_size_url: str = ""
    large_text: bool = False
    language_url: str = ""
