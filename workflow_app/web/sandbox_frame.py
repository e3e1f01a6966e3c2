"""The dark bar of the sandbox: what time it has, and which limit is next. Production has none."""

from __future__ import annotations

from workflow_app.kernel.clock import shanghai
from workflow_app.queries.limits import Limit, next_limit
from workflow_app.web.addresses import address_of
from workflow_app.web.desk import desk, now, person, reading, today
from workflow_app.web.shell import SandboxBar
from workflow_app.web.texts import _
from workflow_app.web.words import end_of_limit, short_day, weekday


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
        advance_url=address_of("sandbox.move") if person() else "",
        roles_url=address_of("signin.page"),
    )


def _next_line(limit: Limit) -> str:
    day, hour = end_of_limit(limit.due_at)
    estimate = _("（预估）") if limit.provisional else ""
    return f"{short_day(day, today())} {hour}{estimate} {limit.case_title} {limit.name}"
