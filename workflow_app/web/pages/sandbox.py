"""The sandbox's clock: forward to the next deadline, or by a day, by any signed-in person of the sandbox.

Production has no such page. Moving is a command and stands in the history; what falls due on the way is done
in order by the command itself.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.requests import MoveClock
from workflow_app.kernel.errors import JcerError, NotFound
from workflow_app.web.desk import act, desk
from workflow_app.web.session import local_path
from workflow_app.web.texts import _
from workflow_app.web.words import moment

blueprint = Blueprint("sandbox", __name__)


@blueprint.post("/sandbox/clock")
def move() -> Response:
    """Move the clock: ``step=day`` by a day, else to the next deadline."""
    if not desk().config.sandbox:
        raise NotFound("no_such_page", "此页面不存在")
    command = MoveClock(days=1) if request.form.get("step") == "day" else MoveClock(next_deadline=True)
    try:
        act(command)
        flash(_("沙盒时间已到 %(at)s", at=moment(desk().clock.now())), "info")
    except JcerError as error:
        flash(error.message, "attention")
    return redirect(local_path(request.form.get("next"), url_for("home")))
