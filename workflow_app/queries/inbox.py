"""The inbox: what a person may work on, in due order, fast at a million tasks.

A page continues by the last row's key. Counts stop at :data:`MANY`, beyond which a number tells nobody
anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal

from calendars.published import Calendar
from workflow_app.kernel.clock import SHANGHAI, legal_date
from workflow_app.queries import inbox_statements
from workflow_app.queries.inbox_rows import Row, made
from workflow_app.queries.inbox_statements import ESCAPE, Shape
from workflow_app.queries.reading import Reading
from workflow_app.store.schema.columns import to_micros

View = Literal["all", "mine", "open", "overdue", "today"]
VIEWS: tuple[View, ...] = ("all", "mine", "open", "overdue", "today")
MANY = 1000
"""Counts above this are shown as ``999+``."""
OWNER: Final = "role:owner:"
"""How the principal of an owner's people begins."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of the inbox says.

    :param after: key of the last row of the page before: its due instant and task.
    """

    view: View = "all"
    process: str = ""
    element: str = ""
    project: str = ""
    text: str = ""
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are in each view, under the same filters; at most :data:`MANY`."""

    all: int
    mine: int
    open: int
    overdue: int
    today: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the inbox; ``more`` is the key to go on after, ``None`` on the last page."""

    rows: tuple[Row, ...]
    counts: Counts
    more: tuple[datetime, str] | None


def inbox(
    reading: Reading,
    principals: Sequence[str],
    user_id: str,
    wanted: Filter,
    calendar: Calendar,
    now: datetime,
    *,
    size: int = 50,
) -> Page:
    """Return one page of the inbox of whoever works for ``principals``."""
    numbers = count(reading, principals, wanted, now)
    shape = _shape(principals, wanted)
    if not shape.places:
        return Page((), numbers, None)
    values = _values(principals, wanted, now) | {"size": size + 1, "user_id": user_id}
    found = inbox_statements.rows(shape).raw(reading.driver, values)
    day, at = legal_date(now), to_micros(now)
    owned = tuple(one.removeprefix(OWNER) for one in principals if one.startswith(OWNER))
    rows = tuple(made(row, user_id, owned, calendar, day, row[0] <= at) for row in found[:size])
    return Page(rows, numbers, rows[-1].key if len(found) > size else None)


def count(reading: Reading, principals: Sequence[str], wanted: Filter, now: datetime) -> Counts:
    """Return the numbers beside the views."""
    if not principals:
        return Counts(0, 0, 0, 0, 0)
    shape = _shape(principals, replace(wanted, view="all", after=None))
    query = inbox_statements.counts(shape, _persons(principals))
    found: Any = reading.first(query, _values(principals, wanted, now) | {"many": MANY})
    return Counts(found.all, found.mine, max(0, found.all - found.mine), found.overdue, found.today)


def following(
    reading: Reading,
    principals: Sequence[str],
    wanted: Filter,
    now: datetime,
    task_id: str,
) -> str | None:
    """Return the task to go on with once ``task_id`` is done: the next in due order, else the first."""
    if not principals:
        return None
    named = _values(principals, wanted, now) | {"task": task_id}
    at = reading.first(inbox_statements.due_of(len(principals)), named) if task_id else None
    if at is not None:
        later = _keys(reading, principals, replace(wanted, after=(at.due_at, task_id)), now, 1)
        if later:
            return later[0]
    first = _keys(reading, principals, replace(wanted, after=None), now, 2)
    return next((found for found in first if found != task_id), None)


def stages(reading: Reading, principals: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """Return the elements that occur among this reader's tasks: process, element and its name."""
    if not principals:
        return ()
    query = inbox_statements.stages(len(principals))
    return tuple(sorted(set(query.raw(reading.driver, _named(principals)))))


def _named(principals: Sequence[str]) -> dict[str, Any]:
    return {f"principal_{at}": principal for at, principal in enumerate(principals)}


def _values(principals: Sequence[str], wanted: Filter, now: datetime) -> dict[str, Any]:
    """The values of every parameter a shape may have."""
    due_at, task_id = wanted.after or (None, None)
    plain = wanted.text.replace(ESCAPE, ESCAPE * 2).replace("%", ESCAPE + "%").replace("_", ESCAPE + "_")
    return {
        **_named(principals),
        "now": now,
        "day": legal_date(now),
        "tomorrow": datetime.combine(legal_date(now) + timedelta(days=1), time(0), SHANGHAI),
        "after_due": due_at,
        "after_task": task_id,
        "process": wanted.process,
        "element": wanted.element,
        "project": wanted.project,
        "text": f"%{plain}%",
        "uscc": wanted.text.upper(),
    }


def _shape(principals: Sequence[str], wanted: Filter) -> Shape:
    """A claimed task has the one entry of its person, so a view picks principals, not rows."""
    places = tuple(range(len(principals)))
    if wanted.view == "mine":
        places = _persons(principals)
    elif wanted.view == "open":
        places = tuple(at for at in places if at not in _persons(principals))
    return Shape(
        places,
        when=wanted.view if wanted.view in {"overdue", "today"} else "",
        process=bool(wanted.process),
        element=bool(wanted.element),
        project=bool(wanted.project),
        text=bool(wanted.text),
        onward=wanted.after is not None,
    )


def _persons(principals: Sequence[str]) -> tuple[int, ...]:
    return tuple(at for at, principal in enumerate(principals) if principal.startswith("user:"))


def _keys(reading: Reading, principals: Sequence[str], wanted: Filter, now: datetime, size: int) -> list[str]:
    shape = _shape(principals, wanted)
    if not shape.places:
        return []
    values = _values(principals, wanted, now) | {"size": size}
    return [row[1] for row in inbox_statements.keys(shape).raw(reading.driver, values)]
