"""The wheel: built once from a copy, installed away from the sources, started there.

It needs neither node nor the network: the front end is built before, and what the product depends on is
lent by the environment the tests run in.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

import setup
from workflow_app.commands.versions import shipped

pytestmark = pytest.mark.timeout(600)
ROOT = Path(__file__).parents[2]
PACKAGES = ("bpmn", "calendars", "handlers", "workflow_app")
PACKED = {
    "bpmn": ("**/*.bpmn", "**/*.dmn", "**/*.yaml"),
    "calendars": ("notices/*.toml",),
    "workflow_app/store": ("migrations/**/*.sql", "migrations/**/*.py", "migrations/*.mako"),
    "workflow_app/web": ("templates/**/*.html", "static/*.svg", "static/dist/manifest.json"),
}
"""What is no module and yet must travel."""


@dataclass(frozen=True)
class Installed:
    """An environment that knows the product from its wheel alone."""

    wheel: Path
    home: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, away from the sources."""
        command = [str(self.home / "bin" / words[0]), *words[1:]]
        clean = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(self.home)}
        return subprocess.run(  # noqa: S603 - our own build
            command, cwd=self.home, env=clean, capture_output=True, text=True, check=False
        )


def _copy(target: Path) -> Path:
    """Copy what is built from, so that the checkout stays as it is."""
    left_out = shutil.ignore_patterns("node_modules", "__pycache__", "*.egg-info")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, target / name, ignore=left_out)
    for name in ("setup.py", "setup.cfg", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, target / name)
    # That the built files are those of the sources is for make to keep; here they are only packed.
    built = target / setup.BUILT.relative_to(ROOT)
    assert (built / "manifest.json").is_file(), "the front end is not built: make setup"
    (built / setup.STAMP.name).write_text(setup.source_hash(), encoding="ascii")
    return target


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Build the wheel and install it in an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    source = _copy(folder / "source")
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(source)]
    subprocess.run([*pip, *build], check=True, cwd=folder)  # noqa: S603 - our own build
    (wheel,) = folder.glob("*.whl")
    home = folder / "environment"
    venv.create(home, with_pip=False, symlinks=True)
    lent = Path(sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)})["purelib"])
    (lent / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    install = ["--python", str(home / "bin" / "python"), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*pip, *install], check=True, cwd=folder)  # noqa: S603 - our own build
    yield Installed(wheel, home)
    shutil.rmtree(folder)


def test_the_command_starts_away_from_the_sources(installed: Installed) -> None:
    started = installed.run("jcer", "--help")
    assert started.returncode == 0, started.stderr
    for command in ("calendar", "diagrams", "serve", "tick", "users"):
        assert command in started.stdout
    where = installed.run("python", "-c", "import workflow_app; print(workflow_app.__file__)")
    assert where.stdout.startswith(str(installed.home))


def test_it_reads_its_own_definitions_and_notices(installed: Installed) -> None:
    script = (
        "from hashlib import sha256\n"
        "from workflow_app.commands.versions import shipped\n"
        "for path, content in sorted(shipped().items()): print(path, sha256(content).hexdigest())"
    )
    read = installed.run("python", "-c", script)
    assert read.returncode == 0, read.stderr
    assert len(read.stdout.splitlines()) == len(shipped()) > 40
    due = installed.run("jcer", "calendar", "deadline", "2025-09-29", "5")
    assert (due.returncode, due.stdout) == (0, "2025-10-13\n"), due.stderr


def test_everything_it_needs_is_packed(installed: Installed) -> None:
    with ZipFile(installed.wheel) as archive:
        packed = set(archive.namelist())
    for folder, patterns in PACKED.items():
        for pattern in patterns:
            wanted = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).glob(pattern)}
            assert wanted, pattern
            assert wanted <= packed, wanted - packed
    assert "workflow_app/web/translations/en/LC_MESSAGES/messages.mo" in packed
    assert not {name for name in packed if "node_modules" in name or name.startswith("tests")}
