"""``jcer init``: a second run keeps the data, an interrupted one is begun anew, production is strict."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from workflow_app import config
from workflow_app.bootstrap import build
from workflow_app.cli.main import main
from workflow_app.commands.requests import SYSTEM, CreateOrganisation
from workflow_app.config import Config
from workflow_app.kernel.errors import Refused
from workflow_app.sandbox import install
from workflow_app.sandbox.install import Outcome
from workflow_app.sandbox.play import MARK
from workflow_app.store import tables
from workflow_app.store.chain import verify
from workflow_app.store.rebuild import compare

KEY = base64.b64encode(bytes(range(100, 132))).decode()
SECRET = "pW7kQ2nV9xT4mB8cL1sD6fG3hJ5rY0zA"  # noqa: S105  # of this test only


def _events(found: Config) -> int:
    app = build(found)
    with app.store.reading() as uow:
        count = len(uow.connection.execute(select(tables.event.c.id)).all())
    app.store.engine.dispose()
    return count


def _production(folder: Path, **environ: str) -> tuple[int, str]:
    env = {
        "JCER_VAR": str(folder),
        "JCER_SECRET": SECRET,
        "JCER_MASTER_KEY": KEY,
        "JCER_DATABASE_URL": f"sqlite:///{folder / 'jcer.db'}",
    }
    done = CliRunner().invoke(main, ["init", "--production"], env={**env, **environ})
    return done.exit_code, done.output


def test_a_second_set_up_keeps_the_data(sandbox_config: Config) -> None:
    """Nothing is told twice, nothing is lost."""
    before = _events(sandbox_config)
    assert install.sandbox(sandbox_config) is Outcome.KEPT
    assert _events(sandbox_config) == before


@pytest.mark.timeout(300)
def test_a_killed_first_run_is_begun_anew(tmp_path: Path) -> None:
    """Killed half-way: no database is in its place; the next run tells the whole story and says so."""
    var = tmp_path / "var"
    env = {**os.environ, "JCER_VAR": str(var)}
    running = subprocess.Popen(  # noqa: S603  # this interpreter, our own command
        [str(Path(sys.executable).with_name("jcer")), "init"], env=env, stdout=subprocess.DEVNULL
    )
    partial = var / "jcer.db.partial-wal"
    until = time.monotonic() + 60
    while not partial.exists() and running.poll() is None and time.monotonic() < until:
        pass
    running.kill()
    running.wait()
    assert partial.exists()
    assert not (var / "jcer.db").exists()
    found = config.read({"JCER_VAR": str(var)})
    assert [stat.S_IMODE((var / name).stat().st_mode) for name in ("secret", "master_key")] == [0o600, 0o600]

    done = CliRunner().invoke(main, ["init"], env={"JCER_VAR": str(var)})

    assert done.exit_code == 0, done.output
    assert "上次初始化中断" in done.output
    assert not partial.exists()
    assert _events(found) > 300


@pytest.mark.timeout(300)
def test_a_half_told_postgresql_database_is_emptied_and_told_anew(postgres_url: str, tmp_path: Path) -> None:
    """What carries the mark of an unfinished story is taken out whole; the story told there holds."""
    found = Config(
        database_url=postgres_url,
        secret=SECRET,
        master_key=bytes(range(32)),
        files=tmp_path / "files",
        var=tmp_path,
    )
    app = build(found)
    app.initialise()
    app.execute(CreateOrganisation("半途而废", "", "other"), SYSTEM)
    with app.store.unit_of_work() as uow:
        uow.settings.set(MARK, "playing")
        uow.commit()
    app.store.engine.dispose()

    assert install.sandbox(found) is Outcome.RETOLD

    app = build(found)
    with app.store.reading() as uow:
        assert verify(uow.connection, app.store.vault).breaches == ()
        assert compare(uow.connection, uow.personal).differences == ()
        assert "半途而废" not in {body.name for body in uow.people.organisations()}
        assert len(uow.connection.execute(select(tables.project.c.id)).all()) == 10
    app.store.engine.dispose()
    assert install.sandbox(found) is Outcome.KEPT


def test_production_starts_without_people_or_demonstration(tmp_path: Path) -> None:
    """Schema, diagrams and the methodologies really published; a second run keeps them."""
    code, said = _production(tmp_path)
    assert (code, "没有演示数据" in said) == (0, True), said
    app = build(config.read({"JCER_VAR": str(tmp_path), "JCER_SECRET": SECRET, "JCER_MASTER_KEY": KEY}))
    with app.store.reading() as uow:
        assert uow.people.users(date.max) == ()
        assert uow.settings.get(MARK) is None
        register = uow.programme.methodologies()
    app.store.engine.dispose()
    assert "赣环气候〔2021〕17号" in {row["code"] for row in register}
    assert not any(row["demo"] for row in register)
    assert "已有数据" in _production(tmp_path)[1]


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"JCER_SECRET": "changeme"}, "不得使用默认值"),
        ({"JCER_SECRET": ""}, "生产环境缺少配置：JCER_SECRET"),
        ({"JCER_MASTER_KEY": base64.b64encode(bytes(32)).decode()}, "JCER_MASTER_KEY，不得使用默认值"),
        ({"JCER_DEBUG": "1"}, "生产环境不得开启调试"),
        ({"JCER_SANDBOX": "1"}, "不得使用演示时钟和演示数据"),
    ],
)
def test_production_refuses_what_is_not_safe(tmp_path: Path, environ: dict[str, str], told: str) -> None:
    """Default secrets, debugging and the sandbox's clock, each with its Chinese reason and no traceback."""
    code, said = _production(tmp_path, **environ)
    assert code == 1
    assert told in said
    assert not (tmp_path / "jcer.db").exists()


def test_production_refuses_a_sandbox_database(sandbox_config: Config) -> None:
    """Demonstration data never becomes production."""
    with pytest.raises(Refused, match="含演示数据"):
        install.production(sandbox_config)
