"""What an assessment or a public notice is about: a project, a batch of its reductions, or both at once.

355号附件一（二）（三）. Before registration the first batch goes with its project where chosen so:
one opinion, one notice, and what happens to the one happens to the other. Afterwards a batch goes alone.
"""

from __future__ import annotations

from handlers.contract import Context
from handlers.effects import MoveProject, UpdateBatch
from workflow_app.domain.project import BEFORE_REGISTRATION, ProjectState


def of_project(context: Context) -> bool:
    """Tell whether the project itself is still to be registered, so that it is judged here."""
    if not context.variables.get("batch_id"):
        return True
    project = context.facts.project()
    return project is not None and ProjectState(project.state) in BEFORE_REGISTRATION


def moves(context: Context, event: str | None, state: str) -> tuple[MoveProject | UpdateBatch, ...]:
    """Return the effects by which the project, its batch, or both go on.

    :param event: what happens to the project; ``None`` where it stays.
    :param state: the state a batch reaches.
    """
    batch = context.variables.get("batch_id")
    project = (MoveProject(event),) if event and of_project(context) else ()
    return (*project, UpdateBatch(str(batch), state)) if batch else project
