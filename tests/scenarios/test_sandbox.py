"""The sandbox as it is handed over: ten projects, each at its state, by its dates (demonstration data)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from calendars.periods import Due
from workflow_app.bootstrap import App, build
from workflow_app.commands.requests import MoveClock
from workflow_app.config import Config
from workflow_app.kernel.clock import SHANGHAI, FixedClock, legal_date, shanghai
from workflow_app.sandbox.people import ACCOUNTS, OPERATOR, PASSWORD
from workflow_app.sandbox.play import HANDED_OVER, hand_over
from workflow_app.store import tables
from workflow_app.store.chain import verify
from workflow_app.store.rebuild import compare
from workflow_app.store.repositories.deadlines import DeadlineRow

STATES = {
    "崇义县": ("registered", "JX-JCER-01-00001"),
    "武宁县": ("public_notice", None),
    "奉新县": ("revision", None),
    "资溪县": ("objection", None),
    "都昌县": ("correction", None),
    "东乡区": ("redirected", None),
    "高安市": ("ineligible", None),
    "永修县": ("registered", "JX-JCER-01-00003"),
    "南昌市": ("registered", "JX-JCER-05-00004"),
    "铜鼓县": ("registered", "JX-JCER-01-00002"),
}
RECEIVED = {"崇义县": "2025-04-10", "都昌县": "2026-11-02", "东乡区": "2026-03-16"}
NOTICES = {
    "崇义县": ("2025-06-09", "2025-06-16"),
    "武宁县": ("2026-11-20", "2026-11-27"),
    "资溪县": ("2025-09-29", "2025-10-13"),
    "永修县": ("2026-02-13", "2026-02-27"),
    "南昌市": ("2026-06-17", "2026-06-25"),
    "铜鼓县": ("2025-09-28", "2025-10-11"),
}
REGISTERED = {"崇义县": "2025-06-18", "永修县": "2026-03-02", "南昌市": "2026-06-30", "铜鼓县": "2025-10-15"}


@pytest.fixture
def sandbox(sandbox_config: Config) -> Iterator[App]:
    """The sandbox at the moment of handing over, its clock standing still."""
    app = build(sandbox_config, FixedClock(HANDED_OVER))
    yield app
    app.store.engine.dispose()


def _projects(app: App) -> dict[str, dict[str, Any]]:
    """Every project by its county."""
    with app.store.reading() as uow:
        rows = uow.connection.execute(select(tables.project)).mappings().all()
    assert all(row["name"].endswith(("（演示）", "，演示）")) for row in rows)
    return {row["name"][:3]: dict(row) for row in rows}


def _day(instant: datetime | None) -> str | None:
    return shanghai(instant).date().isoformat() if instant else None


def _last_day(instant: datetime) -> str:
    """The legal day a limit ends on: its end is 24:00, the next day's first instant."""
    return shanghai(instant - timedelta(microseconds=1)).date().isoformat()


def _limit(app: App, project_id: str, rule: str) -> DeadlineRow:
    with app.store.reading() as uow:
        rows = [
            row
            for case in uow.cases.of_project(project_id)
            for row in uow.deadlines.of_case(case.id)
            if row.rule == rule
        ]
    return max(rows, key=lambda row: row.started_at)


def test_every_project_stands_where_the_story_left_it(sandbox: App) -> None:
    """Ten projects, their states and their numbers; no draft is left over from a pilot filing."""
    assert {key: (row["state"], row["number"]) for key, row in _projects(sandbox).items()} == STATES


def test_dates_are_those_of_the_calendar(sandbox: App) -> None:
    """Receipt, publication, close and registration fall on the days of the demonstration data."""
    projects = _projects(sandbox)
    notices: dict[str, tuple[str | None, str]] = {}
    with sandbox.store.reading() as uow:
        for county, row in projects.items():
            for notice in uow.programme.notices(row["id"]):
                notices.setdefault(county, (_day(notice["published_at"]), _last_day(notice["closes_at"])))
    assert notices == NOTICES
    assert {county: _day(projects[county]["received_at"]) for county in RECEIVED} == RECEIVED
    assert {
        county: _day(row["registered_at"]) for county, row in projects.items() if row["registered_at"]
    } == REGISTERED
    assert _day(projects["东乡区"]["ended_at"]) == "2026-03-16"
    assert _day(projects["高安市"]["ended_at"]) == "2026-03-10"


