"""Who did which duty on a project: what the separation of duties is judged on (K, docs/domain.md §6)."""

from __future__ import annotations

from workflow_app.commands import permissions
from workflow_app.commands.requests import Actor
from workflow_app.commands.run import OpenCase, Run


def ensure_separated(run: Run, case: OpenCase, role: str, actor: Actor | None = None) -> frozenset[str]:
    """Refuse a duty that does not go with those this person did on the project.

    :returns: the duties held so far.
    :raises Refused: one person may not do both.
    """
    who = (actor or run.actor).user_id
    held = _held(run, case, who)
    permissions.ensure_separated(role, held)
    return held


def _held(run: Run, case: OpenCase, who: str | None) -> frozenset[str]:
    if who is None:
        return frozenset()
    if case.duties is not None and who == run.actor.user_id:
        return case.duties
    return frozenset(done for _, done in run.uow.duties.duties(case.subject, who))


def record(run: Run, case: OpenCase, role: str, held: frozenset[str]) -> None:
    """Remember that the present actor did ``role`` on the case's project."""
    who = run.actor.user_id
    if who is not None and role in permissions.KNOWN and role not in held:
        run.uow.duties.do_duty(case.subject, who, role, run.at)
