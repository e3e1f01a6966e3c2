"""Configuration: what production refuses, and the sandbox's own secrets."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from workflow_app import config
from workflow_app.kernel.errors import Refused

KEY = base64.b64encode(bytes(range(32))).decode()
SAFE = {
    "JCER_PRODUCTION": "1",
    "JCER_SECRET": "k3Jx9-" * 8,
    "JCER_MASTER_KEY": KEY,
    "JCER_DATABASE_URL": "postgresql://db/jcer",
}


def test_a_safe_production_is_read(tmp_path: Path) -> None:
    found = config.read(SAFE, root=tmp_path)
    assert (found.production, found.sandbox, found.debug) == (True, False, False)
    assert found.master_key == bytes(range(32))
    assert SAFE["JCER_SECRET"] not in repr(found)
    assert str(found.master_key) not in repr(found)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"JCER_SECRET": ""}, "missing_configuration"),
        ({"JCER_MASTER_KEY": ""}, "missing_configuration"),
        ({"JCER_DATABASE_URL": ""}, "missing_configuration"),
        ({"JCER_SECRET": "changeme"}, "default_secret"),
        ({"JCER_SECRET": "x" * 31}, "default_secret"),
        ({"JCER_MASTER_KEY": base64.b64encode(bytes(32)).decode()}, "default_master_key"),
        ({"JCER_MASTER_KEY": "c2hvcnQ="}, "master_key"),
        ({"JCER_MASTER_KEY": "不是"}, "master_key"),
        ({"JCER_DEBUG": "1"}, "debug_in_production"),
        ({"JCER_SANDBOX": "1"}, "sandbox_in_production"),
        ({"JCER_DEBUG": "perhaps"}, "bad_configuration"),
        ({"PORT": "http"}, "bad_configuration"),
        ({"JCER_UPLOAD_LIMIT": "-1"}, "bad_configuration"),
        ({"JCER_TICK_SECONDS": "0.01"}, "bad_configuration"),
        ({"JCER_TICK_SECONDS": "nan"}, "bad_configuration"),
        ({"JCER_TICK_SECONDS": "often"}, "bad_configuration"),
    ],
)
def test_an_unsafe_production_is_refused(tmp_path: Path, changes: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        config.read(SAFE | changes, root=tmp_path)
    assert refusal.value.code == code


def test_timers_are_looked_at_four_times_a_second_unless_said_otherwise(tmp_path: Path) -> None:
    assert config.read(SAFE, root=tmp_path).tick_seconds == 0.25
    assert config.read(SAFE | {"JCER_TICK_SECONDS": "0.5"}, root=tmp_path).tick_seconds == 0.5


def test_the_sandbox_says_what_to_do_first_and_then_makes_its_own_secrets(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="jcer init"):
        config.read({}, root=tmp_path)
    made = config.make_secrets(tmp_path / "var")
    assert [path.name for path in made] == ["secret", "master_key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    first = config.read({}, root=tmp_path)
    assert (first.sandbox, first.port) == (True, 8000)
    assert first.database_url == f"sqlite:///{tmp_path / 'var' / 'jcer.db'}"
    assert config.make_secrets(tmp_path / "var") == ()
    assert config.read({"PORT": "8123"}, root=tmp_path).public_url == "http://127.0.0.1:8123"
    config.make_secrets(tmp_path / "other")
    assert config.read({"JCER_VAR": str(tmp_path / "other")}).secret != first.secret
