"""消息: the reader's in-app notices; and the outbox, for those who keep the system running."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import ReadNotices
from workflow_app.queries import system
from workflow_app.web.desk import act, actor, reading, require, somebody

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
    return render_template("office/outbox.html", messages=system.messages(reading()))
