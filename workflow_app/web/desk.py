"""What a page has at hand: the product behind it, who is signed in, and one reading of the database.

``desk()`` is the wired product, ``person()`` who is signed in (or ``None``), ``actor()`` the same person as
commands know them, ``reading()`` the request's read-only connection. Views stand on these four and on
nothing of Flask's globals besides the request itself. It must never know a table or a page.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import current_app, g, request

from calendars.published import Calendar
from workflow_app.bootstrap import App
from workflow_app.commands.leaving.items import Leaver
from workflow_app.commands.parameters import Parameters
from workflow_app.commands.requests import Actor, Request, Result
from workflow_app.commands.tools import Tools
from workflow_app.config import Config
from workflow_app.engine.forms import FormDefinition
from workflow_app.engine.process import Engine
from workflow_app.kernel.clock import Clock, legal_date
from workflow_app.kernel.errors import Forbidden, Unauthenticated
from workflow_app.kernel.ports import Files
from workflow_app.queries import system
from workflow_app.queries.people import SignedIn
from workflow_app.queries.reading import Reading
from workflow_app.store.unit_of_work import Store

KEY = "jcer"


@dataclass(frozen=True, slots=True)
class Desk:
    """The product as its pages use it: the parts they need, by the names they need them by."""

    app: App

    @property
    def config(self) -> Config:
        """What this installation decided."""
        return self.app.config

    @property
    def store(self) -> Store:
        """The database."""
        return self.app.store

    @property
    def tools(self) -> Tools:
        """What the commands work with."""
        return self.app.tools

    @property
    def clock(self) -> Clock:
        """The legal clock."""
        return self.app.clock

    @property
    def engine(self) -> Engine:
        """The diagrams of every version."""
        return self.app.tools.engine

    @property
    def files(self) -> Files:
        """Where uploaded files are kept."""
        return self.app.tools.files

    def calendar(self) -> Calendar:
        """Return the calendar in force, asked once a request."""
        found = g.get("calendar")
        if found is None:
            found = self.tools.calendars.known(system.calendar_sequence(reading()))
            if found is None:
                with self.store.reading() as uow:
                    found = self.tools.calendars.current(uow)
            g.calendar = found
        return cast(Calendar, found)

    def effective_version(self) -> str:
        """Return the version new cases start on."""
        with self.store.reading() as uow:
            return self.tools.versions.effective(uow)

    def parameters(self, version: str) -> Parameters:
        """Return the flags and limits of a version."""
        return self.tools.parameters(version)

    def form(self, version: str, key: str) -> FormDefinition:
        """Return a form of a version."""
        return self.tools.form(version, key)

    def leaver(self, user_id: str, last_day: date | None = None) -> Leaver:
        """Return what hangs on somebody who is to leave."""
        return self.app.leaver(user_id, last_day)

    def execute(self, command: Request, actor: Actor, idempotency_key: str | None = None) -> Result:
        """Carry out a command."""
        return self.app.execute(command, actor, idempotency_key)


def desk() -> Desk:
    """Return the product this process serves."""
    return Desk(cast(App, current_app.extensions[KEY]))


def person() -> SignedIn | None:
    """Return who is signed in, as read once for this request."""
    return cast("SignedIn | None", g.get("person"))


def somebody() -> SignedIn:
    """Return who is signed in.

    :raises Unauthenticated: nobody is.
    """
    found = person()
    if found is None:
        raise Unauthenticated("sign_in_required", "请先登录")
    return found


def actor(channel: str = "web") -> Actor:
    """Return who is signed in, as a command wants to know it.

    :raises Unauthenticated: nobody is.
    """
    found = somebody()
    return Actor(found.user_id, found.roles, found.organisation_id, found.name, channel)


def require(*roles: str) -> SignedIn:
    """Return who is signed in when one of ``roles`` is held.

    :raises Unauthenticated: nobody is signed in.
    :raises Forbidden: none of the roles is held.
    """
    found = somebody()
    if not found.holds(*roles):
        raise Forbidden("role_required", "您的岗位无权查看此页面", details={"roles": list(roles)})
    return found


def reading() -> Reading:
    """Return this request's read-only transaction; it is closed when the request ends."""
    opened: Reading | None = g.get("reading")
    if opened is None:
        product = desk()
        opened = g.reading = Reading(product.store.engine, product.store.vault, product.clock.now)
    found = person()
    opened.viewer = found.viewer if found else None
    return opened


def end_reading(_error: BaseException | None = None) -> None:
    """Close the transaction, so that what is read next is what a command has just written."""
    opened = g.pop("reading", None)
    if opened is not None:
        opened.close()


def now() -> datetime:
    """Return the legal time of this request: one instant, however often it is asked."""
    if "now" not in g:
        g.now = desk().clock.now()
    return cast(datetime, g.now)


def today() -> date:
    """Return the legal date of this request in Asia/Shanghai."""
    return legal_date(now())


def fresh_key() -> str:
    """Return a key for one form: the same form sent twice takes effect once."""
    return secrets.token_urlsafe(18)


def act(command: Request, key: str | None = None) -> Result:
    """Execute ``command`` as the person signed in.

    :param key: of the form that asks; the same form sent twice takes effect once.
    """
    end_reading()  # what was read before is old now
    for kept in ("now", "calendar", "labels"):
        g.pop(kept, None)
    return desk().execute(command, actor(), idempotency_key=key)


def form_key() -> str | None:
    """Return the key the present form carries, if any."""
    return request.form.get("idempotency_key", "")[:200] or None


def visitors_key(command: Request, key: str | None) -> str | None:
    """Return the key under which an anonymous visitor's request is kept: theirs, bound to all they said.

    Everybody who is not signed in shares one space of keys. Bound to the content, a guessed key neither
    blocks another visitor's request nor tells its answer to who does not know every word of it.
    """
    return hashlib.sha256(f"{key}\n{command!r}".encode()).hexdigest() if key else None
