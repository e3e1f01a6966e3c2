"""What a request made of several transactions works in: the executor, as those below it see it."""

from __future__ import annotations

from typing import Protocol

from workflow_app.commands.requests import Actor, Request, Result
from workflow_app.commands.run import Run
from workflow_app.commands.tools import Tools
from workflow_app.store.unit_of_work import Store, UnitOfWork


class Host(Protocol):
    """Opens transactions and carries out further requests."""

    store: Store
    tools: Tools

    def run(self, uow: UnitOfWork, actor: Actor) -> Run:
        """Return a run inside an open unit of work."""
        ...

    def execute(self, request: Request, actor: Actor, key: str | None = None) -> Result:
        """Carry out a request."""
        ...
