"""Parameters changed as the process administrators change them: a version deployed, approved by a second."""

from __future__ import annotations

from tests.scenarios.deploying import deploy
from tests.scenarios.programme import Programme
from workflow_app.commands.versions import shipped


def given_parameter(programme: Programme, before: str, after: str) -> None:
    """The next cases have a line of ``parameters.yaml`` otherwise."""
    text = shipped()["parameters.yaml"].decode()
    assert text.count(before) == 1
    changed = {"parameters.yaml": text.replace(before, after).encode()}
    deploy(programme, changed, "调整办理参数")
