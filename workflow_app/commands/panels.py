"""Who sits on a case's panel: as its clerk appointed it, and as seats passed on since.

355号附件一（二）. The case's variables say so, which a seat that passes on changes; where a process keeps
them otherwise, the form by which the panel was appointed does. It must never decide who may sit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from workflow_app.engine.variables import variables_of
from workflow_app.store.history import History
from workflow_app.store.repositories.cases import CaseRow, stream_of

EVENTS: Final = 200
"""How many of an assessment's last events are looked through; it is a short case."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The experts of a panel and which of them is its chair; both are users' ids."""

    experts: tuple[str, ...]
    chair: str


def of_case(history: History, case: CaseRow) -> Panel:
    """Return a case's panel; nobody where none was appointed."""
    named = variables_of(case.header)
    if not _names(named.get("experts")):
        named = dict(history.form(stream_of(case.id), "panel") or {})
    chair = named.get("chair")
    return Panel(_names(named.get("experts")), chair if isinstance(chair, str) else "")


def recused(history: History, case_id: str) -> frozenset[str]:
    """Return who of the panel appointed last declared to recuse."""
    found: set[str] = set()
    for event in history.latest(stream_of(case_id), limit=EVENTS):
        if event.form_key == "panel":
            break
        if event.form_key == "expert_review" and event.body["form"]["data"].get("recused") is True:
            found.add(str(event.actor_id))
    return frozenset(found)


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple(dict.fromkeys(each for each in value if isinstance(each, str) and each))
