"""Bytes nobody should send: every file ends in findings and an exit code, within bounds.

Drawings that explode are made here; files an editor could have saved lie in ``bad``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.unit.engine.drawings import definitions, end, node, path, start
from workflow_app.cli.main import main
from workflow_app.commands import parameters, statute
from workflow_app.commands.known_names import catalogue
from workflow_app.commands.versions import shipped
from workflow_app.engine.forms import load_forms

DEEP = "[" * 20_000
NO_DATE = "key: 2024-13-45\n"
ALIASES = "a: &a [x, x]\nb: &b [*a, *a]\nkey: *b\n"


def codes(target: Path) -> tuple[int, list[str]]:
    """Return the exit code and the codes of all errors."""
    result = CliRunner().invoke(main, ["diagrams", "check", str(target)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    lines = [line.split(": ", 2)[2].split(" ") for line in result.output.splitlines()]
    return result.exit_code, [line[1] for line in lines if line[0] == "error"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("forms/own.yaml", "form_invalid"),
        ("parameters.yaml", "parameters_invalid"),
        ("documents/documents.yaml", "papers_invalid"),
    ],
)
@pytest.mark.parametrize(
    "text", [DEEP, NO_DATE, ALIASES, "key: \udcff"], ids=["deep", "date", "alias", "latin"]
)
def test_yaml_of_a_version_never_breaks_the_check(tmp_path: Path, name: str, code: str, text: str) -> None:
    target = tmp_path / name
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert codes(target) == (1, [code])


def test_branches_that_explode_are_too_complex(tmp_path: Path) -> None:
    """Eighteen branches of ten steps: sound, and more than 10^18 states."""
    rows = [[f"a{branch}_{step}" for step in range(10)] for branch in range(18)]
    tasks = "".join(node("task", each, name=each) for row in rows for each in row)
    ways = "".join(path("fork", *row, "join") for row in rows)
    gates = node("parallelGateway", "fork") + node("parallelGateway", "join")
    ends = path("start", "fork") + path("join", "end")
    target = tmp_path / "x.bpmn"
    target.write_bytes(definitions(start() + gates + tasks + end() + ends + ways))
    assert codes(target) == (1, ["too_complex"])


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("camunda.bpmn", 1, "foreign_dialect"),
        ("flowable.bpmn", 1, "foreign_dialect"),
        ("arena.bpmn", 1, "bad_script"),
        ("half_saved.bpmn", 2, "not_well_formed"),
        ("bomb.bpmn", 2, "has_dtd"),
        ("feel.dmn", 1, "bad_expression"),
        ("collect.dmn", 1, "hit_policy"),
    ],
)
def test_files_of_other_tools_and_half_saved_ones(name: str, code: int, expected: str) -> None:
    exit_code, found = codes(Path(__file__).parent / "bad" / name)
    assert (exit_code, expected in found) == (code, True), found


def test_a_note_of_another_tool_that_changes_nothing_is_passed_over() -> None:
    """Signavio's colours stand in extension elements, which BPMN leaves to tools."""
    assert codes(Path(__file__).parent / "bad" / "signavio.bpmn") == (0, [])


def test_a_breach_inside_a_called_process_is_found_when_only_that_file_is_asked_about() -> None:
    """Judging one file looks at every process that calls into it."""
    files = shipped()
    place = "processes/expert_assessment.bpmn"
    text = files[place].decode()
    files = {
        **files,
        place: text.replace('name="role" value="expert"', 'name="role" value="applicant"').encode(),
    }
    limits = parameters.load(files)
    names = catalogue(load_forms(files), limits)
    whole = [each for each in statute.check(files, names, limits) if each.path == place]
    assert whole
    found = statute.check(files, names, limits, only=[place])
    assert [each for each in found if each.path == place] == whole
