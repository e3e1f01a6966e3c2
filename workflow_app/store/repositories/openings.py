"""Opening a case for an act: everything live of it, read together, its row and its history locked.

What a command needs before it can judge anything is asked for at once, so that on PostgreSQL it
waits for one answer. The case's row comes first: who has to wait for another's act waits there,
and everything after it is read as that act left it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from workflow_app.kernel.errors import NotFound
from workflow_app.store.driver import Driver, Query
from workflow_app.store.history import HEAD, History
from workflow_app.store.repositories.cases import CaseRow, stream_of
from workflow_app.store.repositories.deadlines import DeadlineRow, TimerRow
from workflow_app.store.repositories.inbox import InboxTask
from workflow_app.store.repositories.settings import SEQUENCE, SettingsRepository
from workflow_app.store.repositories.tokens import Token
from workflow_app.store.schema.columns import to_micros
from workflow_app.store.tables import case_file, deadline, duty, inbox_task, timer, token


@dataclass(frozen=True, slots=True)
class Opening:
    """A case as it stands, held by this transaction.

    :param tokens: live tokens by id.
    :param tasks: open tasks, oldest first.
    :param timers: those that wait or stand still, by due date.
    :param limits: its time limits, in the order they started.
    :param duties: roles in which the asking person did a duty on the case's project.
    :param late_callers: the cases that called it and have a due timer, nearest first.
    """

    row: CaseRow
    tokens: Mapping[str, Token]
    tasks: tuple[InboxTask, ...]
    timers: tuple[TimerRow, ...]
    limits: tuple[DeadlineRow, ...]
    duties: frozenset[str]
    late_callers: tuple[str, ...]


class OpeningRepository:
    """Opens cases in one unit of work."""

    def __init__(self, driver: Driver, history: History, settings: SettingsRepository) -> None:
        self._driver = driver
        self._history = history
        self._settings = settings

    def of_case(self, case_id: str, user_id: str | None, at: datetime) -> Opening:
        """Open a case.

        :param user_id: whose duties are asked for.
        :param at: the instant at which a caller's timer is due or not.
        :raises NotFound: there is none.
        """
        found = self._open(_BY_ID, {"case_id": case_id, "user_id": user_id, "at": to_micros(at)})
        if found is None:
            raise NotFound("no_such_case", "没有这个办件")
        return found

    def of_task(self, task_id: str, user_id: str | None, at: datetime) -> Opening | None:
        """Open the case an open task belongs to; ``None`` where the task is not open."""
        return self._open(_BY_TASK, {"task_id": task_id, "user_id": user_id, "at": to_micros(at)})

    def _open(self, plan: _Plan, parameters: Mapping[str, Any]) -> Opening | None:
        queries = plan.free if self._driver.sqlite else plan.locking
        found = self._driver.together(queries, parameters)
        rows, heads, tokens, tasks, timers, limits, duties, late, (sequence,) = found
        self._settings.read_sequence(sequence)
        if not rows:
            return None
        row = CaseRow(*_CASE.read(rows)[0])
        if heads:
            self._history.locked(stream_of(row.id), (heads[0][0], heads[0][1]))
        return Opening(
            row=row,
            tokens={each[0]: Token(*each) for each in tokens},
            tasks=tuple(InboxTask(*each) for each in _TASKS.read(tasks)),
            timers=tuple(TimerRow(*each) for each in _TIMERS.read(timers)),
            limits=tuple(DeadlineRow(*each) for each in _LIMITS.read(limits)),
            duties=frozenset(role for (role,) in duties),
            late_callers=tuple(caller for (caller,) in late),
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """The statements of an opening, in order: without locks, and with."""

    free: tuple[str, ...]
    locking: tuple[str, ...]


_CASE: Final = Query([case_file.c[name] for name in CaseRow.__slots__], "WHERE id = ")
_TOKENS: Final = Query([token.c[name] for name in Token._fields], "WHERE case_id = ")
_TASKS: Final = Query([inbox_task.c[name] for name in InboxTask.__slots__], "WHERE case_id = ")
_TIMERS: Final = Query(
    [timer.c[name] for name in TimerRow.__slots__], "WHERE state IN ('pending', 'suspended') AND case_id = "
)
_LIMITS: Final = Query([deadline.c[name] for name in DeadlineRow.__slots__], "WHERE case_id = ")
_DUTIES: Final = Query([duty.c.role], "WHERE user_id = {user_id} AND subject_id = ")


_LATE: Final = """
    WITH RECURSIVE caller (id, distance) AS (
      SELECT parent_case_id, 1 FROM case_file WHERE id = {case}
      UNION ALL
      SELECT case_file.parent_case_id, distance + 1 FROM case_file JOIN caller ON case_file.id = caller.id
    )
    SELECT caller.id FROM caller
    WHERE EXISTS (
      SELECT 1 FROM timer WHERE timer.case_id = caller.id AND state = 'pending' AND due_at <= {at}
    )
    ORDER BY distance
"""


def _plan(case: str) -> _Plan:
    subject = f"(SELECT coalesce(project_id, id) FROM case_file WHERE id = {case})"  # noqa: S608 - constants
    stream = f"'case:' || {case}"
    rest = (
        f"{_TOKENS.sql}{case}",
        f"{_TASKS.sql}{case} ORDER BY opened_at, id",
        f"{_TIMERS.sql}{case} ORDER BY due_at, id",
        f"{_LIMITS.sql}{case} ORDER BY started_at, id",
        f"{_DUTIES.sql}{subject}",
        _LATE.replace("{case}", case),
        SEQUENCE,
    )
    row, head = f"{_CASE.sql}{case}", f"{HEAD}{stream}"
    return _Plan((row, head, *rest), (f"{row} FOR UPDATE", f"{head} FOR UPDATE", *rest))


_BY_ID: Final = _plan("{case_id}")
_BY_TASK: Final = _plan("(SELECT case_id FROM inbox_task WHERE id = {task_id})")