def test_p5_was_told_in_time_and_has_twenty_working_days(sandbox: App) -> None:
    """Received 11-02; the one-time notice was due on 11-09 and was sent that day; corrections by 12-07."""
    project_id = _projects(sandbox)["都昌县"]["id"]
    review, correction = (
        _limit(sandbox, project_id, "formal_review"),
        _limit(sandbox, project_id, "correction"),
    )
    assert (_last_day(review.due_at), review.state) == ("2026-11-09", "met")
    assert _day(correction.started_at) == "2026-11-09"
    assert (_last_day(correction.due_at), correction.state) == ("2026-12-07", "open")


def test_p4_waits_for_the_other_registry_with_its_limit_suspended(sandbox: App) -> None:
    """Objected on 10-10, by whom only the sealed record knows; the ten days stand still since 10-17."""
    project = _projects(sandbox)["资溪县"]
    limit = _limit(sandbox, project["id"], "objection")
    with sandbox.store.reading() as uow:
        notice = uow.programme.notices(project["id"])[-1]
        comment = uow.programme.comments(notice["id"])[0]
        stops = uow.deadlines.suspensions(limit.id)
        cases = {case.id: case.process_id for case in uow.cases.of_project(project["id"])}
        tasks = [(cases[c], task.element_id) for c in cases for task in uow.inbox.of_case(c)]
    assert (_day(comment["received_at"]), comment["late"], comment["outcome"]) == ("2025-10-10", False, None)
    assert limit.state == "suspended"
    due = Due.from_json(limit.trail)
    assert [day.date.isoformat()[5:] for day in due.trail if day.n] == [
        "10-11",
        "10-13",
        "10-14",
        "10-15",
        "10-16",
    ]
    assert due.budget - due.used == 5
    assert [(_day(stop.from_at), stop.to_at) for stop in stops] == [("2025-10-17", None)]
    assert tasks == [("objection", "investigate")]


def test_p4_was_applied_for_by_an_agent_and_judged_without_its_own_adviser(sandbox: App) -> None:
    """Owner and applicant differ; the third expert is not on its panel and could not be."""
    project = _projects(sandbox)["资溪县"]
    assert project["owner_org"] != project["applicant_org"]
    with sandbox.store.reading() as uow:
        tied = uow.people.user_by_subject("expert3")
        assert tied is not None
        case = next(
            case for case in uow.cases.of_project(project["id"]) if case.process_id == "expert_assessment"
        )
        panel = uow.history.form(f"case:{case.id}", "panel")
        ties = uow.duties.conflicts([tied.id])
    assert panel is not None
    assert len(panel["experts"]) == 2
    assert tied.id not in panel["experts"]
    assert [tie.organisation_id for tie in ties] == [project["owner_org"]]


def test_p8_has_its_first_batch_under_assessment(sandbox: App) -> None:
    """B1 2022-24 of 6,000 t: two experts have written, the third has not."""
    project = _projects(sandbox)["永修县"]
    with sandbox.store.reading() as uow:
        (batch,) = uow.programme.batches(project["id"])
        tasks = [task for case in uow.cases.of_project(project["id"]) for task in uow.inbox.of_case(case.id)]
        third = uow.people.user_by_subject("expert3")
    assert third is not None
    assert (batch["sequence"], batch["state"], batch["quantity"]) == (1, "assessment", 6_000)
    assert (batch["period_start"].isoformat(), batch["period_end"].isoformat()) == (
        "2022-01-01",
        "2024-12-31",
    )
    assert [(task.element_id, task.assignee_id) for task in tasks] == [("review_by_expert", third.id)]


def test_p3_is_being_revised_within_thirty_working_days(sandbox: App) -> None:
    """The panel of 10-20 asked for two changes; the owner has until 12-01."""
    project = _projects(sandbox)["奉新县"]
    with sandbox.store.reading() as uow:
        (opinion,) = uow.programme.opinions(project["id"])
    assert (opinion["result"], _day(opinion["signed_at"])) == ("revise", "2026-10-20")
    assert len(opinion["findings"]["required_changes"]) == 2
    assert _last_day(_limit(sandbox, project["id"], "revision").due_at) == "2026-12-01"


