"""``jcer tick``, ``jcer users`` and ``jcer calendar load`` on an installation of their own."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.invented_notice import toml
from workflow_app import config
from workflow_app.bootstrap import build
from workflow_app.cli.main import main

ENVIRONMENT = {
    "JCER_SECRET": "s" * 40,
    "JCER_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation that is initialised."""
    chosen = {**ENVIRONMENT, "JCER_VAR": str(tmp_path)}
    app = build(config.read(chosen))
    app.initialise()
    app.store.engine.dispose()
    return chosen


def _jcer(environment: dict[str, str], *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), env=environment, input=typed)


def test_a_tick_says_what_it_did(environment: dict[str, str]) -> None:
    done = _jcer(environment, "tick")
    assert done.exit_code == 0
    assert done.output.strip() == "fired 0, failed 0, sent 0"


def test_without_a_database_there_is_one_clear_line(tmp_path: Path) -> None:
    failed = _jcer({**ENVIRONMENT, "JCER_VAR": str(tmp_path)}, "tick")
    assert failed.exit_code == 1
    assert "jcer init" in failed.output
    assert "Traceback" not in failed.output


def test_users_are_entered_given_roles_and_listed(environment: dict[str, str]) -> None:
    entered = _jcer(
        environment,
        "users",
        "add-organisation",
        "演示林场",
        "--kind",
        "owner",
        "--uscc",
        "12360725DEM0000141",
    )
    assert entered.exit_code == 0
    words = ("users", "add", "zhang", "--name", "张演示", "--organisation", "12360725DEM0000141")
    added = _jcer(environment, *words, "--password", "a long enough password")
    assert added.exit_code == 0
    granted = _jcer(environment, "users", "grant", "zhang", "owner", "--organisation", "12360725DEM0000141")
    assert granted.exit_code == 0
    listed = _jcer(environment, "users", "list").output
    assert listed.startswith("zhang\t张演示\towner@")
    assert _jcer(environment, "users", "grant", "zhang", "emperor").exit_code == 1


def test_a_notice_is_shown_then_proposed(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "2027.toml"
    file.write_text(toml("2027-01-04", "2027-02-20"), "utf-8")
    shown = _jcer(environment, "calendar", "load", str(file), "--dry-run")
    assert shown.exit_code == 0
    assert "2027-01-04 放假 元旦" in shown.output
    assert "将调整 0 个期限" in shown.output
    proposed = _jcer(environment, "calendar", "load", str(file))
    assert proposed.exit_code == 0
    assert "已提交申请 RL-" in proposed.output
    assert "将调整 0 个期限" in _jcer(environment, "calendar", "load", str(file), "--dry-run").output
    assert "已调整 0 个期限" in _jcer(environment, "calendar", "recompute").output


def test_a_year_in_force_is_not_proposed_again(environment: dict[str, str]) -> None:
    shipped = Path(__file__).parents[3] / "calendars" / "notices" / "2026.toml"
    again = _jcer(environment, "calendar", "load", str(shipped))
    assert again.exit_code == 1
    assert "没有变化" in again.output


def test_a_file_that_is_no_notice_changes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "notice.toml"
    file.write_bytes(b"\xff\xfe\x00")
    failed = _jcer(environment, "calendar", "load", str(file))
    assert failed.exit_code == 1
    assert "UTF-8" in failed.output
