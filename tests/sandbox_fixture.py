"""The sandbox's story, told once a test run; each test gets a copy of its own.

``sandbox_config`` is the configuration of a copied installation: build it with a clock of the test's own, or
with the sandbox's.
"""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

import pytest

from workflow_app.config import Config
from workflow_app.sandbox import install

MASTER_KEY = bytes(range(32))


def config_of(folder: Path) -> Config:
    """The configuration of an installation in a folder."""
    return Config(
        database_url=f"sqlite:///{folder / 'jcer.db'}",
        secret="sandbox-test" * 4,
        master_key=MASTER_KEY,
        files=folder / "files",
        var=folder,
    )


@pytest.fixture(scope="session")
def told_sandbox(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder the story was told in: one for all workers of a run; nobody writes in it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "told-sandbox"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install.sandbox(config_of(folder))
    return folder


@pytest.fixture
def sandbox_config(told_sandbox: Path, tmp_path: Path) -> Config:
    """A copy of the told sandbox, to be changed at will."""
    folder = tmp_path / "sandbox"
    shutil.copytree(told_sandbox, folder)
    return config_of(folder)
