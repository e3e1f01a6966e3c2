"""Rows by the hundred thousand, written by SQL alone: open tasks and waiting timers of nobody's cases.

Only what must be there in numbers is made this way; whatever is measured goes through commands and queries.
Every statement is said in the dialect both databases share.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text

from tests.scenarios.programme import Programme
from workflow_app.store.schema.columns import to_micros

# ruff: noqa: S608, E501 - the statements are made of this module's own constants and numbers

TASKS_A_CASE = 10
GROUPS = 1_000
"""Principals that share the half of the tasks that is not the large group's."""
SECOND = 1_000_000


def _numbers(count: int) -> str:
    return f"WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})"


def open_tasks(programme: Programme, count: int) -> None:
    """Open ``count`` tasks in filler cases: half the clerks' group's, half spread over many principals.

    The clerk and the exchange's maker of ``programme`` hold a share each in their own name.
    """
    now = to_micros(programme.clock.now())
    with programme.app.store.engine.begin() as connection:
        version = connection.execute(text("SELECT version FROM case_file LIMIT 1")).scalar_one()
        project, owner = connection.execute(text("SELECT id, owner_org FROM project LIMIT 1")).one()
        case = f"'bench' || (i / {TASKS_A_CASE})"
        connection.execute(
            text(
                f"INSERT INTO case_file (id, number, process_id, version, title, project_id, status, revision,"
                f" header, owner_org, applicant_org, opened_at) {_numbers(-(-count // TASKS_A_CASE))}"
                f" SELECT 'bench' || i, 'BENCH-' || i, 'project_application', '{version}', '演示项目' || i,"
                f" '{project}', 'open', 0, '{{}}', '{owner}', '{owner}', {now} FROM n"
            )
        )
        share = f"((i / 2) % {GROUPS})"
        clerk, maker = programme.people["clerk"], programme.people["maker"]
        principal = (
            "CASE WHEN i % 2 = 0 THEN 'role:department_clerk'"
            f" WHEN {share} = 0 THEN 'user:{clerk}' WHEN {share} = 1 THEN 'user:{maker}'"
            f" WHEN {share} = 2 THEN 'role:exchange_maker:{programme.organisations['exchange']}'"
            f" ELSE 'role:applicant:bench' || {share} END"
        )
        # Due dates come in no order of the rows, a second apart, from a month ago on.
        due = f"{now - 30 * 86_400 * SECOND} + (i * 7919 % {count}) * {SECOND}"
        shape = "'project_application', 'review_application'"
        connection.execute(
            text(
                "INSERT INTO inbox_task (id, case_id, project_id, process_id, element_id, name, form, role,"
                f" candidates, opened_at, due_at) {_numbers(count)} SELECT 'bench-task-' || i, {case},"
                f" '{project}', {shape}, '形式审查', 'formal_review', 'department_clerk',"
                f" '[\"' || {principal} || '\"]', {now}, {due} FROM n"
            )
        )
        connection.execute(
            text(
                "INSERT INTO inbox_entry (principal, due_at, task_id, process_id, element_id)"
                f" {_numbers(count)} SELECT {principal}, {due}, 'bench-task-' || i, {shape} FROM n"
            )
        )
    _analyse(programme.app.store.engine)


def waiting_timers(programme: Programme, count: int) -> None:
    """Set ``count`` timers on one filler case, due from a year from now on."""
    later = to_micros(programme.clock.now()) + 365 * 86_400 * SECOND
    with programme.app.store.engine.begin() as connection:
        case = connection.execute(text("SELECT id FROM case_file LIMIT 1")).scalar_one()
        connection.execute(
            text(
                "INSERT INTO timer (id, case_id, token_id, element_id, kind, interrupting, due_at, state, next_try)"
                f" {_numbers(count)} SELECT 'bench' || i, '{case}', 'bench' || i, 'bench', 'deadline', true,"
                f" {later} + i, 'pending', {later} + i FROM n"
            )
        )
    _analyse(programme.app.store.engine)


def fall_due(connection: Connection, timer_ids: list[str], first: int, apart: int) -> None:
    """Let timers fall due one after another, microseconds ``apart`` from ``first`` on."""
    for number, timer_id in enumerate(timer_ids):
        due = first + number * apart
        connection.execute(text(f"UPDATE timer SET due_at = {due}, next_try = {due} WHERE id = '{timer_id}'"))


def _analyse(engine: Engine) -> None:
    """Let PostgreSQL know of the rows, as its own housekeeping would within a minute."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
