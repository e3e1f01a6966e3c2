"""A closed case as its events tell it: what it was given, act by act, and what came of it.

Waits are named by their element and how many of it the case had opened before, because a token's id is of one
run only. Personal values are opened here, in memory; nothing of what is read leaves the back-test but the ids
of elements and rules, and due dates.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from workflow_app.store.history import Event
from workflow_app.store.repositories.cases import CaseRow, stream_of
from workflow_app.store.unit_of_work import UnitOfWork

PAGE: Final = 500
ACTS: Final = frozenset(
    {"case_started", "task_completed", "message_received", "timer_fired", "call_returned", "case_cancelled"}
)

Wait = tuple[str, int]
"""An element, and which of its waits in the case's life, from 0."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was handed in."""

    key: str
    action: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a case: what it was given, and what came of it.

    :param version: the one the case ran on then.
    :param wait: the task, timer or call it was about.
    :param given: first variables, a message's payload or a called case's result.
    :param calls: the services asked, in order, as the history has them.
    :param decisions: the tables asked, in order, likewise.
    :param moves: ``what:element`` of every step of the path.
    :param limits: the limits its new tasks and timers wait under, by wait; ``None``: under none.
    :param called: the processes its new calls started, by wait.
    :param closed: ids of limits a wait of which closed by this act.
    """

    kind: str
    at: datetime
    version: str
    element: str = ""
    wait: Wait | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    form: Form | None = None
    calls: Sequence[Mapping[str, Any]] = ()
    decisions: Sequence[Mapping[str, Any]] = ()
    moves: Sequence[str] = ()
    limits: Mapping[Wait, str | None] = field(default_factory=dict)
    called: Mapping[Wait, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()


def acts(uow: UnitOfWork, case: CaseRow) -> tuple[Act, ...]:
    """Return the acts of a case in order; none where its start was not recorded whole."""
    return tuple(_Reader(uow, case).read())


def result(case: CaseRow) -> Mapping[str, Any]:
    """Return what a closed case handed to its caller."""
    return {**json.loads(case.header).get("variables", {}), "outcome": case.outcome}


def _events(uow: UnitOfWork, case_id: str) -> Iterator[Event]:
    after = 0
    while page := uow.history.stream(stream_of(case_id), after=after, limit=PAGE):
        yield from page
        after = page[-1].seq


@dataclass(slots=True)
class _Opened:
    """A wait as it was opened, by the row the case kept of it."""

    wait: Wait
    limit: str | None
    assignee: str | None = None


class _Reader:
    """Reads one case's events, remembering the waits it opened."""

    def __init__(self, uow: UnitOfWork, case: CaseRow) -> None:
        self._uow = uow
        self._case = case
        self._counted: Counter[str] = Counter()
        self._tasks: dict[str, _Opened] = {}
        self._timers: dict[str, _Opened] = {}
        self._elements: dict[str, str] = {}
        self._told: set[str] = set()
        self._returned: dict[str, CaseRow] = {child.id: child for child in uow.cases.children(case.id)}

    def read(self) -> Iterator[Act]:
        for event in _events(self._uow, self._case.id):
            changes = event.body.get("changes", {})
            if event.kind not in ACTS:
                self._claimed(changes)
                continue
            if event.kind == "case_started" and "given" not in event.body.get("facts", {}):
                return
            about = self._about(event, changes)
            closed = self._closed(changes)
            yield self._act(event, about, closed, self._opened(changes))

    def _act(
        self, event: Event, about: Wait | None, closed: frozenset[str], limits: Mapping[Wait, str | None]
    ) -> Act:
        body, facts = event.body, event.body.get("facts", {})
        form = body.get("form")
        given = facts.get("given") or facts.get("payload") or {}
        if event.kind == "call_returned":
            given = result(self._returned[facts["child"]])
        return Act(
            kind=event.kind,
            at=event.at,
            version=event.version or self._case.version,
            element=about[0] if about else event.element_id or "",
            wait=about,
            given=given,
            message=facts.get("message", ""),
            form=Form(form["key"], form.get("action", ""), form["data"]) if form else None,
            calls=body.get("calls", ()),
            decisions=body.get("decisions", ()),
            moves=body.get("moves", ()),
            limits=limits,
            called=self._calls(),
            closed=closed,
        )

    def _about(self, event: Event, changes: Mapping[str, Any]) -> Wait | None:
        """Return the wait an act was about."""
        if event.kind == "call_returned":
            token = self._returned[event.body["facts"]["child"]].parent_token_id
            return self._called(str(token))
        if event.kind == "timer_fired":
            rows = changes.get("timer", {}).get("~", ())
            fired = [self._timers[row["id"]] for row in rows if row.get("state") == "fired"]
            return fired[0].wait if fired else None
        if event.kind != "task_completed":
            return None
        gone = [self._tasks[row["id"]] for row in changes.get("inbox_task", {}).get("-", ())]
        done = [one for one in gone if one.wait[0] == event.element_id]
        # Where one answer closes the others too, it was its own person's.
        done.sort(key=lambda one: one.assignee != event.actor_id)
        return done[0].wait if done else None

    def _called(self, token: str) -> Wait:
        """Return the call of a token: which of its element's calls its child was."""
        element = self._elements[token]
        same = [
            child
            for child in self._returned.values()
            if self._elements.get(child.parent_token_id or "") == element
        ]
        return element, [child.parent_token_id for child in same].index(token)

    def _calls(self) -> Mapping[Wait, str]:
        """Return the processes of the calls an act opened: those whose token it wrote first."""
        found: dict[Wait, str] = {}
        for child in self._returned.values():
            token = child.parent_token_id or ""
            if token in self._elements and child.id not in self._told:
                self._told.add(child.id)
                found[self._called(token)] = child.process_id
        return found

    def _closed(self, changes: Mapping[str, Any]) -> frozenset[str]:
        """Return the limits of the waits an act closed."""
        tasks = [self._tasks[row["id"]] for row in changes.get("inbox_task", {}).get("-", ())]
        timers = [
            self._timers[row["id"]]
            for row in changes.get("timer", {}).get("~", ())
            if row.get("state") in {"fired", "cancelled"} and row["id"] in self._timers
        ]
        return frozenset(one.limit for one in (*tasks, *timers) if one.limit)

    def _opened(self, changes: Mapping[str, Any]) -> Mapping[Wait, str | None]:
        """Take the new waits in, and return the limit of each."""
        for row in changes.get("token", {}).get("+", ()):
            self._elements.setdefault(row["id"], row["element"])
        found: dict[Wait, str | None] = {}
        for row in changes.get("inbox_task", {}).get("+", ()):
            wait = self._next(row["element_id"])
            found[wait] = row.get("deadline_id")
            self._tasks[row["id"]] = _Opened(wait, found[wait], row.get("assignee_id"))
        for row in changes.get("timer", {}).get("+", ()):
            wait = self._next(row["element_id"])
            limit = row.get("deadline_id") if row["kind"] == "deadline" else None
            self._timers[row["id"]] = _Opened(wait, limit)
            if row["kind"] == "deadline":
                found[wait] = limit
        return found

    def _claimed(self, changes: Mapping[str, Any]) -> None:
        """Note whose a task became between two acts."""
        for row in changes.get("inbox_task", {}).get("~", ()):
            if "assignee_id" in row and row["id"] in self._tasks:
                self._tasks[row["id"]].assignee = row["assignee_id"]

    def _next(self, element: str) -> Wait:
        which = self._counted[element]
        self._counted[element] += 1
        return element, which