def test_nothing_of_the_story_was_late_or_failed(sandbox: App) -> None:
    """No incident, no limit over its time, no message unsent."""
    with sandbox.store.reading() as uow:
        assert uow.connection.execute(select(tables.incident.c.id)).all() == []
        states = {row.state for row in uow.connection.execute(select(tables.deadline.c.state)).all()}
        assert uow.deadlines.open_after(HANDED_OVER)
        late = [
            row.id
            for row in uow.connection.execute(
                select(tables.deadline.c.id).where(
                    tables.deadline.c.state == "open", tables.deadline.c.due_at <= HANDED_OVER
                )
            )
        ]
    assert late == []
    assert "overdue" not in states


def test_history_verifies_and_rebuilds_what_stands(sandbox: App) -> None:
    """Every chain holds; the live tables are what the events alone rebuild."""
    with sandbox.store.reading() as uow:
        verified = verify(uow.connection, sandbox.store.vault)
        rebuilt = compare(uow.connection, uow.personal)
    assert verified.breaches == ()
    assert verified.events > 300
    assert rebuilt.differences == ()


def test_accounts_are_one_a_role_and_organisation_and_can_sign_in(sandbox: App) -> None:
    """Named by post; two process administrators, three experts; the printed password opens each."""
    with sandbox.store.reading() as uow:
        today = legal_date(sandbox.clock.now())
        users = uow.people.users(today)
        held = [(one.organisation_id, role) for one in users for role, _ in uow.people.roles(one.id, today)]
    assert len(users) == len(ACCOUNTS) + 1
    alone = [pair for pair in held if pair[1] not in ("process_admin", "expert")]
    assert len(alone) == len(set(alone))
    assert [role for _, role in held].count("process_admin") == 2
    assert [role for _, role in held].count("expert") == 3
    assert sandbox.sign_in("jingban", PASSWORD).holds("department_clerk")
    assert sandbox.sign_in(OPERATOR, PASSWORD).holds("system_admin")


def test_attachments_are_real_files(sandbox: App) -> None:
    """Each is a PDF or a PNG, and is what its hash says."""
    with sandbox.store.reading() as uow:
        rows = uow.connection.execute(
            select(tables.attachment.c.filename, tables.attachment.c.sha256, tables.attachment.c.state)
        ).all()
    assert len(rows) > 50
    for row in rows:
        with sandbox.tools.files.open(row.sha256) as file:
            content = file.read()
        assert hashlib.sha256(content).hexdigest() == row.sha256
        start = b"%PDF-1.4" if row.filename.endswith(".pdf") else b"\x89PNG\r\n\x1a\n"
        assert content.startswith(start)
        assert row.state == "submitted"


@pytest.mark.parametrize("host", ["2025-02-01T00:00:00+00:00", "2031-05-01T12:00:00+00:00"])
def test_the_clock_is_handed_over_whatever_the_hosts_date(sandbox_config: Config, host: str) -> None:
    """It starts at 2026-11-23 10:00 Shanghai and runs on from there."""
    with time_machine.travel(datetime.fromisoformat(host), tick=False) as now:
        app = build(sandbox_config)
        hand_over(app)
        again = build(sandbox_config)
        assert again.clock.now().astimezone(SHANGHAI) == datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
        now.shift(timedelta(minutes=5))
        assert again.clock.now() == HANDED_OVER + timedelta(minutes=5)
        app.store.engine.dispose()
        again.store.engine.dispose()


def test_a_newcomer_walks_p2_to_its_closed_notice(sandbox: App) -> None:
    """To the next deadlines: the notice closes on 11-27 at 24:00 and the project is due by 12-02."""
    with sandbox.store.reading() as uow:
        user = uow.people.user_by_subject("jingban")
    assert user is not None
    clerk = sandbox.actor(user.id, "web")
    project_id = _projects(sandbox)["武宁县"]["id"]
    sandbox.execute(MoveClock(to=datetime(2026, 11, 27, 23, 59, tzinfo=SHANGHAI)), clerk)
    assert _projects(sandbox)["武宁县"]["state"] == "public_notice"
    sandbox.execute(MoveClock(to=datetime(2026, 11, 28, 0, 0, tzinfo=SHANGHAI)), clerk)
    assert _projects(sandbox)["武宁县"]["state"] == "registration_pending"
    assert _last_day(_limit(sandbox, project_id, "registration").due_at) == "2026-12-02"
