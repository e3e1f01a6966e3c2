"""The navigation to what every case rests on: calendar, versions and their changes, figures, methodologies.

A link appears only where its page would open; a count only where it asks whoever looks to decide. It must
never decide what may be done.
"""

from __future__ import annotations

from collections.abc import Callable

from workflow_app.queries import design
from workflow_app.queries.people import SignedIn
from workflow_app.web.desk import reading
from workflow_app.web.shell import Link
from workflow_app.web.texts import _

MakeLink = Callable[..., Link]


def proposals_waiting(found: SignedIn) -> int | None:
    """Count the proposals that wait for this person's decision; ``None`` where none ever would."""
    if not found.holds(*design.DECIDERS):
        return None
    return design.waiting(reading(), found.user_id, {role for role, _scope in found.roles})


def basis_links(found: SignedIn, proposals: int | None, link: MakeLink) -> tuple[Link, ...]:
    """Return the links of 依据."""
    links = [link(_("工作日历"), "calendar.page", "calendar-event")]
    if found.holds("process_admin", "auditor", "department_leader", "department_clerk"):
        links.append(link(_("流程与表单"), "definitions.page", "sitemap"))
    if found.holds(*design.DECIDERS):
        links.append(link(_("流程管理"), "process_proposals.page", "git-compare", proposals))
    if found.holds("department_leader", "department_clerk", "auditor"):
        links.append(link(_("统计"), "programme.page", "chart-bar"))
        links.append(link(_("方法学目录"), "methodology_acts.page", "clipboard-list"))
    return tuple(links)
