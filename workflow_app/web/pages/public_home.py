"""首页: what the programme is, how far it has come, and what is being publicised now. 355号一, 二."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from workflow_app.queries import public_notices, public_programme, public_register
from workflow_app.web import notice_view
from workflow_app.web.desk import desk, now, reading
from workflow_app.web.public_frame import revalidated

blueprint = Blueprint("public_home", __name__)
_SHOWN = 5
GOAL_FLAG = "programme_goal_tonnes"
GOAL_TONNES = 10_000_000
"""355号二: 1000万吨以上 by 2030, where the parameters in force do not say otherwise."""
METHODOLOGIES_FLAG = "programme_goal_methodologies"
GOAL_METHODOLOGIES = 6


@blueprint.get("/public")
def page() -> Response:
    """Show the public home page."""
    figures = public_programme.figures(reading())
    listed, _more = public_notices.notices(reading(), "open", size=_SHOWN)
    calendar = desk().calendar()
    goal = flag(GOAL_FLAG, GOAL_TONNES)
    return revalidated(
        render_template(
            "public/home.html",
            figures=figures,
            goal=goal,
            goal_methodologies=flag(METHODOLOGIES_FLAG, GOAL_METHODOLOGIES),
            share=f"{100 * figures.issued / goal:.2f}",
            notices=[(one, notice_view.words(one, None, calendar, now())) for one in listed],
            projects=public_register.projects(reading(), size=_SHOWN)[0],
            sandbox=desk().config.sandbox,
        )
    )


def flag(name: str, otherwise: int) -> int:
    """Return a whole positive number of the parameters in force."""
    value = desk().parameters(desk().effective_version()).flags.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else otherwise
