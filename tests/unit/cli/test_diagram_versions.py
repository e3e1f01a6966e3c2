"""``jcer diagrams export|import``: a version goes to a folder and comes back, changed, as a proposal."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workflow_app import config
from workflow_app.bootstrap import build
from workflow_app.cli.main import main
from workflow_app.commands.requests import SYSTEM, AssignRole, CreateUser
from workflow_app.commands.versions import shipped

PARAMETERS = "parameters.yaml"


class Installation:
    """An installation of its own with one process administrator, ``admin``, and a clerk, ``clerk``."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            "JCER_SECRET": "s" * 40,
            "JCER_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
            "JCER_VAR": str(folder),
        }
        app = build(config.read(self.environment))
        app.initialise()
        for login, role in (("admin", "process_admin"), ("clerk", "department_clerk")):
            made = app.execute(CreateUser(login, login, None, "correct horse battery"), SYSTEM)
            app.execute(AssignRole(str(made.values["user_id"]), role), SYSTEM)
        app.store.engine.dispose()

    def jcer(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["diagrams", *words], env=self.environment)

    def proposals(self) -> list[tuple[str, str, bool]]:
        app = build(config.read(self.environment))
        with app.store.reading() as uow:
            rows = uow.connection.exec_driver_sql("SELECT state, reason, version FROM proposal").all()
            present = app.tools.versions.effective(uow)
        app.store.engine.dispose()
        return [(row.state, row.reason, row.version == present) for row in rows]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "var")


def _folder(tmp_path: Path, installation: Installation) -> Path:
    folder = tmp_path / "library"
    done = installation.jcer("export", str(folder))
    assert (done.exit_code, done.output.count("已导出版本")) == (0, 1)
    return folder


def test_an_export_is_the_shipped_library_and_nothing_else_is_touched(
    tmp_path: Path, installation: Installation
) -> None:
    folder = tmp_path / "library"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git/old.bpmn").write_text("kept")
    (folder / "README.md").write_text("kept")
    (folder / "forms").mkdir()
    (folder / "forms/gone.yaml").write_text("no longer in the version")
    assert installation.jcer("export", str(folder)).exit_code == 0
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"old.bpmn", "README.md"}
    }
    assert files == shipped()
    assert (folder / ".git/old.bpmn").read_text() == (folder / "README.md").read_text() == "kept"


def test_a_changed_folder_becomes_a_proposal_that_a_second_person_decides(
    tmp_path: Path, installation: Installation
) -> None:
    folder = _folder(tmp_path, installation)
    text = (folder / PARAMETERS).read_text("utf-8")
    (folder / PARAMETERS).write_text(
        text.replace("max_revision_rounds: 3", "max_revision_rounds: 2"), "utf-8"
    )
    done = installation.jcer("import", str(folder), "--by", "admin", "--reason", "减少轮次")
    assert (done.exit_code, "改动 1 个文件，删除 0 个" in done.output) == (0, True)
    assert installation.proposals() == [("submitted", "减少轮次", False)]


@pytest.mark.parametrize(
    ("path", "data", "by", "said"),
    [
        ("processes/objection.bpmn", b"<x/>", "admin", "processes/objection.bpmn"),
        ("processes/objection.bpmn", None, "admin", "没有可以部署的修改"),
        (PARAMETERS, b"max_revision_rounds: 2", "clerk", "无权进行此操作"),
        (PARAMETERS, b"{", "nobody", "没有登录名"),
        ("processes/deep/er.bpmn", b"<x/>", "admin", "版本中没有这样的文件"),
    ],
)
def test_what_cannot_come_in_says_why_and_leaves_nothing(
    tmp_path: Path, installation: Installation, path: str, data: bytes | None, by: str, said: str
) -> None:
    folder = _folder(tmp_path, installation)
    if data is not None:
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)
    done = installation.jcer("import", str(folder), "--by", by, "--reason", "试")
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert installation.proposals() == []


def test_an_empty_folder_and_an_unknown_version_are_told(tmp_path: Path, installation: Installation) -> None:
    (tmp_path / "empty").mkdir()
    empty = installation.jcer("import", str(tmp_path / "empty"), "--by", "admin", "--reason", "试")
    assert (empty.exit_code != 0, "没有流程文件" in empty.output) == (True, True)
    unknown = installation.jcer("export", str(tmp_path / "out"), "--version", "abc")
    assert (unknown.exit_code != 0, (tmp_path / "out").exists()) == (True, False)
    assert installation.jcer("export", str(tmp_path / "out"), "--version", "1").exit_code == 0
