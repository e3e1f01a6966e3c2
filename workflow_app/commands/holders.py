"""Who may act for a registry account, and how its holder is told.

An organisation acts through those who hold its post of owner or buyer; a natural person alone for
themselves. Must never know: balances.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflow_app.commands import permissions
from workflow_app.commands.requests import Actor, Json
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import Forbidden, NotFound

HELD_KINDS: Final = frozenset({"owner", "buyer"})
"""Kinds of account somebody holds; the others are the book's own."""


def acts_for(actor: Actor, account: Mapping[str, Any]) -> bool:
    """Tell whether the actor is an account's holder, or holds its post."""
    if account["person_id"] is not None:
        return bool(account["person_id"] == actor.user_id)
    return (account["kind"], account["organisation_id"]) in actor.roles


def ensure_holder(actor: Actor, account: Mapping[str, Any]) -> None:
    """Refuse whoever is not an account's holder.

    :raises NotFound: as if there were none.
    """
    permissions.ensure_on_cases(actor)
    if not acts_for(actor, account):
        raise NotFound("no_such_account", "没有这个账户")


def ensure_exchange(actor: Actor, role: str) -> None:
    """Refuse whoever does not hold a post of the exchange.

    :raises Forbidden: with the post.
    """
    permissions.ensure_on_cases(actor)
    permissions.ensure_holds(actor, role)


def ensure_second(run: Run, first: str | None) -> None:
    """Refuse to check what one has entered oneself (K).

    :raises Forbidden: ``maker_is_checker``.
    """
    if first is not None and first == run.actor.user_id:
        raise Forbidden("maker_is_checker", "经办与复核不得为同一人", article="服务规则：经办与复核分离")


def held(run: Run, account_id: str) -> dict[str, Any]:
    """Return an account somebody holds, locked till the end of the transaction.

    :raises NotFound: there is none.
    """
    account = run.uow.ledger.lock([account_id])[account_id]
    if account["kind"] not in HELD_KINDS:
        raise NotFound("no_such_account", "没有这个账户")
    return account


def tell(run: Run, account: Mapping[str, Any], subject: str, text: str) -> None:
    """Put a notice before the holder of an account."""
    person, organisation = account["person_id"], account["organisation_id"]
    principal = f"user:{person}" if person else f"role:{account['kind']}:{organisation}"
    run.uow.outbox.notify([principal], subject, f"【账户 {account['number']}】{text}", None, run.at)


def flags(run: Run) -> Mapping[str, Json]:
    """Return the parameters in force, for what no case carries."""
    return run.tools.parameters(run.tools.versions.effective(run.uow)).flags
