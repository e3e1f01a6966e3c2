"""总办理时限 in words, for the pages of a project: a promise, with what is left out of it told beside it."""

from __future__ import annotations

from datetime import datetime

from workflow_app.queries.total_time import EXTENSION, RULE, total_time
from workflow_app.web.desk import desk, reading
from workflow_app.web.texts import _


def total_words(project_id: str, version: str, accepted_at: datetime | None) -> str:
    """Return the total time promised to a project as its page shows it; empty before acceptance."""
    parameters = desk().parameters(version)
    rule = parameters.rules.get(RULE)
    if accepted_at is None or rule is None:
        return ""
    extension = int(str(parameters.flags.get(EXTENSION, 0)))
    found = total_time(reading(), project_id, accepted_at, rule, extension, desk().calendar())
    if found.last_day is None:
        when = _("专家评估期间不计，评估结束后推算")
    else:
        estimate = _("（预估）") if found.provisional else ""
        when = _("%(date)s 前办结", date=found.last_day) + estimate
    return _(
        "%(when)s：受理后 %(days)s 个工作日（承诺），专家评估所需时间不计；经批准可延长 %(more)s 个工作日",
        when=when,
        days=found.days,
        more=found.extension,
    )
