"""消息: the reader's in-app notices; and the outbox, for those who keep the system running."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import ReadNotices
from workflow_app.queries import recipients, system
from workflow_app.web.desk import act, actor, reading, require, somebody
from workflow_app.web.words import role_name

notices = Blueprint("notices", __name__)
outbox = Blueprint("outbox", __name__)


@notices.get("/messages")
def page() -> str:
    """Show what the system told the reader, the newest first."""
    found = somebody()
    return render_template(
        "office/messages.html", notices=system.notices(reading(), principals(actor()), found.user_id)
    )


@notices.post("/messages/read")
def read() -> Response:
    """Mark everything as read."""
    somebody()
    act(ReadNotices())
    return redirect(url_for("notices.page"))


@outbox.get("/system/outbox", endpoint="page")
def outbox_page() -> str:
    """Show what leaves the system: nothing really leaves a sandbox."""
    require("system_admin", "auditor")
    messages = system.messages(reading())
    found = recipients.names(reading(), (one.recipient for one in messages))
    return render_template(
        "office/outbox.html", messages=[(one, to_words(one.recipient, found)) for one in messages]
    )


def to_words(recipient: str, found: Mapping[str, str]) -> str:
    """Put a principal into words: a person's name, or the post and its organisation."""
    kind, _colon, rest = recipient.partition(":")
    if kind == "user":
        return found.get(rest, recipient)
    if kind == "role":
        role, _colon, unit = rest.partition(":")
        return "・".join(part for part in (found.get(unit, unit), role_name(role)) if part)
    if kind == "copy":
        return rest
    return "投诉人" if recipient == "complainant" else recipient
