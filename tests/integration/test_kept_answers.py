"""Answers kept for retried requests: a retry gets its own, and after a month they are dropped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from tests.scenarios.programme import Programme
from workflow_app.bootstrap import ANSWERS_KEPT
from workflow_app.commands.requests import CreateOrganisation
from workflow_app.store.tables import idempotency


def test_an_answer_is_kept_a_month_and_then_dropped(database_url: str, tmp_path: Path) -> None:
    programme = Programme.opened(database_url, tmp_path, "2026-11-24")
    app = programme.app
    asked = CreateOrganisation("演示新单位", "", "expert_body")
    first = programme.do("operator", asked, "once")
    assert app.forget_answers() == 0
    assert programme.do("operator", asked, "once").values == first.values
    later = app.executor.tools.host_now() + ANSWERS_KEPT
    app.executor.tools = replace(app.executor.tools, host_now=lambda: later)
    assert app.forget_answers() == 1
    with app.store.reading() as uow:
        assert uow.connection.execute(select(func.count()).select_from(idempotency)).scalar_one() == 0
    app.store.close()
