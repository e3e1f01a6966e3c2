"""``jcer history``: exit 0 for a whole record, 1 with a line for each breach or difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests.support.records import case_row, record
from workflow_app import config
from workflow_app.cli.main import main
from workflow_app.store.opening import open_store
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.unit_of_work import Store


@pytest.fixture
def installation(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An installation with one case, as the command line finds it in its environment."""
    monkeypatch.setenv("JCER_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("JCER_DATABASE_URL", store_url)
    config.make_secrets(tmp_path / "var")
    return open_store(store_url, config.read().master_key)


@pytest.fixture
def case(installation: Store) -> CaseRow:
    row = case_row(number="SQ-2026-0001")
    with installation.unit_of_work() as uow:
        uow.cases.insert(row)
        record(uow, "case_opened", row.id)
        uow.commit()
    installation.engine.dispose()
    return row


def jcer(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["history", *arguments])


def tamper(store: Store, *statements: str) -> None:
    """As the owner of the database, who can switch triggers off."""
    with store.unit_of_work() as uow:
        if store.engine.dialect.name == "sqlite":
            uow.connection.execute(text("DROP TRIGGER event_no_update"))
        else:
            uow.connection.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))
        for statement in statements:
            uow.connection.execute(text(statement))
        uow.commit()
    store.engine.dispose()


def test_a_whole_record(case: CaseRow) -> None:
    for arguments in (["verify"], ["verify", case.id], ["verify", "SQ-2026-0001"]):
        result = jcer(*arguments)
        assert result.exit_code == 0, result.output
        assert "1 条历史、1 个事件，0 处损坏" in result.output
    result = jcer("rebuild", "--compare")
    assert result.exit_code == 0, result.output
    assert "0 处差异" in result.output
    assert "case_file\t1" in jcer("rebuild").output


def test_a_tampered_event_is_named(case: CaseRow, installation: Store) -> None:
    tamper(installation, "UPDATE event SET role = 'department_leader'")
    result = jcer("verify", "--json")
    assert result.exit_code == 1
    (breach,) = json.loads(result.output)["breaches"]
    assert (breach["stream"], breach["seq"]) == (f"case:{case.id}", 1)
    assert "改动" in jcer("verify", case.number).output


def test_a_changed_row_is_named(case: CaseRow, installation: Store) -> None:
    with installation.unit_of_work() as uow:
        uow.connection.execute(text("UPDATE case_file SET title = 'x'"))
        uow.commit()
    installation.engine.dispose()
    result = jcer("rebuild", "--compare")
    assert result.exit_code == 1
    assert f"case_file\t{case.id}\t与历史不符\ttitle" in result.output


def test_an_unknown_case_is_one_line_and_no_traceback(case: CaseRow) -> None:
    result = jcer("verify", "none")
    assert result.exit_code == 1
    assert result.output == "Error: 没有这个办件：none\n"
