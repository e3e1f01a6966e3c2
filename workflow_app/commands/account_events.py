"""The event of an act on the book that steps no case: on the account's own stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_app.commands.recorder import who
from workflow_app.commands.run import Run


def record(
    run: Run, account_id: str, kind: str, *, role: str | None = None, facts: Mapping[str, Any] | None = None
) -> None:
    """Write the event of an act, with every row it changed.

    :param kind: past tense, such as ``money_deposited``.
    :param role: in which the actor acted.
    :param facts: what the rows do not say, JSON-ready.
    """
    run.uow.history.record(kind, f"account:{account_id}", who(run.actor, role), run.at, facts=facts)
